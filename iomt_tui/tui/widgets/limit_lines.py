"""Alarm limits in lines: a patient's at a glance, one vital's as a ladder, and what other limits would make. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from textual.content import Content

from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.whatif import Comparison
from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM, Limit
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import label, long_age
from iomt_tui.tui.limit_draft import FIELDS, Draft, Field
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.severity import SIGN, ink
from iomt_tui.tui.widgets.strip import lasting
from iomt_tui.ward.judge import InForce
from iomt_tui.ward.trial import Range, Trial
from iomt_tui.ward.view import Severity, VitalView

WORD: Final = {HIGH: "high", MEDIUM: "medium", LOW: "low"}
SIDE: Final = {"high": "above", "low": "below"}
_SEVERITY: Final = {HIGH: Severity.HIGH, MEDIUM: Severity.MEDIUM, LOW: Severity.LOW}
SEPARATE: Final = "draft"
"""What the draft itself is called among the candidates of a trial."""


def vital_row(vital: str, held: InForce, view: VitalView | None, measures: Measures, tz: str, width: int) -> Content:
    """One vital of a patient: its number now, its limits from low to high, and whose they are."""
    name = fitted(joined(plain(f"{label(vital)} ", "bold"), plain(measures.unit(vital), MUTED)), 13)
    now = fitted(plain(_now(vital, view, measures), "bold" if view is not None and view.live else MUTED), 14)
    low = _side(vital, held.limits, "low", measures)
    high = _side(vital, held.limits, "high", measures)
    whose = plain(setting_words(held.setting, tz), "bold $warning" if held.setting is not None else MUTED)
    return fitted(joined(name, now, fitted(low, 26), fitted(high, 26), whose), width)


def _now(vital: str, view: VitalView | None, measures: Measures) -> str:
    if view is None or view.value is None:
        return "not measured"
    if not view.live:
        return f"-- {long_age(view.age)} ago" if view.age is not None else "--"
    return f"now {measures.text(vital, view.value)}"


def _side(vital: str, limits: tuple[Limit, ...], side: str, measures: Measures) -> Content:
    found = [(row.priority, row.low if side == "low" else row.high) for row in limits]
    known = sorted(((value, priority) for priority, value in found if value is not None), reverse=side == "low")
    if not known:
        return plain("▼ off  " if side == "low" else "▲ off  ", MUTED)
    sign = "▼" if side == "low" else "▲"
    parts = (
        joined(plain(f"{SIGN[_SEVERITY[p]]} ", ink(_SEVERITY[p])), plain(measures.text(vital, v))) for v, p in known
    )
    return joined(plain(f"{sign} ", MUTED), joined(*parts, between="  "))


def setting_words(setting: Setting | None, tz: str) -> str:
    """Who set limits, why and until when."""
    if setting is None:
        return "default"
    until = f"until {clock(setting.until, tz, seconds=False)}" if setting.until is not None else "until changed"
    whole = "ward, " if not setting.patient else ""
    return f"{whole}{setting.by}, {until}: {setting.reason}"


def ladder_row(draft: Draft, field: Field, measures: Measures, width: int) -> Content:
    """One limit of the ladder: its priority, its value, what it was, and where the figure comes from."""
    severity = _SEVERITY[field.priority]
    value, before = draft.value(field), _of(draft.before, field)
    side = f"{'▲' if field.side == 'high' else '▼'} {SIDE[field.side]}"
    shown = measures.text(draft.vital, value) if value is not None else "off"
    was = "" if value == before else f"was {measures.text(draft.vital, before) if before is not None else 'off'}"
    row = next((row for row in draft.rows if row.priority == field.priority), None)
    delay = f"after {row.delay_s:g} s" if row is not None and value is not None and row.delay_s else ""
    return fitted(
        joined(
            fitted(plain(f"{SIGN[severity]:<3} {WORD[field.priority]}", ink(severity)), 12),
            plain(f"{side} ", MUTED),
            fitted(plain(f"{shown:>6}", "bold" if value is not None else MUTED), 9),
            fitted(plain(was, "bold $warning"), 10),
            fitted(plain(delay, MUTED), 12),
            plain(row.origin if row is not None and value is not None and not was else "", MUTED),
        ),
        width,
    )


def _of(rows: tuple[Limit, ...], field: Field) -> float | None:
    row = next((row for row in rows if row.priority == field.priority), None)
    return None if row is None else row.low if field.side == "low" else row.high


def now_row(draft: Draft, view: VitalView | None, seen: Range | None, measures: Measures, width: int) -> Content:
    """Between the high and the low limits: the number now and what it was in the last 24 h."""
    now = plain(f"         {_now(draft.vital, view, measures)} {measures.unit(draft.vital)}", "bold")
    if seen is None:
        return fitted(now, width)
    text = measures.text
    told = f"24 h: {text(draft.vital, seen.lowest)} to {text(draft.vital, seen.highest)}"
    return fitted(joined(now, plain(f"   {told}, median {text(draft.vital, seen.median)}", MUTED)), width)


def trial_lines(trial: Trial, draft: Draft, measures: Measures, width: int) -> Iterator[Content]:
    """What the draft would have made of the last 24 h beside the limits as they held."""
    compared = trial.compared.get(SEPARATE)
    if compared is None or trial.range is None:
        yield plain("Nothing was measured in the last 24 h: other limits cannot be tried on it.", "bold")
        return
    share = f"{compared.coverage * 100:.0f} % of {lasting(compared.watched_ms)} measured"
    if not compared.conclusive:
        yield from wrapped(f"Too little to conclude from: {share}.", width, "bold $warning")
    today, then = compared.today, compared.candidate
    yield fitted(plain(f"{'':<22}{'alarms':>8}{'minutes':>9}   high/medium/low", MUTED), width)
    for name, tally in (("as the limits held", today), ("with these limits", then)):
        mix = "/".join(str(tally.mix[p]) for p in sorted(tally.mix, reverse=True))
        style = "bold" if tally is then else ""
        yield fitted(plain(f"{name:<22}{tally.alarms:>8}{tally.minutes:>9.0f}   {mix}", style), width)
    yield from wrapped(_consequence(compared, draft, measures), width)
    if compared.conclusive:
        yield plain(share, MUTED)


def _consequence(compared: Comparison, draft: Draft, measures: Measures) -> str:
    parts = []
    if compared.missed:
        worst = max(compared.missed, key=lambda missed: missed.depth)
        longest = max(missed.length_ms for missed in compared.missed)
        parts.append(
            f"{len(compared.missed)} would have been missed: the deepest at {measures.text(draft.vital, worst.worst)}, "
            f"the longest {lasting(longest)}"
        )
    if compared.later:
        parts.append(f"{compared.later} announced later, by up to {lasting(compared.latest_ms)}")
    if compared.quieter:
        parts.append(f"{compared.quieter} at a lower priority")
    if compared.added:
        parts.append(f"{compared.added} more")
    if compared.unsure:
        parts.append(f"{compared.unsure} reach into a gap: cannot be told")
    return ("; ".join(parts) or "No alarm would have been missed, later or more") + "."


def neighbour_line(
    field: Field, value: float | None, drafts: Mapping[float, Draft], trial: Trial, measures: Measures, width: int
) -> Iterator[Content]:
    """How many alarms the chosen limit would have made at values around ``value``, where it is."""
    if not drafts or not trial.compared:
        return
    vital = trial.vital
    cells = [plain(f"alarms, {WORD[field.priority]} {SIDE[field.side]}:", MUTED)]
    for tried in drafts:
        compared = trial.compared.get(_name(tried))
        if compared is not None:
            text = f"{measures.text(vital, tried)}: {compared.candidate.alarms}"
            cells.append(plain(f"[{text}]", "bold") if tried == value else plain(text))
    yield fitted(joined(*cells, between="  "), width)


def _name(value: float) -> str:
    return f"{value:g}"


def candidates(draft: Draft, field: Field | None) -> dict[str, tuple[Limit, ...]]:
    """The limits to try: the draft, and the chosen limit at values around where it is."""
    tried = {SEPARATE: draft.rows}
    if field is not None:
        tried |= {_name(value): one.rows for value, one in draft.neighbours(field).items()}
    return tried


def changes(draft: Draft, measures: Measures) -> tuple[str, ...]:
    """Each limit that differs, in words: "SpO2 below, medium priority: 90 → 88"."""

    def shown(value: float | None) -> str:
        return "off" if value is None else measures.text(draft.vital, value)

    return tuple(
        f"{label(draft.vital)} {SIDE[field.side]}, {WORD[field.priority]} priority: "
        f"{shown(_of(draft.before, field))} → {shown(draft.value(field))}"
        for field in FIELDS
        if field in draft.changed
    )
