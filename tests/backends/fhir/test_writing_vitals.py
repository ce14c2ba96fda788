"""Charted vital signs: each value's own outcome, and nothing twice."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_samples import mapped
from memory_fhir import Crash, MemoryFhir
from written_samples import AT, MINUTE, PATIENT, delivered, desk, note, vitals, write

from iomt_tui.backends.fhir.writing.charting import chart
from iomt_tui.backends.fhir.writing.observations import observations
from iomt_tui.backends.fhir.writing.server import EntryOutcome, Later, Verdict
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.ward import writes

ALL_CHARTED = dict.fromkeys(("hr", "spo2", "nibp_sys", "nibp_dia", "nibp_mean", "temp"), "")


async def test_charted() -> None:
    server = MemoryFhir()
    assert await delivered(vitals(), server) == Verdict(writes.CONFIRMED, parts=ALL_CHARTED)
    assert server.calls == ["POST batch"] * 3
    assert len(server.versions) == 4
    made = {one["code"]["coding"][0]["code"]: one for one in server.everything().values()}
    assert set(made) == {"8867-4", "2708-6", "85354-9", "8310-5"}
    assert [one["code"] for one in made["2708-6"]["code"]["coding"]] == ["2708-6", "59408-5", "150456"]
    assert made["8867-4"]["valueQuantity"] == {
        "value": 81.0, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min",
    }  # fmt: skip
    assert made["8310-5"]["valueQuantity"]["value"] == 37.3
    assert [one["valueQuantity"]["value"] for one in made["85354-9"]["component"]] == [121.0, 74.0, 90.0]
    assert made["8867-4"]["device"] == {"reference": "Device/monitor-1", "display": "monitor-1"}
    assert "device" not in made["8310-5"]  # a device that only the log knows
    assert {one["performer"][0]["reference"] for one in made.values()} == {"Practitioner/n1"}


def test_what_was_charted_reads_back_as_the_same_values() -> None:
    values = {
        key: [vital.plausible[1] if key != "acvpu" else 2, AT - MINUTE, "m"] for key, vital in VITALS.items()
    }  # fmt: skip
    made = observations(vitals(values=values), PATIENT, "desk-1")
    found, refusals = mapped(*(one.resource for one in made))
    read = {key: value for reading in found.readings for key, value in reading.values.items()}
    assert read == {key: value[0] for key, value in values.items()}
    assert {reading.observed_at for reading in found.readings} == {AT - MINUTE}
    assert not refusals.problems


@pytest.mark.parametrize("answer", range(5))
def test_consciousness_is_a_coded_answer(answer: int) -> None:
    made = observations(vitals(values={"acvpu": [answer, AT, ""]}), PATIENT, "desk-1")
    found, _ = mapped(made[0].resource)
    assert found.readings[0].values == {"acvpu": answer}


async def test_each_entry_has_its_own_outcome() -> None:
    server = MemoryFhir()
    server.entry_status = lambda method, url: 422 if method == "PUT" and url == _url("nibp") else None
    verdict = await delivered(vitals(), server)
    words = "the server does not take the request as it is (HTTP 422, invariant)"
    assert verdict.state == writes.FAILED
    assert verdict.why.startswith("3 of 6 values were not taken")
    assert {vital for vital, why in verdict.parts.items() if why} == {"nibp_sys", "nibp_dia", "nibp_mean"}
    assert verdict.parts["nibp_sys"] == words
    assert list(verdict.parts) == list(vitals().about["values"])


async def test_only_what_may_pass_is_sent_again() -> None:
    server = MemoryFhir()
    busy = {_url("temp"): 503, _url("nibp"): 422}
    server.entry_status = lambda method, url: busy.get(url) if method == "PUT" else None
    with pytest.raises(Later) as first:
        await chart(vitals(), desk(server), {})
    assert first.value.parts == ALL_CHARTED | dict.fromkeys(
        ("nibp_sys", "nibp_dia", "nibp_mean"), "the server does not take the request as it is (HTTP 422, invariant)"
    ) | {"temp": "the server is too busy (HTTP 503, invariant)"}
    sent: list[str] = []

    def watched(method: str, url: str) -> int | None:
        sent.append(f"{method} {url}")
        return None

    server.entry_status = watched
    verdict = await chart(vitals(), desk(server), first.value.ended)
    assert sent == [f"GET {_url('temp')}", f"PUT {_url('temp')}", f"GET {_url('temp')}"]
    assert verdict.state == writes.FAILED
    assert verdict.parts == first.value.parts | {"temp": ""}


def _url(name: str) -> str:
    """Where an Observation of ``vitals()`` lies."""
    made = observations(vitals(), PATIENT, "desk-1")
    found = next(one for one in made if any(vital.startswith(name) for vital in one.vitals))
    return f"Observation/{found.resource['id']}"


async def test_an_entry_without_a_status_is_looked_for() -> None:
    server = MemoryFhir()
    server.entry_status = lambda method, url: 0 if method == "PUT" else None
    with pytest.raises(Later, match="the server did not say what became of it"):
        await delivered(vitals(), server)
    server.entry_status = lambda method, url: None
    assert (await delivered(vitals(), server)).state == writes.CONFIRMED


async def test_nothing_may_be_written() -> None:
    server = MemoryFhir()
    server.entry_status = lambda method, url: 403 if method == "PUT" else None
    verdict = await delivered(vitals(), server)
    assert verdict.state == writes.DENIED
    assert set(verdict.parts) == set(ALL_CHARTED)


async def test_what_may_not_be_read_back_is_not_called_charted() -> None:
    server = MemoryFhir()
    server.entry_status = lambda method, url: 403 if method == "GET" else None
    verdict = await delivered(vitals(), server)
    assert verdict.state == writes.FAILED
    assert all(why.startswith("sent, but it cannot be read back") for why in verdict.parts.values())


@pytest.mark.parametrize("when", ["fault", "after"])
@pytest.mark.parametrize("step", range(3))
async def test_a_crash_at_any_step_charts_nothing_twice(when: str, step: int) -> None:
    server = MemoryFhir()

    def strike(at: int, call: str) -> None:
        if at == step:
            raise Crash

    setattr(server, when, strike)
    with pytest.raises(Crash):
        await delivered(vitals(), server)
    assert (await delivered(vitals(), server)) == Verdict(writes.CONFIRMED, parts=ALL_CHARTED)
    assert {len(found) for found in server.versions.values()} == {1}


async def test_an_answer_with_another_number_of_entries_is_none() -> None:
    class Short(MemoryFhir):
        async def post_batch(self, entries: Any) -> list[EntryOutcome]:
            return (await super().post_batch(entries))[1:]

    with pytest.raises(Later, match="no FHIR"):
        await delivered(vitals(), Short())


@pytest.mark.parametrize(
    "values", [{}, {"mood": [1, AT, ""]}, {"hr": ["81", AT, ""]}, {"hr": [float("nan"), AT, ""]}, {"hr": [81]}]
)
async def test_values_without_shape_are_not_sent(values: dict[str, list[Any]]) -> None:
    server = MemoryFhir()
    assert (await delivered(vitals(values=values), server)).state == writes.FAILED
    assert server.calls == []


async def test_a_note() -> None:
    server = MemoryFhir()
    assert (await delivered(note(), server)) == Verdict(writes.CONFIRMED)
    (made,) = server.everything().values()
    assert made["payload"] == [{"contentString": "Sleeps well. Wants her glasses."}]
    assert (made["status"], made["sent"]) == ("completed", "2026-01-02T03:04:05.000+00:00")
    assert made["sender"] == {"reference": "Practitioner/n1", "display": "A. Weber"}
    assert (await delivered(note("n2", "  "), server)).state == writes.FAILED
    assert (await delivered(write("n3", "order", {}), server)).state == writes.FAILED
