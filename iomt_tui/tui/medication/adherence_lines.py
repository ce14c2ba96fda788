"""Adherence in words for the screen: the ward's list, and one patient drug by drug. Pure.

Observed and reported doses are never added up without saying so, and what cannot be computed says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from textual.content import Content

from iomt_tui.clinical.medication.adherence import Run
from iomt_tui.clinical.medication.assessment import ClassAdherence, Counted, DrugAdherence
from iomt_tui.clinical.medication.figures import Figure
from iomt_tui.clinical.medication.heat import RankRow, rank_row
from iomt_tui.clinical.medication.patterns import Pattern
from iomt_tui.tui.medication.calendar_lines import day_mark
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.ward.adherence_view import AdherenceView

NO_FILLS: Final = "no fills known: PDC and MPR cannot be computed"
NO_DOSES: Final = "no doses known: doses taken cannot be computed"

_SOURCES: Final = {
    "dispenser": "seen by a dispenser", "smart-cap": "seen by a smart cap", "reported": "reported only",
    "": "nobody sees the doses",
}  # fmt: skip
_TREND: Final = 24  # cells of the last week's marks and what is before them


# The ward's list.


def rank_lines(view: AdherenceView, tz: tzinfo, width: int, *, ascii_only: bool) -> list[Content]:
    """One patient of the list: who, the figure it is ordered by, and what else stands out."""
    row = rank_row(view.patient, view.assessment)
    share = "  ?" if row.percent is None else f"{row.percent:>3}"
    style = "bold $sev-medium" if row.mark else "bold"
    left = joined(plain(f"{row.mark or ' '}{share} % ", style), plain(f"{view.bed} {view.name}", "bold"))
    trend = joined(plain("week ", MUTED), *(joined(day_mark(cell, ascii_only=ascii_only)) for cell in row.trend))
    first = spread(left, trend, width) if width >= 60 else fitted(left, width)
    return [first, *_rest(view, row, tz, width)]


def _rest(view: AdherenceView, row: RankRow, tz: tzinfo, width: int) -> Iterator[Content]:
    found = view.assessment
    parts = [found.pdc.formula if found.pdc is not None else NO_FILLS]
    parts += [figure.formula for figure in (found.taken, found.on_time) if figure.whole] or [NO_DOSES]
    if found.taken_or_told.part != found.taken.part:
        parts.insert(2, found.taken_or_told.formula)
    yield from (joined(plain("       "), line) for line in _packed(parts, width - 7))
    if found.runs.current.doses:
        yield _indented(f"misses at present: {run_words(found.runs.current, tz)}", width, "bold $sev-medium")
    if (refill := refill_words(found.drugs, view.today, view.overdue)) is not None:
        yield _indented(refill[0], width, refill[1])
    for words in row.patterns:
        yield _indented(words, width, "bold")


def _packed(parts: Sequence[str], width: int) -> Iterator[Content]:
    """Parts with a dot between, as many a line as fit."""
    line = ""
    for part in parts:
        if line and len(line) + 3 + len(part) > width:
            yield fitted(plain(line, MUTED), width)
            line = ""
        line = f"{line} · {part}" if line else part
    yield fitted(plain(line, MUTED), width)


def _indented(words: str, width: int, style: str = "") -> Content:
    return fitted(joined(plain("       "), plain(words, style)), width)


def refill_words(drugs: Sequence[DrugAdherence], today: int, overdue: Sequence[str]) -> tuple[str, str] | None:
    """The first refill that is due, and its style; None without fills."""
    late = [drug for drug in drugs if drug.order in overdue and drug.refill_due is not None]
    if late:
        first = min(late, key=lambda drug: drug.refill_due or 0)
        more = f" and {len(late) - 1} more" if len(late) > 1 else ""
        since = today - (first.refill_due or today)
        words = f"REFILL OVERDUE: {first.drug}{more}, no supply since {_day(first.refill_due)}, {since} d"
        return words, "bold $sev-medium"
    ahead = [drug for drug in drugs if drug.refill_due is not None and drug.refill_due > today]
    if not ahead:
        return None
    first = min(ahead, key=lambda drug: drug.refill_due or 0)
    return f"refill due {_day(first.refill_due)}, in {(first.refill_due or 0) - today} d: {first.drug}", MUTED


def _day(ordinal: int | None) -> str:
    return f"{date.fromordinal(ordinal):%a %d %b}" if ordinal else "?"


def run_words(run: Run, tz: tzinfo) -> str:
    """``4 doses one after the other, Mon 02 Mar to Wed 04 Mar``."""
    first, last = (datetime.fromtimestamp(at / 1000, UTC).astimezone(tz) for at in (run.first, run.last))
    if run.doses == 1:
        return f"1 dose, {first:%a %d %b %H:%M}"
    if first.date() == last.date():
        return f"{run.doses} doses one after the other, {first:%a %d %b %H:%M} to {last:%H:%M}"
    return f"{run.doses} doses one after the other, {first:%a %d %b} to {last:%a %d %b}"


# One patient.


def figure_lines(own: Counted, tz: tzinfo, width: int) -> Iterator[Content]:
    """Doses observed, then with those reported, on time; runs of misses; patterns with how sure."""
    if own.taken.whole:
        yield formula(own.taken, width)
    if own.taken_or_told.part != own.taken.part or (own.taken_or_told.whole and not own.taken.whole):
        yield formula(own.taken_or_told, width)
    if not own.taken_or_told.whole:
        yield fitted(plain(NO_DOSES, "bold"), width)
    if own.on_time.whole:
        yield formula(own.on_time, width)
    if own.runs.longest.doses:
        yield fitted(plain(f"longest run of misses: {run_words(own.runs.longest, tz)}"), width)
    if own.runs.current.doses:
        yield fitted(plain(f"misses at present: {run_words(own.runs.current, tz)}", "bold $sev-medium"), width)
    for pattern in own.patterns:
        yield from wrapped(f"{pattern.words} ({_sure(pattern)})", width, "bold")


def formula(figure: Figure, width: int) -> Content:
    """A figure with its numbers."""
    return fitted(plain(figure.formula), width)


def judged(figure: Figure, width: int) -> Content:
    """A PDC with its verdict."""
    if figure.adherent is None:
        return formula(figure, width)
    verdict = ", adherent" if figure.adherent else ", not adherent (below 80 %)"
    return fitted(plain(figure.formula + verdict, "" if figure.adherent else "bold $sev-medium"), width)


def _sure(pattern: Pattern) -> str:
    """How often chance alone would show as much; Fisher's exact test."""
    return f"chance alone: {100 * pattern.chance:.2g} %" if pattern.chance >= 1e-4 else "chance alone: below 0.01 %"


def drug_lines(drug: DrugAdherence, view: AdherenceView, tz: tzinfo, width: int) -> Iterator[Content]:
    """One drug: who sees its doses, PDC and MPR with their formulas, the doses, the refill."""
    critical = plain(" critical ", "bold $warning reverse") if drug.critical else EMPTY
    classes = f" · {', '.join(drug.classes)}" if drug.classes else ""
    source = _SOURCES.get(drug.source, "seen by a device")
    yield fitted(joined(plain(f"{drug.drug} ", "bold"), critical, plain(f"{source}{classes}", MUTED)), width)
    inner = width - 2
    rows: list[Content] = []
    if drug.pdc is not None and drug.pdc.whole and drug.mpr is not None:
        rows += [judged(drug.pdc, inner), formula(drug.mpr, inner)]
    else:
        rows.append(fitted(plain(NO_FILLS, "bold"), inner))
    rows += figure_lines(drug, tz, inner)
    if (refill := refill_words([drug], view.today, view.overdue)) is not None:
        rows.append(fitted(plain(*refill), inner))
    yield from (joined(plain("  "), row) for row in rows)


def class_lines(classes: Sequence[ClassAdherence], width: int) -> Iterator[Content]:
    """PDC of classes that several drugs belong to: any of them covers a day."""
    for one in classes:
        if len(one.drugs) > 1:
            yield judged(one.pdc, width)
            yield from wrapped(f"  any of {', '.join(one.drugs)} covers a day", width, MUTED)
