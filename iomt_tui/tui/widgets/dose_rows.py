"""The medication round in words: its head, the rows, and what a scan found. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from textual.content import Content

from iomt_tui.clinical.medication.checks import clock, length
from iomt_tui.clinical.medication.lists import DoseCounts
from iomt_tui.clinical.medication.rights import Right, Rights
from iomt_tui.clinical.medication.status import LOOKS, Status
from iomt_tui.tui.dose_list import DoseItem, RoundOrder, Section, due_clock
from iomt_tui.tui.text import fitted, joined, plain, spread
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.written_words import line_of, marked

ONE_LINE: Final = 104
"""Cells from which a row needs one line for the dose, and others only for warnings."""

ROOMY: Final = 140
"""Cells from which a row on one line has room for long words."""

NOTHING: Final = {
    Section.TODO: "No dose is due or overdue.", Section.DUE: "No dose is due now.",
    Section.OVERDUE: "No dose is overdue.", Section.NEXT: "No dose is due within 4 h.",
    Section.GIVEN: "Nothing was given in the last 24 h.", Section.NOT_GIVEN: "Nothing was refused, held or missing.",
    Section.NEEDED: "Nothing is ordered as needed, and no infusion runs.",
}  # fmt: skip
"""What an empty section says."""

SHORT: Final = {
    Section.TODO: "to do", Section.DUE: "due", Section.OVERDUE: "over", Section.NEXT: "4 h", Section.GIVEN: "given",
    Section.NOT_GIVEN: "not", Section.NEEDED: "PRN",
}  # fmt: skip
"""Names of the sections where the row is narrow."""

_INDENT: Final = 13  # cells before the words of a row

_BREAK: Final = re.compile("[,:] ")  # what a state is cut at, where the whole of it stands in the next line

_INK: Final = {
    Status.LATE: "bold $sev-medium", Status.MISSED: "bold $sev-medium reverse",
    Status.CONFLICT: "bold $warning reverse", Status.DUE: "bold $accent", Status.DUE_SOON: "$accent",
    Status.REFUSED: "bold $warning", Status.HELD: "bold $warning", Status.NOT_AVAILABLE: "bold $warning",
}  # fmt: skip

_STATES: Final = {"ok": ("ok       ", "bold"), "wrong": ("WRONG    ", "bold $sev-high reverse"),
                  "unknown": ("not known", "bold $warning")}  # fmt: skip


def about_line(counts: DoseCounts, checks: int, order: RoundOrder, filtered: str, hint: str, width: int) -> Content:
    """What is late and missed in numbers, effects to be checked, the order, the filter."""
    late = [(counts.overdue, "late"), (counts.missed, "missed"), (counts.conflicts, "contradictory")]
    said = ", ".join(f"{number} {word}" for number, word in late if number)
    parts = [
        plain(f"{said}" if said else "nothing overdue", "bold $sev-medium" if said else MUTED),
        plain(f"{counts.due} due", "bold" if counts.due else MUTED),
        plain(f"{checks} effect{'s' if checks != 1 else ''} to check", "bold $warning") if checks else plain(""),
        plain(filtered, "bold $accent") if filtered else plain(""),
        plain(str(order), MUTED), plain(hint, MUTED),
    ]  # fmt: skip
    while True:
        line = joined(plain(" "), joined(*(part for part in parts if part), between=" · "))
        if line.cell_length <= width or len(parts) == 1:
            return fitted(line, width)
        parts.pop()


def scan_lines(words: str, wrong: bool, rights: Rights | None, width: int) -> Iterator[Content]:
    """What a scan found: the loud line, then each of the five rights with its state in words."""
    if words:
        yield from wrapped(f" {words}", width, "bold $sev-high reverse" if wrong else "bold")
    for right in rights.all if rights is not None else ():
        yield _right(right, width)
    for remark in rights.remarks if rights is not None else ():
        yield fitted(plain(f"   {remark}", "bold $warning"), width)


def _right(right: Right, width: int) -> Content:
    word, style = _STATES[right.state]
    return fitted(joined(plain(f"   {right.name:<8}"), plain(word, style), plain(f" {right.words}")), width)


def dose_row(
    item: DoseItem, now: int, zone: tzinfo, width: int, *, sent: bool, server: str = "", tz: str = "UTC"
) -> list[Content]:
    """One dose: sign and word of its status, when it is due and how late, whose, what, and each warning in a line.

    ``sent``: something is being recorded of it and the engine has not answered yet. ``server``: its name, to say how
    the record stands there.
    """
    style = _INK.get(item.status, "") if item.status is not None else ""
    glyph = LOOKS[item.status].glyph if item.status is not None else "+"
    sign = joined(plain(" "), plain(glyph, style or "bold"), plain(" "))
    state = "being recorded…" if sent else state_words(item, now, zone)
    due = "PRN" if item.needed is not None else "runs"
    if item.id.due is not None:
        due = due_clock(item.id.due, now, zone)
    who = plain(item.called, "bold")
    drug = joined(
        plain(item.order.drug.name, "bold"),
        plain(f" {item.amount} {item.order.route}"),
        _marks(item, brief=ONE_LINE <= width < ROOMY),
    )
    if width >= ONE_LINE:
        whole, room = plain(state, style), max(28, width // 4 - 2)
        brief = whole.cell_length > room
        says = fitted(plain(_BREAK.split(state, maxsplit=1)[0], style) if brief else whole, room)
        start = joined(sign, fitted(plain(due, "bold"), 10), says, plain(" "))
        drug = joined(start, fitted(who, min(26, width // 6)), plain(" "), drug)
        first = _stands(item, drug, server, tz, width)
        if brief:
            first += [
                fitted(joined(plain(" " * _INDENT), line), width) for line in wrapped(state, width - _INDENT, style)
            ]
    else:
        start = joined(sign, fitted(plain(due, "bold"), 10), plain(state, style))
        first = [
            spread(start, joined(plain(" "), who, plain(" ")), width),
            *_stands(item, joined(plain(" " * _INDENT), drug), server, tz, width),
        ]
    return [*first, *_warned(item, width)]


def _stands(item: DoseItem, row: Content, server: str, tz: str, width: int) -> list[Content]:
    """``row``, and how the record stands on the server: beside it, or below where that has no room."""
    if item.written is None:
        return [fitted(row, width)]
    said = marked(item.written, server, tz, width - row.cell_length - 3)
    if said is not None:
        return [fitted(joined(row, plain(" · ", MUTED), said), width)]
    return [fitted(row, width), *line_of(item.written, server, tz, width, _INDENT)]


def _marks(item: DoseItem, *, brief: bool) -> Content:
    """What it takes more than the dose: a second person, a time to the half hour."""
    parts = []
    if item.order.drug.high_alert:
        parts.append(plain(" HIGH ALERT ", "bold $warning reverse"))
    if item.order.timing:
        parts.append(plain("±30 min" if brief else "time-critical", "bold"))
    return joined(plain(" "), *parts, between=" ") if parts else plain("")


def _warned(item: DoseItem, width: int) -> Iterator[Content]:
    for finding in item.warnings:
        for number, line in enumerate(plain(finding.text, "bold $warning").wrap(max(8, width - _INDENT - 3))[:2]):
            yield fitted(joined(plain(f"{'':<{_INDENT}}{'  ' if number else '⚠ '}", "bold $warning"), line), width)


def state_words(item: DoseItem, now: int, zone: tzinfo) -> str:
    """The status in words, with how late or in how long, by whom and when."""
    if item.needed is not None:
        return _needed(item, now, zone)
    if item.drip is not None:
        since = f" since {clock(item.drip.since, zone)}" if item.drip.since is not None else ""
        ends = f", ends {clock(item.drip.ends, zone)}" if item.drip.ends is not None else ""
        return f"running{since}{ends}"
    dose = item.dose
    assert dose is not None
    word = LOOKS[dose.status].word
    if dose.status in (Status.LATE, Status.MISSED):
        return f"{word}, {length(now - dose.due)} over{_delay(item, zone)}"
    if dose.status is Status.DUE:
        return f"{word}{_delay(item, zone)}" if now - dose.due < 60_000 else f"{word}, {length(now - dose.due)} ago"
    if dose.status in (Status.FUTURE, Status.DUE_SOON):
        return f"{word}, in {length(dose.due - now + 59_999)}{_delay(item, zone)}"
    if len(dose.records) > 1:
        return f"{word}: " + " and ".join(f"{r.what} by {r.by}" for r in dose.records)
    if not dose.records:
        pause = item.order.hold(dose.due)
        return f"{word}: {pause.reason}" if pause is not None and pause.reason else word
    made = dose.records[0]
    why = f": {made.reason}" if made.reason else ""
    return f"{word} {clock(made.at, zone)} by {made.by or 'somebody'}{why}"


def _delay(item: DoseItem, zone: tzinfo) -> str:
    delayed = item.dose.delayed if item.dose is not None else None
    return f", delayed {clock(delayed.at, zone)}: {delayed.reason}" if delayed is not None else ""


def _needed(item: DoseItem, now: int, zone: tzinfo) -> str:
    one = item.needed
    assert one is not None
    count = f"{one.within_24h} of {one.plan.most} in 24 h"
    if one.recheck_due is not None:
        check = "effect to check now" if one.recheck_due <= now else f"check effect {clock(one.recheck_due, zone)}"
        return f"{check}, {count}"
    if one.next_possible is not None:
        return f"not before {clock(one.next_possible, zone)}, {count}"
    return f"possible, {count}"
