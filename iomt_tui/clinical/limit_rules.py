"""What alarm limits may be set: bounds, warnings, and limits around a present value. Pure.

HIGH limits (SAFETY, Defaults: "site config may only tighten HIGH"): the limits of a whole ward, by configuration or by
hand, may move a HIGH default towards the normal range, never away from it. One patient's may be further out, as for
chronic hypoxaemia, when somebody answers for it and for at most :data:`LOOSENED_CAP`; nobody switches one off. Delays
are at most those of the defaults. All numbers are in the catalogue's unit, delays in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

from iomt_tui.clinical.limits import HIGH, LOW, MEDIUM, Limit, limits_for
from iomt_tui.clinical.vitals import VITALS

#: The longest on-delay and off-delay (s) by priority: SAFETY, Defaults.
LONGEST: Final = {HIGH: 0.0, MEDIUM: 5.0, LOW: 10.0}
#: How long (ms) one patient's HIGH limit may be further out than its default, until somebody decides anew.
LOOSENED_CAP: Final = 24 * 3_600_000
_WORDS: Final = {HIGH: "high", MEDIUM: "medium", LOW: "low"}


def faults(vital: str, limits: Sequence[Limit]) -> tuple[str, ...]:
    """What is wrong with a set of limits in itself, in words; () when nothing is."""
    if vital not in VITALS:
        return (f"{vital[:40]!r} is not a vital sign",)
    out = [words for limit in limits for words in _row_faults(vital, limit)]
    priorities = [limit.priority for limit in limits]
    out += [f"the {_WORDS[p]} limits are there twice" for p in _WORDS if priorities.count(p) > 1]
    return tuple(out) or tuple(_order_faults(limits))


def _row_faults(vital: str, limit: Limit) -> Iterable[str]:
    low, high = VITALS[vital].plausible
    if limit.priority not in _WORDS:
        yield f"there is no priority {limit.priority}: 3 is high, 2 medium, 1 low"
        return
    word, longest = _WORDS[limit.priority], LONGEST[limit.priority]
    for side, value in (("low", limit.low), ("high", limit.high)):
        if value is not None and not low <= value <= high:  # a NaN is not inside of anything
            yield f"{word} priority, {side} limit {value:g}: must be from {low:g} to {high:g} {VITALS[vital].unit}"
    for name, seconds in (("delay", limit.delay_s), ("off-delay", limit.off_delay_s)):
        if not (isfinite(seconds) and 0 <= seconds <= longest):
            allowed = f"at most {longest:g} s" if longest else "has no delay"
            yield f"{word} priority, {name} {seconds:g} s: an alarm of this priority {allowed}"


def _order_faults(limits: Sequence[Limit]) -> Iterable[str]:
    lows = {x.priority: x.low for x in limits if x.low is not None}
    highs = {x.priority: x.high for x in limits if x.high is not None}
    if lows and highs and max(lows.values()) >= min(highs.values()):
        yield f"low {max(lows.values()):g} is not below high {min(highs.values()):g}: every value would alarm"
    for urgent, milder in ((HIGH, MEDIUM), (MEDIUM, LOW), (HIGH, LOW)):
        names = f"{_WORDS[urgent]} priority", f"{_WORDS[milder]} priority"
        if urgent in lows and milder in lows and lows[urgent] > lows[milder]:
            yield f"low {lows[urgent]:g} of {names[0]} is above low {lows[milder]:g} of {names[1]}"
        if urgent in highs and milder in highs and highs[urgent] < highs[milder]:
            yield f"high {highs[urgent]:g} of {names[0]} is below high {highs[milder]:g} of {names[1]}"


def loosened(limits: Sequence[Limit], usual: Sequence[Limit]) -> tuple[str, ...]:
    """The HIGH limits that ``limits`` put further out than the ``usual`` ones, or switch off, in words."""
    out = []
    for side, low in (("low", True), ("high", False)):
        wanted, own = _high_limit(usual, side), _high_limit(limits, side)
        if wanted is None:
            continue
        if own is None:
            out.append(f"{side} {wanted:g} of high priority is switched off")
        elif own < wanted if low else own > wanted:
            out.append(f"{side} of high priority at {own:g} instead of {wanted:g}")
    return tuple(out)


def _high_limit(limits: Iterable[Limit], side: str) -> float | None:
    return next((getattr(x, side) for x in limits if x.priority == HIGH), None)


def refusal(
    vital: str, limits: Sequence[Limit], usual: Sequence[Limit], lasts: int | None = None, *, whole_ward: bool
) -> str:
    """Why these limits cannot be set where ``usual`` are the default ones, in words; "" when they can.

    ``lasts``: for how long (ms), None without an end.
    """
    if found := faults(vital, limits):
        return "; ".join(found)
    if not (found := loosened(limits, usual)):
        return ""
    said = "; ".join(found)
    if whole_ward:
        return f"{said}: a ward's limits may only be tighter there"
    if any(x.endswith("switched off") for x in found):
        return f"{said}: a limit of high priority cannot be switched off"
    if lasts is None or lasts > LOOSENED_CAP:
        return f"{said}: allowed for one patient for at most {LOOSENED_CAP // 3_600_000} h; give it an end"
    return ""


def in_force(
    usual: Sequence[Limit], own: Sequence[Limit] | None, ward: Sequence[Limit] | None
) -> tuple[Limit, ...]:  # fmt: skip
    """The limits that hold: the patient's own before the ward's before the ``usual`` ones.

    The ward's are passed over for a patient whose own HIGH default they would loosen, as at home for blood pressure.
    """
    if own is not None:
        return tuple(own)
    return tuple(ward) if ward is not None and not loosened(ward, usual) else tuple(usual)


def reach(limits: Iterable[Limit]) -> tuple[float | None, float | None]:
    """The values (low, high) between which no limit alarm holds; None where there is no limit."""
    rows = tuple(limits)
    low = max((x.low for x in rows if x.low is not None), default=None)
    high = min((x.high for x in rows if x.high is not None), default=None)
    return low, high


def switched_off(limits: Iterable[Limit], usual: Iterable[Limit]) -> tuple[str, ...]:
    """The sides ("low", "high") that have a limit by default, and none here."""
    sides = zip(("low", "high"), reach(limits), reach(usual), strict=True)
    return tuple(side for side, now, before in sides if now is None and before is not None)


def warning(vital: str, limits: Sequence[Limit], usual: Sequence[Limit] | None = None) -> str:
    """What is to be said of limits so wide that no alarm would sound, or that are off; "" when nothing is.

    A limit is wide when it lies at or beyond the vital's clinical range (catalogue ``spark``) and beyond the ``usual``.
    """
    before = limits_for(1, False).get(vital, ()) if usual is None else usual
    known, off = VITALS[vital], switched_off(limits, before)
    least, most = known.spark
    low, high = reach(limits)
    usual_low, usual_high = reach(before)
    wide = []
    if low is not None and low <= least and (usual_low is None or low < usual_low):
        wide.append(f"low {low:g}")
    if high is not None and high >= most and (usual_high is None or high > usual_high):
        wide.append(f"high {high:g}")
    said = [f"{known.label} {side}: this alarm limit is switched off" for side in off]
    if wide:
        said.append(
            f"{known.label} {' and '.join(wide)}: no alarm would sound in the range that patients have "
            f"({least:g} to {most:g} {known.unit}); extreme limits make the alarm system ineffective (Mindray)"
        )
    return "; ".join(said)


#: Mindray adult auto limits: factor and offset of low and of high, and the range they are kept in (CLINICAL, 4).
_AUTO: Final = {
    "hr": ((0.8, 0.0), (1.25, 0.0), (35, 240)), "pulse": ((0.8, 0.0), (1.25, 0.0), (35, 240)),
    "rr": ((0.5, 0.0), (1.5, 0.0), (6, 55)), "nibp_sys": ((0.68, 10.0), (0.86, 38.0), (45, 270)),
    "nibp_dia": ((0.68, 6.0), (0.86, 32.0), (25, 225)),
}  # fmt: skip
_AUTO_LEAST: Final = {"hr": 40.0, "pulse": 40.0, "rr": 6.0}  # no low limit below
_AUTO_MOST: Final = {"hr": 240.0, "pulse": 240.0, "rr": 30.0}  # no high limit above


def auto_limits(vital: str, value: float) -> tuple[float, float] | None:
    """Limits (low, high) around a present ``value``, by Mindray's adult rules.

    None where there is no such rule (SpO2 is left as it is), or where the rule's bounds would cross.
    """
    if vital not in _AUTO or not isfinite(value):
        return None
    (down, plus), (up, more), (least, most) = _AUTO[vital]
    low = max(down * value + plus, _AUTO_LEAST.get(vital, least))
    high = min(up * value + more, _AUTO_MOST.get(vital, most))
    low, high = (float(round(min(max(x, least), most))) for x in (low, high))
    return (low, high) if low < high else None
