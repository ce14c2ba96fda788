"""Every format of every page says the same as the screen, and carries its mark."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC
from typing import Any
from xml.etree import ElementTree

import jsonschema
import orjson
import pytest
from cli_views import NOW, patient, vital, ward
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment, Segments

from iomt_tui.backends.fhir.publishing.bundle import Extent, bundle
from iomt_tui.cli.exporting import exporter
from iomt_tui.cli.exporting.stretch import arrivals
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.log.memory import MemoryLog
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.tui.exporting import Shown
from iomt_tui.ward.events import Draft, Reading, draft, observations
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.notes import Note
from iomt_tui.ward.story.board import BoardView

MINUTE = 60_000
VIEW = patient(vital("hr", 118.0), vital("spo2", 84.0, breach="low", low=90.0), vital("glucose", 99.0, 10_000_000))


def shown(watermark: str = "DEMO", **more: Any) -> Shown:
    header = ward(watermark=watermark)
    usual: dict[str, Any] = {
        "page": "overview", "title": "overview of 07 OKAFOR N", "model": VIEW, "lines": (), "patients": ("p7",),
        "who": VIEW, "user": "Kim", "ward": header, "silent": 0.1, "units": {}, "size": (20, 2),
        "picture": Segments([Segment("DEMO <07> & more")]),
    }  # fmt: skip
    return Shown(**(usual | more))


def board(**more: Any) -> Shown:
    return shown(page="board", title="the board", model=BoardView((VIEW,)), who=None, **more)


def lines() -> Shown:
    return shown(page="alarms", title="the page alarms", model=None, who=None, lines=("=cmd()", "07 OKAFOR N"))


def content(one: Shown, form: str) -> bytes:
    return exporter.content(one, form, ward_log)


def ward_log() -> MemoryLog:
    """Three hours with a value a second in the last ten minutes; some of it was loaded afterwards."""
    log = MemoryLog("w")
    begin = NOW - 180 * MINUTE
    body = {"id": "p7", "bed": "07", "family": "OKAFOR", "given": "Ngozi", "mrn": "4711", "allergies": ["latex"]}
    log.append([draft(begin, "ward", {"name": "Ward 7", "watermark": "DEMO", "source": "t", "tz": "UTC"})])
    log.append([draft(begin, "patient", body), draft(begin, "device", {"id": "d", "patient": "p7", "kind": "monitor"})])
    told: list[Draft] = []
    for second in range(600, -1, -1):
        at = NOW - second * 1_000
        told.append(observations(at, [reading(at, 60 + second % 40), reading(at, 1, "p8")]))
    log.append(told)
    log.append([observations(NOW, [reading(NOW - minute * MINUTE, 50) for minute in range(90, 10, -1)], "past")])
    log.append([draft(NOW + 1, "obs", [["p7", "d", NOW + 1, {"hr": 199}, None]])])
    return log


def reading(at: int, value: float, patient: str = "p7") -> Reading:
    return Reading(patient, "d" if patient == "p7" else "e", at, {"hr": float(value)}, None)


def table(one: Shown) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(one, "csv").decode(), newline="")))


@pytest.mark.parametrize("one", [shown(), board(), lines()], ids=["overview", "board", "lines"])
@pytest.mark.parametrize("form", ["csv", "json", "text", "svg", "fhir"])
@pytest.mark.parametrize("watermark", ["DEMO", "TEST"])
def test_every_file_says_what_it_is(one: Shown, form: str, watermark: str) -> None:
    one = replace(one, ward=replace(one.ward, watermark=watermark))
    if form in exporter.formats(one):
        assert watermark.encode() in content(one, form)


def test_the_json_of_a_page_validates() -> None:
    for one, name in ((shown(), "overview"), (board(), "snapshot"), (lines(), "page")):
        jsonschema.validate(orjson.loads(content(one, "json")), json_schema(name))


def test_a_value_that_is_not_present_is_in_no_cell_as_one() -> None:
    rows = {row["vital"]: row for row in table(shown())}
    assert (rows["hr"]["value"], rows["hr"]["unit"]) == ("118", "/min")
    assert (rows["glucose"]["value"], rows["glucose"]["last value"]) == ("", "99")
    (row,) = table(board())
    assert row["heart rate (/min)"] == "118" and row["glucose (mg/dL)"] == ""


def test_while_nobody_monitors_no_number_is_a_present_one() -> None:
    (row,) = table(board(silent=5.0))
    assert row["heart rate (/min)"] == ""
    assert {row["value"] for row in table(shown(silent=5.0))} == {""}


def test_words_begin_with_the_mark_and_with_whether_anybody_watches() -> None:
    for one in (shown(), board(), lines()):
        text = content(replace(one, silent=60.0), "text").decode()
        assert text.startswith("DEMO: simulated, not real patients. NOT MONITORING: ")
        assert text.endswith("\n")


def test_lines_that_a_spreadsheet_would_run_are_lines() -> None:
    assert [row["alarms"] for row in table(lines())] == ["'=cmd()", "07 OKAFOR N"]


def test_a_picture_fetches_nothing_and_describes_itself() -> None:
    svg = content(shown(title='a"<b>&'), "svg").decode()
    assert svg.count("url(") == svg.count("url(#"), "nothing of any network"
    assert "cdnjs" not in svg and "@font-face" in svg
    assert "<desc>DEMO: simulated, not real patients. a&quot;&lt;b&gt;&amp;, Ward 7, 2026-" in svg
    assert svg.startswith("<svg ")


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_picture_is_well_formed_whatever_stands_on_it(cells: str, title: str) -> None:
    hostile = Segments([Segment(f"<&]]>{cells.replace(chr(27), '')}")])
    mark = replace(ward(watermark="DEMO"), name=SafeText(safe_text(title)))
    found = ElementTree.fromstring(content(shown(picture=hostile, ward=mark), "svg"))
    assert found.tag == "{http://www.w3.org/2000/svg}svg"


def test_the_bundle_of_a_moment_has_the_newest_values_of_that_moment() -> None:
    whole = orjson.loads(content(shown(), "fhir"))
    get_fhir_model_class("Bundle").model_validate(whole)
    values = [entry["resource"]["valueQuantity"]["value"] for entry in whole["entry"]
              if entry["resource"]["resourceType"] == "Observation"]  # fmt: skip
    assert values == [60], "neither another patient's nor what came afterwards"


def test_two_pressures_of_one_cuff_are_one_observation_of_the_moment() -> None:
    log = MemoryLog("w")
    pressures = {"nibp_sys": 120.0, "nibp_dia": 70.0}
    log.append([draft(NOW, "patient", {"id": "p7", "family": "A"})])
    log.append(
        [observations(NOW, [Reading("p7", "d", NOW - 1, {"hr": 60.0}, None), Reading("p7", "d", NOW, pressures, None)])]
    )
    found = Ward()
    found.apply(log.read(0))
    told = [body.values for _, kind, body in arrivals(found, log, ("p7",), NOW, NOW) if kind == "obs"]
    assert told == [{"hr": 60.0}, pressures]


def folded(end: int) -> Ward:
    found = Ward()
    found.apply(entry for entry in ward_log().read(0) if entry.at <= end)
    return found


def test_an_interval_has_what_was_measured_in_it_each_once_and_what_was_loaded_of_it() -> None:
    start = NOW - 60 * MINUTE
    told = list(arrivals(folded(NOW), ward_log(), ("p7", "p9"), start, NOW))
    measured = [body for _, kind, body in told if kind == "obs"]
    assert {one.patient for one in measured} == {"p7"}
    assert min(one.observed_at for one in measured) == start and max(one.observed_at for one in measured) == NOW
    assert len(measured) == 601 + 50, "ten minutes each second, and fifty minutes that were loaded"
    assert [one.observed_at for one in measured] == sorted(one.observed_at for one in measured)
    assert [body["mrn"] for _, kind, body in told if kind == "patient"] == ["4711"]


NOTED = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(-9, 9), st.sampled_from(["", *"abcdex"])), max_size=8
)  # fmt: skip


@given(NOTED, st.integers(-9, 9), st.integers(0, 5))
def test_the_notes_of_an_interval_each_after_the_one_that_it_corrects(
    told: list[tuple[str, int, str]], start: int, length: int
) -> None:
    ward = Ward()
    log = MemoryLog("w")
    log.append([draft(NOW, "patient", {"id": "p7", "family": "A"})])
    for name, at, replaces in told:
        body = {"id": name, "patient": "p7", "text": name, "at": NOW + at, "by": "Kim", "from": ""}
        log.append([draft(NOW, "note", body | ({"replaces": replaces} if replaces else {}))])
    ward.apply(log.read(0))
    begin, end = NOW + start, NOW + start + length
    found = [body for _, kind, body in arrivals(ward, log, ("p7",), begin, end) if kind == "note"]
    names = [body["id"] for body in found]
    known = {note.id: note for note in ward.patients["p7"].notes}
    assert len(set(names)) == len(names)
    assert {name for name, note in known.items() if begin <= note.at <= end} <= set(names)
    for body in found:
        old = body.get("replaces")
        assert old not in known or old in names, "what was corrected is there"
    heads = {name for name in names if not _circular(known, name)}
    for body in found:
        if (old := body.get("replaces")) in known and body["id"] in heads:
            assert names.index(old) < names.index(body["id"])
    get_fhir_model_class("Bundle").model_validate(bundle_of(ward, log, begin, end))


def _circular(known: dict[str, Note], name: str) -> bool:
    seen = set[str]()
    while name in known and name not in seen:
        seen.add(name)
        name = known[name].replaces
    return name in seen


def bundle_of(ward: Ward, log: MemoryLog, begin: int, end: int) -> dict[str, Any]:
    extent = Extent("W", "DEMO", begin, end, end, "Kim", "iomt-tui 1")
    return bundle(extent, arrivals(ward, log, ("p7",), begin, end), UTC)


def test_a_clock_that_is_off_is_corrected_as_on_the_screen() -> None:
    log = MemoryLog("w")
    off = 180_000
    log.append([draft(NOW, "patient", {"id": "p7", "family": "A"})])
    log.append([observations(NOW + s * 1_000, [reading(NOW + s * 1_000 - off, 60)]) for s in range(60)])
    found = Ward()
    found.apply(log.read(0))
    assert found.devices["d"].clock.offset or found.devices["d"].clock.skew
    told = list(arrivals(found, log, ("p7",), NOW, NOW + 60_000))
    measured = [body.observed_at for _, kind, body in told if kind == "obs"]
    assert len(measured) == 60 and max(measured) == found.patients["p7"].series["hr"].at


def test_text_from_a_feed_is_one_cell_and_no_markup() -> None:
    hostile = replace(VIEW, bed=SafeText('=1+1,"x"'))
    assert {row["bed"] for row in table(shown(model=hostile, who=hostile))} == {'\'=1+1,"x"'}
