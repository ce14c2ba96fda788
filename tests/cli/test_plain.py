"""``snapshot --plain``: words for people, screen readers and scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from cli_views import NOW, alarm, device, patient, ward
from cli_views import vital as made
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.flood import FloodNow
from iomt_tui.alarms.model import Priority
from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.plain import (
    first_line,
    heading,
    news2,
    patient_lines,
    snapshot_lines,
    totals,
    vital,
    vitals,
    wrapped,
)
from iomt_tui.clinical.news2 import News2
from iomt_tui.security.text import safe_text
from iomt_tui.ward.view import Severity


def said(*vitals_: object, **more: object) -> dict[str, str]:
    return dict(vitals(patient(*vitals_, **more), {}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "less than a second"), (999, "less than a second"), (1_000, "1 second"), (134_000, "2 minutes 14 seconds"),
     (3_600_000, "1 hour"), (3_601_000, "1 hour"), (90_061_000, "1 day 1 hour"), (-5, "less than a second")],
)  # fmt: skip
def test_durations_in_words(ms: int, text: str) -> None:
    assert words.duration(ms) == text


@pytest.mark.parametrize("mark", ["DEMO", "REPLAY", "TEST"])
def test_the_first_line_carries_the_watermark(mark: str) -> None:
    assert first_line(ward(watermark=mark), UTC, 0.0).startswith(f"{mark}: ")


def test_the_first_line_of_a_live_ward() -> None:
    assert first_line(ward(), UTC, 0.4) == "Ward 7, 1 patient, 2026-03-01 09:42:30 UTC."


@pytest.mark.parametrize(
    ("engine", "silent"), [("started", 3.0), ("started", 3600.0), ("stopped", 0.0), ("", 0.0), ("stopped", 9.0)]
)
def test_a_ward_that_nobody_watches_says_so_first(engine: str, silent: float) -> None:
    assert first_line(ward(engine=engine), UTC, silent).startswith("NOT MONITORING: ")


def test_a_recording_is_not_called_unmonitored() -> None:
    assert "NOT MONITORING" not in first_line(ward(watermark="REPLAY", engine="stopped"), UTC, None)


def test_totals() -> None:
    line = totals(ward(counts={Priority.HIGH: 3, Priority.MEDIUM: 2}, technical=1, unacknowledged=4, refused=12))
    assert line == "Alarms: 3 high, 2 medium, 0 low, 1 technical; 4 not acknowledged. 12 inputs refused."


def test_notice_and_empty_beds_stand_before_the_patients() -> None:
    told = ward(notice=safe_text("The log was repaired."), beds=("01", "02", "03"), empty=("01", "03"))
    lines = list(snapshot_lines(told, [], UTC, {}, 0.0))
    assert lines[1] == "NOTICE: The log was repaired."
    assert lines[3] == "Empty beds: 01, 03."
    full = list(snapshot_lines(ward(beds=("01",)), [], UTC, {}, 0.0))
    assert full[2] == "Empty beds: none."
    assert not [line for line in snapshot_lines(ward(), [], UTC, {}, 0.0) if "mpty" in line or "NOTICE" in line]


def test_a_flood_stands_after_the_totals() -> None:
    lines = list(snapshot_lines(ward(flood=FloodNow(NOW - 60_000, 14)), [], UTC, {}, 0.0))
    assert lines[2] == "FLOOD of alarms: 14 new ones within 10 minutes, since 09:41:30."
    assert not [line for line in snapshot_lines(ward(), [], UTC, {}, 0.0) if "FLOOD" in line]


def test_a_name_like_anothers_is_told() -> None:
    view = patient(similar=(safe_text("11 NGUYỄN T"), safe_text("H2 NGUYEN T")))
    assert list(patient_lines(view, NOW, {}))[1] == "  name looks like another's: bed 11 NGUYỄN T, bed H2 NGUYEN T"


def test_who() -> None:
    assert heading(patient(severity=Severity.HIGH)) == "bed 07, OKAFOR N, 72 years, female: high alarm"
    unknown = patient(home=True, bed="H3", age_years=None, sex="")
    assert heading(unknown) == "home H3, OKAFOR N: no alarm"
    assert heading(patient(bed="")).startswith("no bed, ")


@pytest.mark.parametrize(
    ("made_alarm", "text"),
    [
        (alarm(), "high alarm: SpO2 84 below 90"),
        (alarm("hr", "high", value=131.0, limit=120.0, priority=Priority.MEDIUM),
         "medium alarm: heart rate 131 above 120"),
        (alarm("news2", "high", value=9.0, limit=7.0), "high alarm: NEWS2 9, limit 7"),
        (alarm(state="latched", ended=NOW), "high alarm: was SpO2 84 below 90"),
        (alarm("patch-1", "no-data", technical=True, value=None, limit=None, detail="patch"),
         "technical alarm (high): no data from chest patch"),
        (alarm("patch-1", "battery", technical=True, value=None, limit=None, priority=Priority.LOW,
               detail="battery 8 %"),
         "technical alarm (low): chest patch battery 8 %"),
        (alarm("spo2", "sensor-off", technical=True, value=None, limit=None, detail="sensor-off"),
         "technical alarm (high): SpO2 sensor off"),
        (alarm("gone-device", "overdue", technical=True, value=None, limit=None),
         "technical alarm (high): gone-device measurement overdue"),
    ],
)  # fmt: skip
def test_alarms_in_words(made_alarm: object, text: str) -> None:
    assert words.sentence(made_alarm, (device(),), {}) == text  # type: ignore[arg-type]


def test_how_long_and_who() -> None:
    assert words.standing(alarm(), NOW) == "for 2 minutes 14 seconds, nobody has acknowledged it"
    acked = alarm(state="acked", by="N. Meyer", acked_at=NOW - 60_000)
    assert words.standing(acked, NOW) == "for 2 minutes 14 seconds, acknowledged by N. Meyer 1 minute ago"
    promised = replace(acked, intent="going", note="with Kim", until=NOW + 120_000)
    assert words.standing(promised, NOW) == (
        'for 2 minutes 14 seconds, acknowledged by N. Meyer 1 minute ago, going there, "with Kim", for 2 minutes more'
    )
    noted = replace(acked, intent="note", note="line change\x1b]52;\n", until=NOW + 1_000)
    assert words.standing(noted, NOW).endswith(', "line change\ufffd]52; ", for 1 second more')
    assert words.standing(alarm(undone_by="KIM"), NOW).endswith(
        "nobody has acknowledged it, KIM took an acknowledgement back"
    )
    over = alarm(state="latched", ended=NOW - 5_000)
    assert words.standing(over, NOW) == "over since 5 seconds, nobody has acknowledged it"


def test_a_hostile_detail_stays_on_its_line() -> None:
    hostile = alarm("x\n[/foo]", "battery", technical=True, value=None, limit=None, detail="\x1b]52;c;AAAA\x07\nbed 01")
    text = words.sentence(hostile, (), {})
    assert "\x1b" not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (made("spo2", 84.0, breach="low", low=90.0), "84 %, 2 seconds ago, below 90 %"),
        (made("hr", 118.0, 500), "118 /min, now"),
        (made("hr", 118.0, 6_000), "118 /min, 6 seconds ago, growing old"),
        (made("spo2", 94.0, 720_000), "no present value, last 94 % 12 minutes ago"),
        (made("spo2", 94.0, 5_000, absent="sensor-off"), "sensor off, last 94 % 5 seconds ago"),
        (made("spo2", None, None, absent="sensor-off"), "sensor off"),
        (made("spo2", None, None), "not measured"),
        (made("spo2", 94.0, flag="questionable"), "94 %, 2 seconds ago, questionable"),
        (made("temp", 36.7, 60_000, clock_offset=-90_000),
         "36.7 °C, 1 minute ago, device clock corrected by 1 minute 30 seconds"),
        (made("acvpu", 2.0, 60_000), "responds to voice, 1 minute ago"),
    ],
)  # fmt: skip
def test_one_vital(view: object, text: str) -> None:
    assert vital(view, {}) == text  # type: ignore[arg-type]


def test_units_are_the_readers() -> None:
    assert vital(made("glucose", 99.0), {"glucose": "mmol/L"}) == "5.5 mmol/L, 2 seconds ago"
    limit = alarm("glucose", "low", value=63.0, limit=72.0)
    assert words.sentence(limit, (), {"glucose": "mmol/L"}) == "high alarm: glucose 3.5 below 4.0"


def test_blood_pressure_is_one_reading() -> None:
    pressure = said(made("nibp_sys", 98.0, 240_000), made("nibp_dia", 61.0, 240_000), made("nibp_mean", 73.0, 240_000))
    assert pressure == {"blood pressure, cuff": "98 over 61 mmHg, mean 73 mmHg, 4 minutes ago"}


def test_parts_of_two_readings_are_not_joined() -> None:
    """98 from now and 61 from an hour ago are no blood pressure."""
    text = said(made("nibp_sys", 98.0, 1_000), made("nibp_dia", 61.0, 3_600_000))["blood pressure, cuff"]
    assert "61" not in text
    assert "98 mmHg" in text


def test_an_old_pressure_is_not_a_present_one() -> None:
    old = said(made("nibp_sys", 98.0, 7_200_000), made("nibp_dia", 61.0, 7_200_000))["blood pressure, cuff"]
    assert old == "no present value, last 98 over 61 mmHg 2 hours ago"


@pytest.mark.parametrize(
    ("score", "direction", "text"),
    [
        (News2(9, 7, ()), 1, "9, rising"),
        (News2(2, 7, ()), 0, "2"),
        (News2(3, 4, ()), -1, "at least 3, 4 of 7 known, falling"),
        (News2(0, 0, ()), 0, "not known, none of 7 inputs measured"),
    ],
)
def test_news2_is_honest(score: News2, direction: int, text: str) -> None:
    assert news2(patient(news2=score, news2_direction=direction)) == text


def test_a_whole_snapshot_reads_from_top_to_bottom() -> None:
    view = patient(
        made("hr", 118.0, 500), alarms=(alarm(),), severity=Severity.HIGH, refused={"sensor-off": 2},
        devices=(device(battery=8),),
    )  # fmt: skip
    assert list(snapshot_lines(ward(watermark="DEMO"), [view], UTC, {}, 0.0)) == [
        "DEMO: simulated, not real patients. Ward 7, 1 patient, 2026-03-01 09:42:30 UTC.",
        "Alarms: 1 high, 0 medium, 0 low, 0 technical; 1 not acknowledged.",
        "",
        "bed 07, OKAFOR N, 72 years, female: high alarm",
        "  high alarm: SpO2 84 below 90, for 2 minutes 14 seconds, nobody has acknowledged it",
        "  NEWS2                         9, rising",
        "  heart rate                    118 /min, now",
        "  not measured                  SpO2, respiratory rate, blood pressure, temperature",
        "  chest patch                   battery 8 %",
        "  refused input                 2 sensor off",
    ]


@given(st.text(), st.integers(min_value=20, max_value=200))
def test_nothing_from_a_feed_breaks_a_line(name: str, width: int) -> None:
    view = patient(made("hr", 80.0), name=safe_text(name), bed=safe_text(name))
    lines = list(patient_lines(view, NOW, {}))
    assert all(line.isprintable() for line in lines)
    assert all(len(line) <= width for line in wrapped(lines, width))


def test_wrapping_loses_no_words() -> None:
    lines = list(patient_lines(patient(made("hr", 118.0), alarms=(alarm(),)), NOW, {}))
    assert " ".join(wrapped(lines, 30)).split() == " ".join(lines).split()
    assert list(wrapped(lines, None)) == lines
