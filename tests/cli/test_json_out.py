"""``--json`` and its schema: real output validates, and a stale value is never a value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonschema
import orjson
import pytest
from cli_views import NOW, alarm, patient, vital, ward

from iomt_tui.alarms.flood import FloodNow
from iomt_tui.alarms.settings import Setting
from iomt_tui.cli.diagnosis.report import Check, diagnosis
from iomt_tui.cli.headless.changes import Change, Changes, document, plain_line
from iomt_tui.cli.headless.json_out import snapshot_document, vital_document
from iomt_tui.cli.headless.plain import patient_lines
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.clinical.limits import Limit
from iomt_tui.ward.view import Severity


def as_json(found: object) -> Any:
    return orjson.loads(orjson.dumps(found))


def strict(name: str) -> dict[str, Any]:
    """The schema with no room for a field that it does not describe."""
    schema = json_schema(name)
    for shape in (schema, *schema.get("$defs", {}).values()):
        if shape.get("type") == "object":
            shape["additionalProperties"] = False
    return schema


FULL = patient(
    vital("hr", 118.0), vital("spo2", 84.0, breach="low", low=90.0), vital("temp", None, None),
    vital("glucose", 99.0, 10_000_000), alarms=(alarm(), alarm("news2", "high", state="acked", by="N", acked_at=NOW)),
    severity=Severity.HIGH, refused={"sensor-off": 2},
)  # fmt: skip


def test_a_snapshot_validates() -> None:
    jsonschema.validate(as_json(snapshot_document(ward(watermark="DEMO"), [FULL, patient()], 0.1)), strict("snapshot"))


@pytest.mark.parametrize("name", ["snapshot", "watch", "doctor", "alarms", "limits"])
def test_every_field_of_a_schema_is_described(name: str) -> None:
    schema = json_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    for shape in (schema, *schema["$defs"].values()):
        for field, described in shape.get("properties", {}).items():
            assert described.get("description") or "$ref" in described, field


def test_notice_beds_and_look_alikes_are_there() -> None:
    alike = patient(similar=("11 NGUYỄN T",))
    told = ward(notice="The log was repaired.", beds=("01", "02"), empty=("02",))
    found = as_json(snapshot_document(told, [alike, patient()], 0.1))
    jsonschema.validate(found, strict("snapshot"))
    assert (found["notice"], found["beds"], found["empty_beds"]) == ("The log was repaired.", ["01", "02"], ["02"])
    assert [one["similar"] for one in found["patients"]] == [["11 NGUYỄN T"], []]


def test_a_flood_is_in_the_snapshot_and_on_every_line_of_watch() -> None:
    flooded = ward(flood=FloodNow(NOW - 60_000, 14))
    found = as_json(snapshot_document(flooded, [FULL], 0.1))
    line = as_json(document(Change("flood", "FLOOD"), flooded))
    jsonschema.validate(found, strict("snapshot"))
    jsonschema.validate(line, strict("watch"))
    assert found["flood"] == line["flood"] == {"since": "2026-03-01T09:41:30.000Z", "alarms": 14}
    assert as_json(snapshot_document(ward(), [], 0.1))["flood"] is None


def test_a_promise_is_told_with_its_end() -> None:
    one = alarm(state="acked", by="N", acked_at=NOW, intent="doctor", note="called\x1b[2J", until=NOW + 60_000)
    found = as_json(snapshot_document(ward(), [patient(alarms=(one, alarm("hr", "low", undone_by="KIM")))], 0.1))
    jsonschema.validate(found, strict("snapshot"))
    acked, undone = found["patients"][0]["alarms"]
    assert (acked["intent"], acked["note"], acked["until"]) == ("doctor", "called\ufffd[2J", "2026-03-01T09:43:30.000Z")
    assert (undone["intent"], undone["note"], undone["until"], undone["undone_by"]) == ("", "", None, "KIM")


def test_watch_tells_of_a_promise_and_of_its_being_taken_back() -> None:
    acked = alarm(state="acked", by="N", acked_at=NOW, intent="sensor", until=NOW + 60_000)
    back = alarm(undone_by="KIM")
    looks = [patient(alarms=(one,)) for one in (alarm(), acked, replace(back, ref=back.ref._replace(rev=2)))]
    told = changes(*looks)[-2:]
    for change, words in zip(
        told, ("seeing to the sensor, for 1 minute more", "KIM took an acknowledgement"), strict=True
    ):
        line = as_json(document(change, ward()))
        jsonschema.validate(line, strict("watch"))
        assert words in line["text"] and words in plain_line(change, ward(), "09:42:30")
    assert as_json(document(told[0], ward()))["alarm"]["until"] == "2026-03-01T09:43:30.000Z"


def test_the_schema_can_fail() -> None:
    document_ = as_json(snapshot_document(ward(), [FULL], 0.1))
    document_["patients"][0]["vitals"][0]["freshness"] = "new"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document_, strict("snapshot"))


@pytest.mark.parametrize(
    ("view", "value", "last"),
    [
        (vital("spo2", 94.0, 2_000), 94.0, 94.0),
        (vital("spo2", 94.0, 10_001), None, 94.0),
        (vital("spo2", 94.0, 2_000, absent="sensor-off"), None, 94.0),
        (vital("spo2", None, None, absent="sensor-off"), None, None),
    ],
)
def test_a_value_is_null_unless_it_is_the_present_one(view: Any, value: float | None, last: float | None) -> None:
    found = vital_document(view)
    assert (found.value, found.last_value) == (value, last)


def test_times_ages_and_units() -> None:
    found = vital_document(vital("glucose", 99.0, 61_500))
    assert (found.unit, found.observed_at, found.age_s) == ("mg/dL", "2026-03-01T09:41:28.500Z", 61.5)


@pytest.mark.parametrize(
    ("engine", "silent", "monitoring"),
    [("started", 0.2, True), ("started", 3.0, False), ("stopped", 0.0, False), ("started", None, False)],
)
def test_monitoring_is_true_only_with_a_live_engine(engine: str, silent: float | None, monitoring: bool) -> None:
    assert snapshot_document(ward(engine=engine), [], silent).monitoring is monitoring


def test_vitals_come_in_the_catalogues_order() -> None:
    view = patient(vital("temp", 37.0), vital("spo2", 95.0), vital("hr", 80.0))
    assert [found.key for found in snapshot_document(ward(), [view], 0.0).patients[0].vitals] == ["hr", "spo2", "temp"]


def test_a_hostile_identity_is_made_safe() -> None:
    hostile = patient(id="\x1b]52;c;x\x07[/foo]", alarms=(alarm("\x1b[2J", "low", by="\u202eevil"),))
    text = orjson.dumps(snapshot_document(ward(), [hostile], 0.0)).decode()
    assert "\\u001b" not in text
    assert "\u202e" not in text


# watch


def changes(*looks: Any, values: bool = False) -> list[Change]:
    follower = Changes({}, values)
    return [change for view in looks for change in follower.look(view, NOW)]


def test_a_first_look_tells_who_is_there_and_what_is_wrong() -> None:
    assert [change.what for change in changes(FULL)] == ["patient", "alarm", "alarm"]


def test_nothing_new_tells_nothing() -> None:
    assert len(changes(FULL, FULL, FULL, values=True)) == 3


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ({}, {"alarms": (alarm(),)}, ["alarm"]),
        ({"alarms": (alarm(),)}, {"alarms": (alarm(state="acked", by="N"),)}, ["alarm"]),
        ({"alarms": (alarm(),)}, {}, ["alarm-over"]),
    ],
)
def test_each_change_of_an_alarm_is_told_once(before: Any, after: Any, what: list[str]) -> None:
    first, second = patient(**before), patient(**after)
    told = changes(first, second, second)[len(changes(first)) :]
    assert [change.what for change in told] == what


@pytest.mark.parametrize(
    ("before", "after", "values", "what"),
    [
        (vital("spo2", 95.0), vital("spo2", 94.0, 1_000), False, []),
        (vital("spo2", 95.0), vital("spo2", 94.0, 1_000), True, ["vital"]),
        (vital("spo2", 95.0), vital("spo2", 95.0, 11_000), False, ["vital-lost"]),
        (vital("spo2", 95.0), vital("spo2", 95.0, absent="sensor-off"), False, ["vital-lost"]),
        (vital("spo2", 95.0, 11_000), vital("spo2", 95.0, 0), False, ["vital-back"]),
        (vital("spo2", 95.0, 11_000), vital("spo2", 95.0, 12_000), True, []),
    ],
)
def test_changes_of_a_vital(before: Any, after: Any, values: bool, what: list[str]) -> None:
    told = changes(patient(before), patient(after), values=values)[1:]
    assert [change.what for change in told] == what


def test_a_patient_who_left_is_told_once() -> None:
    follower = Changes({})
    list(follower.look(FULL, NOW))
    assert [change.text for change in follower.gone(set())] == [
        "no longer on the ward; nobody had acknowledged: high alarm: SpO2 84 below 90"
    ]
    assert not list(follower.gone(set()))
    list(follower.look(patient(), NOW))
    assert [change.text for change in follower.gone(set())] == ["no longer on the ward"]


def test_every_line_carries_the_watermark_and_validates() -> None:
    header = ward(watermark="DEMO")
    told = [*changes(FULL, patient()), Change("ward", "the ward")]
    assert {change.what for change in told} >= {"patient", "alarm", "alarm-over", "ward"}
    for change in told:
        assert plain_line(change, header, "09:42:30").startswith("DEMO 09:42:30 ")
        found = as_json(document(change, header))
        assert found["watermark"] == "DEMO"
        jsonschema.validate(found, strict("watch"))


def test_a_diagnosis_validates() -> None:
    checks = [Check("a", "ok", "fine"), Check("b", "warn", "less", "do"), Check("c", "fail", "not", "do")]
    for count, worst in ((1, "ok"), (2, "warn"), (3, "fail")):
        found = as_json(diagnosis(checks[:count]))
        assert found["status"] == worst
        jsonschema.validate(found, strict("doctor"))


SPO2 = Setting(
    "p7", "spo2", (Limit("spo2", 82, None, 3, 0, 0, "set by KIM"),), "KIM", "COPD", NOW, NOW + 90_000, "wide"
)
ETCO2 = Setting("", "etco2", (), "configuration", "configuration file", NOW, None)


def test_limits_in_force_are_told_with_who_and_why() -> None:
    view = patient(limits=(SPO2, ETCO2), limits_off=("etco2 low", "etco2 high"))
    found = as_json(snapshot_document(ward(), [view], 0.1))
    jsonschema.validate(found, strict("snapshot"))
    own, everybody = found["patients"][0]["limits"]
    assert (own["scope"], own["by"], own["reason"], own["until"]) == (
        "patient",
        "KIM",
        "COPD",
        "2026-03-01T09:44:00.000Z",
    )
    assert own["limits"] == [
        {"priority": "high", "low": 82, "high": None, "delay_s": 0, "off_delay_s": 0, "origin": "set by KIM"}
    ]
    assert (everybody["scope"], everybody["until"], everybody["limits"]) == ("ward", None, [])
    assert found["patients"][0]["limits_off"] == ["etco2 low", "etco2 high"]


def test_limits_in_force_are_told_in_words() -> None:
    lines = [line.strip() for line in patient_lines(patient(limits=(SPO2, ETCO2)), NOW, {}) if "limits changed" in line]
    assert lines == [
        "limits changed                SpO2 high below 82 %, by KIM, for 1 minute 30 seconds more: COPD. Warning: wide",
        "limits changed                end-tidal CO2 all off, by configuration for the ward: configuration file",
    ]
