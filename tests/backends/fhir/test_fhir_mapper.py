"""A live server's resources over time: versions, corrections, who belongs to the ward, and what is forgotten."""

from __future__ import annotations

import pytest
from fhir_live import BASE, NOW, Server, told
from fhir_samples import AT, Json, concept, observation, patient, quantity

from iomt_tui.backends.fhir.mapper import Changes, Mapper
from iomt_tui.backends.refusals import Refusals
from iomt_tui.ward.checkpoint import dump, load

MINUTE = 60_000
HR = observation(id="o1")


def test_the_same_version_again_says_nothing() -> None:
    server = Server()
    whole = [server.version(one) for one in (patient(), HR, {"resourceType": "Flag", "id": "f", "status": "active",
             "code": {"text": "Fall risk"}, "subject": {"reference": "Patient/p1"}})]  # fmt: skip
    first = server.deliver(*whole)
    assert len(first.readings) == 1 and told(first, "patient")[0]["flags"] == ["Fall risk"]
    assert server.deliver(*whole) == Changes([], [], [])
    assert server.refusals.counts == {}


def test_an_older_version_that_comes_late_is_counted_and_changes_nothing() -> None:
    server = Server()
    old, new = server.version(patient()), server.version(patient(name=[{"family": "Adler"}]))
    server.deliver(new)
    assert server.deliver(old) == Changes([], [], [])
    assert server.refusals.counts == {("superseded", "Patient"): 1}


def test_a_corrected_value_replaces_what_was_shown() -> None:
    server = Server()
    server.put(HR)
    changes = server.put(HR | {"valueQuantity": quantity(180), "status": "corrected"})
    (reading,) = changes.readings
    assert (reading.values, reading.observed_at) == ({"hr": 180.0}, AT + 1)
    assert server.ward.patients["p1"].series["hr"].value == 180.0, "also in the ward, where time decides"
    (refused,) = told(changes, "refused")
    assert (refused["patient"], refused["reason"], refused["source"]) == ("p1", "corrected", "lab")
    assert refused["what"] == "hr 80 of 2026-01-02 03:04:05 UTC"
    server.put(HR | {"valueQuantity": quantity(81), "status": "corrected"})
    assert server.ward.patients["p1"].series["hr"].value == 81.0, "and again"


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_a_value_that_is_taken_back_is_not_shown_any_more(status: str) -> None:
    server = Server()
    server.put(HR)
    changes = server.put(HR | {"status": status})
    assert told(changes, "refused")[0]["reason"] == "entered-in-error"
    view = server.ward.view("p1", NOW)
    assert not view.vitals["hr"].live and view.vitals["hr"].absent == "invalid"


def test_a_value_taken_back_of_one_patient_goes_to_the_other() -> None:
    server = Server()
    server.put(HR)
    changes = server.put(HR | {"subject": {"reference": "Patient/p2"}})
    assert [(r.patient, r.values, r.flags) for r in changes.readings] == [
        ("p1", {}, {"hr": "invalid"}), ("p2", {"hr": 80.0}, None),
    ]  # fmt: skip


def test_a_new_version_with_the_same_values_says_nothing() -> None:
    server = Server()
    server.put(HR)
    assert server.put(HR | {"note": [{"text": "seen"}]}) == Changes([], [], [])


def test_versions_are_remembered_up_to_a_bound() -> None:
    server = Server(most=10)
    for number in range(40):
        server.put(observation(id=f"o{number}"))
    kept = server.mapper._measurements._seen
    assert len(kept) == 10


def test_a_resolved_condition_drops_out() -> None:
    server = Server()
    condition = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"},
                 "code": {"text": "Sepsis"}}  # fmt: skip
    assert told(server.put(patient(), condition), "patient")[0]["conditions"] == ["Sepsis"]
    over = server.put(condition | {"clinicalStatus": concept("resolved", "x")})
    assert told(over, "patient") == [{"id": "p1", "conditions": []}]


def test_a_bed_that_comes_later_and_a_move() -> None:
    server = Server()
    stay = {"resourceType": "Encounter", "id": "e1", "status": "in-progress", "subject": {"reference": "Patient/p1"},
            "location": [{"location": {"reference": "Location/b1"}}]}  # fmt: skip
    server.put(patient(), stay)
    bed = {"resourceType": "Location", "id": "b1", "name": "07", "physicalType": concept("bd", "x")}
    assert told(server.put(bed), "patient") == [{"id": "p1", "bed": "07"}]
    moved = server.put(stay | {"location": [{"location": {"reference": "Location/b2", "display": "11"}}]})
    assert told(moved, "patient") == [{"id": "p1", "bed": "11"}]


def test_a_condition_of_somebody_else_after_all() -> None:
    server = Server()
    condition = {"resourceType": "Condition", "id": "c1", "code": {"text": "Sepsis"}}
    server.put(patient(), patient(id="p2"), condition | {"subject": {"reference": "Patient/p1"}})
    changes = told(server.put(condition | {"subject": {"reference": "Patient/p2"}}), "patient")
    assert sorted(changes, key=str) == [{"id": "p1", "conditions": []}, {"id": "p2", "conditions": ["Sepsis"]}]


def test_a_flag_ends_with_its_time() -> None:
    server = Server()
    flag = {"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "Isolation"},
            "subject": {"reference": "Patient/p1"}, "period": {"end": "2026-01-02T03:10:00Z"}}  # fmt: skip
    assert told(server.put(patient(), flag), "patient")[0]["flags"] == ["Isolation"]
    assert server.deliver(at=NOW + 2 * MINUTE).events == []
    assert server.deliver(at=NOW + 8 * MINUTE).events == [("patient", {"id": "p1", "flags": []})]


def test_flags_and_team_are_in_the_ward_and_its_checkpoint() -> None:
    server = Server()
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": {"reference": "Patient/p1"},
            "participant": [{"role": [{"text": "nurse"}], "member": {"display": "Eze C"}}]}  # fmt: skip
    flag = {"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "Fall risk"},
            "subject": {"reference": "Patient/p1"}}  # fmt: skip
    server.put(patient(), team, flag)
    for ward in (server.ward, load(dump(server.ward))):
        view = ward.view("p1", NOW)
        assert (view.flags, view.team) == (("Fall risk",), ("Eze C (nurse)",))


def test_what_was_decided_of_resuscitation_is_no_flag_among_others_and_a_contradiction_is_said() -> None:
    server = Server()
    snomed = "http://snomed.info/sct"
    against = {"resourceType": "Flag", "id": "f", "status": "active", "subject": {"reference": "Patient/p1"},
               "code": {"coding": [{"system": snomed, "code": "304253006"}], "text": "DNACPR"}}  # fmt: skip
    server.put(patient(), against)
    for ward in (server.ward, load(dump(server.ward))):
        view = ward.view("p1", NOW)
        assert (view.code_status, view.flags) == ("Not for resuscitation", ())
    code = {"coding": [{"system": snomed, "code": "304252001"}]}
    server.put({**against, "id": "g", "code": code})
    assert server.ward.view("p1", NOW).code_status == "Not for resuscitation AND For resuscitation"
    server.put({**against, "status": "inactive"}, {**against, "id": "g", "status": "inactive"})
    assert server.ward.view("p1", NOW).code_status == ""


def test_only_members_are_told_and_leavers_are_discharged_and_forgotten() -> None:
    server = Server()
    assert server.members("Patient/p1", f"{BASE}/Patient/p3") == Changes([], [], [])
    resources = [server.version(one) for one in (patient(), patient(id="p2"), HR,
                 observation(id="o2", subject={"reference": "Patient/p2"}))]  # fmt: skip
    changes = server.deliver(*resources)
    assert {body["id"] for body in told(changes, "patient")} == {"p1", "p3"} == server.mapper.patients
    assert [r.patient for r in changes.readings] == ["p1"]
    assert server.refusals.counts == {("not-on-ward", "Patient"): 1, ("not-on-ward", "Observation"): 1}
    assert server.members("p2", "p3").events == [("discharge", {"id": "p1"})]
    assert server.mapper.references == {"p2": "Patient/p2", "p3": "Patient/p3"}
    again = server.deliver(*resources)
    assert [r.patient for r in again.readings] == ["p2"], "who came is read anew"
    server.members("p1", "p2", "p3")
    back = server.deliver(*resources)
    assert [r.patient for r in back.readings] == ["p1"], "and so is who comes back"


def test_devices_are_told_of_those_who_are_here() -> None:
    server = Server()
    server.members("p1")
    mine = {"resourceType": "Device", "id": "d1", "patient": {"reference": "Patient/p1"}}
    other = {"resourceType": "Device", "id": "d2", "patient": {"reference": f"{BASE}/Patient/p2"}}
    assert [body["id"] for body in told(server.put(mine, other), "device")] == ["d1"]
    server.members("p1", "p2")
    assert [(b["id"], b["patient"]) for b in told(server.deliver(), "device")] == [("d2", "p2")]
    server.members("p2")
    assert told(server.deliver(), "device") == [{"id": "d1", "patient": None}]


def test_who_is_only_known_by_a_device_or_a_note_is_told_before_it() -> None:
    device = {"resourceType": "Device", "id": "d1", "patient": {"reference": "Patient/p8"}}
    note = {"resourceType": "Communication", "id": "n1", "status": "completed", "sent": "2026-01-02T03:04:05Z",
            "subject": {"reference": "Patient/p9"}, "payload": [{"contentString": "x"}]}  # fmt: skip
    changes = Server().put(device, note)
    assert [(kind, body["id"]) for kind, body in changes.events] == [
        ("patient", "p8"), ("patient", "p9"), ("device", "d1"), ("note", "n1"),
    ]  # fmt: skip


def test_a_reference_to_another_server_is_not_to_our_patient() -> None:
    server = Server()
    server.members("p1")
    changes = server.put(
        observation(id="o1", subject={"reference": f"{BASE}/Patient/p1"}),
        observation(id="o2", subject={"reference": "https://elsewhere.example/Patient/p1"}),
    )
    assert [r.patient for r in changes.readings] == ["p1"]
    assert server.refusals.counts == {("not-on-ward", "Observation"): 1}


def test_a_patient_that_turns_out_to_be_a_test_leaves_with_everything() -> None:
    server = Server()
    server.put(patient(), HR)
    label = {"security": [{"code": "HTEST"}]}
    changes = server.put(patient(meta=label), observation(id="o2"), patient(meta=label))
    assert changes.events == [("discharge", {"id": "p1"})] and changes.readings == []
    assert [problem for problem in server.refusals.problems if "HTEST" in problem] == server.refusals.problems


def test_test_data_of_a_real_patient_is_refused_and_taken_where_that_is_wanted() -> None:
    test = observation(id="o2", meta={"security": [{"code": "HTEST"}]})
    refusing, taking = Server(), Server(test_patients="take")
    assert refusing.put(patient(), test).readings == []
    assert refusing.refusals.counts == {("test-data", "Observation"): 1}
    assert len(taking.put(patient(), test).readings) == 1
    with pytest.raises(ValueError, match="test_patients"):
        Mapper(Refusals(), test_patients="maybe")


def test_a_replaced_record_is_told_once_and_never_merged() -> None:
    server = Server()
    link = [{"other": {"reference": "Patient/p2"}, "type": "replaced-by"}]
    first = server.put(patient(link=link, active=False))
    assert [body["reason"] for body in told(first, "refused")] == ["replaced"]
    assert told(server.put(patient(link=link, active=False, gender="female")), "refused") == []
    assert server.mapper.patients == {"p1"}


METRIC = {"resourceType": "DeviceMetric", "id": "m1", "type": concept("8867-4"),
          "source": {"reference": "Device/d1"}, "category": "measurement"}  # fmt: skip


def test_a_metric_stands_for_its_device() -> None:
    server = Server()
    unit = {"coding": [{"system": "http://unitsofmeasure.org", "code": "/min"}]}
    server.put(METRIC | {"unit": unit, "calibration": [{"state": "not-calibrated"}]})
    by_metric = observation(id="o1", device={"reference": f"{BASE}/DeviceMetric/m1"}, valueQuantity={"value": 80})
    (reading,) = server.put(by_metric).readings
    assert (reading.device, reading.values, reading.flags) == ("d1", {"hr": 80.0}, {"hr": "questionable"})
    lost = server.put(observation(id="o2", device={"reference": "DeviceMetric/m9"}))
    assert [r.device for r in lost.readings] == ["fhir:p1"]
    assert "device metric is not in the data" in server.refusals.problems[0]


def test_the_period_of_a_metric_and_then_what_is_seen() -> None:
    server = Server()
    device = {"resourceType": "Device", "id": "d1", "patient": {"reference": "Patient/p1"}}
    timing = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "min"}}
    (body,) = told(server.put(device, METRIC | {"measurementPeriod": timing, "operationalStatus": "off"}), "device")
    assert (body["periods"], body["state"]) == ({"hr": 30.0}, "off")

    def measured(*seconds: int) -> list[Json]:
        return told(server.put(*(
            observation(id=f"s{s}", device={"reference": "Device/d1"}, effectiveDateTime=_clock(s)) for s in seconds
        )), "device")  # fmt: skip

    assert measured(0, 60, 120) == [], "two distances tell nothing"
    assert measured(180) == [{"id": "d1", "periods": {"hr": 60.0}}]
    assert measured(240, 305, 371) == [], "about the same"
    assert measured(*range(372, 384)) == [{"id": "d1", "periods": {"hr": 1.0}}]


def _clock(seconds: int) -> str:
    return f"2026-01-02T03:{seconds // 60:02d}:{seconds % 60:02d}Z"


def test_a_panel_of_members_is_neither_a_value_nor_refused() -> None:
    server = Server()
    panel = observation("85354-9", id="o1", hasMember=[{"reference": "Observation/o2"}], valueQuantity=None)
    for number, code in enumerate(("85354-9", "85353-1", "8867-4")):
        assert server.put(panel | {"id": f"p{number}", "code": concept(code)}).readings == []
    assert server.refusals.counts == {}
    own = panel | {"id": "p9", "valueQuantity": quantity(80), "code": concept("8867-4")}
    assert len(server.put(own).readings) == 1


def test_a_bad_resource_is_refused_once_for_each_version() -> None:
    server = Server()
    bad = server.version(patient(name="x"))
    server.deliver(bad)
    server.deliver(bad)
    assert server.refusals.counts == {("not-valid", "Patient"): 1}
