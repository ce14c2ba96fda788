"""Notes and their corrections: what was written first is never changed on the server."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_live import Server, told
from fhir_samples import patient
from memory_fhir import MemoryFhir
from written_samples import AT, correction, delivered, note, write

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.writing import ids
from iomt_tui.backends.fhir.writing.server import Verdict
from iomt_tui.ward import writes

FIRST = f"Communication/{ids.of_op('note-1')}"
SECOND = f"Communication/{ids.of_op('note-2')}"


async def test_a_correction_leaves_the_first_as_it_was_and_refers_to_it() -> None:
    server = MemoryFhir()
    await delivered(note(), server)
    before = server.past(FIRST)
    assert await delivered(correction(), server) == Verdict(writes.CONFIRMED)
    assert server.past(FIRST) == before and len(before) == 1
    made = server.everything()[SECOND]
    assert [one["reference"] for one in made["inResponseTo"]] == [FIRST]
    assert await delivered(correction(), server) == Verdict(writes.CONFIRMED)
    assert len(server.past(SECOND)) == 1


async def test_a_note_of_somebody_else_is_referred_to_by_the_servers_own_id() -> None:
    server = MemoryFhir()
    server.store("Communication/ehr-7", {"resourceType": "Communication", "id": "ehr-7", "status": "completed"})
    await delivered(correction(replaces="ehr-7"), server)
    assert [one["reference"] for one in server.everything()[SECOND]["inResponseTo"]] == ["Communication/ehr-7"]


@pytest.mark.parametrize("replaces", ["note-1", "a/b c"])
async def test_without_the_first_there_the_correction_says_in_words_what_it_corrects(replaces: str) -> None:
    server = MemoryFhir()
    assert await delivered(correction(replaces=replaces), server) == Verdict(writes.CONFIRMED)
    made = server.everything()[SECOND]
    assert "inResponseTo" not in made
    assert made["extension"][0]["valueString"] == replaces and "B. Cruz" in made["note"][0]["text"]


async def test_a_server_that_refuses_the_reference_gets_words() -> None:
    server = MemoryFhir()
    await delivered(note(), server)

    def strict(_step: int, call: str) -> None:
        if call == f"PUT {SECOND}" and server.calls.count(call) == 1:
            raise errors.by_status(422, None)

    server.fault = strict
    assert await delivered(correction(), server) == Verdict(writes.CONFIRMED)
    (named,) = server.everything()[SECOND]["inResponseTo"]
    assert "reference" not in named and "B. Cruz" in named["display"]


async def test_another_station_reads_which_note_was_corrected() -> None:
    server = MemoryFhir()
    await delivered(note(), server)
    await delivered(correction(), server)
    far = Server(station="desk-2")
    far.put(patient())
    bodies: dict[str, dict[str, Any]] = {}
    for path in (FIRST, SECOND):
        one = server.everything()[path] | {"subject": {"reference": "Patient/p1"}}
        bodies |= {body["id"]: body for body in told(far.put(one), "note")}
    assert "replaces" not in bodies["note-1"]
    assert (bodies["note-2"]["replaces"], bodies["note-2"]["text"]) == ("note-1", "Sleeps badly.")


async def test_a_correction_of_another_shape_is_told_and_not_tried_again() -> None:
    odd = write("note-2", writes.NOTE, {"text": "x", "replaces": {"id": "note-1", "at": "yesterday", "by": ""}}, at=AT)
    verdict = await delivered(odd, MemoryFhir())
    assert verdict.state == writes.FAILED and "cannot be written" in verdict.why
