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
    """Runs the step's command once; "" when it ended with 0, else why not. Its process group does not outlive it."""
    heard = _Heard()
    try:
        process = await asyncio.create_subprocess_exec(
            *step.command, stdin=PIPE, stdout=DEVNULL, stderr=heard.theirs, env=environment(), cwd="/",
            start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        heard.close()
        return "the program is not there"
    except PermissionError:
        heard.close()
        return "the program is not executable"
    except (OSError, ValueError) as error:
        heard.close()
        return f"the program cannot be started ({type(error).__name__})"
    heard.listen()
    try:
        async with asyncio.timeout(step.timeout):
            await _hand_over(process, body)
            code = await process.wait()
    except TimeoutError:
        return "timed out"
    finally:
        _kill(process)
        await process.wait()
        heard.close()
    return "" if code == 0 else _failed(code, bytes(heard.said))


class _Heard:
    """The beginning of what a program says on standard error. Read on, so that it never waits for us, and by a pipe of
    our own: asyncio's would wait for whoever inherited it."""

    def __init__(self) -> None:
        self.said = bytearray()
        self._ours, self.theirs = os.pipe()
        os.set_blocking(self._ours, False)

    def listen(self) -> None:
        """The program has its end: from now on it is heard."""
        self._hang_up()
        asyncio.get_running_loop().add_reader(self._ours, self._read)

    def _hang_up(self) -> None:
        if self.theirs >= 0:
            os.close(self.theirs)
            self.theirs = -1

    def _read(self) -> bool:
        """Takes what is there; False when there is nothing."""
        try:
            chunk = os.read(self._ours, 65_536)
        except BlockingIOError:
            return False
        self.said += chunk[: max(0, KEPT - len(self.said))]
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._ours)
        return bool(chunk)

    def close(self) -> None:
        """The last words, then silence."""
        self._hang_up()
        while len(self.said) < KEPT and self._read():
            pass
        asyncio.get_running_loop().remove_reader(self._ours)
        os.close(self._ours)


async def _hand_over(process: Process, body: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not read
        process.stdin.write(body)
        await process.stdin.drain()
    process.stdin.close()


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _failed(code: int, said: bytes) -> str:
    ended = f"ended with {code}" if code >= 0 else f"killed by signal {-code}"
    first = said.decode("utf-8", "replace").strip().partition("\n")[0]
    return f"{ended}: {safe_text(first, 80)}" if first else ended
