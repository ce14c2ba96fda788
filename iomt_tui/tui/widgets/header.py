"""The first line: the time, the heartbeat, the ward and its alarms. Pure; what has no room leaves from the least."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.text import EMPTY, joined, plain, spread
from iomt_tui.tui.widgets.severity import WORD, ink
from iomt_tui.ward.link import LIVE
from iomt_tui.ward.view import Severity, WardView

MANY_BEDS: Final = 8
"""Empty beds that are named; more are counted."""

BEATS: Final = "▖▘▝▗"
"""One turn in four seconds of ticks that were read from the log; it stands still when no tick comes."""

WIDE: Final = 110
"""Columns from which the words about the sound are written out."""

SHORT_AUDIO: Final = {"AUDIO OFF": "MUTE", "AUDIO NOT CONFIRMED": "SOUND?", "AUDIO FAILED": "SOUND!"}

_COUNTED: Final = (
    (Priority.HIGH, Severity.HIGH, "!!!"),
    (Priority.MEDIUM, Severity.MEDIUM, "!!"),
    (Priority.LOW, Severity.LOW, "!"),
)


@dataclass(frozen=True, slots=True)
class HeaderState:
    """What the header says beside the ward's own view."""

    ward: WardView
    beat: int  # log time (ms) of the newest entry read
    order: str = ""  # "by bed", when not worst first
    filter: str = ""
    shown: int = 0  # rows that the filter lets through
    kept: int = 0  # of them only because of a high alarm
    waiting: int = 0  # rows that wait to move
    hidden: int = 0  # patients above and below the window
    hidden_high: bool = False  # one of them has a high alarm
    empty: bool = False  # name the empty beds
    audio: str = ""  # what must be said of the sound; "" when it is on and was heard
    link: str = ""  # what must be said of the line to the server; "" while it is live


@lru_cache(maxsize=8)
def zone(name: str) -> tzinfo:
    """The ward's time zone; UTC when the name is unknown here (the header then says UTC)."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return UTC


def clock(at: int, tz: str, *, seconds: bool = True) -> str:
    """Log time ``at`` (ms) as the ward's wall clock shows it."""
    shown = datetime.fromtimestamp(at / 1000, zone(tz))
    return f"{shown:%H:%M:%S}" if seconds else f"{shown:%H:%M}"


def header_line(state: HeaderState, width: int) -> Content:
    """The line in exactly ``width`` cells. Time, counts and watermark stay to the last."""
    ward = state.ward
    time = clock(ward.now, ward.tz, seconds=width >= 26)
    if zone(ward.tz) is UTC and ward.tz not in ("UTC", "Etc/UTC"):
        time += " UTC"
    beat = BEATS[state.beat // 1000 % len(BEATS)]
    mark = joined(_link(state.link), _audio(state.audio, width, live=not ward.watermark), _watermark(ward))
    room = width - mark.cell_length - (1 if mark else 0)
    for rest in _choices(state):
        line = joined(plain(f" {time} {beat}", "bold"), *(plain("  ") + part for part in rest if part))
        if line.cell_length <= room:
            return spread(line, mark, width)
    return spread(joined(plain(f" {time} "), _alarming(ward, short=True)), mark, width)


def _watermark(ward: WardView) -> Content:
    return plain(f" {ward.watermark} ", "bold $watermark reverse") if ward.watermark else EMPTY


def _link(words: str) -> Content:
    """A server that is not live stays on the line at every width: without it no value is new."""
    return plain(f" {words} ", "bold $warning reverse") if words else EMPTY


def _server(ward: WardView) -> Content:
    """Where the ward comes from while that is live, and who is signed in there."""
    link = ward.link
    if link is None or link.state != LIVE:
        return EMPTY
    return plain(" · ".join(part for part in (link.name, link.user) if part), "$label")


def _audio(words: str, width: int, *, live: bool) -> Content:
    """Sound that is off or that nobody has heard yet stays on the line at every width (SAFETY H19)."""
    if not words:
        return EMPTY
    return plain(
        f" {words if width >= WIDE else SHORT_AUDIO.get(words, words)} ", "bold $warning" if live else "$label"
    )


def _choices(state: HeaderState) -> tuple[tuple[Content, ...], ...]:
    ward = state.ward
    name = plain(ward.name, "bold")
    one = f"{ward.patients} patient" + ("" if ward.patients == 1 else "s")
    people = plain(one + (f", {ward.home} at home" if ward.home else ""), "$label")
    few = plain(one, "$label")
    waiting = plain(f"{ward.unacknowledged} unacknowledged", "bold") if ward.unacknowledged else EMPTY
    if ward.undelivered:
        lost = plain(f"{ward.undelivered} NOT DELIVERED", ink(Severity.HIGH))
        waiting = joined(lost, waiting, between=" · ") if waiting else lost
    many, short = _alarming(ward), _alarming(ward, short=True)
    hint, brief = _hint(state), _out_of_sight(state, brief=True)
    quiet, held = (
        joined(*(part for part in (_written(ward, short=short_), quieted(ward, short=short_)) if part), between=" · ")
        for short_ in (False, True)
    )
    late = _overdue(ward)
    brief_late = _overdue(ward, short=True)
    return (
        (name, _server(ward), people, many, waiting, quiet, late, hint),
        (name, people, many, waiting, quiet, late, hint),
        (name, few, many, waiting, quiet, late, hint),
        (name, few, many, waiting, quiet, brief_late, hint),
        (name, few, many, quiet, late, hint),
        (name, many, quiet, late, hint),
        (name, many, quiet, brief_late, hint),
        (few, short, quiet, brief_late, hint),
        (many, quiet, brief_late, hint),
        (short, quiet, brief_late, hint),
        (many, quiet, hint),
        (short, quiet, hint),
        (many, quiet, brief),
        (short, quiet, brief),
        (short, held, brief),
        (many, held),
        (short, held),
        (many,),
        (short,),
    )


def _overdue(ward: WardView, *, short: bool = False) -> Content:
    """Doses that are late and not yet given up; "" when there is none."""
    number = ward.doses.overdue
    if not number:
        return EMPTY
    words = f"{number} overdue" if short else f"{number} dose{'' if number == 1 else 's'} overdue"
    return plain(words, "bold $warning")


def _hint(state: HeaderState) -> Content:
    parts = []
    if state.filter:
        kept = f", {state.kept} kept for high alarms" if state.kept else ""
        found = f"filter “{state.filter}”: {state.shown} of {state.ward.patients}{kept}"
        parts.append(plain(found, "bold $accent"))
    if state.order:
        parts.append(plain(state.order, "$label"))
    if state.waiting:
        parts.append(plain(f"order changes waiting ({state.waiting})", "italic $label"))
    if state.hidden:
        parts.append(_out_of_sight(state))
    if state.empty:
        parts.append(plain(_empty(state.ward), "$label"))
    return joined(*parts, between=" · ")


def _out_of_sight(state: HeaderState, *, brief: bool = False) -> Content:
    """How many patients are above and below the window, and whether that hides a high alarm."""
    if not state.hidden:
        return EMPTY
    words, among = ("hidden", ", HIGH") if brief else ("out of sight", ", a HIGH alarm among them")
    high = plain(among, ink(Severity.HIGH)) if state.hidden_high else EMPTY
    return plain(f"{state.hidden} {words}", "$label") + high


def _empty(ward: WardView) -> str:
    beds = ward.empty
    named = ", ".join(beds[:MANY_BEDS])
    return f"empty: {named or 'none'}" + (f" and {len(beds) - MANY_BEDS} more" if len(beds) > MANY_BEDS else "")


def _alarming(ward: WardView, *, short: bool = False) -> Content:
    """Whether alarms flood in, and how many are in force."""
    flood = ward.flood
    if flood is None:
        return counts(ward, short=short)
    words = f" FLOOD {flood.count} " if short else f" FLOOD {flood.count} in 10 min "
    return joined(plain(words, "bold reverse"), plain(" "), counts(ward, short=short))


def counts(ward: WardView, *, short: bool = False) -> Content:
    """Alarms in force by priority; in signs when ``short``."""
    parts = [
        _count(ward.counts[priority], sign if short else f" {WORD[severity]}", severity)
        for priority, severity, sign in _COUNTED
        if ward.counts.get(priority)
    ]
    if ward.technical:
        parts.append(_count(ward.technical, "◌" if short else " technical", Severity.TECHNICAL))
    return joined(*parts, between=" ") if parts else plain("no alarms", "$label")


def quieted(ward: WardView, *, short: bool = False) -> Content:
    """What is kept quiet for now (SAFETY H14): each kind with its number, their sum when ``short``."""
    counted = ((ward.paused, "paused"), (ward.shelved, "shelved"), (ward.standby, "standby"))
    kinds = [f"{number} {word}" for number, word in counted if number]
    if not kinds:
        return EMPTY
    total = sum(number for number, _ in counted)
    return plain(f"{total} quiet" if short else " · ".join(kinds), "bold $warning")


def _written(ward: WardView, *, short: bool = False) -> Content:
    """What did not arrive on the server, and acknowledgements that it has not confirmed for half a minute."""
    parts = []
    if ward.unwritten:
        parts.append(plain(f"✗{ward.unwritten}" if short else f"{ward.unwritten} NOT WRITTEN", "bold $warning reverse"))
    if ward.unconfirmed:
        parts.append(plain(f"…{ward.unconfirmed}" if short else f"{ward.unconfirmed} unconfirmed", "bold $warning"))
    return joined(*parts, between=" · ") if parts else EMPTY


def _count(number: int, word: str, severity: Severity) -> Content:
    filled = severity is Severity.HIGH
    return plain(f" {number}{word} " if filled else f"{number}{word}", ink(severity, filled=filled))
