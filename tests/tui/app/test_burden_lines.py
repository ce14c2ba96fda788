"""The burden board's lines: what they say of full figures, of few, and of none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iomt_tui.alarms.burden import Burden, Flood, Place, burden
from iomt_tui.alarms.model import Key, Priority
from iomt_tui.log.lookback import HOUR, Found
from iomt_tui.tui.widgets.burden_advice import advice
from iomt_tui.tui.widgets.burden_lines import bar, burden_lines, flood_words, heading

NONE = burden([], {}, 0, 0, {})
START = 1_773_540_000_000  # 2026-03-15 02:00 UTC

FULL = Burden(
    alarms=40, technical=4, patient_hours=80.0, per_patient_hour=0.5, acknowledged=30, ack_median_ms=24_000,
    ack_p90_ms=190_000, over=38, self_resolved=0.5, again=0.1, chattering=((Key("p1", "spo2", "low"), 5),), standing=2,
    mix={Priority.HIGH: 2, Priority.MEDIUM: 10, Priority.LOW: 28}, beds=(("07", 30), ("12", 6)), top_beds=0.9,
    sensors=(("spo2", 32), ("monitor", 4)), floods=(Flood(START, START + 600_000, 14, 12),),
    worst=(Place("07", "spo2", False), 30), suppressed={"pause": 120_000, "shelve": 3_600_000},
)  # fmt: skip


def shown(one: Burden, width: int = 100, **found: int) -> str:
    whole = replace(Found(START, START + 8 * HOUR, START, 10, one, 0), **found)  # type: ignore[arg-type]
    lines = burden_lines(whole, "UTC", "", width)
    assert all(line.cell_length <= width for line in lines)
    return "\n".join(line.plain.rstrip() for line in lines)


@pytest.mark.parametrize(
    "words",
    [
        "30 of 40 alarms come from bed 07, SpO2; see what other limits would do: iomt-tui alarms --limits.",
        "Alarms                   40, 4 technical; 80.0 patient hours",
        "Per patient and hour     0.50",
        "30 of 40, median 24 s, 90% by 3 min 10 s",
        "19 of 38 that are over (50%)",
        "4 of 40 (10%)",
        "Standing over 1 h        2",
        "1, the worst SpO2 low, 5 times in 1 min",
        "paused 2, shelved 60, standby 0, inhibited 0",
        "Most from these beds, 90% of all",
        "02:00–02:10 (10 min 00 s); 14 alarms, 12 in 10 min at most",
    ],
)
def test_every_figure_stands_there(words: str) -> None:
    assert words in shown(FULL)


@pytest.mark.parametrize(
    ("priority", "words"), [("low", " 70%  should be 80%    28"), ("medium", "should be 15%    10"), ("high", "  5%")]
)
def test_the_mix_is_in_numbers_beside_its_bars(priority: str, words: str) -> None:
    row = next(line for line in shown(FULL).splitlines() if line.startswith(f"  {priority}"))
    assert words in row


def test_few_alarms_have_counts_and_no_shares() -> None:
    few = replace(FULL, alarms=4, over=4, acknowledged=3, mix={Priority.HIGH: 1, Priority.LOW: 3}, again=0.5)
    text = shown(few)
    assert "Fewer than 10 alarms: counts are given, no shares." in text
    assert "Too few alarms to say what to do about them." in text
    assert "2 of 4" in text and "(50%)" not in text and "90% by" not in text and "75%" not in text


def test_none_at_all_and_a_log_that_begins_late() -> None:
    text = shown(NONE, begins=START + 7 * HOUR)
    assert "No alarm was announced in this time." in text and "Priorities" not in text
    assert "The log reaches back 1 h 00 min only, to 09:00:00." in text


def test_a_rate_needs_an_hour_of_a_patient_and_a_share_something_over() -> None:
    text = shown(replace(FULL, patient_hours=0.5, per_patient_hour=80.0, self_resolved=None, over=0))
    assert "not known: under 1 patient hour" in text and "not known: none is over" in text


def test_what_was_not_understood_is_said() -> None:
    assert "3 entries of the log could not be understood" in shown(FULL, unreadable=3)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "30 of 40 alarms come from bed 07, SpO2; see what other limits would do: i."),
        ({"worst": (Place("07", "monitor", True), 30)}, "bed 07, monitor; look at its sensor"),
        ({"worst": (Place("07", "spo2", False), 9)}, "19 of 38 were over within 15 s"),
        ({"worst": None, "self_resolved": 0.1, "again": 0.5}, "20 of 40 came back within 5 min"),
        ({"worst": None, "self_resolved": None, "mix": {Priority.HIGH: 8}}, "8 of 40 are high priority, 5% should"),
        ({"worst": None, "self_resolved": 0.0}, "Nothing stands out"),
        ({"alarms": 9}, "Too few alarms"),
    ],
)
def test_one_sentence_about_the_worst(changed: dict[str, object], words: str) -> None:
    assert words in advice(replace(FULL, **changed), "i")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "drawn"), [(0.0, "····"), (0.5, "██··"), (1.0, "████"), (0.125, "▌···"), (7.0, "████")]
)
def test_a_bar_is_as_long_as_its_share(share: float, drawn: str) -> None:
    assert bar(share, 4).plain == drawn


def test_a_flood_that_lasts_has_no_end() -> None:
    assert flood_words(Flood(START, None, 14, 14), "UTC") == "02:00, not ended; 14 alarms, 14 in 10 min at most"


def test_the_heading_names_the_days_where_they_differ() -> None:
    found = Found(START - 24 * HOUR, START, START, 1, NONE, 0)
    (line,) = heading("24 h", found, "UTC", "o", 100)
    assert "last 24 h · Sat 02:00–Sun 02:00 · 1 patient · o other time · enter read again" in line.plain
    assert all(heading("24 h", found, "UTC", "o", width)[0].cell_length <= width for width in (20, 60, 80))


@pytest.mark.parametrize("width", [30, 60, 77, 89, 90, 117, 200])
def test_no_line_is_wider_than_its_place_whatever_it_is_called(width: int) -> None:
    name = "[/b]\x1b]0;x\x07 護" * 9
    shown(replace(FULL, beds=((name, 3),), sensors=((name, 2),), worst=(Place(name, name, False), 20)), width)
