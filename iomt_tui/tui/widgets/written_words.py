"""How something that was done here stands on the server: a sign and words of its own for each state. Pure.

Nothing is called done there before it was read back from there (SAFETY A5).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from iomt_tui.tui.board.words import label, long_age
from iomt_tui.tui.text import fitted, plain
from iomt_tui.tui.widgets.header import clock
from iomt_tui.ward.writes import (
    ACK,
    CONFIRMED,
    CONFLICT,
    DENIED,
    EXPIRED,
    FAILED,
    LONGEST,
    STALE,
    TAKEN,
    VITALS,
    WAITING,
    Written,
)

SIGNS: Final = {
    WAITING: "…", CONFIRMED: "✓", TAKEN: "⇄", STALE: "≠", CONFLICT: "✗", DENIED: "✗", FAILED: "✗", EXPIRED: "✗",
}  # fmt: skip
"""The sign before the words; what did not arrive shares one, and differs in words."""

STYLES: Final = {
    WAITING: "italic", CONFIRMED: "$label", TAKEN: "bold", STALE: "bold $warning",
    CONFLICT: "bold $warning reverse", DENIED: "bold $warning", FAILED: "bold $warning", EXPIRED: "bold $warning",
}  # fmt: skip

_SHORT: Final = {
    WAITING: "unconfirmed", CONFIRMED: "confirmed", STALE: "changed: look", CONFLICT: "contradicts", DENIED: "refused",
    FAILED: "not taken", EXPIRED: "not delivered",
}  # fmt: skip

_ORDER: Final = (CONFLICT, DENIED, FAILED, EXPIRED, STALE, TAKEN, WAITING, CONFIRMED)


def written_words(one: Written, server: str, tz: str) -> str:
    """What became of it, in full words. ``server``: its name, "" where nobody knows it."""
    name = server or "the server"
    why = f": {one.why.rstrip('.')}" if one.why else ""
    if one.state == WAITING:
        return f"not yet confirmed by {name}" + (f", attempt {one.attempt}{why}" if one.attempt > 1 else "")
    if one.state == CONFIRMED:
        return f"confirmed by {name}{_partly(one)}"
    if one.state == TAKEN:
        at = f" at {clock(one.when, tz, seconds=False)}" if one.when is not None else ""
        return f"already taken by {one.by or 'somebody'}{at}"
    if one.state == STALE:
        return f"changed on {name}: look again{f' ({one.why})' if one.why else ''}"
    if one.state == CONFLICT:
        return f"{name} contradicts it, look and decide{why}"
    if one.state == DENIED:
        return f"{name} does not allow it{why}"
    if one.state == FAILED:
        return f"{name} does not take it{why}"
    todo = "tell them by phone" if one.what == ACK else "enter it there by hand"
    return f"not delivered in {long_age(LONGEST[one.what])}: {todo}"


def _partly(one: Written) -> str:
    lacking = sum(bool(why) for _, why in one.parts)
    return f", but for {lacking} of {len(one.parts)}" if one.what == VITALS and lacking else ""


def short_words(one: Written, tz: str) -> str:
    """The same in one or two words."""
    if one.state == TAKEN:
        at = f" {clock(one.when, tz, seconds=False)}" if one.when is not None else ""
        return f"{one.by or 'somebody'}{at}"
    return _SHORT[one.state]


def look(one: Written) -> tuple[str, str]:
    """Sign and style; what arrived in part only looks like what did not."""
    return (SIGNS[FAILED], STYLES[FAILED]) if _partly(one) else (SIGNS[one.state], STYLES[one.state])


def told(one: Written | None, server: str, tz: str) -> str:
    """Sign and full words; "" for what is not written to a server."""
    return "" if one is None else f"{look(one)[0]} {written_words(one, server, tz)}"


def marked(one: Written, server: str, tz: str, room: int) -> Content | None:
    """Sign and words in at most ``room`` cells; None where they have no room and have to be read in full.

    What is settled or on its way may be said in short; what asks for a hand, or arrived in part only, may not.
    """
    choices = [written_words(one, server, tz)]
    if one.state in (WAITING, CONFIRMED, TAKEN) and not _partly(one):
        choices += [short_words(one, tz), *([""] if one.state == CONFIRMED else [])]
    for words in choices:
        sign, style = look(one)
        said = f"{sign} {words}".strip()
        if len(said) <= room:
            return plain(said, style)
    return None


def line_of(one: Written, server: str, tz: str, width: int, indent: int) -> list[Content]:
    """A line (or two) of its own below what was done."""
    rows = plain(told(one, server, tz), look(one)[1]).wrap(max(8, width - indent))[:2]
    return [fitted(plain(" " * indent) + row, width) for row in rows]


def part_lines(one: Written, width: int) -> Iterable[Content]:
    """Of charted vital signs, what became of each."""
    for vital, why in one.parts:
        words = f"  {SIGNS[FAILED]} {label(vital)}: {why}" if why else f"  {SIGNS[CONFIRMED]} {label(vital)}: charted"
        yield fitted(plain(words, STYLES[FAILED] if why else STYLES[CONFIRMED]), width)


def worst(several: Iterable[Written]) -> Written | None:
    """The one of several that needs a look most; None of none."""
    return min(several, key=lambda one: _ORDER.index(one.state), default=None)
