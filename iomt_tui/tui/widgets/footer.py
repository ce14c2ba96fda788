"""The last line: the keys that work here, or what the program asks and answers. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from textual.content import Content

from iomt_tui.tui.keys import PATIENT, SIGN_IN, TABLE, KeyAction, Keys, here
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread

_LAST: Final = ("help", "quit")
_OWN: Final = (PATIENT, SIGN_IN)  # keys of a page that tells them nowhere else: they stay longest
_ASKS: Final = "$warning reverse"


def footer_line(
    keys: Keys, available: Collection[str], *, recording: bool, width: int, places: Collection[str] = ()
) -> Content:
    """Keys with their words; greyed when not available now. Help and quit stay to the last."""
    there = [a for a in TABLE if a.footer and here(a, recording=recording, places=places) and a.id not in _LAST]
    ends = [a for a in TABLE if a.id in _LAST]
    while True:
        shown = sorted((*there, *ends), key=TABLE.index)
        line = joined(*(_entry(keys, action, action.id in available) for action in shown))
        if line.cell_length <= width or not there:
            return fitted(line if line.cell_length <= width else EMPTY, width)
        others = [a for a in there if a.group not in _OWN] or there
        there.remove(next((a for a in reversed(others) if a.id not in available), others[-1]))


def _entry(keys: Keys, action: KeyAction, available: bool) -> Content:
    style = "bold $accent" if available else "dim"
    word = "" if available else "dim"
    return joined(plain(f" {keys.labels(action.id)[0]}", style), plain(f" {action.footer} ", word))


def question_line(words: str, width: int, missing: str = "") -> Content:
    """What waits for an answer: enter or escape; enter only once nothing is ``missing``."""
    answer = plain(f"  {missing or 'enter yes'} · esc no ", "bold")
    ask = plain(f" {words} ", "bold")
    if ask.cell_length + answer.cell_length > width:
        answer = plain(_short(missing), "bold")
    if width <= 12:
        return fitted(ask, width, _ASKS)
    return spread(ask, answer, width, _ASKS)


def _short(missing: str) -> str:
    """The keys alone: the one that what is missing begins with, where it is one."""
    key = missing.split(" ", 1)[0] if missing else "enter"
    return f" {key}/esc " if key == "enter" or len(key) == 1 else " esc "


def answer_line(words: str, width: int, *, wrong: bool = False) -> Content:
    """What became of what the user did."""
    return fitted(plain(f" {words}", "bold $warning" if wrong else "bold"), width)


def typed_line(label: str, typed: str, found: str, hint: str, width: int) -> Content:
    """A line while it is typed: what for, what it has found, and how it ends."""
    left = joined(plain(f" {label}", "bold $accent"), plain(typed, "bold"), plain(" ", "reverse"), plain(f"  {found}"))
    tails = (f"  {hint} ", "  " + " · ".join(hint.split(" · ")[-2:]) + " ", "")
    for tail in tails:
        if left.cell_length + len(tail) <= width:
            return fitted(left + plain(tail, "$label"), width)
    over = left.cell_length - width + 1
    if 0 < over < len(typed):  # its end is where one types
        return typed_line(label, f"…{typed[over + 1 :]}", found, "", width)
    return fitted(left, width)
