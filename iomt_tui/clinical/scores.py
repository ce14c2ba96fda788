"""Small bedside scores. Each says what it knows; none is a diagnosis."""

from __future__ import annotations

from iomt_tui.clinical.rounding import rounded


def qsofa(rr: float | None, sbp: float | None, acvpu: float | None) -> tuple[int, int]:
    """qSOFA as ``(points, known inputs of 3)``: one point each for RR >= 22, SBP <= 100, mentation not alert.

    2 or more is high risk of a poor outcome in suspected infection (Sepsis-3, 2016). Values are judged as
    shown, rounded to integers.
    """
    met = (
        None if rr is None else rounded(rr) >= 22,
        None if sbp is None else rounded(sbp) <= 100,
        None if acvpu is None else acvpu > 0,
    )
    return sum(item is True for item in met), sum(item is not None for item in met)


def shock_index(hr: float | None, sbp: float | None) -> float | None:
    """Heart rate / systolic pressure (/min per mmHg), normally 0.5-0.7; None when one of them is unknown."""
    if hr is None or sbp is None or sbp <= 0:
        return None
    return hr / sbp


def mean_arterial_pressure(sys: float | None, dia: float | None, measured: float | None = None) -> float | None:
    """Mean arterial pressure (mmHg): as ``measured``, else (SBP + 2 DBP) / 3, None when that is not known either.

    A diastolic above its systolic pressure is two readings that do not belong together: None.
    """
    if measured is not None:
        return measured
    if sys is None or dia is None or dia > sys:
        return None
    return (sys + 2 * dia) / 3
