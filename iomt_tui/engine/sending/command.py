"""One attempt to hand an escalation to a program: no shell, the alarm on its standard input and nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import Final

from iomt_tui.engine.sending.chain import Step
from iomt_tui.security.text import safe_text

#: Bytes of standard error of which the first line is kept.
KEPT: Final = 400
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"


def environment() -> dict[str, str]:
    """All that a command gets to know of ours."""
    return {"PATH": os.environ.get("PATH", _PATH), "LANG": os.environ.get("LANG", "C.UTF-8")}


async def attempt(step: Step, body: bytes, key: str) -> str:
    """Runs the step's command once; "" when it ended with 0, else why not. Whatever it leaves running is killed."""
    try:
        process = await asyncio.create_subprocess_exec(
            *step.command, stdin=PIPE, stdout=DEVNULL, stderr=PIPE, env=environment(), cwd="/", start_new_session=True
        )
    except FileNotFoundError:
        return "the program is not there"
    except PermissionError:
        return "the program is not executable"
    except (OSError, ValueError) as error:
        return f"the program cannot be started ({type(error).__name__})"
    said = bytearray()
    reading = asyncio.create_task(_first(process, said))
    try:
        async with asyncio.timeout(step.timeout):
            await _hand_over(process, body)
            code = await process.wait()
    except TimeoutError:
        return "timed out"
    finally:
        _kill(process)
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        await process.wait()
    return "" if code == 0 else _failed(code, bytes(said))


async def _hand_over(process: Process, body: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not read
        process.stdin.write(body)
        await process.stdin.drain()
    process.stdin.close()


async def _first(process: Process, said: bytearray) -> None:
    """Keeps the beginning of what it says, and reads on so that it never waits for us."""
    assert process.stderr is not None
    while chunk := await process.stderr.read(65_536):
        said += chunk[: max(0, KEPT - len(said))]


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _failed(code: int, said: bytes) -> str:
    ended = f"ended with {code}" if code >= 0 else f"killed by signal {-code}"
    first = said.decode("utf-8", "replace").strip().partition("\n")[0]
    return f"{ended}: {safe_text(first, 80)}" if first else ended
