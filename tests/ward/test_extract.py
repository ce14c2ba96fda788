"""An extract says of one patient what the entries say, and nothing that is damaged is read as one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import PATIENTS, START, logs, numbered

from iomt_tui.alarms.course import band
from iomt_tui.ward.events import Entry, Reading, draft, observations
from iomt_tui.ward.extract import ExtractError, Part, Row, alike, extract, part_of
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.history import History

VITALS = ("hr", "spo2", "rr", "temp", "o2_flow")
#: Bodies that others may write: of another form, or none at all.
ODD = st.sampled_from(
    [b"[]", b"{}", b"nonsense", b'[["p1"]]', b'[[null, "d", 5, {}, null]]', b'[["", "d", 5, {}, null]]',
     b'[["p1", "d", 5, {"hr": "80"}, null]]', b'[["p1", "d", 5.5, {"hr": 80}, null]]',
     b'[["p1", "d", 5, {"hr": true}, null]]',
     b'[["p1", "d", 5, {"hr": null}, null]]', b'[["p1", "d", 99999999999999999999, {"hr": 80}, null]]',
     b'[["p1", "d", 5, [80], null]]', b'[["p1", "d", 5, {}, ["hr"]]]', b'[["p1","d",5,{},null],["p2","d",5,7,null]]',
     b'[["p1","d",5,{"hr":80},7],["p1","d",6,{"hr":81},null]]',
     b'["\xff"]', b'[["p\\u0031", "p1-patch", 1700000005000, {"hr": 80}, null]]'],
)  # fmt: skip


def told(parts: list[Part], patient: str, start: int, end: int) -> object:
    history = History(Ward(), start, {key: band(key) for key in VITALS}, patient)
    for part in parts:
        history.read_part(part)
    history.close(end)
    courses = {
        key: {name: getattr(course, name) for name in ("times", "values", "gaps", "offs", "turns", "watched", "last")}
        for key, course in history.courses.get(patient, {}).items()
    }
    alarms = [asdict(alarm) for alarm in history.announced]
    return courses, alarms, history.stays, history.present_ms(patient), history.unreadable


@st.composite
def odd_logs(draw: st.DrawFn) -> list[Entry]:
    entries = draw(logs())
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(entries) - 1))
        entries[place] = entries[place]._replace(kind="obs", body=draw(ODD))
    return entries


@given(odd_logs(), st.lists(st.integers(0, 60), max_size=3), st.sampled_from([*PATIENTS, "nobody"]))
def test_an_extract_says_what_the_entries_say(entries: list[Entry], cuts: list[int], patient: str) -> None:
    places = sorted({0, len(entries), *(min(cut, len(entries)) for cut in cuts)})
    pieces = [entries[a:b] for a, b in pairwise(places)]
    parts = [part_of(extract(piece), patient) for piece in pieces]
    end = entries[-1].at
    assert told(parts, patient, START, end) == told([Part(entries, [])], patient, START, end)


@given(odd_logs())
def test_every_reading_and_every_entry_is_in_it_once(entries: list[Entry]) -> None:
    blob = extract(entries)
    found = {patient: part_of(blob, patient) for patient in (*PATIENTS, "nobody")}
    rest = found["nobody"].entries
    assert all(part.entries == rest for part in found.values())
    left_out = [e for e in entries if e.kind == "past" or (e.kind, e.body) == ("tick", b"{}")]
    split = [e for e in entries if e not in rest and e not in left_out]
    assert all(entry.kind == "obs" for entry in split)
    rows = sorted((row for part in found.values() for row in part.rows), key=lambda row: row.seq)
    wanted = [Row(e.seq, e.at, group) for e in split for group in orjson.loads(e.body)]
    assert sorted(rows, key=repr) == sorted(wanted, key=repr)
    for part in found.values():
        assert [item.seq for item in part.merged()] == sorted(item.seq for item in part.merged())


def test_readings_of_one_patient_keep_their_order_and_their_flags() -> None:
    readings = [
        Reading("p1", "a", START - 5, {"hr": 80.0, "spo2": 97.5}, None),
        Reading("p2", "b", START, {"hr": 70.0}, None),
        Reading("p1", "b", START + 9, {}, {"hr": "sensor-off"}),
        Reading("p1", "a", START - 9, {"spo2": 97.5, "hr": 80.0}, {"hr": "questionable"}),
    ]
    (entry,) = numbered([observations(START, readings)])
    part = part_of(extract([entry]), "p1")
    assert part.entries == []
    assert [row.group for row in part.rows] == [list(r) for r in readings if r.patient == "p1"]
    assert [list(row.group[3]) for row in part.rows] == [["hr", "spo2"], [], ["spo2", "hr"]]


def test_many_different_values_fit() -> None:
    drafts = [observations(START + i, [Reading("p1", "a", START + i * i, {"hr": i / 7}, None)]) for i in range(70_000)]
    rows = part_of(extract(numbered(drafts)), "p1").rows
    assert [row.group[3]["hr"] for row in rows] == [i / 7 for i in range(70_000)]
    assert [row.group[2] for row in rows] == [START + i * i for i in range(70_000)]


def test_what_is_no_extract_is_refused() -> None:
    entries = numbered([observations(START, [Reading("p1", "a", START, {"hr": 80.0}, None)]), draft(START, "x", {})])
    blob = extract(entries)
    for length in range(len(blob)):
        with pytest.raises(ExtractError):
            part_of(blob[:length], "p1")
    assert not alike(blob, blob[:-1]) and alike(blob, extract(entries)) and not alike(blob, extract(entries[:1]))


@given(st.data())
def test_changed_bytes_are_refused_or_read_as_something(data: st.DataObject) -> None:
    """Never another error than the one that makes a reader turn to the entries."""
    blob = bytearray(extract(data.draw(logs())))
    for _ in range(data.draw(st.integers(1, 4))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ExtractError):
        part_of(bytes(blob), "p1")
