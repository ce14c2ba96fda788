"""What is left when the program breaks: enough to find the fault, nothing about a patient.

Exception messages, local variables and source lines may hold names and values of patients. So a report names types,
files, lines and functions only.
"""

from __future__ import annotations

import os
import platform
import time
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Final

from iomt_tui import __version__

_DEEPEST: Final = 8  # chained exceptions told of
_FRAMES: Final = 60  # innermost frames of each


def _place(filename: str) -> str:
    """A file without the directories above its package, which may hold a user's name."""
    parts = PurePath(filename).parts
    for anchor in ("site-packages", "iomt_tui"):
        if anchor in parts:
            at = len(parts) - 1 - parts[::-1].index(anchor)
            return "/".join(parts[at + (anchor == "site-packages") :])
    return parts[-1] if parts else "?"


def _type(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    rest: list[BaseException | None] = [error]
    while rest and len(chain) < _DEEPEST:
        one = rest.pop(0)
        if one is None or any(one is seen for seen in chain):
            continue
        chain.append(one)
        if isinstance(one, BaseExceptionGroup):
            rest.extend(one.exceptions)
        rest.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
    return chain


def redacted(error: BaseException) -> str:
    """The error and what caused it: types, files, lines and functions; no messages, no values, no source text."""
    lines: list[str] = []
    for one in _chain(error):
        lines.append(f"{'caused by ' if lines else ''}{_type(one)}")
        frames = [(frame, line) for frame, line in traceback.walk_tb(one.__traceback__)][-_FRAMES:]
        for frame, line in reversed(frames):
            lines.append(f"    {_place(frame.f_code.co_filename)}:{line} {frame.f_code.co_qualname}")
    return "\n".join(lines)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "?"


def write_report(error: BaseException, directory: Path) -> Path:
    """Writes the redacted report into ``directory``, readable by the user only, and returns its path.

    Raises ``OSError`` when the directory cannot be made or written.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    path = directory / f"crash-{stamp}-{os.getpid()}.txt"
    head = (
        f"iomt-tui {__version__}, textual {_version('textual')}, rich {_version('rich')}, "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"TERM={os.environ.get('TERM', '')!r}\n\n"
    )
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        file.write(head + redacted(error) + "\n")
    return path


def where(error: BaseException) -> str:
    """The innermost place of ours in the error, else the innermost at all: ``tui/board/painter.py:42``."""
    places = [f"{_place(frame.f_code.co_filename)}:{line}" for frame, line in traceback.walk_tb(error.__traceback__)]
    ours = [place for place in places if place.startswith("iomt_tui/")]
    return (ours or places or ["an unknown place"])[-1].removeprefix("iomt_tui/")


def message(error: BaseException, directory: Path | None) -> str:
    """What the user reads after a crash: what happened, where the report is, what to do next. Writes the report."""
    report = "No report was written: no directory for reports is set."
    if directory is not None:
        try:
            report = f"Report without patient data: {write_report(error, directory)}"
        except OSError as failed:
            report = f"No report was written: {directory}: {failed.strerror or type(failed).__name__}."
    return (
        f"iomt-tui stopped: internal error {_type(error)} at {where(error)}.\n"
        f"{report}\n"
        "Look at the bedside monitors now: this screen shows no alarms any more.\n"
        "Start iomt-tui again; the log and the engine are not affected. If it happens again, send the report.\n"
    )
