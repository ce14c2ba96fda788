"""A server that does not know the person who did it still takes what was done, with the name."""

from __future__ import annotations

from typing import Any

import pytest
from memory_fhir import MemoryFhir
from written_samples import ack, delivered, dose, note, vitals

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.writing.naming import in_words
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write

REF = "Practitioner/n1"


@pytest.mark.parametrize("act", [ack(ref=REF), dose(ref=REF), note(), vitals()])
async def test_named_in_words(act: Write) -> None:
    server = MemoryFhir()
    server.knows_nobody = True
    verdict = await delivered(act, server)
    assert (verdict.state, verdict.why) == (writes.CONFIRMED, "")
    assert await delivered(act, server) == verdict
    told = str(server.everything())
    assert "A. Weber" in told
    assert REF not in told


@pytest.mark.parametrize("act", [ack(ref=REF), dose(ref=REF), note(), vitals()])
async def test_known_people_are_named_by_reference(act: Write) -> None:
    server = MemoryFhir()
    await delivered(act, server)
    assert REF in str(server.everything())


async def test_what_is_refused_for_another_reason_stays_refused() -> None:
    server = MemoryFhir()

    def refuse(step: int, call: str) -> None:
        if call.startswith("PUT"):
            raise errors.by_status(422, None)

    server.fault = refuse
    assert (await delivered(note(), server)).state == writes.FAILED
    assert server.versions == {}


def test_only_what_has_words_loses_its_reference() -> None:
    subject = {"reference": "Patient/p1"}
    resource: dict[str, Any] = {"subject": subject, "performer": [{"actor": {"reference": REF, "display": "A. Weber"}}]}
    assert in_words(resource) == {"subject": subject, "performer": [{"actor": {"display": "A. Weber"}}]}
