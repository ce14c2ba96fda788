"""Times and durations as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.times import iso, milliseconds, parse_duration, parse_moment, resolve, resolve_back, ward_zone

NIGHT = milliseconds(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
EVENING = milliseconds(datetime(2026, 3, 1, 20, 30, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "ms"),
    [("90s", 90_000), ("15m", 900_000), ("1h30m", 5_400_000), ("250ms", 250), ("2d", 172_800_000), ("7", 7_000),
     ("1.5h", 5_400_000), ("1h 5min", 3_900_000), ("2H", 7_200_000)],
)  # fmt: skip
def test_durations(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["", "h", "5x", "1h5", "-5m", "5m!", "nan", "inf", "9999999d", "1e9s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|ten years"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+15m", "2026-03-01T20:45:15.000Z"),
        ("+90", "2026-03-01T20:31:45.000Z"),
        ("22:05", "2026-03-01T22:05:00.000Z"),
        ("20:30:15", "2026-03-01T20:30:15.000Z"),
        ("03:12", "2026-03-02T03:12:00.000Z"),  # the night goes on after midnight
        ("-2h", "2026-03-02T05:00:00.000Z"),
        ("2026-03-01T21:00", "2026-03-01T21:00:00.000Z"),
        ("2026-03-01T21:00:00+01:00", "2026-03-01T20:00:00.000Z"),
        ("2026-03-01T21:00:00Z", "2026-03-01T21:00:00.000Z"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert iso(resolve(parse_moment(text), EVENING, NIGHT, UTC)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03:12", "2026-03-02T03:12:00.000Z"),
        ("07:00", "2026-03-02T07:00:00.000Z"),
        ("22:05", "2026-03-01T22:05:00.000Z"),  # it has not been today yet
        ("-90m", "2026-03-02T05:30:00.000Z"),
        ("+15m", "2026-03-01T20:45:15.000Z"),
    ],
)
def test_looking_back_a_time_of_day_is_the_newest_that_has_been(text: str, expected: str) -> None:
    assert iso(resolve_back(parse_moment(text), EVENING, NIGHT, UTC)) == expected


def test_a_time_of_day_is_the_wards() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert iso(resolve(parse_moment("22:00"), EVENING, NIGHT, berlin)) == "2026-03-01T21:00:00.000Z"
    assert iso(resolve(parse_moment("2026-03-01T22:00"), EVENING, NIGHT, berlin)) == "2026-03-01T21:00:00.000Z"


def test_a_time_of_day_across_the_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = milliseconds(datetime(2026, 3, 28, 22, 0, tzinfo=berlin))
    assert iso(resolve(parse_moment("06:00"), before, NIGHT, berlin)) == "2026-03-29T04:00:00.000Z"


@pytest.mark.parametrize("text", ["", "noon", "25:00", "12:60", "+", "+x", "2026-13-01"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"\+15m|duration"):
        parse_moment(text)


@given(st.integers(min_value=0, max_value=4_000_000_000_000), st.integers(min_value=0, max_value=86_399))
def test_a_time_of_day_lies_within_the_day_after_the_start(start: int, second: int) -> None:
    text = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    at = resolve(parse_moment(text), start, NIGHT, UTC)
    assert start // 1000 * 1000 <= at <= start + 86_400_000
    assert at // 1000 % 86_400 == second


@given(st.integers(min_value=0, max_value=253402300799999))
def test_iso_is_what_python_reads_back(ms: int) -> None:
    assert milliseconds(datetime.fromisoformat(iso(ms))) == ms


@pytest.mark.parametrize("ms", [-(10**18), 10**18])
def test_iso_never_raises(ms: int) -> None:
    assert iso(ms).endswith("Z")


@pytest.mark.parametrize("name", ["", "Mars/One", "../etc/passwd", "/etc/localtime", "x" * 500])
def test_a_zone_nobody_knows_is_utc(name: str) -> None:
    assert ward_zone(name) is UTC
