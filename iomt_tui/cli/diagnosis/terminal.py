"""What the terminal can do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from iomt_tui.cli import terminal_check
from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.terminal_check import INSTEAD, obstacle, over_ssh

_NARROW, _LOW = 80, 24


def terminal_checks(
    env: Mapping[str, str], size: os.terminal_size, *, stdin_tty: bool, screen_tty: bool, encoding: str
) -> Iterator[Check]:
    """Whether the screens can be shown, in which size, with which colours, and over which line."""
    found = obstacle(env, stdin_tty=stdin_tty, screen_tty=screen_tty, encoding=encoding)
    term = env.get("TERM", "")
    if found:
        piped = not (stdin_tty and screen_tty)  # as in a script: no fault of the machine
        yield Check("terminal", "warn" if piped else "fail", f"cannot show the screens: {found}", INSTEAD)
    else:
        yield Check("terminal", "ok", f"TERM is {term or 'not needed here'}, character set {encoding}")
    if screen_tty:
        yield _size(size)
    yield colours(env)
    if over_ssh(env):
        yield Check("line", "ok", "over SSH: nothing is animated")
    if env.get("TMUX") or term.startswith(("tmux", "screen")):
        yield Check("line", "ok", "inside tmux or screen; alarms ring its bell only if 'bell-action' lets them")


def _size(size: os.terminal_size) -> Check:
    text = f"{size.columns} columns, {size.lines} lines"
    if size.columns < _NARROW or size.lines < _LOW:
        return Check("size", "warn", f"{text}: only the worst patients and the counts fit", "use 80 by 24 or more")
    return Check("size", "ok", text)


def colours(env: Mapping[str, str]) -> Check:
    """How many colours the terminal says it has."""
    found = terminal_check.colours(env)
    if not found:
        return Check("colours", "ok", "NO_COLOR is set: no colours, severity is told by signs and words")
    if found > 16:
        return Check("colours", "ok", "256" if found == 256 else "16 million")
    return Check(
        "colours", "warn", "16, or not known: the theme ansi-16 is used unless you chose another",
        "set COLORTERM=truecolor if your terminal has more",
    )  # fmt: skip
