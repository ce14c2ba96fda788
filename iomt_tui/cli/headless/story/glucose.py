"""The glucose view without a screen: as a document, in words, and as rows, a reading each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final, Literal

from iomt_tui.cli.headless.documents import VitalDocument
from iomt_tui.cli.headless.json_out import vital_document
from iomt_tui.cli.headless.words import ABSENT, Units, ago, quantity
from iomt_tui.clinical.glucose import LEAST_HOURS, TARGETS, Summary, range_of
from iomt_tui.clinical.glucose_profile import SLOT, Slot
from iomt_tui.clinical.glucose_trend import AHEAD, HORIZONS, low_now
from iomt_tui.clinical.units import GLUCOSE as MG_PER_MMOL
from iomt_tui.times import iso
from iomt_tui.ward.story.glucose import GlucoseView

RangeWord = Literal["very-low", "low", "in-range", "high", "very-high"]
ArrowWord = Literal["DoubleDown", "SingleDown", "FortyFiveDown", "Flat", "FortyFiveUp", "SingleUp", "DoubleUp"]

_ARROWS: Final = {
    "DoubleDown": "falling very fast", "SingleDown": "falling fast", "FortyFiveDown": "falling", "Flat": "steady",
    "FortyFiveUp": "rising", "SingleUp": "rising fast", "DoubleUp": "rising very fast",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShareDocument:
    """How much of the time with readings was in some ranges, beside the target for it."""

    name: str
    """Which: "70 to 180", mg/dL."""
    percent: float | None
    """How much; null where nothing was measured."""
    target_percent: float
    """The target."""
    target: Literal["more", "less"]
    """Whether it should be more than that, or less."""
    met: bool | None
    """Whether it is; null while there are too few data to judge."""


@dataclass(frozen=True, slots=True)
class FiguresDocument:
    """A stretch of readings in figures."""

    readings: int
    """How many."""
    active_percent: float
    """Share of the time with readings."""
    days_active: int
    """Days with readings for at least six hours, a figure of our own."""
    mean: float | None
    """Mean, mg/dL."""
    deviation: float | None
    """Standard deviation, mg/dL."""
    cv_percent: float | None
    """Coefficient of variation."""
    gmi_percent: float | None
    """Glucose management indicator; null while it is withheld."""
    gmi_withheld: str
    """Why; "" where it is not."""
    shares: list[ShareDocument]
    """The highest values first."""


@dataclass(frozen=True, slots=True)
class SlotDocument:
    """What half an hour of the day is like."""

    begin: str
    """When it begins by the ward's clock: "08:30"."""
    days: int
    """On how many days there were readings."""
    readings: int
    """How many."""
    p5: float | None
    """5th percentile, mg/dL; null with readings of fewer than five days, as are the others."""
    p25: float | None
    """25th percentile."""
    p50: float | None
    """Median."""
    p75: float | None
    """75th percentile."""
    p95: float | None
    """95th percentile."""


@dataclass(frozen=True, slots=True)
class AheadDocument:
    """A low that is near if glucose goes on like this: a straight line, no model."""

    limit: int
    """Which limit it passes, mg/dL."""
    minutes: float
    """In how many minutes."""


@dataclass(frozen=True, slots=True)
class GlucoseDayDocument:
    """One day by the ward's clock."""

    date: str
    """Its date."""
    figures: FiguresDocument
    """Its readings in figures."""


@dataclass(frozen=True, slots=True)
class GlucoseDocument:
    """Glucose of one patient. Values are mg/dL."""

    days: int
    """How far the figures look back."""
    continuous: bool
    """Whether a sensor measures all the time; if not, shares, GMI and profile say nothing."""
    present: VitalDocument | None
    """The newest value; null where glucose was never measured."""
    rate: float | None
    """Change, mg/dL a minute, over the last quarter of an hour; null where it is not known."""
    arrow: ArrowWord | None
    """Its arrow."""
    predicted_lows: list[AheadDocument]
    """Lows within half an hour, the nearest first."""
    figures: FiguresDocument
    """All readings of these days in figures."""
    profile: list[SlotDocument]
    """The day in half hours from midnight on; [] without a sensor."""
    by_day: list[GlucoseDayDocument]
    """Day by day, the newest first."""


def document(view: GlucoseView) -> GlucoseDocument:
    """The view as frozen dataclasses."""
    where = view.direction
    return GlucoseDocument(
        days=view.days, continuous=view.continuous,
        present=vital_document(view.present) if view.present is not None else None,
        rate=None if where is None else where.rate, arrow=None if where is None else where.arrow,  # type: ignore[arg-type]
        predicted_lows=[AheadDocument(one.limit, round(one.minutes, 1)) for one in view.ahead],
        figures=_figures(view.summary), profile=[_slot(slot) for slot in view.profile],
        by_day=[GlucoseDayDocument(date.fromordinal(day.day).isoformat(), _figures(day.summary))
                for day in view.by_day],
    )  # fmt: skip


def _figures(own: Summary) -> FiguresDocument:
    shares = [(target, own.share(target)) for target in TARGETS]
    return FiguresDocument(
        readings=own.readings, active_percent=round(own.active, 2), days_active=own.days_active,
        mean=_rounded(own.mean), deviation=_rounded(own.deviation), cv_percent=_rounded(own.cv),
        gmi_percent=_rounded(own.gmi), gmi_withheld=own.withheld,
        shares=[
            ShareDocument(target.name, _rounded(share), target.share, "more" if target.above else "less",
                          target.met(share) if own.enough and share is not None else None)
            for target, share in shares
        ],
    )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _slot(slot: Slot) -> SlotDocument:
    values = [round(value, 2) for value in slot.values] if slot.values else [None] * 5
    return SlotDocument(_clock(slot.minute), slot.days, slot.readings, *values)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def plain(view: GlucoseView, zone: tzinfo, units: Units) -> Iterator[str]:
    """Now and next, then the figures, the profile and the days in sentences."""
    del zone  # half hours and days are the ward's already
    yield from _present(view, units)
    own = view.summary
    yield f"The last {view.days} days: {own.readings} readings, for {own.active:.0f} percent of the time."
    if not view.continuous:
        yield "No continuous sensor: time in ranges, GMI and the daily profile are of a sensor only."
        return
    yield "Targets are those of adults with type 1 or 2 diabetes, not in pregnancy."
    for target in TARGETS:
        yield f"  {_share(own, target.name, units)}"
    if own.mean is not None and own.cv is not None:
        yield f"Mean {quantity('glucose', own.mean, units)}, coefficient of variation {own.cv:.0f} percent."
    yield f"GMI {own.gmi:.1f} percent." if own.gmi is not None else f"GMI withheld: {own.withheld}."
    for slot in view.profile:
        if slot.values:
            yield f"  {_clock(slot.minute)} to {_clock(slot.minute + SLOT)}: {_slot_words(slot, units)}"
    if not any(slot.values for slot in view.profile):
        yield "No daily profile yet: it needs readings of five days in a half hour."
    for day in view.by_day:
        yield f"  {date.fromordinal(day.day):%A %d %B}: {_day(day.summary, units)}"
    high, low = (f"below {quantity('glucose', limit, units)} {minutes} minutes" for limit, minutes in HORIZONS.items())
    yield f"Lows are told ahead: {high}, as Basal-IQ and MiniMed pumps; {low}, as Dexcom's Urgent Low Soon."
    yield f"A day counts as worn from {LEAST_HOURS} hours of readings, a figure of our own."


def _present(view: GlucoseView, units: Units) -> Iterator[str]:
    present = view.present
    if present is None or (present.value is None and not present.absent):
        yield "Glucose was never measured."
        return
    known = present.value is not None and present.age is not None
    said = f"{quantity('glucose', present.value or 0, units)} {ago(present.age or 0)}" if known else ""
    if present.live:
        yield f"Glucose {said}{f', {present.breach}' if present.breach else ''}."
    else:
        why = ABSENT.get(present.absent, "no present value")
        yield f"Glucose: {why}{f'; last {said}' if said else ''}."
    if view.direction is not None:
        yield f"It is {_ARROWS[view.direction.arrow]}, {_rate(view.direction.rate, units)} a minute."
        for one in view.ahead:
            limit = quantity("glucose", one.limit, units)
            when = f"in about {round(one.minutes)} minutes" if one.minutes >= 1.5 else "within about a minute"
            yield f"PREDICTED LOW: below {limit} {when} at this rate."
        low = low_now(view.recent[-1][1])
        if low is not None:
            yield f"LOW NOW: below {quantity('glucose', low, units)}."
        elif not view.ahead:
            yield f"No low within {AHEAD} minutes at this rate."


def _rate(rate: float, units: Units) -> str:
    if units.get("glucose") == "mmol/L":
        return f"{rate / MG_PER_MMOL:+.2f} mmol/L"
    return f"{rate:+.1f} mg/dL"


def _share(own: Summary, name: str, units: Units) -> str:
    target = next(target for target in TARGETS if target.name == name)
    share = own.share(target)
    words = " ".join(quantity("glucose", float(w), units) if w.isdigit() else w for w in name.split(" "))
    wanted = f"target {'more' if target.above else 'less'} than {target.share:g} percent"
    if share is None:
        return f"{words}: nothing measured, {wanted}"
    judged = (", met" if target.met(share) else ", NOT met") if own.enough else ", too few data to judge"
    return f"{words}: {share:.1f} percent of the time, {wanted}{judged}"


def _slot_words(slot: Slot, units: Units) -> str:
    p5, p25, p50, p75, p95 = (quantity("glucose", value, units) for value in slot.values)
    return f"median {p50}, half between {p25} and {p75}, nine in ten between {p5} and {p95}"


def _day(own: Summary, units: Units) -> str:
    if own.mean is None:
        return "no readings"
    middle = own.share(TARGETS[2]) or 0
    mean = quantity("glucose", own.mean, units)
    return f"mean {mean}, {middle:.0f} percent in range, measured for {own.active:.0f} percent of the day"


def rows(view: GlucoseView) -> Iterator[list[str | float | None]]:
    """Every reading of these days with its range, oldest first."""
    yield ["time (UTC)", "glucose (mg/dL)", "range"]
    for at, value in view.readings:
        yield [iso(at), round(value, 4), range_of(value)]
