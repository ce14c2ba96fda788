"""A server as a process group: it has started when it printed a line of JSON, and is gone after the ``with``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

START_SECONDS = 60.0
STOP_SECONDS = 5.0
_LOOK_SECONDS = 0.02


class ServerError(Exception):
    """The server did not start; the message has the end of what it printed."""


@contextmanager
def running(
    command: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str] | None = None,
    start_seconds: float = START_SECONDS,
) -> Iterator[dict[str, Any]]:
    """Yields what the server told of itself: the first line it printed that is a JSON object.

    Its stdin is a pipe that nobody writes to: a server that ends with its stdin ends even if this process is killed.
    At the end the process group gets SIGTERM, and SIGKILL after ``STOP_SECONDS``. Raises ``ServerError``.
    """
    with tempfile.TemporaryFile("w+b") as output:
        words = [str(part) for part in command]
        process = subprocess.Popen(
            words,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with process:
            try:
                yield _told(process, output, time.monotonic() + start_seconds)
            finally:
                _stop(process)


def _told(process: subprocess.Popen[bytes], output: IO[bytes], until: float) -> dict[str, Any]:
    """Looks at the output file now and then: a pipe would fill, and stop a server that prints a lot."""
    descriptor = output.fileno()
    while True:
        ended = process.poll() is not None
        printed = os.pread(descriptor, os.fstat(descriptor).st_size, 0)
        for line in printed.split(b"\n")[:-1]:
            with suppress(ValueError):
                told = json.loads(line)
                if isinstance(told, dict):
                    return told
        if ended or time.monotonic() > until:
            lines = printed.decode("utf-8", "replace").splitlines()[-20:]
            raise ServerError("\n".join([f"{process.args!r} did not start:", *(line[:300] for line in lines)]))
        time.sleep(_LOOK_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
