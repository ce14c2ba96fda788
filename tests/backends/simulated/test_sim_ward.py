"""The ward as a whole: who is there, what the first minute shows, that hours of it stay believable."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from iomt_tui.backends.simulated.scenario import SCENARIOS
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Reading, observations

MINUTE = 60_000
HOUR = 60 * MINUTE

# What a living adult in this ward may read; narrower than the catalogue's "a sensor can measure".
LIVING = {
    "hr": (28, 205), "pulse": (25, 225), "spo2": (56, 100), "rr": (2, 50), "pi": (0.1, 19), "temp": (33, 42),
    "nibp_sys": (50, 245), "nibp_dia": (24, 145), "nibp_mean": (35, 180), "ibp_sys": (50, 255), "ibp_dia": (22, 145),
    "ibp_mean": (32, 185), "glucose": (28, 490), "weight": (40, 130), "acvpu": (0, 4), "o2_flow": (0, 15),
    "etco2": (12, 95), "steps": (0, 20000),
}  # fmt: skip
# The most that a sound reading may change in a second.
LEAP = {"hr": 32, "pulse": 36, "spo2": 4, "rr": 6, "etco2": 8}


def patients(ward: SimulatedWard) -> list[dict[str, Any]]:
    return [body for kind, body in ward.events() if kind == "patient"]


def devices(ward: SimulatedWard) -> dict[str, dict[str, Any]]:
    return {body["id"]: body for kind, body in ward.events() if kind == "device"}


def test_sixteen_in_beds_eight_at_home() -> None:
    people = patients(SimulatedWard())
    assert [p["bed"] for p in people if not p["home"]] == [f"{i:02d}" for i in range(1, 17)]
    assert [p["bed"] for p in people if p["home"]] == [f"H{i}" for i in range(1, 9)]
    names = Counter((p["family"], p["given"]) for p in people)
    assert max(names.values()) == 1
    assert [n for n in Counter(p["family"] for p in people).values() if n > 1] == [2]
    assert {p["spo2_scale"] for p in people} == {1, 2}
    assert all(p["spo2_scale"] == 1 or "COPD" in p["conditions"] for p in people)
    assert all(18 <= (date(2026, 3, 17) - date.fromisoformat(p["born"])).days / 365.25 < 100 for p in people)
    assert all(p["mrn"].startswith("SIM-") for p in people), "nobody may take it for a hospital's number"
    assert any(not p["family"].isascii() for p in people) and any(p["family"].isascii() for p in people)


@pytest.mark.parametrize("beds", [1, 2, 3, 5, 24, 32, 100, 2000])
def test_any_number_of_beds(beds: int) -> None:
    people = patients(SimulatedWard(beds=beds))
    assert len(people) == beds and sum(p["home"] for p in people) == beds // 3
    for what in ("id", "bed", "mrn"):
        assert len({p[what] for p in people}) == beds, what
    assert len({(p["family"], p["given"]) for p in people}) == beds
    assert all(safe_text(p["family"]) == p["family"] and safe_text(p["given"]) == p["given"] for p in people)


def test_bodies_have_the_shape_of_the_log() -> None:
    ward = SimulatedWard()
    known = {p["id"] for p in patients(ward)}
    for device in devices(ward).values():
        assert device["patient"] in known and set(device["periods"]) <= set(VITALS)
        assert device["battery"] is None or 0 <= device["battery"] <= 100
    kinds = {device["kind"] for device in devices(ward).values()}
    assert kinds == {
        "monitor",
        "patch",
        "spot-check",
        "oximeter",
        "cuff",
        "scale",
        "cgm",
        "tracker",
        "dispenser",
        "smart-cap",
    }
    sent = [x for _, _, x in ward.advance(ward.start + 5000) if isinstance(x, Reading)]
    assert observations(ward.start, sent).body.startswith(b'[["sim-')


def test_something_worth_seeing_in_the_first_minute() -> None:
    ward = SimulatedWard()
    first = ward.advance(ward.start + MINUTE)
    sent = [(at - ward.start, x) for at, _, x in first if isinstance(x, Reading)]
    saturation = {at: x.values["spo2"] for at, x in sent if x.device == "monitor-0007" and "spo2" in x.values}
    assert saturation[min(saturation)] >= 92
    assert min(value for at, value in saturation.items() if at <= 45_000) <= 84
    assert any(at < 25_000 and "spo2" in (x.flags or {}) for at, x in sent if x.device == "monitor-0015")
    assert any("nibp_sys" in x.values for at, x in sent if x.patient == "sim-0007" and at < 30_000)
    assert any(x.values.get("nibp_sys", 0) > 180 for _, x in sent if x.device == "cuff-0020")
    sugar = [
        x.values["glucose"] for _, _, x in ward.history(1, 60) if isinstance(x, Reading) and x.device == "cgm-0019"
    ]
    assert sugar[-1] < 70 < sugar[0]


def test_the_first_frame_knows_everything_that_news2_asks() -> None:
    ward = SimulatedWard()
    known: dict[str, set[str]] = defaultdict(set)
    for _, _, x in ward.history(4, 60):
        if isinstance(x, Reading):
            known[x.patient] |= set(x.values)
    for body in patients(ward):
        wanted = (
            {"pulse", "spo2", "nibp_sys"}
            if body["home"]
            else {"hr", "spo2", "rr", "nibp_sys", "temp", "acvpu", "o2_flow"}
        )
        assert wanted <= known[body["id"]], body["bed"]


def test_history_runs_into_the_present() -> None:
    ward = SimulatedWard()
    past: dict[str, float] = {}
    for _, _, x in ward.history(4, 60):
        if isinstance(x, Reading) and "spo2" in x.values and not x.flags:
            past[x.device] = x.values["spo2"]
    for _, _, x in ward.advance(ward.start + 2000):
        if isinstance(x, Reading) and "spo2" in x.values and not x.flags:
            assert abs(x.values["spo2"] - past[x.device]) <= 4, x.device


def test_a_week_of_weights_is_uploaded_and_shows_heart_failure() -> None:
    ward = SimulatedWard()
    weights = [
        (x.observed_at, x.values["weight"])
        for _, _, x in ward.history(4, 60)
        if isinstance(x, Reading) and x.device == "scale-0017"
    ]
    assert len(weights) >= 7
    kilograms = [kg for _, kg in weights]
    assert kilograms[-1] - kilograms[-4] > 1.9


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_hours_of_it_stay_believable(scenario: str) -> None:
    ward = SimulatedWard(scenario=scenario)
    before: dict[tuple[str, str], tuple[int, float]] = {}
    wrong: list[str] = []
    for _, kind, x in ward.advance(ward.start + 40 * MINUTE):
        if kind != "obs" or not isinstance(x, Reading):
            continue
        shaken = x.flags or {}
        for key, value in x.values.items():
            low, high = LIVING[key]
            if not low <= value <= high:
                wrong.append(f"{x.device} {key} {value}")
            seen = before.get((x.device, key))
            if key in LEAP and key not in shaken:
                if seen and 0 < x.observed_at - seen[0] <= 1100 and abs(value - seen[1]) > LEAP[key]:
                    wrong.append(f"{x.device} {key} {seen[1]} -> {value}")
                before[x.device, key] = x.observed_at, value
    assert wrong == []


def test_most_patients_are_well_at_any_time_and_the_ill_recover() -> None:
    ward = SimulatedWard(rate=0.1)
    ill_at: dict[str, set[int]] = defaultdict(set)
    for at, _, x in ward.advance(ward.start + 10 * HOUR):
        if isinstance(x, Reading) and x.flags is None:
            ill = x.values.get("hr", 80) > 115 or x.values.get("spo2", 97) < 86 or x.values.get("rr", 15) > 25
            if ill:
                ill_at[x.patient].add((at - ward.start) // (10 * MINUTE))
    busy = Counter(slot for slots in ill_at.values() for slot in slots)
    assert max(busy.values()) <= 8, "a third of the ward at most"
    assert sum(1 for slot in range(60) if busy[slot]) >= 30, "something happens in most ten minutes"
    assert all(max(slots) - min(slots) < 59 or len(slots) < 20 for slots in ill_at.values()), "nobody stays ill"
    assert {0, 1} <= ill_at["sim-0007"] and not ill_at["sim-0007"] & set(range(18, 36)), "sepsis, over in hours"


def test_scenarios_differ_in_how_much_happens() -> None:
    count = {}
    for scenario in SCENARIOS:
        ward = SimulatedWard(scenario=scenario, rate=0.2)
        count[scenario] = sum(
            1
            for _, _, x in ward.advance(ward.start + HOUR)
            if isinstance(x, Reading) and (x.values.get("spo2", 97) < 88 or x.values.get("hr", 80) > 120)
        )
    assert count["quiet"] < 30 < count["night"] < count["day"] < count["deterioration"] < count["flood"]


def test_discharge_move_and_admission() -> None:
    ward = SimulatedWard(rate=0.1)
    told = [(at, kind, x) for at, kind, x in ward.advance(ward.start + HOUR) if kind in ("patient", "discharge")]
    assert [kind for _, kind, _ in told] == ["discharge", "patient", "patient"]
    left, moved, new = (x for _, _, x in told)
    assert isinstance(left, dict) and isinstance(moved, dict) and isinstance(new, dict)
    assert left == {"id": "sim-0016"} and set(moved) == {"id", "bed"} and moved["bed"] == "16"
    assert new["id"] == "sim-0025" and new["bed"] not in ("16", "")
    after = [x for _, _, x in ward.advance(ward.start + HOUR + 20_000) if isinstance(x, Reading)]
    assert not [x for x in after if x.patient == left["id"]]
    assert [x for x in after if x.patient == new["id"]] and [x for x in after if x.patient == moved["id"]]


def test_a_bed_never_holds_two() -> None:
    ward = SimulatedWard(rate=0.1)
    bed = {p["id"]: p["bed"] for p in patients(ward)}
    for _, kind, x in ward.advance(ward.start + 12 * HOUR):
        if kind == "discharge" and isinstance(x, dict):
            del bed[x["id"]]
        elif kind == "patient" and isinstance(x, dict):
            bed[x["id"]] = x["bed"]
            assert len(set(bed.values())) == len(bed)
    assert len(bed) in (23, 24)


def test_oxygen_is_charted_when_it_is_started() -> None:
    ward = SimulatedWard(rate=0.1)
    flows = [
        (at - ward.start, x.values["o2_flow"], x.values["acvpu"])
        for at, _, x in ward.advance(ward.start + 30 * MINUTE)
        if isinstance(x, Reading) and x.patient in ("sim-0007", "sim-0010") and "o2_flow" in x.values
    ]
    assert any(flow == 8.0 and 2 * MINUTE <= at < 2.1 * MINUTE for at, flow, _ in flows), "sepsis: high flow"
    assert any(level == 3.0 for _, _, level in flows), "opioid: answers to pain only"
    assert any(flow == 10.0 for _, flow, _ in flows)


def test_pressures_that_worry_are_repeated_after_five_minutes() -> None:
    ward = SimulatedWard(rate=0.1)
    taken: dict[str, list[int]] = defaultdict(list)
    for at, _, x in ward.advance(ward.start + 90 * MINUTE):
        if isinstance(x, Reading) and ("nibp_sys" in x.values or "nibp_sys" in (x.flags or {})):
            taken[x.patient].append(at)
    assert len(taken["sim-0004"]) == 6
    assert len(taken["sim-0007"]) > 9
