"""Which vital signs a drug is given with an eye on, and what they were."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from iomt_tui.clinical.medication.order import Order

_BP: Final = ("nibp_sys", "nibp_dia", "ibp_sys", "ibp_dia")
#: Class of drug -> vitals, the most telling first.
BY_CLASS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "cardiac-glycoside": ("pulse", "hr"),
        "beta-blocker": ("pulse", "hr", *_BP),
        "antihypertensive": _BP,
        "diuretic": (*_BP, "weight"),
        "insulin": ("glucose",),
        "antidiabetic": ("glucose",),
        "opioid": ("rr", "acvpu", "spo2", "etco2"),
        "antipsychotic": ("acvpu", *_BP),
        "bronchodilator": ("hr", "pulse", "spo2", "rr"),
        "antibiotic": ("temp",),
        "anticoagulant": ("hr", *_BP),
        "corticosteroid": ("glucose",),
        "analgesic": ("temp",),
    }
)
#: A vital -> others that measure the same thing.
SAME: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "pulse": ("pulse", "hr"),
        "hr": ("hr", "pulse"),
        **{f"{kind}_{part}": (f"{kind}_{part}", f"{other}_{part}")
           for kind, other in (("nibp", "ibp"), ("ibp", "nibp")) for part in ("sys", "dia", "mean")},
    }
)  # fmt: skip


class Measured(NamedTuple):
    """The newest valid value of a vital (catalogue unit) and its age in ms."""

    vital: str
    value: float
    age: int


def relevant_vitals(order: Order) -> tuple[str, ...]:
    """The vitals to look at before giving it: those of its hold parameters, then those of its classes."""
    held = [limit.vital for limit in order.hold_if]
    return tuple(dict.fromkeys([*held, *(v for c in order.drug.classes for v in BY_CLASS.get(c, ()))]))


def newest(vital: str, known: Mapping[str, Measured]) -> Measured | None:
    """The newest value of ``vital``, or of what measures the same."""
    found = [known[key] for key in SAME.get(vital, (vital,)) if key in known]
    return min(found, key=lambda m: m.age, default=None)
