"""Who lies in the simulated ward, and what their vital signs are when nothing is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from iomt_tui.backends.simulated.body import Baseline
from iomt_tui.backends.simulated.noise import mix, unit

COPD: Final = "COPD"
DIABETES: Final = ("Type 1 diabetes", "Type 2 diabetes")
HYPERTENSION: Final = "Hypertension"
HEART_FAILURE: Final = "Heart failure"


@dataclass(frozen=True, slots=True)
class Role:
    """A part in the ward: everything about a person except what chance settles."""

    family: str
    given: str
    sex: str
    age: int
    problem: str
    conditions: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    home: bool = False
    lines: tuple[str, ...] = ()  # "arterial", "capnography"
    code_status: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A role with an id, a bed, and a key for everything that chance settles."""

    id: str
    bed: str
    role: Role
    key: int
    base: Baseline
    born: str  # ISO date
    mrn: str

    @property
    def diabetic(self) -> bool:
        """Wears a glucose sensor."""
        return any(name in self.role.conditions for name in DIABETES)

    @property
    def scale(self) -> int:
        """The SpO2 scale of NEWS2 that a clinician chose: 2 in hypercapnic COPD."""
        return 2 if COPD in self.role.conditions else 1

    def body(self) -> dict[str, Any]:
        """The ``patient`` body of :mod:`iomt_tui.ward.events`."""
        role = self.role
        return {
            "id": self.id, "bed": self.bed, "family": role.family, "given": role.given, "sex": role.sex,
            "born": self.born, "home": role.home, "mrn": self.mrn, "problem": role.problem,
            "spo2_scale": self.scale, "allergies": list(role.allergies), "conditions": list(role.conditions),
            "code_status": role.code_status, "team": list(_team(self.key, role)),
        }  # fmt: skip


_WARD_DOCTORS: Final = ("Eze, C", "Halvorsen, B", "Rahman, S")
_HOME_DOCTORS: Final = ("Okoro, D", "Lindgren, E")
_NURSES: Final = ("Novak, P", "Alvarez, T", "Byrne, S", "Dlamini, Z", "Ito, M", "Weber, K")


def _team(key: int, role: Role) -> tuple[str, str]:
    """Who cares for a patient; all invented."""
    doctors, named = (_HOME_DOCTORS, "community nurse") if role.home else (_WARD_DOCTORS, "named nurse")
    doctor, nurse = doctors[mix(key, 20) % len(doctors)], _NURSES[mix(key, 21) % len(_NURSES)]
    return f"{doctor} (attending physician)", f"{nurse} ({named})"


def enrol(role: Role, number: int, bed: str, seed: int, start: int) -> Person:
    """The person who plays ``role``; ``number`` is unique in the ward. ``start`` (ms) fixes the date of birth."""
    key = mix(seed, 2, number)
    born = datetime.fromtimestamp(start / 1000, UTC) - timedelta(days=role.age * 365.2425 + 4 + key % 350)
    mrn = f"SIM-{mix(seed, 3, number) % 9000 + 1000}-{number:04d}"
    return Person(f"sim-{number:04d}", bed, role, key, _baseline(role, key), born.date().isoformat(), mrn)


def _baseline(role: Role, key: int) -> Baseline:
    def between(low: float, high: float, what: int) -> float:
        return low + (high - low) * unit(key, what)

    copd = COPD in role.conditions
    diabetic = any(name in role.conditions for name in DIABETES)
    old = max(0, role.age - 40)
    sys = between(110, 122, 3) + 0.18 * old + (14 if HYPERTENSION in role.conditions else 0)
    return Baseline(
        hr=between(66, 79, 1) + (4 if role.sex == "F" else 0),
        rr=between(17.0, 18.5, 2) if copd else between(13.5, 16.0, 2),
        spo2=between(89.6, 90.4, 4) if copd else between(96.6, 98.2, 4),
        sys=sys,
        dia=sys * between(0.58, 0.63, 5),
        temp=between(36.5, 36.9, 6),
        glucose=between(118, 142, 7) if diabetic else between(86, 102, 7),
        meal=between(40, 58, 8) if diabetic else between(18, 34, 8),
        weight=(between(58, 82, 9) if role.sex == "F" else between(70, 98, 9)),
        perfusion=between(1.6, 5.5, 10),
        oxygen=1.0 if copd else 0.0,
    )
