"""Checkpoints as programs before this one wrote them."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable
from typing import Any

import orjson

from iomt_tui.ward.checkpoint import dump
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.rollup import Rollup
from iomt_tui.ward.series import Series
from iomt_tui.ward.state import PatientState

_LATER = ("minute_low", "minute_high")  # fields of a series that there were not


def edited(blob: bytes, edit: Callable[[dict[str, Any]], object]) -> bytes:
    """A checkpoint of today after ``edit`` of what it says in words."""
    stream = zlib.decompressobj()
    head = orjson.loads(stream.decompress(blob))
    edit(head)
    return zlib.compress(orjson.dumps(head)) + stream.unused_data


def of_version_2(ward: Ward) -> bytes:
    """Rollups of ranges alone, of 10 s, minutes and hours; number by number in four places."""
    items = b"".join(_scores(patient) + _ranges(patient) for patient in ward.patients.values())
    return _packed(_head(ward) | {"version": 2}, b"".join(items[place::4] for place in range(4)))


def of_version_1(ward: Ward) -> bytes:
    """Numbers byte after byte, the scores in the JSON."""
    head = _head(ward) | {"version": 1}
    for patient in head["patients"]:
        patient["news"] = ward.patients[patient["id"]].news_history
    return _packed(head, b"".join(_ranges(patient) for patient in ward.patients.values()))


def _packed(head: dict[str, Any], arrays: bytes) -> bytes:
    text = orjson.dumps(head)
    return zlib.compress(len(text).to_bytes(8, "little") + text + arrays)


def _head(ward: Ward) -> dict[str, Any]:
    head: dict[str, Any] = orjson.loads(zlib.decompressobj().decompress(dump(ward)))
    del head["limit_changes"]
    for patient in head["patients"]:
        del patient["swaps"], patient["limit_changes"]
        patient["news"], _ = patient["news"]
        for key, data in patient["series"].items():
            _without_later(data, ward.patients[patient["id"]].series[key])
    for device in head["devices"]:
        del device["since"], device["drained"]
    return head


def _scores(patient: PatientState) -> bytes:
    minutes, totals = array("i"), array("i")
    for minute, total in patient.news_history:
        minutes.append(minute)
        totals.append(total)
    return minutes.tobytes() + totals.tobytes()


def _without_later(data: dict[str, Any], series: Series) -> None:
    for name in _LATER:
        del data["fields"][name]
    data.pop("raw", None)
    del data["size"]
    data["rollups"] = [(rollup.base, len(rollup.low)) for rollup in _closed(series)]


def _closed(series: Series) -> list[Rollup]:
    """The rollups of old; what is closed of the open minute was in the coarser ones, too."""
    fine, minutes, _, hours = series.rollups
    if series.minute_low == series.minute_low:
        for rollup in (minutes, hours):
            rollup.put(series.bucket * 10_000 - 1, series.minute_low, series.minute_high, series.minute_low)
    return [fine, minutes, hours]


def _ranges(patient: PatientState) -> bytes:
    rollups = [rollup for series in patient.series.values() for rollup in _closed(series)]
    return b"".join(rollup.low.tobytes() + rollup.high.tobytes() for rollup in rollups)
