"""Whether this terminal can show the screens, asked before anything is drawn."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

from iomt_tui.cli.exits import CliError, Exit

INSTEAD: Final = "use 'iomt-tui snapshot --plain' or 'iomt-tui watch --plain' instead"


def obstacle(env: Mapping[str, str], *, stdin_tty: bool, screen_tty: bool, encoding: str) -> str:
    """Why the screens cannot be shown, in words, or ``""``.

    ``screen_tty`` is about stderr, to which Textual draws; ``encoding`` is stderr's.
    """
    if not stdin_tty:
        return "the keyboard is not a terminal"
    if not screen_tty:
        return "stderr, where the screen is drawn, is not a terminal"
    term = env.get("TERM", "")
    if os.name == "posix" and term in ("", "dumb", "unknown"):
        return f"TERM is {term!r}, a terminal without a movable cursor"
    if encoding.lower().replace("_", "-").replace("utf8", "utf-8") != "utf-8":
        return f"the terminal's character set is {encoding or 'unknown'}, not UTF-8 (set LC_ALL=C.UTF-8)"
    return ""


def require_screen() -> None:
    """Raises CliError with one line and the way out when the screens cannot be shown here."""
    found = obstacle(
        os.environ,
        stdin_tty=bool(sys.__stdin__ and sys.__stdin__.isatty()),
        screen_tty=bool(sys.__stderr__ and sys.__stderr__.isatty()),
        encoding=(sys.__stderr__.encoding if sys.__stderr__ else "") or "",
    )
    if found:
        raise CliError(f"cannot show the ward here: {found}; {INSTEAD}", Exit.TERMINAL)


def colours(env: Mapping[str, str]) -> int:
    """How many colours the terminal says it has, as the screens will use it; 0 when the user wants none."""
    if env.get("NO_COLOR"):
        return 0
    if os.name != "posix" or env.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return 1 << 24
    return 256 if env.get("TERM", "").strip().lower().rpartition("-")[2] in ("256color", "kitty") else 16


def usual_theme(env: Mapping[str, str]) -> str:
    """The theme for a user who chose none: one that is made of the sixteen colours where there are no more."""
    return "ansi-16" if colours(env) == 16 else "dark"


def over_ssh(env: Mapping[str, str]) -> bool:
    """Whether the terminal is at the other end of an SSH connection."""
    return bool(env.get("SSH_CONNECTION") or env.get("SSH_TTY"))
