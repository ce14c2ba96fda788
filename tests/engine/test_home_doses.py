"""Missed critical doses at home and overdue refills: alarms that begin, grow, end, and survive a restart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.engine.loop import Engine
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.fold import Ward

HOUR, DAY = 3_600_000, 86_400_000
MIDNIGHT = int(datetime(2026, 3, 16, tzinfo=UTC).timestamp() * 1000)
DRUG = {"code": "apx", "name": "Apixaban", "classes": ["anticoagulant"], "critical": True}
ORDER = {
    "id": "o1", "patient": "p1", "drug": DRUG, "schedule": {"kind": "times", "times": ["08:00", "20:00"]},
    "start": MIDNIGHT, "end": None, "status": "active", "home": True, "dose": {"value": 5, "unit": "mg"},
}  # fmt: skip
PERSON = {"id": "p1", "bed": "H1", "family": "F", "given": "G", "home": True}


def at(hour: float) -> int:
    return int(MIDNIGHT + hour * HOUR)


class Home:
    """A patient at home whose cap has been there since midnight, and an engine that ticks when told."""

    def __init__(self, **order: Any) -> None:
        self.engine = Engine(MemoryLog("W"))
        self.engine.start({"name": "W", "watermark": "TEST", "source": "t", "tz": "UTC", "schema": 1}, at(0))
        cap = {"id": "cap", "patient": "p1", "kind": "smart-cap", "state": "on"}
        seen = {"patient": "p1", "order": "o1", "source": "smart-cap", "device": "cap", "from": at(0), "doses": []}
        bodies: list[tuple[str, dict[str, Any]]] = [
            ("patient", PERSON),
            ("device", cap),
            ("order", ORDER | order),
            ("intake", seen),
        ]
        self.take(0, *bodies)

    def take(self, hour: float, *bodies: tuple[str, dict[str, Any]]) -> None:
        self.engine.take([(at(hour), kind, body) for kind, body in bodies], tick_every=1 << 60)

    def taken(self, due: float, hour: float, source: str = "smart-cap") -> None:
        body = {"patient": "p1", "order": "o1", "due": at(due), "at": at(hour), "source": source, "device": "cap"}
        self.take(hour, ("intake", body))

    def tick(self, hour: float) -> dict[str, Alarm]:
        """The alarms in force after a tick, by kind."""
        self.engine.tick(at(hour))
        alarms = self.engine.ward.patients["p1"].alarms.values()
        return {alarm.ref.kind: alarm for alarm in alarms if alarm.state != "normal"}


def test_a_critical_dose_that_nobody_took_is_low_and_the_second_medium() -> None:
    home = Home()
    assert home.tick(11.99) == {}
    alarm = home.tick(12)["missed-dose"]
    assert (alarm.priority, alarm.technical, alarm.ref.param) == (Priority.LOW, False, "o1")
    assert (alarm.detail, alarm.onset) == ("Apixaban 08:00 not taken", at(12))
    assert home.tick(23)["missed-dose"].ref.rev == 1, "said once"
    alarm = home.tick(24)["missed-dose"]
    assert (alarm.priority, alarm.ref.rev) == (Priority.MEDIUM, 2)
    assert alarm.detail == "Apixaban missed 2 times, since 08:00 on 16 Mar"


@pytest.mark.parametrize("source", ["smart-cap", "reported"])
def test_it_is_over_when_the_dose_is_taken_or_reported(source: str) -> None:
    home = Home()
    home.tick(13)
    home.taken(8, 13.5, source)
    assert home.tick(13.6) == {}


def test_a_dose_that_is_taken_later_does_not_bring_back_the_one_before() -> None:
    home = Home()
    home.tick(13)
    home.taken(20, 20)
    assert home.tick(20.1) == {}


def test_what_is_not_critical_on_hold_or_stopped_raises_nothing() -> None:
    assert Home(drug=DRUG | {"critical": False}).tick(13) == {}
    home = Home()
    assert "missed-dose" in home.tick(13)
    home.take(14, ("order", {"id": "o1", "patient": "p1", "status": "stopped"}))
    assert home.tick(14.1) == {}


def test_a_device_that_is_away_neither_raises_nor_clears() -> None:
    home = Home()
    home.take(7, ("device", {"id": "cap", "state": "gone"}))
    assert home.tick(13) == {}
    home.take(13.1, ("device", {"id": "cap", "state": "on"}))
    assert home.tick(13.2) == {}, "it was not there when the dose was due"
    assert "missed-dose" in home.tick(24)
    home.take(25, ("device", {"id": "cap", "state": "gone"}))
    assert "missed-dose" in home.tick(37), "what was missed stays missed while nothing is known of the next dose"


def test_a_refill_is_overdue_until_there_is_one() -> None:
    home = Home()
    fill = {"id": "f1", "patient": "p1", "drug": DRUG, "at": at(1), "days_supply": 2, "quantity": 4}
    home.take(1, ("dispense", fill))
    for due in (8, 20, 32, 44):
        home.taken(due, due)
    assert home.tick(47.9) == {}
    alarm = home.tick(48.1)["refill"]
    assert (alarm.priority, alarm.detail, alarm.onset) == (Priority.LOW, "Apixaban: no refill since 18 Mar", at(48))
    home.take(49, ("dispense", fill | {"id": "f2", "at": at(49)}))
    assert home.tick(49.1) == {}


def test_a_restart_says_nothing_twice_and_forgets_nothing() -> None:
    home = Home()
    before = home.tick(13)["missed-dose"]
    blob = home.engine.ward.checkpoint()
    home.engine = Engine(home.engine.log, Ward.restore(blob))
    said = home.engine.ward.seq
    assert home.tick(13.1)["missed-dose"] == before
    assert not any(entry.kind == "alarm" for entry in home.engine.log.read(said, 100))
    assert home.tick(24)["missed-dose"].ref.rev == 2
    home.taken(20, 24.5)
    assert home.tick(24.6)["missed-dose"].state == "latched", "nobody has acknowledged it"


def test_a_patient_who_leaves_takes_the_alarm_along() -> None:
    home = Home()
    home.tick(13)
    home.take(13.1, ("discharge", {"id": "p1"}))
    home.engine.tick(at(14))
    assert "p1" not in home.engine.ward.patients
