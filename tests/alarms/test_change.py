"""Alarms from change and from devices: raised once, ended by their own hysteresis, the same after a restart."""

from __future__ import annotations

import pytest

from iomt_tui.alarms.lifecycle import Level
from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.reported import LETHAL, OWN, Report, Told, kind_of, levels, newer
from iomt_tui.alarms.suppression import NEVER_SHELVED
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.trends import FALLING_GLUCOSE, FALLING_SPO2, RISING_NEWS2, Change

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
MINUTE = 60_000


def fall(by: float) -> Change:
    return Change(97 - by, 97, by)


def states(alarms: list[Alarm]) -> list[tuple[str, int, int]]:
    return [(a.state, a.ref.episode, a.priority) for a in alarms]


def test_a_fall_is_announced_once_with_what_it_is_compared_with() -> None:
    system = AlarmSystem()
    (alarm,) = system.trend("p1", FALLING_SPO2, fall(4), MINUTE)
    assert (alarm.ref.param, alarm.ref.kind, alarm.priority, alarm.technical) == ("spo2", "falling", MEDIUM, False)
    assert (alarm.value, alarm.limit, alarm.detail, alarm.raised) == (93, 97, "10 min", MINUTE)
    assert system.trend("p1", FALLING_SPO2, fall(5), 2 * MINUTE) == []


def test_a_trend_ends_by_its_own_hysteresis() -> None:
    system = AlarmSystem()
    assert system.trend("p1", FALLING_SPO2, fall(3), 0) == []
    system.trend("p1", FALLING_SPO2, fall(4), MINUTE)
    for minute, by in enumerate([3, 4, 2.5, 5], 2):
        assert system.trend("p1", FALLING_SPO2, fall(by), minute * MINUTE) == []
    assert states(system.trend("p1", FALLING_SPO2, fall(2), 9 * MINUTE)) == [("latched", 1, MEDIUM)]
    assert system.trend("p1", FALLING_SPO2, fall(3), 10 * MINUTE) == []


def test_a_faster_fall_of_glucose_is_high_and_announced_anew() -> None:
    system = AlarmSystem()
    assert states(system.trend("p1", FALLING_GLUCOSE, fall(30), 0)) == [("unack", 1, MEDIUM)]
    assert states(system.trend("p1", FALLING_GLUCOSE, fall(45), MINUTE)) == [("unack", 1, HIGH)]


def test_nothing_to_compare_with_concludes_nothing_but_not_for_good() -> None:
    system = AlarmSystem()
    system.trend("p1", FALLING_SPO2, fall(6), 0)
    assert system.trend("p1", FALLING_SPO2, None, 30 * MINUTE) == []
    assert states(system.trend("p1", FALLING_SPO2, None, 30 * MINUTE + 1)) == [("latched", 1, MEDIUM)]
    assert AlarmSystem().trend("p1", FALLING_SPO2, None, 0) == []


@pytest.mark.parametrize("acked", [False, True])
def test_a_restart_neither_loses_nor_doubles_a_trend(acked: bool) -> None:
    system = AlarmSystem()
    (alarm,) = system.trend("p1", FALLING_SPO2, fall(4), MINUTE)
    if acked:
        system.acknowledge("op", alarm.ref, "KIM", MINUTE)
    again = AlarmSystem()
    again.resume([next(a for a in system.annunciation.visible())])
    for by in (4, 3, 4):  # asked again, about the same and about later minutes
        assert again.trend("p1", FALLING_SPO2, fall(by), 2 * MINUTE) == []
    assert states(again.trend("p1", FALLING_SPO2, fall(1), 3 * MINUTE)) == [
        ("normal" if acked else "latched", 1, MEDIUM),
    ]  # fmt: skip


def test_news2_thresholds_are_reached_not_passed_and_a_single_three_is_its_own() -> None:
    for total, red, told in ((4, False, []), (4, True, [("red", LOW)]), (5, True, [("high", MEDIUM)]),
                             (6, False, [("high", MEDIUM)]), (7, False, [("high", HIGH)])):  # fmt: skip
        found = AlarmSystem().news2("p1", total, red, 0)
        assert [(a.ref.kind, a.priority) for a in found] == told


def test_a_rising_score_is_low_and_inhibited_by_the_threshold() -> None:
    system = AlarmSystem()
    assert states(system.trend("p1", RISING_NEWS2, Change(5, 3, 2), 0)) == [("unack", 1, LOW)]
    system.tick(MINUTE, True, system.news2("p1", 5, False, MINUTE))
    assert [a.ref.kind for a in system.annunciation.audible()] == ["high"]
    assert {a.ref.kind for a in system.annunciation.visible()} == {"high", "rising"}


def test_a_value_in_another_unit_is_technical_until_one_fits() -> None:
    system = AlarmSystem()
    assert system.unit("p1", "glucose", (198.0,), 150.0, 0) == []
    (alarm,) = system.unit("p1", "glucose", (198.0, 210.0), 11.0, 1_000)
    assert (alarm.technical, alarm.priority, alarm.value, alarm.limit) == (True, MEDIUM, 11.0, 198.0)
    assert system.unit("p1", "glucose", (11.0,), 12.0, 2_000) == []  # still in the other unit
    assert states(system.unit("p1", "glucose", (12.0,), 190.0, 3_000)) == [("normal", 1, MEDIUM)]
    assert system.unit("p1", "glucose", (190.0,), 185.0, 4_000) == []


def test_a_changed_unit_is_over_once_somebody_has_seen_it() -> None:
    system = AlarmSystem()
    (alarm,) = system.unit("p1", "etco2", (38.0,), 5.0, 0)
    assert system.advance(1_000) == []
    system.acknowledge("op", alarm.ref, "KIM", 2_000)
    assert [a.state for a in system.advance(3_000)] == ["normal"]
    assert system.advance(10**9) == []


BODY = {"patient": "p1", "device": "d1", "param": "rr", "kind": "APNEA", "priority": 1, "technical": True,
        "state": "start", "at": 5, "text": "x"}  # fmt: skip


def test_what_kills_at_once_is_high_physiological_and_never_shelved() -> None:
    for spelling in NEVER_SHELVED:
        report = Report.from_body(BODY | {"kind": spelling})
        assert (report.kind in LETHAL, report.priority, report.technical) == (True, HIGH, False)
    assert Report.from_body(BODY | {"state": "end"}).priority == 0
    other = Report.from_body(BODY | {"kind": "Leads Off"})
    assert (other.kind, other.priority, other.technical) == ("leads-off", LOW, True)


def test_a_devices_word_never_names_our_own_condition() -> None:
    assert {kind_of(kind) for kind in OWN}.isdisjoint(OWN)
    assert Report.from_body(BODY | {"param": "no such vital"}).param == "d1"
    for wrong in ({"state": "now"}, {"kind": "--"}, {"priority": 4}, {"priority": 0}):
        with pytest.raises(ValueError):  # noqa: PT011  (any words)
            Report.from_body(BODY | wrong)


def test_several_devices_make_one_condition_of_the_most_urgent() -> None:
    low, high, over = Told(1, 1, False, "low"), Told(2, 3, False, "high"), Told(3, 0, False, "")
    assert levels({"a": low, "b": high, "c": over}) == ({HIGH: Level(None)}, "high", False)
    assert levels({"a": low, "c": over})[0] == {LOW: Level(None)}
    assert levels({"c": over})[0] == {}


def test_only_what_is_newer_counts() -> None:
    start, end = Told(5, 2, False, ""), Told(5, 0, False, "")
    assert newer(None, end) and newer(end, start)
    assert not newer(start, end) and not newer(start, start) and not newer(start, Told(4, 3, False, ""))
    assert newer(start, Told(6, 0, False, ""))


def test_a_device_alarm_leaves_ours_alone() -> None:
    system = AlarmSystem()
    system.watch("p1", "spo2").value(84.0, 0)
    system.reported("p1", "spo2", "device-low", {MEDIUM: Level(None)}, 1_000, "SpO2 84")
    system.reported("p1", "spo2", "device-low", {}, 2_000)
    assert {(a.ref.kind, a.state) for a in system.annunciation.visible()} == {
        ("low", "unack"),
        ("device-low", "latched"),
    }
    assert Ref("p1", "spo2", "low", 1, 1) in {a.ref for a in system.annunciation.audible()}
