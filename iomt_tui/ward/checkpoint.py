"""A ward as bytes and back: JSON for what is said in words, raw arrays for rollups and scores. Never pickle: a
recording may come from anybody."""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from itertools import chain
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
from iomt_tui.ward.checkpoint_series import Arrays, dump_series, load_series
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.link import Link
from iomt_tui.ward.medication import MedicationState
from iomt_tui.ward.notes import Note
from iomt_tui.ward.scores import ServerScore
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.swaps import Swap
from iomt_tui.ward.written import Writes

VERSION = 3
OLDEST = 1
"""The oldest version that is still read: its arrays lie item after item, its scores in the JSON. Version 2 has no last
values in its rollups, see :mod:`iomt_tui.ward.checkpoint_series`."""
_ITEM = 4  # bytes of every number in the arrays; a longer one counts as several
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


def dump(ward: Ward) -> bytes:
    """The ward's whole state."""
    arrays: list[bytes] = []
    head = {
        "version": VERSION,
        "ward": {name: getattr(ward, name) for name in _WARD},
        "beds": ward.beds,
        "refused": dict(ward.refused),
        "outcomes": list(ward.outcomes.values()),
        "acts": list(ward.acts.values()),
        "limits": [s.body() for s in ward.limits.values()],
        "link": None if ward.link is None else ward.link.body(),
        "behind": {patient: own.body() for patient, own in ward.behind.items()},
        "flood": [ward.flood.since, *ward.flood.times],
        "left": {p: [[*key, *counted] for key, counted in own.items()] for p, own in ward.left.items()},
        "devices": [_device(d) for d in ward.devices.values()],
        "patients": [_patient(p, arrays) for p in ward.patients.values()],
    }
    text = orjson.dumps(head)
    return zlib.compress(len(text).to_bytes(8, "little") + text + _by_place(b"".join(arrays)), 1)


def _by_place(items: bytes) -> bytes:
    """All first bytes of the items, then all second ones …: neighbours are alike in some, and deflate better so."""
    return b"".join(items[place::_ITEM] for place in range(_ITEM))


def _by_item(places: memoryview) -> bytearray:
    items = bytearray(places)
    size = len(items) // _ITEM
    for place in range(_ITEM):
        items[place::_ITEM] = places[place * size : (place + 1) * size]
    return items


def load(blob: bytes) -> Ward:
    """The ward of a checkpoint. Raises :class:`CheckpointError`."""
    try:
        raw = zlib.decompress(blob)
        size = int.from_bytes(raw[:8], "little")
        head = orjson.loads(raw[8 : 8 + size])
        return _ward(head, Arrays(_items(head["version"], memoryview(raw)[8 + size :])))
    except CheckpointError:
        raise
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"not a checkpoint ({type(error).__name__})") from error


def _items(version: int, arrays: memoryview) -> memoryview:
    if not OLDEST <= version <= VERSION:
        raise CheckpointError(f"checkpoint version {version}, this program reads {OLDEST} to {VERSION}")
    return arrays if version == OLDEST else memoryview(_by_item(arrays))


def _device(device: DeviceState) -> dict[str, Any]:
    return {
        "id": device.id, "body": {n: getattr(device, n) for n in _DEVICE}, "contact": device.last_contact,
        "left": device.left, "since": device.since, "drained": device.battery_history,
        "clock": {n: getattr(device.clock, n) for n in _CLOCK},
    }  # fmt: skip


def _patient(patient: PatientState, arrays: list[bytes]) -> dict[str, Any]:
    return {
        "id": patient.id, "body": {n: getattr(patient, n) for n in _PATIENT}, "contact": patient.last_contact,
        "devices": patient.devices, "alarms": [a.body() for a in patient.alarms.values()],
        "suppressions": [s.body() for s in patient.suppressions.values()],
        "limits": [s.body() for s in patient.limits.values()],
        "escalated": [e.body() for e in patient.escalated.values()],
        "notifications": [n.body() for n in patient.notifications.values()],
        "reported": [[*key, device, *told] for key, own in patient.reported.items() for device, told in own.items()],
        "refused": dict(patient.refused), "news": _news(patient, arrays), "medication": patient.medication.dump(),
        "news_known": patient.news_known, "dirty": patient.news_dirty,
        "home_doses": patient.home_doses.body() if patient.home_doses else None,
        "series": {key: dump_series(s, arrays) for key, s in patient.series.items()},
        "writes": patient.writes.body() if patient.writes else None,
        "server_news2": None if patient.server_news2 is None else list(patient.server_news2),
        "notes": [note.body() for note in patient.notes], "swaps": [list(swap) for swap in patient.swaps],
    }  # fmt: skip


def _news(patient: PatientState, arrays: list[bytes]) -> int:
    """How many changes of the score there are; their minutes and totals go to ``arrays``."""
    numbers = array("i", chain.from_iterable(patient.news_history))
    arrays += [numbers[::2].tobytes(), numbers[1::2].tobytes()]
    return len(patient.news_history)


def _ward(head: dict[str, Any], arrays: Arrays) -> Ward:
    ward = Ward()
    for name in _WARD:
        setattr(ward, name, head["ward"][name])
    ward.beds = tuple(safe_text(bed, 40) for bed in head.get("beds", ()))
    ward.refused = Counter(head["refused"])
    ward.outcomes = {o["op"]: o for o in head["outcomes"]}
    ward.acts = {data["op"]: (at, data) for at, data in head.get("acts", ())}
    ward.limits = _settings(head)
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
        steps = [Escalation.from_body(e) for e in data.get("escalated", ())]
        patient.escalated = {e.ref.key: e for e in steps}
        notifications = [Notification.from_body(n) for n in data.get("notifications", ())]
        patient.notifications = {n.errand: n for n in notifications}
        for param, kind, device, when, priority, technical, text in data.get("reported", ()):
            told = Told(int(when), int(priority), bool(technical), safe_text(text, 60))
            patient.reported.setdefault((param, kind), {})[device] = told
        patient.medication = MedicationState.load(data.get("medication", {}))
        patient.refused = Counter(data["refused"])
        patient.news_history = _news_history(data["news"], arrays)
        patient.news_known = [(minute, count) for minute, count in data.get("news_known", ())]
        patient.news_dirty = data["dirty"]
        _restore_linked(patient, data)
        if data.get("home_doses"):
            patient.home_doses = HomeDoses.from_body(data["home_doses"], patient.medication.orders)
        for key, fields in data["series"].items():
            patient.series[str(key)] = load_series(str(key), fields, arrays, head["version"])
    if not arrays.over:
        raise CheckpointError("followed by something else")
    ward.flood = _flood(ward, head.get("flood"))
    return ward


def _restore_linked(patient: PatientState, data: dict[str, Any]) -> None:
    """What a checkpoint of an older program does not hold is not known."""
    patient.writes = Writes.from_body(data.get("writes"))
    patient.notes = tuple(Note.from_body(note) for note in data.get("notes", ()))
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


def _news_history(news: int | list[tuple[int, int]], arrays: Arrays) -> list[tuple[int, int]]:
    if isinstance(news, list):
        return [(minute, total) for minute, total in news]
    return list(zip(arrays.take("i", news), arrays.take("i", news), strict=True))
