"""The time column."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.backends.replay.clock import ANCHOR, EARLIEST, LATEST, choose_clock
from iomt_tui.backends.replay.errors import SourceError

AT = 1_767_323_045_000  # 2026-01-02T03:04:05Z


@pytest.mark.parametrize(
    ("text", "unit", "at"),
    [
        ("2026-01-02T03:04:05Z", None, AT),
        ("2026-01-02T03:04:05.250Z", None, AT + 250),
        ("2026-01-02 03:04:05", None, AT),
        ("2026-01-02T05:04:05+02:00", None, AT),
        ("2026-01-02T05:04:05+0200", None, AT),
        ("2026-01-02", None, AT - 11_045_000),
        ("1767323045", None, AT),
        ("1767323045.5", "s", AT + 500),
        ("1767323045000", None, AT),
        ("1767323045000000", None, AT),
        ("0", "min", ANCHOR),
        ("1.5", "min", ANCHOR + 90_000),
        ("1,5", "min", ANCHOR + 90_000),
        ("90", "s", ANCHOR + 90_000),
        ("90", "ms", ANCHOR + 90),
        ("864000000", "ms", ANCHOR + 864_000_000),
        ("1767323045000", "ms", AT),
        ("2", "h", ANCHOR + 7_200_000),
        ("-5", "min", ANCHOR - 300_000),
        ("0:01:30.5", "s", ANCHOR + 90_500),
        ("1:30", "s", ANCHOR + 90_000),
    ],
)
def test_time(text: str, unit: str | None, at: int) -> None:
    assert choose_clock([text], unit, ANCHOR, UTC).read(text) == at


def test_anchor_and_zone_are_the_callers_and_are_said() -> None:
    counted = choose_clock(["0", "1"], "min", AT, UTC)
    assert counted.read("1") == AT + 60_000
    assert "2026-01-02T03:04:05" in counted.note
    local = choose_clock(["2026-01-02 03:04:05"], None, ANCHOR, ZoneInfo("Asia/Tokyo"))
    assert local.read("2026-01-02 03:04:05") == AT - 9 * 3_600_000
    assert "Asia/Tokyo" in local.note
    assert choose_clock(["2026-01-02T03:04:05Z"], None, ANCHOR, UTC).note == ""


@pytest.mark.parametrize(("text", "unit"), [("17", None), ("10:42:07", None), ("5", "Cel")])
def test_a_time_that_could_mean_several_things_is_asked_about(text: str, unit: str | None) -> None:
    with pytest.raises(SourceError, match="--map"):
        choose_clock([text, text], unit, ANCHOR, UTC)


POISON = ["", "nan", "inf", "-inf", "1e400", "1e18", "٣", "1_0", "NaT", "0x10", "\x00", "9" * 5000, "12:", "[/foo]"]


@pytest.mark.parametrize("text", POISON, ids=range(len(POISON)))
def test_poison_in_a_time_column_is_refused(text: str) -> None:
    for samples, unit in ((["1", "2"], "min"), (["2026-01-02T03:04:05Z"], None), (["1767323045"], None)):
        clock = choose_clock(samples, unit, ANCHOR, UTC)
        with pytest.raises(ValueError, match=r"time|years"):
            clock.read(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "1899-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "9999-12-31"])
def test_a_time_outside_two_centuries_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="years"):
        choose_clock(["2026-01-02T03:04:05Z"], None, ANCHOR, UTC).read(text)


@given(st.integers(EARLIEST, LATEST - 1), st.integers(-14 * 60, 14 * 60))
def test_iso_times_read_back(at: int, offset: int) -> None:
    zone = timezone(timedelta(minutes=offset))
    text = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(zone).isoformat()
    assert choose_clock([text], None, ANCHOR, UTC).read(text) == at


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_refusal(text: str) -> None:
    clock = choose_clock(["2026-01-02T03:04:05Z"], None, ANCHOR, UTC)
    try:
        at = clock.read(text)
    except ValueError as error:
        refused = str(error)
    else:
        refused = "" if EARLIEST <= at < LATEST else "a time outside the range was let through"
    assert refused in {"", "no time", "not a time", "outside the years 1900 to 2099"}
