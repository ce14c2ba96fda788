"""CSV files as monitors, spreadsheets and scripts write them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from iomt_tui.backends.replay.clock import ANCHOR
from iomt_tui.backends.replay.csv_file import CsvSource
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.source import open_source
from iomt_tui.ward.events import Reading

# The shape of a real ICU export: 0 where the sensor was off, empty where nothing was measured.
NUMERICS = """minute,HR (bpm),PULSE (bpm),RESP (pm),SpO2 (%),NBPSys (mmHg),NBPDias (mmHg),NBPMean (mmHg)
0,101.3,0.0,16.5,0.0,,,
1,103.0,0.0,20.5,0.0,,,
2,89.5,88.5,21.2,95.7,87.0,46.0,62.0
3,79.9,68.5,20.9,97.8,,,
4,0.0,39.9,0.0,99.9,86.0,22.0,44.0
"""


def opened(
    tmp_path: Path, text: str | bytes, name: str = "bed 7.csv", mapping: dict[str, str] | None = None
) -> CsvSource:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    source = open_source(path, mapping)
    assert isinstance(source, CsvSource)
    return source


def read(tmp_path: Path, text: str | bytes) -> list[Reading]:
    return list(opened(tmp_path, text).readings())


def test_icu_numerics(tmp_path: Path) -> None:
    source = opened(tmp_path, NUMERICS)
    assert (source.kind, source.name) == ("csv", "bed 7.csv")
    assert (source.start, source.end) == (ANCHOR, ANCHOR + 4 * 60_000)
    readings = list(source.readings())
    assert [reading.observed_at for reading in readings] == [ANCHOR + minute * 60_000 for minute in range(5)]
    assert readings[0].values == {"hr": 101.3, "rr": 16.5}
    assert readings[0].flags == {"pulse": "sensor-off", "spo2": "sensor-off"}
    assert readings[2].flags is None
    assert readings[2].values["nibp_sys"] == 87.0
    assert set(readings[3].values) == {"hr", "pulse", "rr", "spo2"}, "an empty cell is neither value nor flag"
    assert readings[4].flags == {"hr": "sensor-off", "rr": "sensor-off"}
    assert source.problems == []
    assert not source.refused


def test_one_patient_is_named_after_the_file(tmp_path: Path) -> None:
    source = opened(tmp_path, NUMERICS)
    assert [(body["id"], body["family"]) for body in source.patients] == [("bed 7", "bed 7")]
    assert source.devices[0]["patient"] == "bed 7"
    assert {reading.patient for reading in source.readings()} == {"bed 7"}
    assert {reading.device for reading in source.readings()} == {source.devices[0]["id"]}


def test_periods_are_median_distances(tmp_path: Path) -> None:
    periods = opened(tmp_path, NUMERICS).devices[0]["periods"]
    assert periods["hr"] == periods["spo2"] == 60.0
    assert periods["nibp_sys"] == 120.0
    daily = "date,weight (kg)\n2026-01-01,80\n2027-01-01,81\n2028-01-01,82\n"
    assert opened(tmp_path, daily).devices[0]["periods"]["weight"] == 86_400, "a yearly value is not fresh for years"


def test_several_patients(tmp_path: Path) -> None:
    text = "time,Patient ID,bed,name,HR\n2026-01-01T00:00:00Z,A1,07,Okafor,80\n2026-01-01T00:00:00Z,B2,08,,90\n"
    text += "2026-01-01T00:01:00Z,A1,07,Okafor,81\n2026-01-01T00:01:00Z,,07,Okafor,66\n"
    source = opened(tmp_path, text)
    assert [(body["id"], body["bed"], body["family"]) for body in source.patients] == [
        ("A1", "07", "Okafor"),
        ("B2", "08", "B2"),
    ]
    assert [(one.patient, one.values["hr"]) for one in source.readings()] == [("A1", 80), ("B2", 90), ("A1", 81)]
    assert source.refused == {("no-patient", "row"): 1}
    assert "bed 7.csv:5" in source.problems[0]


def test_patients_that_only_look_alike_stay_two(tmp_path: Path) -> None:
    source = opened(tmp_path, "minute,patient,HR\n0,A1,80\n0,A1\u200b,90\n0,A1\u202e,95\n")
    assert len({body["id"] for body in source.patients}) == 3
    found = {one.patient: one.values["hr"] for one in source.readings()}
    assert found == dict(zip((body["id"] for body in source.patients), (80.0, 90.0, 95.0), strict=True))


def test_an_id_that_differs_in_every_row_is_no_patient(tmp_path: Path) -> None:
    rows = "".join(f"{row},{row},80\n" for row in range(40))
    source = opened(tmp_path, "id,minute,HR\n" + rows)
    assert len(source.patients) == 1
    assert any("differs in every row" in note for note in source.notes)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_line_ends_and_encodings(tmp_path: Path, delimiter: str, end: str, code: str) -> None:
    text = "minute,HR (bpm),Temp (°C)\n0,80,36.5\n1,81,36.6\n".replace(",", delimiter).replace("\n", end)
    assert [one.values for one in read(tmp_path, text.encode(code))] == [
        {"hr": 80.0, "temp": 36.5},
        {"hr": 81.0, "temp": 36.6},
    ]


def test_gzip_whatever_its_name(tmp_path: Path) -> None:
    source = opened(tmp_path, gzip.compress(NUMERICS.encode()), name="shift.dat")
    assert len(list(source.readings())) == 5


def test_a_gzip_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    rows = "".join(f"{minute},{60 + minute % 50}.{minute % 7}\n" for minute in range(20_000))
    whole = gzip.compress(("minute,HR\n" + rows).encode())
    source = opened(tmp_path, whole[: len(whole) // 2], name="cut.csv.gz")
    count = len(list(source.readings()))
    assert 1000 < count < 20_000
    assert source.refused[("cut-short", "row")] == 1


def test_decimal_commas(tmp_path: Path) -> None:
    source = opened(tmp_path, "minute;Temp (°C);HR\n0;36,5;80\n0,5;37;81,2\n")
    readings = list(source.readings())
    assert [one.values for one in readings] == [{"temp": 36.5, "hr": 80.0}, {"temp": 37.0, "hr": 81.2}]
    assert readings[1].observed_at - readings[0].observed_at == 30_000
    assert any("36,5" in note for note in source.notes)


def test_a_comma_that_may_be_thousands_is_refused_not_read(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, "minute;steps;HR\n0;8,532;80\n")
    assert reading.values == {"hr": 80.0}
    assert reading.flags == {"steps": "not-a-number"}
    mixed = read(tmp_path, "minute;Temp (°C)\n0;36.5\n1;36,7\n")
    assert [one.flags for one in mixed] == [None, {"temp": "not-a-number"}]


def test_quotes_titles_units_row_and_trailing_cells(tmp_path: Path) -> None:
    text = 'Exported by "Monitor"\n\n"time","HR, ECG","note","NBPSys"\n,bpm,,mmHg\n'
    text += '"2026-01-01T00:00:00Z","80","walked, then\nsat ""down""",120\n2026-01-01T00:01:00Z,81,ok,121,,,\n'
    source = opened(tmp_path, text, mapping={"HR, ECG": "hr"})
    assert [one.values for one in source.readings()] == [
        {"hr": 80.0, "nibp_sys": 120.0},
        {"hr": 81.0, "nibp_sys": 121.0},
    ]
    assert source.refused == {("unknown-heading", "note"): 1}


def test_date_and_time_in_two_columns(tmp_path: Path) -> None:
    readings = read(tmp_path, "Date,Time,HR\n2026-01-01,23:59:00,80\n2026-01-02,00:01:00,81\n")
    assert readings[1].observed_at - readings[0].observed_at == 120_000


def test_rows_out_of_order_come_in_order(tmp_path: Path) -> None:
    text = "minute,patient,HR,SpO2\n" + "".join(f"{m},{p},{60 + m},\n" for p in "AB" for m in range(50))
    source = opened(tmp_path, text)
    readings = list(source.readings())
    assert len(readings) == 100
    assert [one.observed_at for one in readings] == sorted(one.observed_at for one in readings)
    assert [one.patient for one in readings[:4]] == ["A", "B", "A", "B"]
    assert source.devices[0]["periods"]["hr"] == 60.0
    assert source.refused == {}
    assert list(source.readings()) == readings


BAD_ROWS = [
    ("1,81,97,99", "ragged-row"),
    ("x", "bad-time"),
    ("yesterday,80,97", "bad-time"),
    (",80,97", "bad-time"),
    ("1e300,80,97", "bad-time"),
    ("\x00,80,97", "bad-time"),
    ('"1,80,97', "bad-time"),
    ("1," + "9" * 70_000 + ",97", "line-too-long"),
    ('1,"' + "x" * 200_000, "line-too-long"),
]


@pytest.mark.parametrize(("bad", "reason"), BAD_ROWS, ids=[repr(bad[:12]) for bad, _ in BAD_ROWS])
def test_one_bad_row_costs_one_row(tmp_path: Path, bad: str, reason: str) -> None:
    source = opened(tmp_path, f"minute,HR,SpO2\n0,80,97\n{bad}\n2,82,98\n3,83,99\n")
    assert [one.values["hr"] for one in source.readings()] == [80.0, 82.0, 83.0]
    assert any(":3" in problem for problem in source.problems)
    assert source.refused == {(reason, "row"): 1}


def test_a_short_row_is_used_but_not_a_last_one_that_breaks_off(tmp_path: Path) -> None:
    source = opened(tmp_path, "minute,HR,SpO2\n0,80\n1,81,97\n2,10")
    assert [one.values for one in source.readings()] == [{"hr": 80.0}, {"hr": 81.0, "spo2": 97.0}]
    assert source.refused == {("ragged-row", "row"): 1}


def test_problems_are_bounded_but_counted(tmp_path: Path) -> None:
    bad = "".join(f"bad{row},80\n" for row in range(500))
    source = opened(tmp_path, "minute,HR\n" + "".join(f"{row},80\n" for row in range(600)) + bad)
    assert source.refused == {("bad-time", "row"): 500}
    assert len(source.problems) < 30
    assert "more of the same" in source.problems[-1]


POISON = ["NaN", "nan", "inf", "-Infinity", "1e400", "-999", "8388607", "-99.9", "32767", "1_0", "٩٨", "0x50",
          "98 bpm", "1,2,3", "--5", "5e", "[/foo]", "\x1b[2J", "\u202e98", "9" * 400,
          "1e-400x", "TRUE", "<80"]  # fmt: skip


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
@pytest.mark.parametrize("heading", ["HR (bpm)", "SpO2 (%)", "Temp (°C)", "glucose (mg/dL)", "NBPSys (mmHg)"])
def test_poison_never_becomes_a_value(tmp_path: Path, poison: str, heading: str) -> None:
    source = opened(tmp_path, f'minute;{heading}\n0;"{poison}"\n')
    (reading,) = source.readings()
    assert reading.values == {}
    assert reading.flags is not None
    assert source.problems, "it is told with file and line"
    assert all(character.isprintable() for problem in source.problems for character in problem)


@pytest.mark.parametrize("blank", ["", " ", "NA", "n/a", "null", "-", "---"])
def test_blank_is_not_measured_and_no_flag(tmp_path: Path, blank: str) -> None:
    assert read(tmp_path, f"minute,HR,RR\n0,{blank},12\n1,{blank},{blank}\n") == [
        Reading("bed 7", "replay:bed 7", ANCHOR, {"rr": 12.0}, None)
    ]


def test_consciousness_by_letter_not_by_number(tmp_path: Path) -> None:
    readings = read(tmp_path, "minute,ACVPU\n0,A\n1,voice\n2,U\n3,2\n")
    assert [one.values for one in readings] == [{"acvpu": 0.0}, {"acvpu": 2.0}, {"acvpu": 4.0}, {}]


def test_hostile_text_reaches_nobody(tmp_path: Path) -> None:
    evil = "O'Neil [/foo]\x1b]52;c;aGk=\x07\u202e"
    source = opened(tmp_path, f'minute,patient,bed,HR\n0,"{evil}","{evil}",80\n', name="e[b]\x1b[2Jvil.csv")
    texts = [source.name, *source.notes, *source.problems]
    texts += [text for body in source.patients + source.devices for text in body.values() if isinstance(text, str)]
    assert all(character.isprintable() for text in texts for character in text)
    assert "O'Neil [/foo]" in source.patients[0]["bed"], "markup is text like any other"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("HR,SpO2\n80,97\n", "no column of times"),
        ("time,mood\n2026-01-01,good\n", "no column of vital signs.*'mood'"),
        ("time,Temp\n2026-01-01,36.5\n", "no unit in the heading.*--map"),
        ("time,HR\n", "no row under the headings"),
        ("time,HR\n17,80\n18,81\n", "time:s"),
        ("just some words\n", "no column of times"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_clear_error(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)
    with pytest.raises(SourceError, match=words) as raised:
        open_source(path)
    assert "odd.csv" in str(raised.value)
    assert "\n" not in str(raised.value)
