"""Adherence beside its effect: the doses of a drug as marks on the trend of the vital that it treats. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.assessment import DrugAdherence

TREATS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "antihypertensive": ("nibp_sys", "nibp_dia"),
        "ace-inhibitor": ("nibp_sys", "nibp_dia"),
        "arb": ("nibp_sys", "nibp_dia"),
        "calcium-blocker": ("nibp_sys", "nibp_dia"),
        "beta-blocker": ("pulse", "hr", "nibp_sys"),
        "cardiac-glycoside": ("pulse", "hr"),
        "diuretic": ("weight", "nibp_sys"),
        "insulin": ("glucose",),
        "antidiabetic": ("glucose",),
        "bronchodilator": ("spo2", "rr"),
        "antibiotic": ("temp",),
    }
)
"""Class of drug -> the vitals that it is to change, the most telling first. Others are watched for harm, not effect
(:mod:`.relevant`), and get no marks."""


class Mark(NamedTuple):
    """A dose on a trend: at ``at`` (ms), "taken", "reported", "missed" or "unknown", each with a glyph of its own."""

    at: int
    what: str
    glyph: str
    drug: str


GLYPHS: Final = {"taken": "▲", "reported": "△", "missed": "×", "unknown": "?"}


def treated(classes: Iterable[str]) -> tuple[str, ...]:
    """The vitals that drugs of these classes are to change."""
    return tuple(dict.fromkeys(vital for name in classes for vital in TREATS.get(name.casefold(), ())))


def marks(drugs: Iterable[DrugAdherence], vital: str, begins: int, ends: int) -> list[Mark]:
    """The doses of drugs that treat ``vital``, due from ``begins`` to before ``ends``, by time."""
    found = []
    for drug in drugs:
        if vital in treated(drug.classes):
            for dose in drug.doses:
                if begins <= dose.due < ends:
                    what = (
                        "taken" if dose.observed else "reported" if dose.reported
                        else "missed" if dose.watched else "unknown"
                    )  # fmt: skip
                    found.append(Mark(dose.due, what, GLYPHS[what], drug.drug))
    return sorted(found)
