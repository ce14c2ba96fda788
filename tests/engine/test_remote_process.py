"""The process of a ward with a server: begins at once, takes up what waits, and gives its source back at the end."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from far_ward import LINK, Hand
from ward_of_one import DEVICE, PATIENT

from iomt_tui.backends.fhir.spec import DEVICE as DEVICE_GRANT
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.engine import process
from iomt_tui.engine.source import Arrival, Place, SimulatedSource, backend_of, open_source, ward_body
from iomt_tui.engine.spec import WardSpec
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Entry, Reading, draft
from iomt_tui.ward.writes import ACK

SERVER = FhirSpec("fhir", "http://127.0.0.1:1/fhir", "Location/7", DEVICE_GRANT, scopes=("a", "b"), writes=(ACK,))
SPEC = WardSpec(source="fhir", watermark="TEST", fhir=SERVER, ends_with_screens=False, fresh=False, history_hours=24)


class Server(Hand):
    """Says a HIGH alarm's value at its first poll."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = 0
        self.polls = 0

    def begin(self) -> list[Arrival]:
        return [(0, "link", LINK | {"state": "connecting"})]

    def poll(self, now: int) -> list[Arrival]:
        self.polls += 1
        if self.polls > 1:
            return []
        reading = Reading("p1", "d1", now, {"spo2": 84.0}, None)
        return [(now, "patient", PATIENT), (now, "device", DEVICE), (now, "obs", reading)]

    def close(self) -> None:
        self.closed += 1


def run(where: Path, monkeypatch: pytest.MonkeyPatch, spec: WardSpec = SPEC) -> tuple[Server, list[Entry]]:
    """The engine for two turns of its loop."""
    server, turns = Server(), iter(range(100))
    monkeypatch.setattr(process, "open_source", lambda spec, start, place: server)
    assert process.serve(spec, where, lambda: next(turns) >= 2)
    log = SqliteLog(process.log_path(where))
    try:
        return server, log.read(0)
    finally:
        log.close()


def test_a_new_ward_with_a_server_begins_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, entries = run(tmp_path, monkeypatch)
    assert [e.kind for e in entries[:4]] == ["ward", "engine", "link", "tick"]
    ward = entries[0].data()
    assert (ward["source"], ward["beds"], ward["watermark"]) == ("fhir", [], "TEST")
    assert entries[-1].at - entries[0].at < 60_000, "no history is waited for"
    assert any(e.kind == "alarm" for e in entries)
    assert server.closed == 1 and entries[-1].data()["state"] == "stopped"


def test_what_waited_is_handed_over_by_the_next_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, entries = run(tmp_path, monkeypatch)
    ref = next(e.data()["ref"] for e in entries if e.kind == "alarm" and e.data()["ref"][2] == "low")
    log = SqliteLog(process.log_path(tmp_path))
    log.append([draft(entries[-1].at, "act", {"op": "x", "user": "KIM", "do": "ack", "ref": ref})], durable=True)
    log.close()
    first, _ = run(tmp_path, monkeypatch)
    second, entries = run(tmp_path, monkeypatch)
    assert [w.op for w in first.submitted] == ["x"] == [w.op for w in second.submitted]
    assert first.submitted[0].about == second.submitted[0].about
    assert sum(e.kind == "write" for e in entries) == 1


def test_a_source_that_fails_at_its_end_leaves_the_ward_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Server) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(Server, "close", broken)
    with pytest.raises(RuntimeError):
        run(tmp_path, monkeypatch)
    log = SqliteLog(process.log_path(tmp_path))
    last = log.last()
    log.close()
    assert last is not None and last.data()["state"] == "stopped"


def test_the_spec_goes_to_the_process_and_back() -> None:
    assert WardSpec.load(SPEC.dump()) == SPEC
    assert WardSpec.load(replace(SPEC, fhir=None).dump()).fhir is None
    older = WardSpec().dump().replace(',"fhir":null', "")
    assert "fhir" not in older and WardSpec.load(older) == WardSpec()


def test_the_source_of_a_server_is_loaded_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    class Fake(Hand):
        def __init__(self, *args: Any, mark: str | None, station: str) -> None:
            super().__init__()
            given.extend((*args, mark, station))

    module = ModuleType("iomt_tui.backends.fhir.source")
    module.FhirSource = Fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    source = open_source(SPEC, 5, Place("TEST", "desk"))
    assert isinstance(source, Fake) and given == [SERVER, "Ward 7", "UTC", 5, "TEST", "TEST", "desk"]
    backend = backend_of(SPEC, source)
    assert backend is not None and backend.source is source
    assert (backend.writes, backend.signs_in) == (frozenset({ACK}), True)


@pytest.mark.parametrize("spec", [replace(SPEC, fhir=None), replace(SPEC, source="mqtt")])
def test_a_source_that_is_not_there_is_said(spec: WardSpec) -> None:
    with pytest.raises(ValueError, match="simulated, fhir"):
        open_source(spec, 0)


def test_nothing_is_written_to_simulated_patients() -> None:
    spec = WardSpec(beds=2, history_hours=0)
    source = open_source(spec, 1_772_438_400_000)
    assert isinstance(source, SimulatedSource) and backend_of(spec, source) is None
    source.close()
    assert ward_body(replace(SPEC, beds=30))["beds"] == []
