"""What was recorded of a dose, on its way to the server: once, never beside somebody else's unseen."""

from __future__ import annotations

import asyncio
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_fhir import Crash, MemoryFhir
from written_samples import AT, HOUR, MINUTE, ORDER, delivered, dose, note

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.doses import due_of
from iomt_tui.backends.fhir.exchange import ADMINISTRATION, BATCH, DUE, REPLACES
from iomt_tui.backends.fhir.medicines import MedicationAdministration
from iomt_tui.backends.fhir.writing import administration, ids
from iomt_tui.backends.fhir.writing.server import Later, Verdict
from iomt_tui.clinical.medication.order import Order
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write

Json = dict[str, Any]
INFUSION = ORDER | {"id": "order-2", "dose": {"value": 5.0, "unit": "mL/h"}, "schedule": {
    "kind": "infusion", "rate": {"value": 5.0, "unit": "mL/h"}, "hours": None}}  # fmt: skip
TAPER = ORDER | {"id": "order-3", "start": AT - AT % (24 * HOUR), "schedule": {"kind": "taper", "steps": [
    {"days": 1, "times": ["08:00"], "dose": {"value": 40.0, "unit": "mg"}},
    {"days": 1, "times": ["08:00"], "dose": {"value": 20.0, "unit": "mg"}}]}}  # fmt: skip


def there(server: MemoryFhir, op: str = "dose-1") -> Json:
    """The record of an act."""
    found = server.now(f"MedicationAdministration/{ids.of_op(op)}")
    assert found is not None
    return found


def elsewhere(**changed: Any) -> Json:
    """A record of another program's for the same order."""
    return {
        "resourceType": "MedicationAdministration", "id": "other", "status": "completed",
        "subject": {"reference": "Patient/p1"}, "request": {"reference": "MedicationRequest/order-1"},
        "effectiveDateTime": "2026-01-02T03:01:00Z", "performer": [{"actor": {"display": "B. Okoro"}}],
    } | changed  # fmt: skip


async def test_given() -> None:
    server = MemoryFhir()
    act = dose(ref="Practitioner/n1", witness="C. Silva", scan={"batch": "LOT7"}, reason="late: in theatre")
    assert await delivered(act, server) == Verdict(writes.CONFIRMED)
    found = there(server)
    assert found["status"] == "completed"
    assert found["request"] == {"reference": "MedicationRequest/order-1"}
    assert found["dosage"]["dose"] == {
        "value": 0.125, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg",
    }  # fmt: skip
    assert found["dosage"]["text"] == "0.125 mg oral"
    assert [one["actor"].get("display") for one in found["performer"]] == ["A. Weber", "C. Silva"]
    assert found["performer"][1]["function"]["coding"][0]["code"] == "witness"
    assert found["extension"] == [
        {"url": DUE, "valueDateTime": "2026-01-02T03:04:05.000+00:00"}, {"url": BATCH, "valueString": "LOT7"},
    ]  # fmt: skip
    assert found["note"][0]["text"] == "late: in theatre"


@pytest.mark.parametrize(
    ("what", "status"),
    [("refused", "not-done"), ("not-available", "not-done"), ("held", "on-hold"), ("delayed", "on-hold")],
)
async def test_not_given(what: str, status: str) -> None:
    server = MemoryFhir()
    await delivered(dose(what=what, reason="asleep"), server)
    found = there(server)
    assert (found["status"], "dosage" in found) == (status, False)
    assert found["statusReason"][0]["text"] == "asleep"
    assert found["statusReason"][0]["coding"] == [{"system": ADMINISTRATION, "code": what}]


async def test_a_change_of_rate_is_no_dose_of_the_timetable() -> None:
    """Neither when it is read back, nor for the desk that records the beginning of the infusion late."""
    server, drip = MemoryFhir(), INFUSION | {"start": AT}
    await delivered(dose(order=drip, due=None, status="in-progress", dose={"value": 4.0, "unit": "mL/h"}), server)
    record = MedicationAdministration.model_validate(there(server))
    assert due_of(record, Order.from_body(drip), AT, UTC) is None
    verdict = await delivered(dose("dose-2", order=drip, due=AT, status="in-progress"), server)
    assert verdict.state == writes.CONFIRMED


@pytest.mark.parametrize(
    ("more", "effective"),
    [
        ({"status": "in-progress"}, {"start": "2026-01-02T03:04:05.000+00:00"}),
        ({"status": "stopped", "dose": {"value": 0.0, "unit": "mL/h"}}, {"end": "2026-01-02T03:04:05.000+00:00"}),
    ],
)
async def test_an_infusion_has_a_rate_and_a_period(more: Json, effective: Json) -> None:
    server = MemoryFhir()
    assert (await delivered(dose(order=INFUSION, due=None, **more), server)).state == writes.CONFIRMED
    assert there(server)["effectivePeriod"] == effective
    assert there(server)["dosage"]["rateQuantity"]["code"] == "mL/h"


async def test_a_taper_has_the_dose_of_its_day() -> None:
    server = MemoryFhir()
    eight = AT - AT % (24 * HOUR) + 8 * HOUR
    await delivered(dose("a", order=TAPER, due=eight), server)
    await delivered(dose("b", order=TAPER, due=eight + 24 * HOUR), server)
    assert [there(server, op)["dosage"]["dose"]["value"] for op in "ab"] == [40.0, 20.0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "the server has it given at 03:01 by B. Okoro: look again"),
        ({"extension": [{"url": DUE, "valueDateTime": "2026-01-02T04:04:05+01:00"}],
          "effectiveDateTime": "2026-01-01T20:00:00Z"}, "the server has it given at 20:00 by B. Okoro: look again"),
        ({"status": "not-done"}, "the server has it not given at 03:01 by B. Okoro: look again"),
        ({"status": "entered-in-error"}, ""),
        ({"status": "on-hold", "statusReason": [{"coding": [{"system": ADMINISTRATION, "code": "delayed"}]}]}, ""),
        ({"effectiveDateTime": "2026-01-01T20:00:00Z"}, ""),  # the dose before this one
        ({"extension": [{"url": DUE, "valueDateTime": "2026-01-01T19:04:05Z"}]}, ""),
        ({"request": {"reference": "MedicationRequest/order-9"}}, ""),
        ({"effectiveDateTime": None, "performer": "?"}, ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("unknown", [set(), {"request"}])
async def test_what_somebody_else_recorded_of_the_same_dose(changed: Json, words: str, unknown: set[str]) -> None:
    server = MemoryFhir()
    server.unknown_searches = unknown
    server.store("MedicationAdministration/other", elsewhere(**changed))
    verdict = await delivered(dose(), server)
    if words:
        assert (verdict.state, verdict.why) == (writes.CONFLICT, words)
        assert list(server.versions) == ["MedicationAdministration/other"]
    else:
        assert verdict == Verdict(writes.CONFIRMED)


async def test_two_doses_as_needed_are_two() -> None:
    server = MemoryFhir()
    prn = ORDER | {"schedule": {"kind": "prn", "min_hours": 4, "max_per_day": 4, "indication": "pain",
                                "recheck_min": 60}}  # fmt: skip
    for op in ("a", "b"):
        assert (await delivered(dose(op, order=prn, due=None), server)).state == writes.CONFIRMED


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_of_two_desks_at_the_same_moment_one_at_least_is_told(seed: int) -> None:
    server = MemoryFhir(seed)

    async def run() -> list[Verdict]:
        return await asyncio.gather(*(delivered(dose(f"dose-{n}", f"Nurse {n}"), server) for n in range(2)))

    states = [verdict.state for verdict in asyncio.run(run())]
    assert writes.CONFLICT in states
    assert set(states) <= {writes.CONFLICT, writes.CONFIRMED}


async def test_a_correction_enters_the_old_record_in_error() -> None:
    server = MemoryFhir()
    await delivered(dose("old"), server)
    verdict = await delivered(dose("new", what="refused", replaces="old"), server)
    assert verdict == Verdict(writes.CONFIRMED)
    assert there(server, "old")["status"] == "entered-in-error"
    assert there(server, "new")["status"] == "not-done"
    assert {"url": REPLACES, "valueString": "old"} in there(server, "new")["extension"]


async def test_a_correction_of_a_record_that_came_from_the_server_or_was_never_there() -> None:
    server = MemoryFhir()
    server.store("MedicationAdministration/other", elsewhere())
    assert (await delivered(dose("new", what="refused", replaces="other"), server)).state == writes.CONFIRMED
    assert (server.now("MedicationAdministration/other") or {})["status"] == "entered-in-error"
    assert (await delivered(dose("x", due=AT + 8 * HOUR, replaces="never there"), server)).state == writes.CONFIRMED


async def test_a_record_that_was_taken_back_there_is_not_corrected_here() -> None:
    server = MemoryFhir()
    await delivered(dose("old"), server)
    path = f"MedicationAdministration/{ids.of_op('old')}"
    server.store(path, there(server, "old") | {"status": "entered-in-error"})
    verdict = await delivered(dose("new", replaces="old"), server)
    assert verdict.state == writes.CONFLICT
    assert "already: look again" in verdict.why
    assert (await delivered(dose("old"), server)).state == writes.CONFLICT  # nor is it written again


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_of_two_corrections_one_stands(seed: int) -> None:
    server = MemoryFhir(seed)

    async def run() -> list[Verdict]:
        await delivered(dose("old"), server)
        new = [dose(f"new-{n}", f"Nurse {n}", what="refused", replaces="old") for n in range(2)]
        return list(await asyncio.gather(*(delivered(one, server) for one in new)))

    verdicts = asyncio.run(run())
    assert writes.CONFLICT in [verdict.state for verdict in verdicts]
    standing = [one for one in server.everything().values() if one["status"] != "entered-in-error"]
    assert len(standing) == 1
    assert there(server, "old")["status"] == "entered-in-error"


async def test_taking_a_record_back_and_telling_its_effect() -> None:
    server = MemoryFhir()
    await delivered(dose("old"), server)
    told = dose("effect", what="effect", replaces="old", effect="pain 8 to 3")
    assert (await delivered(told, server)).state == writes.CONFIRMED
    assert [one["text"] for one in there(server, "old")["note"]] == ["pain 8 to 3"]
    gone = dose("error", what="error", replaces="old", reason="wrong patient")
    assert (await delivered(gone, server)).state == writes.CONFIRMED
    assert there(server, "old")["status"] == "entered-in-error"
    assert [one["text"] for one in there(server, "old")["note"]] == ["pain 8 to 3", "entered in error: wrong patient"]
    for again in (told, gone):
        assert (await delivered(again, server)) == Verdict(writes.CONFIRMED)
    assert (await delivered(dose("e2", what="effect", replaces="old", effect="x"), server)).state == writes.CONFLICT
    assert len(server.versions) == 1


async def test_about_a_record_that_the_server_does_not_have() -> None:
    server = MemoryFhir()
    assert (await delivered(dose(what="error", replaces="nowhere"), server)).state == writes.CONFIRMED
    assert (await delivered(dose(what="effect", replaces="nowhere", effect="x"), server)).state == writes.FAILED
    assert server.versions == {}


@pytest.mark.parametrize("when", ["fault", "after"])
@pytest.mark.parametrize(
    "acts",
    [
        [dose()],
        [dose("old"), dose("new", what="refused", replaces="old", at=AT + MINUTE)],
        [dose("old"), dose("effect", what="effect", replaces="old", effect="better")],
        [dose("old"), dose("error", what="error", replaces="old", reason="wrong bed")],
        [note()],
    ],
)
async def test_a_crash_between_any_two_steps_changes_nothing(when: str, acts: list[Write]) -> None:
    clean = MemoryFhir()
    for act in acts:
        assert (await delivered(act, clean)) == Verdict(writes.CONFIRMED)
    for step in range(len(clean.calls)):
        server = MemoryFhir()

        def strike(at: int, call: str, step: int = step) -> None:
            if at == step:
                raise Crash

        setattr(server, when, strike)
        done: list[Write] = []
        try:
            for act in acts:
                await delivered(act, server)
                done.append(act)
        except Crash:
            for act in acts[len(done) :]:
                assert (await delivered(act, server)) == Verdict(writes.CONFIRMED)
        assert server.everything() == clean.everything()
        assert {path: len(found) for path, found in server.versions.items()} == {
            path: len(found) for path, found in clean.versions.items()
        }


@pytest.mark.parametrize("act", [dose(), note()])
@pytest.mark.parametrize(
    ("status", "state"), [(401, writes.DENIED), (403, writes.DENIED), (400, writes.FAILED), (422, writes.FAILED)]
)
async def test_refusals_end_it(act: Write, status: int, state: str) -> None:
    server = MemoryFhir()

    def refuse(step: int, told: str) -> None:
        if told.startswith("PUT"):
            raise errors.by_status(status, None)

    server.fault = refuse
    verdict = await delivered(act, server)
    assert (verdict.state, f"HTTP {status}" in verdict.why) == (state, True)


@pytest.mark.parametrize("act", [dose(), note()])
async def test_a_server_that_forgets_confirms_nothing(act: Write) -> None:
    server = MemoryFhir()
    server.after = lambda step, told: server.versions.clear()
    with pytest.raises(Later, match="does not have it"):
        await delivered(act, server)


@pytest.mark.parametrize(
    "broken", [{"order": {"id": "o"}}, {"order": None}, {"at": "noon"}, {"what": "eaten"}, {"dose": {"value": -1}}]
)
async def test_a_dose_without_shape_is_not_sent(broken: Json) -> None:
    server = MemoryFhir()
    act = dose()
    assert (await delivered(Write(**_fields(act) | {"about": act.about | broken}), server)).state == writes.FAILED
    assert server.calls == []


def _fields(act: Write) -> Json:
    return {name: getattr(act, name) for name in act.__slots__}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*elsewhere(), "extension", "statusReason", "effectivePeriod"]), JSON))
def test_no_record_of_a_server_breaks_the_reading(changed: Json) -> None:
    found = administration.given(elsewhere(**changed))
    assert len(found.by) <= 40
    administration.touched(elsewhere(**changed), "op")
