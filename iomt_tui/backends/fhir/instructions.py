"""What holds for an order beside its dose and times, as ``Dosage.additionalInstruction``. Pure, both ways.

FHIR R4 has no element for a hold parameter or for a dose that is time-critical. Both are words there, in one form that
is written and read exactly ("hold while SpO2 is below 90 %", with the catalogue's unit; "time-critical"). Words in any
other form are shown as the remark that they are, and never interpreted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from iomt_tui.backends.fhir.resources import Concept
from iomt_tui.clinical.medication.order import TIME_CRITICAL, HoldIf
from iomt_tui.clinical.vitals import VITALS

_VITAL: Final = {vital.name.casefold(): key for key, vital in VITALS.items()}
_HOLD: Final = re.compile(r"hold while (.{1,60}) is (below|above) (\d{1,5}(?:\.\d{1,3})?) (\S{1,20})", re.ASCII)


class Instructions(NamedTuple):
    """The timing and the hold parameters as an order's body has them, and all else that was said."""

    timing: str
    hold_if: list[dict[str, Any]]
    words: list[str]


def written(timing: str, limits: Iterable[HoldIf]) -> Iterator[str]:
    """One text for each thing that holds."""
    for limit in limits:
        side, value = ("below", limit.below) if limit.below is not None else ("above", limit.above)
        vital = VITALS[limit.vital]
        yield f"hold while {vital.name} is {side} {value:g} {vital.unit}"
    if timing:
        yield timing


def understood(told: Iterable[Concept]) -> Instructions:
    """What the texts of an instruction say."""
    found = Instructions(TIME_CRITICAL if any(_critical(one.words()) for one in told) else "", [], [])
    for text in (one.words().strip() for one in told):
        if (limit := _limit(text)) is not None:
            found.hold_if.append(limit)
        elif text and not _critical(text):
            found.words.append(text)
    return found


def _critical(text: str) -> bool:
    return " ".join(text.casefold().replace("-", " ").split()) in ("time critical", "time critical medication")


def _limit(text: str) -> dict[str, Any] | None:
    match = _HOLD.fullmatch(" ".join(text.split()))
    vital = _VITAL.get(match[1].casefold()) if match else None
    if match is None or vital is None or match[4] != VITALS[vital].unit:
        return None
    return {"vital": vital, match[2]: float(match[3])}
