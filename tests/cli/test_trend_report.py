"""Trends without a screen: the document, the words and the table say what the page draws."""

from __future__ import annotations

import csv
import io
import sys
from datetime import UTC
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "tui" / "app"))

from shown_ward import NOW, WrittenFeed
from trend_ward import DIP, GAP, HOUR, SICK, SUGAR, write_trends

from iomt_tui.cli.headless.story.trends import document, plain, rows, seen
from iomt_tui.times import iso
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.trends import TrendView


def view(patient: str = SICK, window: int = 12 * HOUR) -> TrendView:
    feed, ward = write_trends(WrittenFeed()), Ward()
    ward.apply(feed.entries)
    return seen(ward, feed.another(), patient, NOW, window)


def test_the_document_has_every_bucket_with_its_extremes() -> None:
    found = document(view())
    curves = {curve.key: curve for curve in found.curves}
    assert {"hr", "spo2", "nibp_sys", "nibp_dia", "temp"} <= set(curves)
    dip = next(bucket for bucket in curves["spo2"].buckets if bucket.low == 79)
    assert dip.at <= iso(DIP) <= dip.measured and dip.high > 79
    assert curves["nibp_sys"].limits != curves["nibp_dia"].limits and curves["hr"].unit == "/min"
    assert found.start < found.end == iso(NOW)
    assert {one.kind for one in found.alarms} == {"low", "high"} and found.alarms[0].acknowledged_by == "Kim"
    assert {mark.what for mark in found.marks} == {"taken", "dose", "note"}


def test_the_words_tell_range_course_gap_and_what_happened() -> None:
    said = "\n".join(plain(view(), UTC, {}))
    assert "SpO2: last 84 % at Sun 10:42; lowest 79 about Sun 05:4" in said
    assert "no value from Sun 01:41 to Sun 03:00" in said
    assert "high alarm: SpO2 79 below 85" in said and "in force" in said
    assert "Sun 08:02 note Looks unwell, clammy." in said and "given Piperacillin" in said


def test_the_words_of_glucose_tell_the_time_in_range_in_the_readers_units() -> None:
    said = "\n".join(plain(view(SUGAR, 24 * HOUR), UTC, {"glucose": "mmol/L"}))
    assert "glucose: last 3.4 mmol/L" in said and "within 70 to 180 mg/dL for 84 % of the time" in said


def test_values_that_stopped_coming_are_told() -> None:
    feed, ward = write_trends(WrittenFeed()), Ward()
    ward.apply(feed.entries)
    said = "\n".join(plain(seen(ward, feed.another(), SICK, NOW + 3 * HOUR, 12 * HOUR), UTC, {}))
    assert "no value from Sun 10:42 to Sun 13:42" in said


def test_the_table_is_a_rectangle_with_a_row_a_bucket() -> None:
    found = view()
    table = list(rows(found))
    assert len({len(row) for row in table}) == 1 and table[0][0] == "time" and table[0][-2:] == ["alarms", "done"]
    assert "spo2 low (%)" in table[0] and "news2 last" in table[0]
    low = table[0].index("spo2 low (%)")
    assert min(x for row in table[1:] if isinstance(x := row[low], float)) == 79
    away = [row for row in table[1:] if iso(GAP[0] + HOUR // 4) <= str(row[0]) < iso(GAP[1] - HOUR // 4)]
    assert away and all(row[low] is None for row in away)
    assert any("note Looks unwell" in str(row[-1]) for row in table[1:])
    assert len(table) - 1 == found.axis.buckets
    out = io.StringIO()
    csv.writer(out).writerows(table)
    assert len(list(csv.reader(io.StringIO(out.getvalue())))) == len(table)


def changed(hours: int = 4) -> TrendView:
    """A lower limit for the sick patient's saturation in the middle of the document; both were passed before."""
    feed, ward, at = write_trends(WrittenFeed()), Ward(), NOW - hours * HOUR
    rows = [{"priority": 2, "low": 80, "high": None, "delay": 0, "off_delay": 0}]
    feed.write("limits", {"patient": SICK, "vital": "spo2", "limits": rows, "by": "Kim", "reason": "known low",
                          "since": at, "until": None}, at)  # fmt: skip
    feed.entries.sort(key=lambda entry: entry.at)
    feed.entries = [entry._replace(seq=number + 1) for number, entry in enumerate(feed.entries)]
    ward.apply(feed.entries)
    return seen(ward, feed.another(), SICK, NOW, 12 * HOUR)


def test_the_document_tells_which_limits_held_before() -> None:
    curves = {curve.key: curve for curve in document(changed()).curves}
    assert [(limit.priority, limit.low) for limit in curves["spo2"].limits] == [("medium", 80)]
    (before,) = curves["spo2"].former_limits
    assert before.until == iso(NOW - 4 * HOUR) and [limit.low for limit in before.limits] == [85, 90]
    assert curves["hr"].former_limits == []


def test_the_words_tell_when_limits_changed_and_count_by_those_of_the_time() -> None:
    def beyond(view: TrendView) -> int:
        line = next(line for line in plain(view, UTC, {}) if line.startswith("SpO2:"))
        return int(line.partition("beyond a limit in ")[2].partition(" of ")[0])

    said = "\n".join(plain(changed(), UTC, {}))
    assert "limits at first high below 85 %, medium below 90 %; from Sun 06:42 medium below 80 %." in said
    assert said.count("limits at first") == 1 and "limits at first" not in "\n".join(plain(view(), UTC, {}))
    assert beyond(view()) > beyond(changed()) > beyond(changed(11)) == 1  # the dip to 79


def test_somebody_who_is_not_there() -> None:
    with pytest.raises(KeyError):
        view("nobody")
