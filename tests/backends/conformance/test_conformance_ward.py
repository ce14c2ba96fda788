"""Who is there, what was measured, what was ordered: the same on every backend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any

import pytest

from iomt_tui.clinical.medication.status import Dose
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.ward.view import WATERMARKS, PatientView

from .running import ALL_READ, DEVICES, NAMES, ORDERS, SCALE, Running
from .truth import HOSTILE, HOUR, Truth

CELLS = 12
WIDTH = HOUR // CELLS
ABOUT_SOMEBODY = ("order", "administration", "dispense", "intake", "condition", "note", "score", "alarm", "device")


def views(running: Running) -> dict[str, PatientView]:
    """Every patient as a screen shows them at the end of the log."""
    return {one: running.ward.view(one, running.ward.now) for one in running.ward.ids()}


def texts(part: Any) -> Iterator[str]:
    """Every text in a view."""
    if isinstance(part, str):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from texts(getattr(part, field.name))
    elif isinstance(part, dict) or hasattr(part, "items"):
        for key, value in part.items():
            yield from (*texts(key), *texts(value))
    elif isinstance(part, list | tuple | set | frozenset):
        for one in part:
            yield from texts(one)


def test_the_ward_says_first_that_nobody_is_real(running: Running) -> None:
    first = running.entries()[0]
    assert first.kind == "ward"
    marks = {body["watermark"] for body in running.bodies("ward")}
    assert marks <= WATERMARKS - {""}
    assert running.ward.header(running.ward.now).watermark in marks


def test_people_come_before_anything_about_them(running: Running) -> None:
    known: set[str] = set()
    for entry in running.entries():
        data = entry.data()
        if entry.kind == "patient":
            known.add(data["id"])
        elif entry.kind in ("obs", "past"):
            assert {one[0] for one in data} <= known
        elif entry.kind in ABOUT_SOMEBODY:
            about = data["ref"][0] if "ref" in data else data.get("patient")
            assert about is None or about in known, entry
    assert known == set(running.ward.ids())


def test_devices_are_known_with_what_they_measure(running: Running) -> None:
    since: dict[str, int] = {}
    for entry in running.entries("device"):
        since.setdefault(entry.data()["id"], entry.at)
    used = {one.device: entry.at for entry, one in reversed(list(running.readings()))}
    assert used
    for device, first in used.items():
        assert since.get(device, first + 1) <= first, device
        assert running.ward.devices[device].kind, device


def test_nothing_is_refused_and_everything_is_understood(running: Running) -> None:
    refused = running.bodies("refused")
    if ALL_READ in running.carries:
        assert refused == []
    assert {body["reason"] for body in refused} <= {"not-used"}
    assert running.ward.unreadable == 0


def test_every_value_is_one_that_can_be(running: Running) -> None:
    count = 0
    for entry, one in running.readings():
        assert type(one.observed_at) is int
        assert one.observed_at <= entry.at
        for vital, value in one.values.items():
            low, high = VITALS[vital].plausible
            assert isfinite(value)
            assert low <= value <= high
            count += 1
        assert set(one.flags or ()) <= VITALS.keys()
    assert count


def test_the_same_patients_in_the_same_beds(truth: Truth, running: Running) -> None:
    shown = views(running)
    assert set(shown) == {running.id(one) for one in truth.patients}
    for simulated, body in truth.patients.items():
        view = shown[running.id(simulated)]
        assert view.bed == body["bed"]
        family, given = safe_text(body["family"]), safe_text(body["given"])
        if NAMES in running.carries:
            assert view.full_name == f"{family}, {given}"
            assert (view.sex, view.home, view.problem, view.mrn) == (
                body["sex"], body["home"], body["problem"], body["mrn"],
            )  # fmt: skip
            assert view.allergies == tuple(body["allergies"])
        else:
            assert view.name == f"{family} {given}"
        assert view.spo2_scale == (body["spo2_scale"] if SCALE in running.carries else 1)


def test_the_same_newest_values_to_the_millisecond(truth: Truth, running: Running) -> None:
    shown: dict[tuple[str, str], tuple[int | None, float]] = {
        (patient, key): (vital.observed_at, vital.value)
        for patient, view in views(running).items()
        for key, vital in view.vitals.items()
        if vital.value is not None
    }
    expected = truth.newest()
    assert set(shown) == {(running.id(patient), vital) for patient, vital in expected}
    for (patient, vital), (at, values) in expected.items():
        found_at, found = shown[running.id(patient), vital]
        assert found_at == at, (patient, vital)
        exact = 0.5 * 10.0 ** -VITALS[vital].decimals
        assert min(abs(found - value) for value in values) <= exact, (patient, vital)


def test_what_is_known_of_devices(truth: Truth, running: Running) -> None:
    if DEVICES not in running.carries:
        assert {one.id for one in running.ward.devices.values()} == {f"replay:{one}" for one in truth.patients}
        return
    for one in truth.readings:
        device = running.ward.devices[running.id(one.device)]
        assert device.patient == running.id(one.patient)


def test_the_last_hour_is_there(truth: Truth, running: Running) -> None:
    ward = running.ward
    expected = {key: found for key, found in truth.ranges(WIDTH).items() if len(found) >= CELLS - 2}
    assert {vital for _, vital in expected} >= {"hr", "spo2", "rr", "glucose"}
    for (patient, vital), ranges in expected.items():
        cells = ward.spark(running.id(patient), vital, CELLS + 1, (CELLS + 1) * WIDTH, truth.at)
        first = truth.at // WIDTH - CELLS
        shown = {first + i: cell for i, cell in enumerate(cells) if cell is not None}
        assert set(ranges) <= set(shown), (patient, vital)
        exact = 0.5 * 10.0 ** -VITALS[vital].decimals
        for stretch, (low, high) in ranges.items():
            assert shown[stretch][:2] == pytest.approx((low, high), abs=exact), (patient, vital, stretch)


def test_no_reading_is_told_twice(truth: Truth, running: Running) -> None:
    expected = Counter((running.id(patient), vital, at) for patient, vital, at, _ in truth.values())
    told = Counter((one.patient, vital, one.observed_at) for _, one in running.readings() for vital in one.values)
    assert told <= expected


def test_no_alarm_is_raised_twice(running: Running) -> None:
    raised = [tuple(body["ref"]) for body in running.bodies("alarm") if body["state"] == "unack"]
    assert len(raised) == len(set(raised))


def test_the_same_orders_doses_and_records(truth: Truth, running: Running) -> None:
    for simulated, expected in truth.medication.items():
        shown = running.ward.medication(running.id(simulated), truth.at)
        if ORDERS not in running.carries:
            assert not shown.orders
            continue
        ours = expected.view(simulated, safe_text(""), "UTC", truth.at)
        assert {one.id for one in shown.orders} == {running.id(one.id) for one in ours.orders}
        assert shown.counts == ours.counts
        assert running.ward.view(running.id(simulated), truth.at).doses == expected.counts("UTC", truth.at)
        assert told(shown.doses) == told(ours.doses, running)


def told(doses: tuple[Dose, ...], running: Running | None = None) -> list[tuple[str, int, str]]:
    """Order, time and state of each dose."""
    return [(running.id(d.order.id) if running else d.order.id, d.due, str(d.status)) for d in doses]


def test_every_text_can_be_shown(truth: Truth, running: Running) -> None:
    shown = views(running)
    found = {text for view in shown.values() for text in texts(view)}
    found |= set(texts(running.ward.header(running.ward.now)))
    assert [text for text in found if safe_text(text, 400) != text] == []
    first = shown[running.id(next(iter(truth.patients)))]
    assert safe_text(HOSTILE) in first.full_name
