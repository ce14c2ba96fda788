"""Medicines at home in the simulated ward: believable, the same however time is cut, nothing twice, nothing lost."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.engine.source import SimulatedSource
from iomt_tui.engine.spec import WardSpec
from iomt_tui.ward.events import Entry, draft
from iomt_tui.ward.fold import Ward

HOUR, DAY = 3_600_000, 86_400_000
MEDICINES = ("order", "dispense", "intake")


def begun(ward: SimulatedWard) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, body) for kind, body in ward.events() if kind in MEDICINES]


def intakes(ward: SimulatedWard, hours: float, step: float) -> list[tuple[int, bytes]]:
    out: list[tuple[int, bytes]] = []
    at = ward.now
    end = at + int(hours * HOUR)
    while at < end:
        at = min(end, at + int(step * HOUR))
        out += [(when, orjson.dumps(body)) for when, kind, body in ward.advance(at) if kind == "intake"]
    return out


def test_it_is_the_same_each_time_and_however_time_is_cut() -> None:
    assert begun(SimulatedWard()) == begun(SimulatedWard())
    assert begun(SimulatedWard()) != begun(SimulatedWard(seed=8))
    whole = intakes(SimulatedWard(rate=0.1), 30, 30)
    assert whole == intakes(SimulatedWard(rate=0.1), 30, 0.7)
    assert len(whole) > 20, "doses go on while the ward runs"


def test_ninety_days_come_in_few_entries() -> None:
    found = begun(SimulatedWard())
    orders = [body for kind, body in found if kind == "order" and body["home"]]
    stored = [body for kind, body in found if kind != "order"]
    assert len(orders) < len(stored) <= 3 * len(orders)
    assert sum(len(orjson.dumps(body)) for body in stored) < 60_000


def test_live_doses_are_those_that_a_later_history_has() -> None:
    """What a ward that starts a day later has stored of that day is what was sent live: nothing twice, nothing lost."""
    ward = SimulatedWard(tz="Europe/Berlin", rate=0.1)
    live = [orjson.loads(body) for _, body in intakes(ward, 24, 24)]
    assert live and all(ward.start <= body["at"] <= ward.start + DAY for body in live)
    assert len({(body["order"], body["due"]) for body in live}) == len(live)
    stored = {
        (body["order"], body["from"] + due * 60_000)
        for kind, body in begun(ward)
        if kind == "intake"
        for due, _ in body["doses"]
    }
    assert not stored & {(body["order"], body["due"]) for body in live}
    newest = max(due for _, due in stored)
    assert ward.start - newest < 13 * HOUR, "the history reaches up to the start"


@pytest.mark.parametrize("tz", ["UTC", "Pacific/Auckland"])
def test_medicines_are_taken_by_the_clock_of_the_ward(tz: str) -> None:
    start = 1_773_744_120_000
    ward = Ward()
    body = {"name": "W", "watermark": "DEMO", "source": "simulated", "tz": tz, "schema": 1}
    source = SimulatedSource(WardSpec(tz=tz, history_hours=0), start)
    drafts = [draft(start, "ward", body), *(draft(at, kind, x) for at, kind, x in source.begin() if kind != "obs")]
    ward.apply([Entry(i, *item) for i, item in enumerate(drafts, 1)])
    assert ward.unreadable == 0
    near = ward.adherence("sim-0017", start).assessment
    assert near.taken.percent is not None and near.taken.percent >= 97
    assert near.on_time.percent is not None and near.on_time.percent >= 90


def test_homes_beyond_the_cast_have_medicines_too() -> None:
    ward = SimulatedWard(beds=60)
    homes = {body["patient"] for kind, body in begun(ward) if kind == "intake"}
    assert len(homes) >= 14
