"""What devices do wrong is in the feed, and honestly marked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from iomt_tui.backends.simulated.episodes import Episode
from iomt_tui.backends.simulated.faults import ABSENT, FAULTS, spoil
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.clinical.placing import place_many
from iomt_tui.ward.events import Reading

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@pytest.fixture(scope="module")
def day() -> tuple[SimulatedWard, list[tuple[int, str, object]]]:
    ward = SimulatedWard()
    return ward, [*ward.history(4, 60), *ward.advance(ward.start + 95 * MINUTE)]


Day = tuple[SimulatedWard, list[tuple[int, str, object]]]


def readings(day: Day, device: str) -> Iterator[tuple[int, Reading]]:
    ward, arrivals = day
    return ((at - ward.start, x) for at, _, x in arrivals if isinstance(x, Reading) and x.device == device)


def bodies(day: Day, device: str) -> list[tuple[int, dict[str, Any]]]:
    ward, arrivals = day
    return [
        (at - ward.start, x)
        for at, kind, x in arrivals
        if kind == "device" and isinstance(x, dict) and x["id"] == device
    ]


def test_a_probe_falls_off_at_twenty_seconds_and_comes_back(day: Day) -> None:
    off = [at for at, x in readings(day, "monitor-0015") if (x.flags or {}).get("spo2") in ("sensor-off", "sentinel")]
    assert 20 * SECOND <= off[0] < 22 * SECOND
    during = [x for at, x in readings(day, "monitor-0015") if 30 * SECOND < at < 180 * SECOND]
    assert all("spo2" not in x.values and "hr" in x.values for x in during)
    after = [x for at, x in readings(day, "monitor-0015") if 200 * SECOND < at < 230 * SECOND]
    assert after and all(x.values["spo2"] > 80 for x in after)


def test_a_disconnected_arterial_line_reads_zero_for_hours(day: Day) -> None:
    marks = [(x.flags or {}).get("ibp_sys") for _, x in readings(day, "monitor-0015") if "rr" in x.values]
    assert len(marks) > 4000 and set(marks) == {"sensor-off"}


def test_motion_makes_the_saturation_questionable_and_noisy(day: Day) -> None:
    moved = [x for at, x in readings(day, "monitor-0014") if 48 * SECOND < at < 86 * SECOND]
    assert moved and all((x.flags or {})["spo2"] == "questionable" for x in moved)
    assert len({x.values["spo2"] for x in moved}) >= 4


def test_a_device_reports_zeros_which_are_never_values(day: Day) -> None:
    zeros = [x for at, x in readings(day, "monitor-0014") if 702 * SECOND < at < 848 * SECOND]
    assert zeros and all(not x.values for x in zeros)
    assert all(set((x.flags or {}).values()) == {"sensor-off"} for x in zeros)


def test_a_battery_runs_down_and_the_device_is_gone_until_a_fresh_one(day: Day) -> None:
    said = bodies(day, "patch-0013")
    left = [body["battery"] for _, body in said]
    assert left == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 100]
    gone = next(at for at, body in said if body["state"] == "gone")
    assert said[-1][1]["state"] == "on" and said[-1][0] == 1500 * SECOND
    heard = [at for at, _ in readings(day, "patch-0013")]
    assert not [at for at in heard if gone + 2 * SECOND < at < 1500 * SECOND]
    assert [at for at in heard if at > 1500 * SECOND]


def test_a_radio_gap_ends_in_a_late_upload_between_live_readings(day: Day) -> None:
    ward, _ = day
    arrived = list(readings(day, "monitor-0009"))
    silent = max(pairwise(at for at, _ in arrived if at > 0), key=lambda pair: pair[1] - pair[0])
    assert silent[1] - silent[0] > 170 * SECOND
    late = [(at, x) for at, x in arrived if at - (x.observed_at - ward.start) > 2 * SECOND and at > 0]
    assert len(late) == pytest.approx(185, abs=2)
    assert late[-1][0] - late[0][0] < 5 * SECOND
    seen = sorted(x.observed_at for at, x in arrived if at > 0)
    assert max(b - a for a, b in pairwise(seen)) == 1000, "with the upload nothing is missing"
    live = [at for at, x in arrived if late[0][0] <= at <= late[-1][0] and (at, x) not in late]
    assert live == [] or live[0] < late[-1][0]
    signals = [body["signal"] for _, body in bodies(day, "monitor-0009")]
    assert signals[:2] == [4, 76]


def test_a_gap_that_began_before_the_start_is_uploaded_too(day: Day) -> None:
    ward, _ = day
    arrived = list(readings(day, "oximeter-0018"))
    assert not [at for at, _ in arrived if -3000 * SECOND + MINUTE < at < 175 * SECOND]
    late = [x for at, x in arrived if at > 0 and x.observed_at < ward.start]
    assert len(late) == 50


def test_a_clock_an_hour_ahead_and_one_that_drifts(day: Day) -> None:
    ward, _ = day
    ahead = [x.observed_at - ward.start - at for at, x in readings(day, "tracker-0023") if at > 0]
    assert ahead and all(HOUR - 5 * SECOND < skew <= HOUR for skew in ahead)
    drift = [x.observed_at - ward.start - at for at, x in readings(day, "monitor-0002") if at > 0]
    assert abs(drift[0]) < SECOND and drift[-1] - drift[0] == pytest.approx(2000, abs=60)


def test_a_device_is_swapped(day: Day) -> None:
    assert (900_400, {"id": "patch-0005", "patient": None, "state": "off"}) in bodies(day, "patch-0005")
    new = bodies(day, "patch-0005b")
    assert new[0][1]["patient"] == "sim-0005" and new[0][1]["kind"] == "patch"
    old = [at for at, _ in readings(day, "patch-0005")]
    fresh = [at for at, _ in readings(day, "patch-0005b")]
    assert max(old) < 901 * SECOND and min(fresh) > new[0][0]


def test_a_new_glucose_sensor_calibrates(day: Day) -> None:
    marks = [(x.flags or {}).get("glucose") for at, x in readings(day, "cgm-0022") if 3000 < at / SECOND < 5600]
    assert marks and set(marks) == {"calibrating"}


def test_cuffs_fail_now_and_then_and_say_so() -> None:
    ward = SimulatedWard(beds=40, rate=0.1)
    marks = [
        (x.flags or {}).get("nibp_sys")
        for _, _, x in ward.advance(ward.start + 3 * HOUR)
        if isinstance(x, Reading) and ("nibp_sys" in x.values or "nibp_sys" in (x.flags or {}))
    ]
    failed = [mark for mark in marks if mark]
    assert 2 <= len(failed) < len(marks) / 20
    # 0 is outside what a cuff can measure, not a cuff that is off
    assert set(failed) <= {"sentinel", "implausible"}


@pytest.mark.parametrize("absent", sorted(set(ABSENT)))
@pytest.mark.parametrize("kind", sorted(FAULTS - {"motion", "calibrating"}))
def test_no_raw_mark_of_absence_becomes_a_value(kind: str, absent: float) -> None:
    raw = {"hr": 80.0, "pulse": 79.0, "spo2": 97.0, "rr": 14.0, "pi": 2.0, "ibp_sys": 120.0, "ibp_dia": 70.0}
    before = dict(raw)
    assert spoil((Episode(kind, 0, 1000),), raw, absent, 1, 500) == {}
    changed = {key for key in raw if raw[key] != before[key]}
    values, flags = place_many(raw)
    assert changed and set(flags or {}) == changed and not changed & set(values)


def test_a_fault_is_over_when_it_is_over() -> None:
    raw = {"spo2": 97.0}
    spoil((Episode("probe-off", 0, 1000),), raw, 0.0, 1, 1000)
    assert raw == {"spo2": 97.0}


def told(day: Day, patient: str) -> list[tuple[int, str, str]]:
    ward, arrivals = day
    found = [(at - ward.start, x) for at, kind, x in arrivals if kind == "condition" and isinstance(x, dict)]
    return [(at // SECOND, x["kind"], x["state"]) for at, x in found if x["patient"] == patient]


def test_a_monitor_raises_its_own_alarms_and_ends_them(day: Day) -> None:
    own = told(day, "sim-0006")
    assert [x[1:] for x in own[:3]] == [("AFIB", "start"), ("V-TACH", "start"), ("V-TACH", "end")]
    assert 17 * 60 < own[0][0] < 20 * 60 and 1_700 <= own[1][0] <= 1_710 and own[2][0] <= 1_735
    _, arrivals = day
    leads = [x for _, kind, x in arrivals if kind == "condition" and isinstance(x, dict) and x["kind"] == "LEADS-OFF"]
    assert leads and all(x["technical"] and x["priority"] == 1 for x in leads)


def test_sleep_apnoea_and_too_much_opioid_are_the_monitors_apnoea() -> None:
    ward = SimulatedWard(scenario="night", rate=0.1)
    arrivals = [(at - ward.start, x) for at, kind, x in ward.advance(ward.start + HOUR) if kind == "condition"]
    found = [(at, x["state"]) for at, x in arrivals if isinstance(x, dict) and x["patient"] == "sim-0010"]
    assert [state for _, state in found] == ["start", "end"] and 22 * MINUTE < found[0][0] < 50 * MINUTE
    assert all(isinstance(x, dict) and (x["kind"], x["priority"]) == ("APNEA", 3) for _, x in arrivals)


@pytest.mark.parametrize(("scenario", "most"), [("quiet", 0), ("day", 8), ("night", 8), ("flood", 60)])
def test_monitors_do_not_flood_the_ward(scenario: str, most: int) -> None:
    ward = SimulatedWard(scenario=scenario, rate=0.1)
    started = [
        x for _, kind, x in ward.advance(ward.start + HOUR)
        if kind == "condition" and isinstance(x, dict) and x["state"] == "start"
    ]  # fmt: skip
    assert len(started) <= most


def test_a_battery_has_stored_how_it_ran_down() -> None:
    ward = SimulatedWard()
    stored = {body["id"]: body for kind, body in ward.events() if kind == "device" and "levels" in body}
    assert len(stored) > 20
    for body in stored.values():
        levels = [*body["levels"], (ward.start, body["battery"])]
        assert all(early[0] <= late[0] and early[1] >= late[1] for early, late in pairwise(levels)), body
    run_down = stored["patch-0013"]
    assert run_down["levels"][-1] == (ward.start - 40_000, run_down["battery"] + 1)
