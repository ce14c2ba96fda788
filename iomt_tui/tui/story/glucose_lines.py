"""The glucose page in lines: now and next, time in ranges beside its targets, the figures, the days. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from textual.content import Content

from iomt_tui.clinical.glucose import LEAST_HOURS, STEADY_CV, TARGETS, Summary, Target
from iomt_tui.clinical.glucose_profile import LEAST_DAYS, PERCENTILES, SLOT, Slot
from iomt_tui.clinical.glucose_trend import AHEAD, HORIZONS, LOWS, low_now
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.units import GLUCOSE as MG_PER_MMOL
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.story.columns import local
from iomt_tui.tui.story.profile_plot import INK, Marks
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.vital_lines import vital_words, when
from iomt_tui.ward.story.glucose import GlucoseView

ARROWS: Final = {
    "DoubleDown": ("↓↓", "vv", "falling very fast"), "SingleDown": ("↓", "v", "falling fast"),
    "FortyFiveDown": ("↘", "v", "falling"), "Flat": ("→", "-", "steady"), "FortyFiveUp": ("↗", "^", "rising"),
    "SingleUp": ("↑", "^", "rising fast"), "DoubleUp": ("↑↑", "^^", "rising very fast"),
}  # fmt: skip
"""Name of an arrow -> its glyph, the same in ASCII, and words."""

_BAR: Final = 20  # cells of a hundred percent


def now_lines(
    view: GlucoseView, measures: Measures, width: int, *, halted: bool, ascii_only: bool
) -> Iterator[Content]:
    """The present value, where it goes, and the lows that are near."""
    if view.present is None:
        yield plain("Glucose was never measured.", MUTED)
        return
    number, style = vital_words(view.present, measures, halted=halted)
    line = joined(plain("Glucose ", MUTED), plain(number, style), plain(f"  {when(view.present, measures)}", MUTED))
    where = view.direction
    if where is not None and not halted:
        glyph, letters, words = ARROWS[where.arrow]
        arrow = plain(f"  {letters if ascii_only else glyph} {words}", "bold" if where.arrow != "Flat" else "")
        line = joined(line, arrow, plain(f"  {rate_words(where.rate, measures)}", MUTED))
    yield fitted(line, width)
    yield from wrapped(*_next(view, measures, width, halted=halted))


def rate_words(rate: float, measures: Measures) -> str:
    """``-1.5 mg/dL a minute``; with two decimals in mmol/L."""
    unit = measures.unit("glucose")
    return f"{rate / MG_PER_MMOL:+.2f} {unit} a minute" if unit == "mmol/L" else f"{rate:+.1f} {unit} a minute"


def _next(view: GlucoseView, measures: Measures, width: int, *, halted: bool) -> tuple[str, int, str]:
    if halted:
        return "Nobody monitors: nothing is said of what comes next.", width, MUTED
    if not view.continuous:
        return "No continuous sensor: readings are too far apart to say where glucose goes.", width, MUTED
    if view.direction is None:
        return "Where it goes is not known: too few readings in the last quarter of an hour.", width, MUTED
    low = low_now(view.recent[-1][1])
    if low is not None and not view.ahead:
        last = LOWS[-1]
        more = f", and not below {measures.text('glucose', last)} within {HORIZONS[last]} min" if low > last else ""
        return f"! LOW NOW: below {measures.text('glucose', low)}{more}.", width, "bold $sev-high"
    if not view.ahead:
        return f"No low within {AHEAD} min at this rate.", width, MUTED
    said = " and ".join(f"below {measures.text('glucose', one.limit)} {_soon(one.minutes)}" for one in view.ahead)
    return f"! PREDICTED LOW: {said} at this rate (a straight line).", width, "bold $sev-high"


def _soon(minutes: float) -> str:
    return f"in about {round(minutes)} min" if minutes >= 1 else "about now"


def range_lines(view: Summary, measures: Measures, width: int, *, ascii_only: bool) -> Iterator[Content]:
    """Every share of the time with its target, the highest values first."""
    for target in TARGETS:
        share = view.share(target)
        name = fitted(plain(_named(target, measures)), 14)
        if share is None:
            yield fitted(joined(name, plain("--", MUTED)), width)
            continue
        met = target.met(share)
        bar = ("#" if ascii_only else "█") * (round(share / 100 * _BAR) or (1 if share > 0 else 0))
        wanted = f"{'more' if target.above else 'less'} than {target.share:g} %"
        yield fitted(
            joined(
                name, plain(f"{share:5.1f} % ", "bold"), fitted(plain(bar, INK[target.ranges[-1]]), _BAR + 1),
                plain(f"target {wanted}", MUTED),
                plain(("  met" if met else "  NOT met") if view.enough else "", "" if met else "bold $warning"),
            ),
            width,
        )  # fmt: skip


def _named(target: Target, measures: Measures) -> str:
    """The target's name in the units that are shown."""
    words = target.name.split(" ")
    return " ".join(measures.text("glucose", float(word)) if word.isdigit() else word for word in words).capitalize()


def figure_lines(view: GlucoseView, measures: Measures, width: int) -> Iterator[Content]:
    """Mean, GMI or why there is none, variation, and how much was measured."""
    own = view.summary
    said = list[Content]()
    if own.mean is not None:
        mean = f"{measures.text('glucose', own.mean)} {measures.unit('glucose')}"
        said += [plain("Mean ", MUTED), plain(mean, "bold")]
    if own.gmi is not None:
        said += [plain("   GMI ", MUTED), plain(f"{own.gmi:.1f} %", "bold")]
    yield fitted(joined(*said, *_variation(own)), width)
    if own.gmi is None:
        yield from wrapped(f"GMI withheld: {own.withheld}.", width, "bold")
        yield from wrapped("Targets are not judged for the same reason.", width, MUTED)
    worn = f"Sensor worn {own.days_active} of {own.days} days, readings for {own.active:.0f} % of the time"
    yield from wrapped(f"{worn}.", width, MUTED)


def _variation(own: Summary) -> tuple[Content, ...]:
    if own.cv is None:
        return ()
    steady = own.cv <= STEADY_CV
    words = "" if steady else f", MORE than {STEADY_CV:.0f} %"
    return plain("   CV ", MUTED), plain(f"{own.cv:.0f} %{words}", "bold" if steady else "bold $warning")


def slot_words(slot: Slot, measures: Measures) -> str:
    """A half hour of the day: its percentiles in words."""
    begins, ends = slot.minute, slot.minute + SLOT
    name = f"{begins // 60:02d}:{begins % 60:02d}-{ends // 60:02d}:{ends % 60:02d}"
    if not slot.values:
        days = "1 day" if slot.days == 1 else f"{slot.days} days"
        return f"{name}: readings of {days}, a profile needs {LEAST_DAYS}"
    p5, p25, p50, p75, p95 = (measures.text("glucose", value) for value in slot.values)
    return f"Usual at {name}: median {p50}, half {p25}-{p75}, nine in ten {p5}-{p95} ({slot.days} days)"


def profile_legend(drawn: Marks, measures: Measures, width: int) -> Iterator[Content]:
    """What the shades say."""
    lines = f"{measures.text('glucose', 70)} and {measures.text('glucose', 180)} {measures.unit('glucose')}"
    low, lower, _, upper, high = PERCENTILES
    yield fitted(plain(
        f"{' ' * 6}{drawn.median} median   {drawn.half} {lower} to {upper} %   {drawn.most} {low} to {high} %   "
        f"{drawn.line} {lines}", MUTED
    ), width)  # fmt: skip


TARGETS_OF: Final = "Targets: adults with type 1 or 2 diabetes, not in pregnancy (consensus on time in range, 2019)."
"""Whom the targets are for."""


def source_lines(measures: Measures, width: int) -> Iterator[Content]:
    """Whose figures these are."""
    high, low = (f"below {measures.text('glucose', limit)} {minutes} min" for limit, minutes in HORIZONS.items())
    yield from wrapped(TARGETS_OF, width, MUTED)
    ahead = f"Lows are told ahead: {high} (as Basal-IQ and MiniMed pumps), {low} (as Dexcom's Urgent Low Soon)."
    yield from wrapped(ahead, width, MUTED)
    yield from wrapped(f"A day counts as worn from {LEAST_HOURS} h of readings: our own figure.", width, MUTED)


def percent(share: float | None) -> str:
    """A share in whole percent; what is there is never 0 %, and what is not all never 100 %."""
    if share is None:
        return "--"
    if 0 < share < 1:
        return "<1 %"
    return ">99 %" if 99 < share < 100 else f"{share:.0f} %"


def day_lines(view: GlucoseView, measures: Measures, width: int) -> Iterator[Content]:
    """Day by day, the newest first."""
    if not view.by_day:
        return
    low, high = TARGETS[3], TARGETS[1]
    under, over = f"< {measures.text('glucose', 70)}", f"> {measures.text('glucose', 180)}"
    heads = f"{'Day':<12}{'mean':>7}{'in range':>10}{under:>8}{over:>8}{'measured':>10}"
    yield fitted(plain(heads, "bold"), width)
    for day, own in view.by_day:
        shares = [own.share(target) for target in (TARGETS[2], low, high)]
        cells = [percent(share) for share in shares]
        mean = "--" if own.mean is None else measures.text("glucose", own.mean)
        name = f"{date.fromordinal(day):%a %d %b}"
        style = "bold $warning" if (shares[1] or 0) >= low.share else ""
        yield fitted(joined(
            plain(f"{name:<12}{mean:>7}{cells[0]:>10}"), plain(f"{cells[1]:>8}", style),
            plain(f"{cells[2]:>8}"), plain(f"{own.active:>8.0f} %", MUTED),
        ), width)  # fmt: skip


def spot_lines(view: GlucoseView, measures: Measures, width: int) -> Iterator[Content]:
    """The newest readings where no sensor measures all the time."""
    yield from wrapped(
        f"{view.summary.readings} readings in {view.days} days, too far apart for a continuous sensor: time in ranges, "
        "GMI and the daily profile are of a sensor only.", width,
    )  # fmt: skip
    yield EMPTY
    zone = zone_of(view.tz)
    for at, value in reversed(view.recent):
        text = f"{measures.text('glucose', value)} {measures.unit('glucose')}"
        yield fitted(plain(f"{local(at, zone):%a %d %b %H:%M}  {text}"), width)
