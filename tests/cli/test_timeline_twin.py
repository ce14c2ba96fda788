"""The timeline without a screen: the same events in words, as a document and as a table."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.cli.headless.story import timeline as twin
from iomt_tui.log.chronicles import told
from iomt_tui.log.memory import MemoryLog
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import draft
from iomt_tui.ward.exports import Export
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.timeline import Timeline, timeline_of

T = 1_767_312_000_000  # 2026-01-02T00:00:00Z
MINUTE, HOUR = 60_000, 3_600_000


def log() -> MemoryLog:
    """Admitted, alarmed, noted and corrected, measured with glucose."""
    log = MemoryLog("test")

    def write(minutes: int, kind: str, body: Any) -> None:
        log.append([draft(T + minutes * MINUTE, kind, body)])

    def note(minutes: int, name: str, text: str, **more: str) -> None:
        at = T + minutes * MINUTE
        write(minutes, "note", {"id": name, "patient": "p1", "text": text, "at": at, "by": "Kim", "from": "", **more})

    write(0, "ward", {"name": "W", "watermark": "TEST", "source": "t", "tz": "Europe/Oslo"})
    write(0, "patient", {"id": "p1", "bed": "07", "family": "Okafor"})
    values = {"glucose": 90.0, "hr": 80.0, "nibp_sys": 120.0, "nibp_dia": 70.0}
    write(5, "obs", [["p1", "d1", T + 5 * MINUTE, values, None]])
    write(6, "obs", [["p1", "d1", T + 6 * MINUTE, {**values, "glucose": 180.0}, None]])
    low = Alarm(Ref("p1", "glucose", "high", 1, 1), "unack", Priority.HIGH, False, 180.0, 160.0, T, T)
    write(10, "alarm", low.body())
    note(20, "a", "\x1b[31mpain 8")
    note(30, "b", "pain 3", replaces="a")
    return log


@pytest.fixture
def view() -> Timeline:
    found, ward = log(), Ward()
    ward.apply(found.read(0))
    now = T + HOUR
    return timeline_of(told(found, "p1", now - 24 * HOUR, now), ward, now, 24 * HOUR)


def test_in_words_on_the_wards_clock_and_in_the_readers_units(view: Timeline) -> None:
    lines = list(twin.plain(view, ZoneInfo("Europe/Oslo"), {"glucose": "mmol/L"}))
    assert lines == [
        "The log begins at 01:00:00.", "Friday 2026-01-02:", "  01:00:00  record: Admitted: bed 07",
        "  01:00:00  vitals: 01:00:00 to 02:00:00: heart rate 80 /min, non-invasive blood pressure 120 over 70 mmHg, "
        "glucose 5.0 to 10.0 mmol/L",
        "  01:10:00  alarm: glucose 10.0 above 8.9: announced, high",
        "  01:20:00  note: Note by Kim, CORRECTED at 01:30:00 by Kim: �[31mpain 8",
        "  01:30:00  note: Correction by Kim: pain 3",
    ]  # fmt: skip


def test_as_a_document_in_utc_and_catalogue_units(view: Timeline) -> None:
    found = orjson.loads(orjson.dumps(twin.document(view)))
    events = {one["id"]: one for one in found["events"]}
    assert [one["category"] for one in found["events"]] == ["record", "vitals", "alarm", "note", "note"]
    assert (found["log_begins"], found["dropped"], found["unreadable"]) == ("2026-01-02T00:00:00.000Z", 0, 0)
    hour = events[f"hour.{T}"]
    glucose = next(one for one in hour["vitals"] if one["vital"] == "glucose")
    assert (glucose["low"], glucose["high"], glucose["last"]) == (90, 180, 180)
    assert glucose["at"] == "2026-01-02T00:06:00.000Z"
    (alarm,) = (one["alarm"] for one in found["events"] if one["alarm"])
    assert (alarm["param"], alarm["value"], alarm["priority"]) == ("glucose", 180, "high")
    first, second = (one for one in found["events"] if one["category"] == "note")
    assert (first["record"], first["corrected_by"], second["replaces"]) == ("a", "b", "a")
    assert "\x1b" not in first["text"]


def test_as_a_table_each_row_as_wide_as_its_header(view: Timeline) -> None:
    header, *rows = twin.rows(view)
    assert len(rows) == len(view.events) and {len(row) for row in rows} == {len(header)}
    note = dict(zip(header, rows[-1], strict=True))
    assert (note["time"], note["by"], note["replaces"]) == ("2026-01-02T00:30:00.000Z", "Kim", "a")


def test_corrections_that_crossed_name_each_other() -> None:
    found, ward = log(), Ward()
    body = {"id": "c", "patient": "p1", "text": "pain 5", "at": T + 25 * MINUTE, "by": "Lee", "replaces": "a"}
    found.append([draft(T + 40 * MINUTE, "note", body)])
    ward.apply(found.read(0))
    view = timeline_of(told(found, "p1", T, T + HOUR), ward, T + HOUR, HOUR)
    lines = [line for line in twin.plain(view, UTC, {}) if "note:" in line]
    assert lines == [
        "  00:20:00  note: Note by Kim, CORRECTED at 00:30:00 by Kim, ALSO corrected by Lee at 00:25:00: �[31mpain 8",
        "  00:25:00  note: Correction by Lee, CONFLICT: Kim corrected it before, at 00:30:00: pain 5 "
        "(told at 00:40:00)",
        "  00:30:00  note: Correction by Kim: pain 3",
    ]
    first, lee, kim = (one for one in twin.document(view).events if one.category == "note")
    assert (first.corrected_by, first.also_corrected_by, first.conflicts_with) == ("b", ["c"], None)
    assert (lee.conflicts_with, kim.conflicts_with, lee.corrected_by) == ("b", None, None)
    header, *rows = twin.rows(view)
    row = next(dict(zip(header, row, strict=True)) for row in rows if row[8] == "c")
    assert (row["conflicts with"], row["also corrected by"]) == ("b", None)


def test_an_export_is_told_in_words_as_a_document_and_as_a_row() -> None:
    found, ward = log(), Ward()
    export = Export("trends", "fhir", ("p1",), T, T + HOUR, 9, "ab" * 32, "x.fhir.json", safe_text("desk-3"))
    for op, outcome in (("e1", "applied"), ("e2", "refused")):
        found.append([draft(T + HOUR, "act", {"op": op, "user": "Lee", **export.body()})])
        answer = {"op": op, "outcome": outcome, "by": "Lee", "at": T + HOUR, "why": "" if op == "e1" else "not here"}
        found.append([draft(T + HOUR, "outcome", answer)])
    ward.apply(found.read(0))
    view = timeline_of(told(found, "p1", T, T + HOUR), ward, T + HOUR, HOUR)
    lines = list(twin.plain(view, UTC, {}))
    said = "trends, 1 hour up to 01:00:00, as FHIR Bundle, by Lee at desk-3, x.fhir.json"
    assert lines[-2:] == [
        f"  01:00:00  export: Exported: {said}", f"  01:00:00  export: Export REFUSED: not here; {said}",
    ]  # fmt: skip
    one, other = twin.document(view).events[-2:]
    assert (one.category, one.what, other.what, one.by) == ("export", "exported", "export-refused", "Lee")
    assert one.export is not None and one.export.sha256 == "ab" * 32
    assert (one.export.page, one.export.format, one.export.patients) == ("trends", "fhir", 1)
    assert (one.export.start, one.export.end) == ("2026-01-02T00:00:00.000Z", "2026-01-02T01:00:00.000Z")
    assert (one.export.station, one.export.file, one.export.bytes) == ("desk-3", "x.fhir.json", 9)
    assert list(twin.rows(view))[-1][3] == "export-refused"


def test_a_time_in_which_nothing_happened_says_so() -> None:
    empty = Timeline("p1", T, T + HOUR, (), None, 3, 1)
    assert list(twin.plain(empty, UTC, {})) == [
        "3 older events are not kept.", "NOTICE: 1 entries of the log could not be understood.",
        "Nothing happened that is known.",
    ]  # fmt: skip
