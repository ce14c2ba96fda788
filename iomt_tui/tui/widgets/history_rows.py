"""A patient's alarms over time in words: one line a step, a heading a day. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from textual.content import Content

from iomt_tui.alarms.model import Priority, Ref
from iomt_tui.alarms.suppression import INHIBIT
from iomt_tui.security.text import SafeText
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition, label
from iomt_tui.tui.questions import INTENT_WORDS
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.header import clock, zone
from iomt_tui.tui.widgets.phrases import QUIET, lasting
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.severity import SIGN, ink, severity_of
from iomt_tui.tui.widgets.written_words import line_of
from iomt_tui.ward import transitions as steps
from iomt_tui.ward.transitions import Transition
from iomt_tui.ward.writes import Written

_WORD: Final = {Priority.HIGH: "high", Priority.MEDIUM: "medium", Priority.LOW: "low"}


def history_head(called: str, state: str, number: int, dropped: int, width: int) -> Content:
    """Whose steps these are, how many, and how they end."""
    older = f", {dropped} older ones are not kept" if dropped else ""
    count = f" · {number} steps{older}" if number else ""
    words = joined(plain(" Alarm history ", "bold"), plain(called, "bold $accent"), plain(f" · {state}{count}", MUTED))
    return spread(words, plain(" esc back ", MUTED), width)


def history_lines(
    found: Iterable[Transition], measures: Measures, tz: str, width: int, written: Mapping[Ref, Written] | None = None,
    server: str = "",
) -> list[Content]:  # fmt: skip
    """The steps as they are given; a heading wherever the day of the ward's clock changes. ``written``: how the
    acknowledgements of the last day stand on the ward's ``server``."""
    out: list[Content] = []
    day = ""
    for one in found:
        its = f"{datetime.fromtimestamp(one.at / 1000, zone(tz)):%Y-%m-%d}"
        if its != day:
            out.append(joined(plain(f"{its} ", "bold $accent"), plain("─" * max(0, width - 11), "dim")))
            day = its
        out += _row(one, measures, tz, width)
        if one.what == steps.TAKEN and one.alarm is not None and written and one.alarm.ref in written:
            out += line_of(written[one.alarm.ref], server, tz, width, 14)
    return out


def _row(one: Transition, measures: Measures, tz: str, width: int) -> list[Content]:
    time = plain(f"{clock(one.at, tz)}  ", MUTED)
    sign = EMPTY
    if one.alarm is not None:
        severity = severity_of(one.alarm)
        sign = plain(f"{SIGN[severity]:<3} ", ink(severity))
    about = plain(_about(one, measures), "bold")
    said = plain(_SAYS[one.what](one, tz))
    start = joined(time, sign or plain("    "), about, plain("  "))
    if start.cell_length + said.cell_length <= width:
        return [fitted(joined(start, said), width)]
    rest = [joined(plain(" " * 14), line) for line in said.wrap(max(1, width - 14))[:3]]
    return [fitted(line, width) for line in (start, *rest)]


def _about(one: Transition, measures: Measures) -> str:
    """The condition, as it was announced."""
    if one.alarm is not None:
        return condition(one.alarm, measures)
    if one.what == steps.LIMITS:
        return f"{label(one.detail)} limits"
    return f"{label(one.key.param)} {one.key.kind}".strip() if one.key.param else "Patient"


def _by(one: Transition) -> SafeText | str:
    return one.by or "somebody"


def _for(one: Transition) -> str:
    return f" after {lasting(one.lasted)}" if one.lasted is not None else ""


def _until(one: Transition, tz: str) -> str:
    return f" until {clock(one.until, tz, seconds=False)}" if one.until is not None else ""


def _announced(one: Transition, tz: str) -> str:
    prio = _WORD[one.alarm.priority] if one.alarm is not None else ""
    late = one.alarm.raised - one.alarm.onset if one.alarm is not None else 0
    return f"announced, {prio}" + (f", {lasting(late)} after its onset" if late >= 1000 else "")


def _again(one: Transition, tz: str) -> str:
    return f"announced for the {_ordinal(one.alarm.ref.rev)} time: still unresolved" if one.alarm is not None else ""


def _ordinal(number: int) -> str:
    end = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{end}"


def _rose(one: Transition, tz: str) -> str:
    return f"rose to {_WORD[one.alarm.priority]}, announced anew" if one.alarm is not None else ""


def _taken(one: Transition, tz: str) -> str:
    intent = INTENT_WORDS.get(one.alarm.intent, "") if one.alarm is not None else ""
    said = ", ".join(part for part in ("" if intent == "note" else intent, one.words) if part)
    return f"taken by {_by(one)}{_for(one)}{_until(one, tz)}" + (f": {said}" if said else "")


def _quiet(one: Transition, tz: str) -> str:
    if one.detail == INHIBIT:
        return f"held back by the {label(one.key.param)} {one.by} alarm"
    reason = f": {one.words}" if one.words else ""
    return f"{QUIET.get(one.detail, one.detail)} by {_by(one)}{_until(one, tz)}{reason}"


def _loud(one: Transition, tz: str) -> str:
    return f"no longer {QUIET.get(one.detail, one.detail)}{_for(one)}"


def _limits(one: Transition, tz: str) -> str:
    reason = f": {one.words}" if one.words else ""
    return f"{'changed' if one.level else 'back to what holds without'} by {_by(one)}{_until(one, tz)}{reason}"


def _notified(one: Transition, tz: str) -> str:
    return f"escalation step {one.level}, {one.detail}" + (f": {one.words}" if one.words else "")


_SAYS: Final[Mapping[str, Callable[[Transition, str], str]]] = {
    steps.ANNOUNCED: _announced,
    steps.AGAIN: _again,
    steps.ROSE: _rose,
    steps.TAKEN: _taken,
    steps.UNDONE: lambda one, tz: f"taken back by {_by(one)}, announced anew",
    steps.LATCHED: lambda one, tz: f"now normal{_for(one)}; nobody had seen it",
    steps.SEEN: lambda one, tz: f"seen by {_by(one)}{_for(one)}, over by then",
    steps.ENDED: lambda one, tz: f"over{_for(one)}",
    steps.LEFT: lambda one, tz: "left the ward",
    steps.ESCALATED: lambda one, tz: f"escalated, step {one.level}: nobody had answered",
    steps.NOTIFIED: _notified,
    steps.LIMITS: _limits,
    steps.QUIET: _quiet,
    steps.LOUD: _loud,
}
