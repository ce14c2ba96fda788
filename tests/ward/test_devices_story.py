"""Devices are told by what they said of themselves and what came from them; what fails next stands first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import START, logs, numbered, opening

from iomt_tui.ward.events import Draft, Entry, Reading, draft, observations
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.device_words import clock_words, left_words, period_words, span, trouble_words
from iomt_tui.ward.story.devices import SOON, DeviceStanding, Trouble, devices_of, ward_devices

MINUTE, HOUR = 60_000, 3_600_000


def ward_of(*drafts: Draft) -> Ward:
    ward = Ward()
    ward.apply(numbered([*opening(), *drafts]))
    return ward


def said(after: int, **body: Any) -> Draft:
    return draft(START + after, "device", {"id": "p1-patch", **body})


def seen(after: int, device: str = "p1-patch", **values: float) -> Draft:
    return observations(START + after, [Reading("p1", device, START + after, values, None)])


def patch(ward: Ward, now: int) -> DeviceStanding:
    return next(one for one in devices_of(ward, "p1", now).devices if one.id == "p1-patch")


def running_down(per_level: int, left: int) -> Draft:
    levels = [(START - i * per_level, left + i) for i in range(9, -1, -1)]
    return said(0, levels=levels, battery=left, periods={"temp": 60.0})


def test_a_device_is_silent_when_its_quickest_value_is_not_fresh_any_more() -> None:
    ward = ward_of(said(0, periods={"temp": 60.0, "hr": 1.0}), seen(0, temp=37.0))
    assert patch(ward, START + 9_000).troubles == ()
    late = patch(ward, START + 11_000)
    assert late.troubles == (Trouble.SILENT,) and trouble_words(late, Trouble.SILENT, START + 11_000).endswith("11 s")
    slow = ward_of(said(0, periods={"temp": 60.0}), seen(0, temp=37.0))
    assert patch(slow, START + 2 * MINUTE).troubles == ()
    assert patch(slow, START + 3 * MINUTE).troubles == (Trouble.SILENT,)


@pytest.mark.parametrize(("state", "words"), [("gone", "gone for 5 s"), ("off", "switched off for 5 s")])
def test_one_that_said_that_it_goes_is_gone_at_once(state: str, words: str) -> None:
    one = patch(ward_of(seen(0, temp=37.0), said(1_000, state=state)), START + 5_000)
    assert one.troubles[0] is Trouble.SILENT
    assert trouble_words(one, Trouble.SILENT, START + 5_000) == words


@pytest.mark.parametrize(
    ("per_level", "left", "soon"), [(10 * MINUTE, 60, True), (HOUR, 60, False), (HOUR, 11, True), (HOUR, 20, True)]
)
def test_a_battery_is_trouble_when_it_is_empty_soon_or_low(per_level: int, left: int, soon: bool) -> None:
    ward = ward_of(running_down(per_level, left), seen(0, temp=37.0))
    one = patch(ward, START + 1_000)
    assert one.forecast is not None and one.untold == ""
    assert (Trouble.BATTERY in one.troubles) == soon
    assert (one.forecast.left(START) <= SOON or left <= 20) == soon
    assert left_words(one, START).endswith(" left")
    assert left_words(one, one.forecast.empty_at + HOUR) == "empty by now"


def test_what_cannot_be_forecast_says_why() -> None:
    assert left_words(patch(ward_of(said(0, battery=50)), START), START) == "no forecast: too few levels yet"
    assert left_words(patch(ward_of(said(0, battery=50, state="charging")), START), START) == "charging"
    assert left_words(patch(ward_of(said(0, battery=None)), START), START) == "no battery told of"


def test_what_fails_next_stands_first() -> None:
    devices: list[tuple[str, dict[str, Any]]] = [
        ("weak", {"battery": 90, "signal": 10}), ("fine", {"battery": 90, "signal": 90}), ("mains", {}),
        ("gone", {"state": "gone"}), ("low", {"battery": 15}), ("clock", {}),
    ]  # fmt: skip
    drafts = [draft(START, "device", {"id": name, "patient": "p1", "kind": "x"} | body) for name, body in devices]
    drafts += [draft(START, "device", {"id": f"p1-{name}", "patient": None}) for name in ("monitor", "patch")]
    for i in range(4):
        reading = Reading("p1", "clock", START + HOUR + i, {"hr": 80.0}, None)
        drafts.append(observations(START + i, [reading]))
    ward = ward_of(*drafts)
    assert [one.id for one in devices_of(ward, "p1", START + 10).devices] == [
        "gone", "clock", "low", "weak", "fine", "mains",
    ]  # fmt: skip
    everybody = ward_devices(ward, START + 10)
    assert everybody.spare == 2 and {one.patient for one in everybody.devices} == {"p1", "p2"}


def test_which_device_measures_what_and_when_last() -> None:
    ward = ward_of(
        said(0, periods={"hr": 1.0, "temp": 60.0}), seen(0, "p1-monitor", hr=80.0, temp=37.0), seen(5_000, hr=81.0)
    )
    own = {measured.vital: measured for measured in patch(ward, START + 6_000).measures}
    assert own["hr"].at == START + 5_000 and own["temp"].at is None and own["temp"].period == 60.0


@given(logs(), st.integers(0, 400_000))
def test_any_log_has_an_order_and_words(entries: list[Entry], later: int) -> None:
    ward = Ward()
    ward.apply(entries)
    now = ward.now + later
    found = ward_devices(ward, now).devices
    assert [one.urgency(now) for one in found] == sorted(one.urgency(now) for one in found)
    for one in found:
        assert one.troubles == tuple(sorted(one.troubles))
        assert all(trouble_words(one, trouble, now) for trouble in one.troubles)
        assert left_words(one, now)


def test_words_of_times() -> None:
    assert [span(ms) for ms in (-5, 40_000, 90 * MINUTE, 30 * HOUR, 80 * HOUR)] == [
        "0 s", "40 s", "90 min", "30 h", "3 days",
    ]  # fmt: skip
    assert clock_words(0) == "clock right"
    assert clock_words(-3_598_286) == "clock 60 min ahead"
    assert clock_words(200_000) == "clock 3 min behind"
    assert [period_words(s) for s in (None, 0.5, 1, 5, 60, 900, 14_400, 43_200, 86_400, 604_800)] == [
        "", "every second", "every second", "every 5 s", "every minute", "every 15 min", "every 4 h", "every 12 h",
        "every day", "every 7 days",
    ]  # fmt: skip
