"""The feed of ``demo --fhir``: a process of its own, which ends when the demo does."""

from __future__ import annotations

import asyncio
import contextlib
import io
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

import orjson

from iomt_tui.backends.fhir.publishing.seeding import Plan
from iomt_tui.cli.publishing import Progress, Target, fed, publishing, wall
from iomt_tui.security.secret import Secret


def spawn(plan: Plan, target: Target) -> subprocess.Popen[bytes]:
    """Starts feeding the ward. It ends when its standard input is closed, so it never outlives this process."""
    root = str(Path(__file__).resolve().parents[2])
    code = f"import sys; sys.path.append({root!r}); from iomt_tui.cli.demo_feed import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    order = {"plan": asdict(plan), "url": target.url, "token": target.token.reveal()}
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(orjson.dumps(order) + b"\n")
        process.stdin.flush()
    return process


def main() -> None:
    """The spawned process: what to do is one line of JSON on standard input."""
    from iomt_tui.cli.hardening import protect_process

    protect_process()
    order = orjson.loads(sys.stdin.buffer.readline())
    asyncio.run(_feed(Plan(**order["plan"]), Target(order["url"], Secret(order["token"]))))


async def _feed(plan: Plan, target: Target) -> None:
    loop, this = asyncio.get_running_loop(), asyncio.current_task()
    assert this is not None

    def wait() -> None:
        sys.stdin.buffer.read()
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            loop.call_soon_threadsafe(this.cancel)

    threading.Thread(target=wait, daemon=True).start()
    with contextlib.suppress(asyncio.CancelledError):
        async with publishing(plan, target, Progress(io.StringIO())) as (seeding, upload):
            await seeding.begin(wall())
            await fed(seeding, upload)
