"""A report of an error of the program's own: where it happened, and nothing of what it was about.

No local variables and no exception messages go into it, since both may hold patient data (SAFETY S11).
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path
from traceback import walk_tb
from types import CodeType

from iomt_tui import __version__
from iomt_tui.cli.paths import make_private, state_dir


def crash_report(error: BaseException) -> str:
    """The report's text: versions, the chain of exception types, and the places in the code, innermost last."""
    lines = [
        f"iomt-tui {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        f"at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}",
    ]
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines += ["", f"{type(link).__module__}.{type(link).__qualname__}"]
        frames = [(frame.f_code, number) for frame, number in walk_tb(link.__traceback__)]
        lines += [f"  {place(code)}:{number} in {code.co_qualname}" for code, number in frames]
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def place(code: CodeType) -> str:
    """The file of ``code`` without the directories above its package: they can hold a user's name."""
    return "/".join(Path(code.co_filename).parts[-3:])


def write_crash(error: BaseException) -> Path | None:
    """Writes the report, readable by its owner only, and returns its path; None when it cannot be written."""
    try:
        folder = make_private(make_private(state_dir()) / "crash")
        path = folder / f"crash-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.txt"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(crash_report(error))
    except Exception:
        return None
    return path


def crash_line(error: BaseException) -> str:
    """Writes the report and returns the one line that tells the user about it."""
    path = write_crash(error)
    where = f"A report without patient data is in {path}" if path else "No report could be written"
    return (
        f"iomt-tui: an error of the program's own ({type(error).__name__}). {where}; please send it to the maintainers"
    )


def report_crash(error: BaseException) -> None:
    """The same, on stderr."""
    print(crash_line(error), file=sys.stderr)
