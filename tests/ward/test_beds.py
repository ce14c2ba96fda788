"""Which beds are empty: only where the source names its beds, and always as the patients stand now."""

from __future__ import annotations

import orjson
from logs import START

from iomt_tui.backends.simulated.admission import places
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.engine.source import ward_body
from iomt_tui.engine.spec import WardSpec
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward


def folded(*events: tuple[str, object]) -> Ward:
    ward = Ward()
    ward.apply(Entry(seq, START, kind, orjson.dumps(body)) for seq, (kind, body) in enumerate(events, 1))
    return ward


NAMED = ("ward", {"name": "W", "source": "s", "beds": ["01", "02", "\x1b[2J03"]})


def test_beds_without_a_patient_are_empty() -> None:
    ward = folded(NAMED, ("patient", {"id": "a", "bed": "02"}), ("patient", {"id": "h", "bed": "H1", "home": True}))
    header = ward.header(START)
    assert header.beds[:2] == ("01", "02") and "\x1b" not in header.beds[2]
    assert header.empty == (header.beds[0], header.beds[2])


def test_a_move_and_a_discharge_empty_a_bed() -> None:
    moved = folded(NAMED, ("patient", {"id": "a", "bed": "02"}), ("patient", {"id": "a", "bed": "01"}))
    assert moved.header(START).empty[0] == "02"
    gone = folded(NAMED, ("patient", {"id": "a", "bed": "02"}), ("discharge", {"id": "a"}))
    assert gone.header(START).empty == gone.header(START).beds


def test_a_source_that_names_no_beds_has_no_empty_ones() -> None:
    silent: tuple[dict[str, object], ...] = ({}, {"beds": None}, {"beds": []})
    for beds in silent:
        header = folded(("ward", {"name": "W", "source": "s", **beds})).header(START)
        assert (header.beds, header.empty) == ((), ())


def test_a_checkpoint_keeps_them() -> None:
    ward = folded(NAMED, ("patient", {"id": "a", "bed": "02"}))
    assert Ward.restore(ward.checkpoint()).header(START) == ward.header(START)


def test_the_simulated_ward_names_the_beds_its_patients_lie_in() -> None:
    for beds in (1, 3, 24, 400):
        spec = WardSpec(beds=beds)
        named = ward_body(spec)["beds"]
        sim = SimulatedWard(beds=beds, start=START)
        lying = {body["bed"] for kind, body in sim.events() if kind == "patient" and not body["home"]}
        assert lying == set(named) and len(named) + len(places(beds)[1]) == beds
