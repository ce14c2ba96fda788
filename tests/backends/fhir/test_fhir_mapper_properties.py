"""Whatever the order in which a server tells things, and however often: the same ward. Whatever it tells: no crash."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from fhir_live import Server
from fhir_samples import Json, concept, observation, patient, quantity
from hypothesis import given, settings
from hypothesis import strategies as st
from test_fhir_examples import EXAMPLES
from test_fhir_records import DOSE, ORDER

from iomt_tui.backends.fhir.intake import Given
from iomt_tui.backends.fhir.mapper import Mapper
from iomt_tui.backends.refusals import Refusals


def _histories() -> list[list[Json]]:
    """Resources about two patients, each with all its versions, the newest last."""
    one = {"reference": "Patient/p1"}
    condition = {"resourceType": "Condition", "id": "c1", "subject": one, "code": {"text": "Sepsis"}}
    stay = {"resourceType": "Encounter", "id": "e1", "status": "in-progress", "subject": one}
    bed = {"resourceType": "Location", "id": "b1", "name": "07", "physicalType": concept("bd", "x")}
    flag = {"resourceType": "Flag", "id": "f1", "status": "active", "code": {"text": "Fall risk"}, "subject": one}
    drug = {"resourceType": "Medication", "id": "d1", "code": {"text": "Apixaban"}}
    order = {key: value for key, value in ORDER.items() if key != "medicationCodeableConcept"}
    order["medicationReference"] = {"reference": "Medication/d1"}
    hr = observation(id="o1")
    score = {"resourceType": "Observation", "id": "n1", "status": "final", "code": concept("88330-6"), "subject": one,
             "effectiveDateTime": "2026-01-02T03:04:05Z", "valueInteger": 5}  # fmt: skip
    taken = {"resourceType": "MedicationStatement", "id": "s1", "status": "completed", "subject": one,
             "basedOn": [{"reference": "MedicationRequest/r1"}], "effectiveDateTime": "2026-01-02T20:03:00Z",
             "medicationReference": {"reference": "Medication/d1"}}  # fmt: skip
    return [
        [patient(), patient(gender="female"), patient(gender="female", birthDate="1954-02-01")],
        [patient(id="p2"), patient(id="p2", meta={"security": [{"code": "HTEST"}]})],
        [condition, condition | {"clinicalStatus": concept("resolved", "x")}],
        [condition | {"id": "c2", "code": {"text": "COPD"}, "recordedDate": "2020-01-01"}],
        [condition | {"id": "c3", "code": {"text": "CHF"}, "recordedDate": "2019-01-01"}],
        [stay, stay | {"location": [{"location": {"reference": "Location/b1"}}]}],
        [bed, bed | {"name": "08"}],
        [flag, flag | {"status": "inactive"}],
        [{"resourceType": "Device", "id": "d1", "patient": one, "type": {"text": "monitor"}}],
        [drug], [order], [DOSE, DOSE | {"status": "entered-in-error"}], [DOSE | {"id": "a2"}], [taken],
        [hr, hr | {"valueQuantity": quantity(90)}],
        [observation("9279-1", id="o2", valueQuantity=quantity(16))],
        [observation("2708-6", id="o3", valueQuantity=quantity(96, "%")),
         observation("2708-6", id="o3", valueQuantity=quantity(91, "%"), status="amended")],
        [observation(id="o4", subject={"reference": "Patient/p2"})],
        [score],
    ]  # fmt: skip


def _versions() -> list[Json]:
    server = Server()
    return [server.version(version) for history in _histories() for version in history]


VERSIONS = _versions()
NEWEST = {(one["resourceType"], one["id"]): one for one in VERSIONS}


def _state(server: Server) -> Any:
    """What the ward shows in the end."""
    found = {}
    for person in server.ward.patients.values():
        body = {name: getattr(person, name) for name in ("family", "bed", "sex", "born", "conditions", "flags")}
        series = {key: (s.value, s.at // 1_000, s.absent) for key, s in person.series.items()}
        orders = {order.id: order.body() for order in person.medication.orders.values()}
        # A record that was taken back before anybody saw it leaves only the trace that it was.
        records = {
            record.id: (record.what, record.due) for of in person.medication.records.values() for record in of.values()
            if record.id != "a1"
        }  # fmt: skip
        found[person.id] = body, series, orders, records, sorted(person.devices)
    return found


def _expected() -> Any:
    server = Server()
    server.deliver(*NEWEST.values())
    return _state(server)


EXPECTED = _expected()


def test_the_expected_ward_holds_everything() -> None:
    ((body, series, orders, records, devices),) = EXPECTED.values()
    assert (body["conditions"], body["bed"], body["born"], body["flags"]) == (("CHF", "COPD"), "08", "1954-02-01", ())
    assert {key: value for key, (value, _, _) in series.items()} == {"hr": 90.0, "rr": 16.0, "spo2": 91.0}
    assert set(orders) == {"r1"} and records == {
        "a1#error": ("error", 1_767_340_800_000),
        "a2": ("given", 1_767_340_800_000),
    }
    assert devices == ["d1", "fhir:p1"]


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_order_and_repetition_do_not_matter(chance: random.Random, batches: int) -> None:
    resources = [*VERSIONS, *chance.sample(VERSIONS, len(VERSIONS) // 2)]
    chance.shuffle(resources)
    server = Server()
    for start in range(batches):
        server.deliver(*resources[start::batches])
    assert _state(server) == EXPECTED
    assert server.deliver(*VERSIONS).readings == []
    assert _state(server) == EXPECTED


def _paths(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path] + [deeper for key, value in inner for deeper in _paths(value, (*path, key))]


PATHS = [(name, path) for name, resource in EXAMPLES.items() for path in _paths(resource) if path]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["2026-01-02T03:04:05Z", "2026-13", "Patient/example", "#", "9999-12-31", 1e308, 10**400, 0, -1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
SOUND = observation(id="sound", subject={"reference": "Patient/sound"})


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(PATHS), JSON)
def test_garbage_in_any_field_costs_its_own_entry_at_most(where: tuple[str, tuple[Any, ...]], wrong: object) -> None:
    name, path = where
    damaged: Any = copy.deepcopy(EXAMPLES[name])
    part = damaged
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = wrong
    refusals = Refusals()
    mapper = Mapper(refusals, tz="Europe/Berlin", base="https://fhir.example")
    rest = [resource for own, resource in EXAMPLES.items() if own != name]
    changes = mapper.take([Given("entry", None, one) for one in [damaged, *rest, SOUND]], 1_767_323_100_000)
    assert any(r.patient == "sound" and r.values == {"hr": 80.0} for r in changes.readings)
    json.dumps(changes.events), json.dumps(changes.remote)
    assert all(problem.isprintable() for problem in refusals.problems)
    mapper.take([Given("entry", None, one) for one in [EXAMPLES[name], *rest]], 1_767_323_200_000)
