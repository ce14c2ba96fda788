"""The alarm page in words: its head, and the one or two lines of a row. Pure."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from iomt_tui.alarms.grouping import AlarmGroup
from iomt_tui.alarms.suppression import held_back
from iomt_tui.tui.alarm_list import AlarmItem, Order, Section
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition, long_age
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.group_words import group_words
from iomt_tui.tui.widgets.header import clock, counts, quieted
from iomt_tui.tui.widgets.phrases import lasting, quiet
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.severity import SIGN, WORD, ink, severity_of
from iomt_tui.tui.widgets.strip import in_hand
from iomt_tui.tui.widgets.written_words import line_of, marked
from iomt_tui.ward.missed import Missed
from iomt_tui.ward.view import Severity, WardView

ONE_LINE: Final = 104
"""Cells from which a row needs no second line."""

SHORT: Final = {
    Section.FORCE: "all", Section.WAITING: "open", Section.TAKEN: "taken", Section.SHELVED: "shelved",
    Section.LATCHED: "latched", Section.RECENT: "recent", Section.MISSED: "missed",
}  # fmt: skip
"""Names of the sections where the row is narrow."""

NOTHING: Final = {
    Section.FORCE: "No alarm in force.", Section.WAITING: "No alarm waits for a hand.",
    Section.TAKEN: "Nobody has acknowledged an alarm that is in force.", Section.SHELVED: "Nothing is shelved.",
    Section.LATCHED: "No alarm is over without having been seen.", Section.RECENT: "No alarm ended within 4 h.",
    Section.MISSED: "You missed nothing since this screen was opened.",
}  # fmt: skip
"""What an empty section says."""

_ABOUT: Final = {
    Section.SHELVED: "put aside, still counted above; a shelf may outlast its alarm",
    Section.LATCHED: "over before anybody saw them: acknowledge to clear",
}  # fmt: skip


def about_line(
    ward: WardView, section: Section, order: Order, filtered: str, missed: Missed | None, width: int
) -> Content:
    """What the lists add up to, the order and the filter, and what is particular about the section."""
    about = away_span(missed, ward.tz) if section is Section.MISSED and missed is not None else _ABOUT.get(section, "")
    rest = [plain(str(order), MUTED), plain(about, MUTED) if about else EMPTY]
    kept = plain(filtered, "bold $accent") if filtered else EMPTY
    quiets = quieted(ward)
    short = counts(ward, short=True)
    for parts in (
        (counts(ward), quiets, kept, *rest), (short, quiets, kept, *rest), (short, quiets, kept, rest[1]),
        (short, quiets, kept, rest[0]), (short, quieted(ward, short=True), kept), (short, kept),
    ):  # fmt: skip
        line = joined(plain(" "), joined(*(part for part in parts if part), between=" · "))
        if line.cell_length <= width:
            return fitted(line, width)
    return fitted(line, width)


def away_span(missed: Missed, tz: str) -> str:
    """From when to when nobody looked."""
    return f"away {clock(missed.start, tz, seconds=False)}–{clock(missed.end, tz, seconds=False)}"


def alarm_row(item: AlarmItem, measures: Measures, now: int, tz: str, width: int, server: str = "") -> list[Content]:
    """One alarm: sign, bed, name, condition, priority in words, what has become of it, since when; how that stands on
    the ``server`` beside it, or below where it has no room."""
    severity = severity_of(item.alarm)
    held = held_back(item.alarm.ref.key, item.over)
    waits = item.alarm.state in ("unack", "latched") and not held
    style = ink(severity) if item.standing and not held else MUTED
    sign = joined(plain(" "), fitted(plain(SIGN[severity], ink(severity, filled=waits)), 3), plain(" "))
    said = condition(item.alarm, measures)
    state = plain(state_words(item, tz, now), "bold" if waits else "")
    age = plain(f" {_age(item, tz, now)} ", MUTED)
    word = _word(item)
    if width >= ONE_LINE:
        name = fitted(plain(item.name, "bold"), max(14, min(24, width // 8)))
        says = fitted(plain(said, style), max(22, min(36, width // 5)))
        start = joined(sign, fitted(plain(item.bed, "bold"), 5), name, plain(" "), says, plain(" "))
        row = joined(start, fitted(plain(word, style), 10), state)
        return _with_written(item, [spread(row, age, width)], row, width - age.cell_length, server, tz, width)
    first = joined(sign, plain(f"{item.bed} {item.name}".strip(), "bold"), plain(f"  {said}", style))
    second = joined(plain("     "), plain(f"{word} · ", MUTED), state)
    return _with_written(item, [spread(first, age, width), fitted(second, width)], second, width, server, tz, width)


def _with_written(
    item: AlarmItem, rows: list[Content], last: Content, room: int, server: str, tz: str, width: int
) -> list[Content]:
    """``rows`` with how the acknowledgement stands: at the end of the ``last`` of them, which has ``room`` cells."""
    if item.written is None:
        return rows
    said = marked(item.written, server, tz, room - last.cell_length - 3)
    if said is None:
        return [*rows, *line_of(item.written, server, tz, width, 5)]
    tail = rows[-1][room:] if room < width else EMPTY
    return [*rows[:-1], joined(fitted(joined(last, plain(" · ", MUTED), said), room), tail)]


def group_row(group: AlarmGroup, called: str, measures: Measures, key: str, width: int, *, more: bool) -> list[Content]:
    """Several alarms of the patient ``called`` so, in one or two lines; ``key`` shows each by itself.

    ``more``: high ones of the same patient stand in rows of their own.
    """
    severity = severity_of(group.top)
    waits = any(alarm.state in ("unack", "latched") for alarm in group.alarms)
    sign = joined(plain(" "), fitted(plain(SIGN[severity], ink(severity, filled=waits)), 3), plain(" "))
    hint = joined(plain(f" {key}", "bold $accent"), plain(" each ", MUTED))
    said = joined(plain(f"{called}:", "bold"), plain(f" {group_words(group, measures, more=more)}", ink(severity)))
    rows = said.wrap(max(1, width - 5 - hint.cell_length))[:2]
    start = [sign, *[plain(" " * 5)] * (len(rows) - 1)]
    end = [hint, *[EMPTY] * (len(rows) - 1)]
    return [spread(joined(one, line), last, width) for one, line, last in zip(start, rows, end, strict=True)]


def _word(item: AlarmItem) -> str:
    """The priority; a technical alarm says that it is one, and a high one of these also that."""
    word = WORD[severity_of(item.alarm)]
    if not item.alarm.technical:
        return word
    return "technical" if severity_of(item.alarm) is Severity.TECHNICAL else f"{word} tech"


def _age(item: AlarmItem, tz: str, now: int) -> str:
    """Since when: an age while it stands, times of the clock once it is over or was missed."""
    alarm = item.alarm
    if item.standing and not item.missed:
        return str(long_age(now - alarm.raised))
    begun = clock(alarm.raised, tz, seconds=False)
    return f"{begun}–{clock(alarm.ended, tz, seconds=False)}" if alarm.ended is not None else f"{begun}–"


def state_words(item: AlarmItem, tz: str, now: int) -> str:
    """What has become of the alarm: who has it, who keeps it quiet and for how long, whether it is over."""
    alarm = item.alarm
    parts = [quiet(one, tz, now) for one in item.over]
    if alarm.state == "normal":
        lasted = f"over after {lasting((alarm.ended or alarm.raised) - alarm.onset)}"
        parts = ["left the ward" if item.gone else "", *parts, lasted, f"seen by {alarm.by}" if alarm.by else ""]
    elif alarm.state == "latched":
        parts = ["now normal, nobody yet", *parts]
    else:
        hand = in_hand(alarm, tz, now)
        parts = [*parts, hand] if held_back(alarm.ref.key, item.over) else [hand, *parts]
    if item.level:
        parts.insert(1, f"escalated, step {item.level}" if not item.missed else "escalated")
    return " · ".join(part for part in parts if part)
