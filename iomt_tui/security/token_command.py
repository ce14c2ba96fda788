"""A program that prints a token: no shell, a time limit, and a bounded output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import IO, Final

from iomt_tui.security.private_files import LONGEST, SecretError
from iomt_tui.security.secret import Secret

LIMIT: Final = 10.0  # s


def token_from(command: Sequence[str], environ: Mapping[str, str], limit: float = LIMIT) -> Secret:
    """The first line that ``command`` prints. Raises :class:`SecretError` when it fails, takes longer or prints none.

    What it says on standard error is not kept: nobody knows what is in it. Its process group does not outlive it.
    """
    try:
        process = subprocess.Popen(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=dict(environ), cwd=os.path.abspath(os.sep), start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise SecretError(f"token_command cannot be started ({type(error).__name__}); correct it") from None
    try:
        printed = _heard(process, limit)
        code = process.wait(limit)
    except (TimeoutError, subprocess.TimeoutExpired):
        raise SecretError(f"token_command did not end within {limit:g} s") from None
    finally:
        _end(process)
    if code:
        raise SecretError(f"token_command ended with {code}; run it yourself to see why")
    line = printed.decode("utf-8", "replace").partition("\n")[0].strip()
    if not line:
        raise SecretError("token_command printed nothing")
    return Secret(line)


def _heard(process: subprocess.Popen[bytes], limit: float) -> bytes:
    """All that it prints. Read on a thread, since a pipe cannot be waited for with a limit everywhere."""
    assert process.stdout is not None
    pipe: IO[bytes] = process.stdout
    heard: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError, ValueError), pipe:
            heard.append(pipe.read(LONGEST + 1))

    reading = threading.Thread(target=read, daemon=True, name="token_command")
    reading.start()
    reading.join(limit)
    if reading.is_alive():
        raise TimeoutError
    if not heard or len(heard[0]) > LONGEST:
        raise SecretError("token_command printed far more than a token")
    return heard[0]


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
