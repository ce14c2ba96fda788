"""A ward as bytes and back: JSON for what is said in words, raw arrays for rollups and scores. Never pickle: a
recording may come from anybody."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.flood import FloodWatch
from iomt_tui.alarms.model import Alarm, Key
from iomt_tui.alarms.notification import Notification
from iomt_tui.alarms.reported import Told
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.security.text import safe_text
from iomt_tui.ward.adherence import HomeDoses
from iomt_tui.ward.checkpoint_series import Arrays, by_item, dump_series, load_ranges, load_series
from iomt_tui.ward.checkpoint_whole import VERSION, Whole, dump_news, load_news
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.limit_stretches import bodies, restored
from iomt_tui.ward.link import Link
from iomt_tui.ward.medication import MedicationState
from iomt_tui.ward.notes import Note
from iomt_tui.ward.scores import ServerScore
from iomt_tui.ward.series import Series
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.swaps import Swap
from iomt_tui.ward.written import Writes

UPON = 4
"""The version of a checkpoint that holds what is not in a whole one, of VERSION, which lies behind it."""
OLDEST = 1
"""The oldest version that is still read: its arrays lie item after item, its scores in the JSON. Those of version 2 lie
place after place, all in one stream with the JSON. Neither has last values in its rollups."""
_PATIENT = (
    "bed",
    "family",
    "given",
    "mrn",
    "problem",
    "born",
    "sex",
    "home",
    "spo2_scale",
    "allergies",
    "conditions",
    "flags",
    "team",
    "code_status",
)
_DEVICE = ("kind", "model", "firmware", "patient", "periods", "battery", "signal", "state")
_CLOCK = ("offset", "skew", "since_skew", "candidate", "agree", "observed")
_WARD = (
    "seq", "now", "name", "source", "watermark", "tz", "engine", "notice", "attended", "unreadable", "stale_before",
    "_minute",
)  # fmt: skip


class CheckpointError(ValueError):
    """The bytes are no checkpoint of this version; fold the log instead."""


def dump(ward: Ward, upon: Whole | None = None) -> bytes:
    """The ward's whole state; ``upon`` an earlier checkpoint of it, without the past that is in that: the bytes of the
    other one must follow when it is loaded."""
    pieces: list[bytes] = []
    head = {
        "version": VERSION if upon is None else UPON,
        "ward": {name: getattr(ward, name) for name in _WARD},
        "beds": ward.beds,
        "refused": dict(ward.refused),
        "outcomes": list(ward.outcomes.values()),
        "acts": list(ward.acts.values()),
        "limits": [s.body() for s in ward.limits.values()],
        "limit_changes": bodies(ward.limit_changes),
        "link": None if ward.link is None else ward.link.body(),
        "behind": {patient: own.body() for patient, own in ward.behind.items()},
        "flood": [ward.flood.since, *ward.flood.times],
        "left": {p: [[*key, *counted] for key, counted in own.items()] for p, own in ward.left.items()},
        "devices": [_device(d) for d in ward.devices.values()],
        "patients": [_patient(p, pieces, upon) for p in ward.patients.values()],
    }
    if upon is not None:
        head["size"] = sum(map(len, pieces))
    return b"".join((zlib.compress(orjson.dumps(head), 1), *pieces))


def load(blob: bytes) -> Ward:
    """The ward of a checkpoint. What its series keep is unpacked when it is asked for. Raises CheckpointError."""
    try:
        stream = zlib.decompressobj()
        raw = stream.decompress(blob)
        if raw[4:8] != bytes(4) and stream.eof:  # older programs began with the length of the JSON, in eight bytes
            return _of_pieces(_checked(orjson.loads(raw), UPON), Arrays(stream.unused_data))
        size = int.from_bytes(raw[:8], "little")
        head = _checked(orjson.loads(raw[8 : 8 + size]), VERSION - 1)
        arrays = memoryview(raw)[8 + size :]
        return _ward(
            head, Arrays(arrays if head["version"] == OLDEST else by_item(arrays)),
            lambda patient, key, data, arrays: load_ranges(key, data, arrays),
        )  # fmt: skip
    except CheckpointError:
        raise
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"not a checkpoint ({type(error).__name__})") from error


def _of_pieces(head: dict[str, Any], arrays: Arrays) -> Ward:
    """Of a checkpoint in which every series has a piece of its own."""
    upon = None
    if head["version"] == UPON:
        arrays, upon = Arrays(arrays.cut(head["size"])), Whole(arrays.rest())
    known = {} if upon is None else upon.series
    return _ward(
        head, arrays, lambda patient, key, data, pieces: load_series(key, data, pieces, known.get((patient, key))), upon
    )


def _checked(head: dict[str, Any], newest: int) -> dict[str, Any]:
    if not OLDEST <= head["version"] <= newest:
        raise CheckpointError(f"checkpoint version {head['version']}, this program reads {OLDEST} to {UPON}")
    return head


def _device(device: DeviceState) -> dict[str, Any]:
    return {
        "id": device.id, "body": {n: getattr(device, n) for n in _DEVICE}, "contact": device.last_contact,
        "left": device.left, "since": device.since, "drained": device.battery_history,
        "clock": {n: getattr(device.clock, n) for n in _CLOCK},
    }  # fmt: skip


def _patient(patient: PatientState, pieces: list[bytes], upon: Whole | None) -> dict[str, Any]:
    known = {} if upon is None else upon.series
    return {
        "id": patient.id, "body": {n: getattr(patient, n) for n in _PATIENT}, "contact": patient.last_contact,
        "devices": patient.devices, "alarms": [a.body() for a in patient.alarms.values()],
        "suppressions": [s.body() for s in patient.suppressions.values()],
        "limits": [s.body() for s in patient.limits.values()], "limit_changes": bodies(patient.limit_changes),
        "escalated": [e.body() for e in patient.escalated.values()],
        "notifications": [n.body() for n in patient.notifications.values()],
        "reported": [[*key, device, *told] for key, own in patient.reported.items() for device, told in own.items()],
        "refused": dict(patient.refused), "medication": patient.medication.dump(),
        "news": dump_news(patient.news_history, patient.id, pieces, upon),
        "news_known": patient.news_known, "dirty": patient.news_dirty,
        "home_doses": patient.home_doses.body() if patient.home_doses else None,
        "series": {key: dump_series(s, pieces, known.get((patient.id, key))) for key, s in patient.series.items()},
        "writes": patient.writes.body() if patient.writes else None,
        "server_news2": None if patient.server_news2 is None else list(patient.server_news2),
        "notes": [note.body() | {"seq": note.seq} for note in patient.notes],
        "swaps": [list(swap) for swap in patient.swaps],
    }  # fmt: skip


def _ward(
    head: dict[str, Any], arrays: Arrays, load_one: Callable[[str, str, dict[str, Any], Arrays], Series],
    upon: Whole | None = None,
) -> Ward:  # fmt: skip
    ward = Ward()
    for name in _WARD:
        setattr(ward, name, head["ward"][name])
    ward.beds = tuple(safe_text(bed, 40) for bed in head.get("beds", ()))
    ward.refused = Counter(head["refused"])
    ward.outcomes = {o["op"]: o for o in head["outcomes"]}
    ward.acts = {data["op"]: (at, data) for at, data in head.get("acts", ())}
    ward.limits = _settings(head)
    ward.limit_changes = restored(head.get("limit_changes"), ward.limits, ward.now)
    ward.left = {
        p: {Key(*row[:3]): (row[3], row[4]) for row in rows} for p, rows in head.get("left", {}).items()
    }  # fmt: skip
    ward.link = Link.from_body(head["link"]) if head.get("link") else None
    ward.behind = {patient: Writes.from_body(own) for patient, own in head.get("behind", {}).items()}
    for data in head["devices"]:
        device = ward.devices[data["id"]] = DeviceState(data["id"])
        device.merge(data["body"])
        device.last_contact, device.left, device.since = data["contact"], data.get("left", -1), data.get("since", -1)
        device.battery_history = [(minute, percent) for minute, percent in data.get("drained", ())]
        for name in _CLOCK:
            setattr(device.clock, name, data["clock"][name])
    for data in head["patients"]:
        patient = ward.patients[data["id"]] = PatientState(data["id"])
        patient.merge(data["body"])
        patient.last_contact, patient.devices = data["contact"], data["devices"]
        alarms = [Alarm.from_body(a) for a in data["alarms"]]
        patient.alarms = {a.ref.key: a for a in alarms}
        suppressions = [Suppression.from_body(s) for s in data.get("suppressions", ())]
        patient.suppressions = {(s.what, s.key): s for s in suppressions}
        patient.limits = _settings(data)
        patient.limit_changes = restored(data.get("limit_changes"), patient.limits, ward.now)
        steps = [Escalation.from_body(e) for e in data.get("escalated", ())]
        patient.escalated = {e.ref.key: e for e in steps}
        notifications = [Notification.from_body(n) for n in data.get("notifications", ())]
        patient.notifications = {n.errand: n for n in notifications}
        for param, kind, device, when, priority, technical, text in data.get("reported", ()):
            told = Told(int(when), int(priority), bool(technical), safe_text(text, 60))
            patient.reported.setdefault((param, kind), {})[device] = told
        patient.medication = MedicationState.load(data.get("medication", {}))
        patient.refused = Counter(data["refused"])
        patient.news_history = (
            load_news(data["news"], patient.id, arrays, upon) if head["version"] >= VERSION
            else _old_news(data["news"], arrays, head["version"])
        )  # fmt: skip
        patient.news_known = [(minute, count) for minute, count in data.get("news_known", ())]
        patient.news_dirty = data["dirty"]
        _restore_linked(patient, data)
        if data.get("home_doses"):
            patient.home_doses = HomeDoses.from_body(data["home_doses"], patient.medication.orders)
        for key, fields in data["series"].items():
            patient.series[str(key)] = load_one(patient.id, str(key), fields, arrays)
    if not arrays.over:
        raise CheckpointError("followed by something else")
    ward.flood = _flood(ward, head.get("flood"))
    return ward


def _note(data: dict[str, Any]) -> Note:
    """Older programs did not keep where the log told of it: then the earliest of corrections that crossed stands."""
    return replace(Note.from_body(data), seq=int(data.get("seq", 0)))


def _restore_linked(patient: PatientState, data: dict[str, Any]) -> None:
    """What a checkpoint of an older program does not hold is not known."""
    patient.writes = Writes.from_body(data.get("writes"))
    patient.notes = tuple(_note(note) for note in data.get("notes", ()))
    patient.swaps = tuple(Swap(at, *map(safe_text, words)) for at, *words in data.get("swaps", ()))
    if (score := data.get("server_news2")) is not None:
        patient.server_news2 = ServerScore(int(score[0]), int(score[1]), safe_text(score[2], 40))


def _settings(data: dict[str, Any]) -> dict[str, Setting]:
    own = (Setting.from_body(s) for s in data.get("limits", ()))
    return {s.vital: s for s in own}


def _flood(ward: Ward, kept: list[Any] | None) -> FloodWatch:
    """A checkpoint of an older program does not hold it: then what its alarms tell."""
    if kept is None:
        return FloodWatch.recalled(a.raised for p in ward.patients.values() for a in p.alarms.values())
    return FloodWatch(kept[0], kept[1:])


def _old_news(news: Any, arrays: Arrays, version: int) -> list[tuple[int, int]]:
    """In version 2 from the arrays, in version 1 from the JSON."""
    if version == OLDEST:
        return [(minute, total) for minute, total in news]
    return list(zip(arrays.take("i", news), arrays.take("i", news), strict=True))
