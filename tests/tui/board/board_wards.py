"""Fixture wards for the board: every freshness and absence, every severity, hostile names, a whole calm ward."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.clinical.news2 import News2
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.tui.board.spark import Points
from iomt_tui.ward.view import DeviceView, Freshness, PatientView, Severity, VitalView

NOW = 1_772_000_000_000
MINUTE = 60_000

HOSTILE = (
    "O'Neil [/foo]", "[red]RED[/red]", "\x1b]52;c;cHduZWQ=\x07DOE", "\u202eGNORW", "王小明", "김민준 KIM",
    "X" * 200, "Z\u0300\u0301\u0302\u0303\u0304ALGO", "สมชาย", "A\u200bB\u200bC", "👩‍⚕️ NURSE", "\x9b31mC1", "",
    "Ã…SE", "ＦＵＬＬ", "नमस्ते", "N\u00a0B", "tab\tand\nline",
)  # fmt: skip

LIMITS: Mapping[str, tuple[float | None, float | None]] = {
    "hr": (50, 120), "spo2": (90, None), "rr": (8, 25), "nibp_sys": (90, 180), "temp": (35.5, 38.5),
    "glucose": (70, 250),
}  # fmt: skip


def vital(
    key: str, value: float | None, age: int | None = 1_000, freshness: Freshness = Freshness.FRESH, *,
    absent: str = "", flag: str = "",
) -> VitalView:  # fmt: skip
    low, high = LIMITS.get(key, (None, None))
    breach = ""
    if value is not None and freshness < Freshness.EXPIRED and not absent:
        breach = "low" if low is not None and value < low else "high" if high is not None and value > high else ""
    at = None if age is None else NOW - age
    return VitalView(key, value, at, age, freshness, flag, absent, breach, low, high)


def vitals(
    hr: float,
    spo2: float,
    rr: float,
    bp: tuple[float, float],
    temp: float,
    glucose: float | None = None,
    *,
    bp_age: int = 4 * MINUTE,
) -> dict[str, VitalView]:
    found = {
        "hr": vital("hr", hr), "spo2": vital("spo2", spo2), "rr": vital("rr", rr),
        "nibp_sys": vital("nibp_sys", bp[0], bp_age), "nibp_dia": vital("nibp_dia", bp[1], bp_age),
        "nibp_mean": vital("nibp_mean", (bp[0] + 2 * bp[1]) / 3, bp_age), "temp": vital("temp", temp, 40 * MINUTE),
    }  # fmt: skip
    if glucose is not None:
        found["glucose"] = vital("glucose", glucose, 3 * MINUTE)
    return found


def alarm(
    patient: str, param: str, kind: str, priority: Priority, value: float | None, limit: float | None,
    state: str = "unack", *, ago: int = 2 * MINUTE, technical: bool = False, detail: str = "", by: str = "",
) -> Alarm:  # fmt: skip
    return Alarm(
        Ref(patient, param, kind, 1, 1),
        state,
        priority,
        technical,
        value,
        limit,
        NOW - ago,
        NOW - ago,
        by=by,
        detail=detail,
    )


def patient(
    bed: str, name: str, years: int | None, sex: str, news: News2, found: Mapping[str, VitalView], *,
    direction: int = 0, severity: Severity = Severity.NONE, alarms: Iterable[Alarm] = (), home: bool = False,
    problem: str = "", battery: int | None = 82, kind: str = "watch", state: str = "on", contact: int = 1_000,
) -> PatientView:  # fmt: skip
    devices = [device(f"{bed}-1", kind, battery, state)]
    if not home:
        devices.append(device(f"{bed}-2", "monitor", None, "on"))
    return PatientView(
        id=f"p-{bed}", bed=safe_text(bed), name=safe_text(name), full_name=safe_text(name), age_years=years, sex=sex,
        home=home, mrn=safe_text(f"48{sum(map(ord, bed)) * 37:05d}"), problem=safe_text(problem), spo2_scale=1,
        allergies=(), conditions=(), vitals=found, news2=news, news2_direction=direction, qsofa=(0, 3),
        shock_index=None, map=None, alarms=tuple(alarms), severity=severity, devices=tuple(devices), refused={},
        last_contact=NOW - contact,
    )  # fmt: skip


def device(name: str, kind: str, battery: int | None, state: str) -> DeviceView:
    return DeviceView(name, safe_text(kind), safe_text("M1"), state, battery, 90, NOW, 0, ())


def score(total: int, known: int = 7, **points: int) -> News2:
    return News2(total, known, tuple(points.items()))


def wave(
    start: float, end: float, jitter: float, cells: int, *, dip: tuple[int, float] | None = None, lost: int = 0
) -> Points:
    """A deterministic course from ``start`` to ``end``; ``dip`` of one cell, the last ``lost`` cells are a gap."""
    points: list[tuple[float, float, float] | None] = []
    for index in range(cells):
        middle = start + (end - start) * index / max(cells - 1, 1)
        last = middle + jitter * math.sin(index * 1.7)
        low, high = last - jitter, last + jitter
        if dip is not None and index == dip[0] * cells // 12:
            low = dip[1]
        points.append((low, high, last))
    return tuple(points[: cells - lost] + [None] * lost)


class FixtureWard:
    """Answers what a board asks of a ward, from fixed views."""

    def __init__(
        self, views: Iterable[PatientView], courses: Mapping[str, Mapping[str, tuple[float, float]]] | None = None
    ) -> None:
        self.views = {view.id: view for view in views}
        self._courses = courses or {}
        self.asked: list[str] = []

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self.views)

    def view(self, patient: str, now: int) -> PatientView:
        self.asked.append(patient)
        return self.views[patient]

    def spark(self, patient: str, key: str, cells: int, window_ms: int, now: int) -> Points:
        known = self.views[patient].vitals.get(key)
        if known is None or known.value is None:
            return (None,) * cells
        start, end = self._courses.get(patient, {}).get(key, (known.value, known.value))
        floor, ceiling = VITALS[key].spark
        lost = 0
        if not known.live and known.age is not None:
            lost = min(cells, math.ceil(cells * known.age / window_ms))
        dip = (8, 82.0) if patient == "p-03" and key == "spo2" else None
        return wave(start, end, (ceiling - floor) / 60, cells, dip=dip, lost=lost)


COURSES = {
    "p-07": {"hr": (82.0, 118.0), "spo2": (97.0, 84.0), "rr": (15.0, 28.0), "nibp_sys": (128.0, 98.0)},
    "p-04": {"hr": (88.0, 134.0), "nibp_sys": (132.0, 88.0)},
    "p-12": {"hr": (90.0, 104.0), "spo2": (96.0, 93.0)},
    "p-H2": {"glucose": (80.0, 54.0)},
    "p-09": {"hr": (150.0, 122.0)},
}


def ward() -> FixtureWard:
    """A night ward: three high, two medium, one low, technical ones, calm ones, four at home. Worst first."""
    high, medium, low = Priority.HIGH, Priority.MEDIUM, Priority.LOW
    gone = {
        key: found._replace(freshness=Freshness.EXPIRED, age=12 * MINUTE, breach="")
        for key, found in vitals(82, 97, 16, (128, 76), 36.9).items()
        if key in ("hr", "spo2")
    }
    gone["spo2"] = gone["spo2"]._replace(absent="sensor-off")
    views = [
        patient("07", "OKAFOR N", 72, "F", score(9), vitals(118, 84, 28, (98, 61), 38.9), direction=1,
                severity=Severity.HIGH, problem="urosepsis", kind="patch",
                alarms=[alarm("p-07", "spo2", "low", high, 84, 90),
                        alarm("p-07", "rr", "high", medium, 28, 25, ago=9 * MINUTE)]),
        patient("04", "BJÖRK E", 81, "M", score(8), vitals(134, 92, 24, (88, 52), 37.4, bp_age=2 * MINUTE),
                direction=1, severity=Severity.HIGH, problem="hip fracture, day 1", battery=14, kind="patch",
                alarms=[alarm("p-04", "nibp_sys", "low", high, 88, 90, "acked", by="KIM", ago=6 * MINUTE),
                        alarm("p-04", "hr", "high", high, 134, 120, "acked", by="KIM", ago=5 * MINUTE)]),
        patient("H2", "HADDAD R", 59, "M", score(1, 5), vitals(92, 96, 16, (132, 78), 36.6, 54),
                severity=Severity.HIGH, home=True, problem="type 1 diabetes", kind="cgm", battery=61,
                alarms=[alarm("p-H2", "glucose", "low", high, 54, 70, ago=40_000)]),
        patient("12", "LINDQVIST A", 58, "M", score(6), vitals(104, 93, 23, (104, 70), 38.6, bp_age=9 * MINUTE),
                direction=1, severity=Severity.MEDIUM, problem="pneumonia",
                alarms=[alarm("p-12", "news2", "high", medium, 6, 5, ago=14 * MINUTE)]),
        patient("09", "ST. CLAIR-WHITFIELD J", 44, "F", score(3), vitals(122, 97, 18, (118, 74), 37.0), direction=-1,
                severity=Severity.MEDIUM, problem="AF with fast rate",
                alarms=[alarm("p-09", "hr", "high", medium, 131, 120, "latched", ago=21 * MINUTE)]),
        patient("H3", "MORALES P", 66, "F", score(2, 6), vitals(88, 95, 18, (138, 84), 36.7, 131, bp_age=370 * MINUTE),
                severity=Severity.LOW, home=True, problem="heart failure", kind="scale", battery=33,
                alarms=[alarm("p-H3", "weight", "high", low, 81.4, 80.0, ago=200 * MINUTE)]),
        patient("15", "HASSAN R", 41, "M", score(2, 4), gone, severity=Severity.TECHNICAL, problem="appendicectomy",
                contact=12 * MINUTE,
                alarms=[alarm("p-15", "spo2", "sensor-off", medium, None, None, technical=True, ago=12 * MINUTE)]),
        patient("03", "ABE Y", 63, "M", score(1), vitals(74, 95, 15, (121, 70), 36.8), problem="COPD, scale 2"),
    ]  # fmt: skip
    calm = (
        ("01", "NOVAK J", 35, "F"), ("02", "DEVEREUX T", 77, "M"), ("05", "IBRAHIM S", 52, "F"),
        ("06", "KOWALSKI M", 69, "M"), ("08", "TANAKA H", 84, "F"), ("10", "O'BRIEN C", 47, "M"),
        ("11", "GARCÍA L", 61, "F"), ("13", "MÜLLER K", 73, "M"), ("14", "WANG X", 29, "F"), ("16", "SILVA D", 90, "M"),
    )  # fmt: skip
    for index, (bed, name, years, sex) in enumerate(calm):
        found = vitals(
            62 + index * 3, 95 + index % 5, 12 + index % 6, (112 + index * 4, 64 + index * 2), 36.4 + index % 4 / 10,
            bp_age=(11 + 17 * index) * MINUTE,
        )  # fmt: skip
        views.append(patient(bed, name, years, sex, score(index % 3), found, problem="", battery=95 - index * 4))
    for index, (bed, name, years, sex) in enumerate(
        (("H1", "PETROV I", 70, "M"), ("H4", "NGUYEN V", 55, "F"), ("H5", "COHEN B", 48, "M"))
    ):
        home = {key: view for key, view in vitals(70 + index, 97, 14, (124, 80), 36.5, 108).items() if key != "rr"}
        views.append(
            patient(bed, name, years, sex, score(0, 6), home, home=True, battery=70, kind="cuff", contact=3 * MINUTE)
        )
    return FixtureWard(views, COURSES)


def states() -> FixtureWard:
    """One row for each freshness, flag and reason of absence."""
    rows = []
    for stage in Freshness:
        value = None if stage == Freshness.NEVER else 93.0
        age = None if stage == Freshness.NEVER else 2_000 + 3_000 * stage
        found = {key: vital(key, value and value + offset, age, stage) for key, offset in (("hr", 40), ("spo2", -6.0))}
        rows.append(patient(f"F{int(stage)}", stage.name, 50, "X", score(0, 2), found))
    for reason in (
        "sensor-off", "not-measured", "invalid", "sentinel", "not-finite", "implausible", "unknown-unit",
        "missing-unit", "not-a-number", "future",
    ):  # fmt: skip
        found = {
            "hr": vital("hr", 71, 4_000, Freshness.FRESH, absent=reason),
            "spo2": vital("spo2", 97, 12 * MINUTE, Freshness.EXPIRED, absent=reason),
            "rr": vital("rr", 14), "temp": vital("temp", None, None, Freshness.NEVER, absent=reason),
        }  # fmt: skip
        rows.append(patient(f"A{len(rows):02d}", reason.upper(), 50, "", score(0, 1), found))
    flagged = {"hr": vital("hr", 71, flag="questionable"), "spo2": vital("spo2", 97, flag="calibrating"),
               "pulse": vital("pulse", 70)}  # fmt: skip
    rows.append(patient("Q", "FLAGS", None, "F", score(0, 0), flagged))
    rows.append(patient("P", "PULSE ONLY", 3, "M", score(0, 0), {"pulse": vital("pulse", 70)}))
    return FixtureWard(rows)


def hostile() -> FixtureWard:
    """Calm patients with hostile names, beds and problems."""
    return FixtureWard(
        replace(
            patient(f"{index:02d}", name, 40, "F", score(0), vitals(70, 97, 14, (120, 80), 36.6), problem=name),
            bed=safe_text(f"{index}{name}"), mrn=safe_text(name),
        )
        for index, name in enumerate(HOSTILE)
    )  # fmt: skip
