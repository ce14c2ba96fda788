"""Checkpoints that add to an earlier one: both together are what a whole one is, and nothing else passes for that."""

from __future__ import annotations

from array import array
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import START, logs, numbered, opening

from iomt_tui.ward.alike import alike, spliced
from iomt_tui.ward.checkpoint import CheckpointError, dump, load
from iomt_tui.ward.checkpoint_series import Arrays
from iomt_tui.ward.checkpoint_whole import Whole, dump_news, load_news
from iomt_tui.ward.events import Entry, Reading, observations
from iomt_tui.ward.fold import Ward

HOUR = 3_600_000


def folded(entries: list[Entry]) -> Ward:
    ward = Ward()
    ward.apply(entries)
    return ward


@settings(max_examples=80)
@given(logs(), st.integers(0, 40), st.integers(0, 40))
def test_what_was_added_and_what_was_there_are_the_whole(entries: list[Entry], one: int, other: int) -> None:
    first, second = sorted((one, other))
    blob, half = dump(folded(entries[:first])), folded(entries[:second])
    resumed = load(dump(half, Whole(blob)) + blob)
    assert dump(resumed) == dump(half)
    resumed.apply(entries[second:])
    assert dump(resumed) == dump(folded(entries))


def monitored(minutes: int, late: dict[int, float] | None = None) -> Ward:
    """A heart rate and a glucose every minute; ``late``: rates of minutes that come at the end, in place of those."""
    late, chance = late or {}, Random(5)
    at = [n for n in range(minutes) if n not in late] + list(late)
    rates = [60.0 + chance.randrange(80) for _ in range(minutes)]
    readings = [
        Reading("p1", "p1-monitor", START + n * 60_000, {"hr": late.get(n, rates[n]), "glucose": rates[n]}, None)
        for n in at
    ]
    received = [START + (minutes if n in late else n) * 60_000 for n in at]
    return folded(
        numbered([*opening(), *(observations(when, [r]) for when, r in zip(received, readings, strict=True))])
    )


@pytest.mark.parametrize("minutes", [3, 130, 16 * 60, 3 * 24 * 60, 15 * 24 * 60 + 90])
def test_five_more_minutes_add_little_to_any_past(minutes: int) -> None:
    blob = dump(monitored(minutes))
    ward = monitored(minutes + 5)
    added = dump(ward, Whole(blob))
    assert dump(load(added + blob)) == dump(ward)
    if minutes > 130:
        assert len(added) < len(blob) / 3


def test_of_scores_only_the_new_ones_are_added_where_old_ones_were_dropped() -> None:
    scores = [(n // 2, n % 5) for n in range(2_000)]  # two changes a minute
    ward, pieces = monitored(3), list[bytes]()
    ward.patients["p1"].news_history = scores[:1_990]
    upon, history = Whole(dump(ward)), scores[7:]
    count, size, shift, same = dump_news(history, "p1", pieces, upon)
    assert (count, shift, same) == (1_993, 7, 1_983)
    assert load_news([count, size, shift, same], "p1", Arrays(pieces[0]), upon) == history


@pytest.mark.parametrize("minute", [0, 100, 290, 299])
def test_what_came_late_is_in_what_is_added(minute: int) -> None:
    blob = dump(monitored(300))
    ward = monitored(305, {minute: 190.0, minute + 1: 191.0})
    resumed = load(dump(ward, Whole(blob)) + blob)
    assert dump(resumed) == dump(ward)
    start = (START + minute * 60_000) // 60_000 * 60_000
    known = resumed.patients["p1"].series["hr"].cells(start, 60_000, 1, ward.now)[0]
    assert known is not None and known.high == 190.0


def test_an_addition_without_what_it_adds_to_or_with_another_is_none() -> None:
    blob, other = dump(monitored(300)), dump(monitored(2))
    added = dump(monitored(305), Whole(blob))
    for bytes_ in (added, added + blob[:-1], added + blob + b"x", added + added + blob, added[:-1] + blob):
        with pytest.raises(CheckpointError):
            load(bytes_)
    with pytest.raises(ValueError, match="follows upon"):
        Whole(added + blob)
    resumed = load(added + other).patients["p1"].series["hr"]  # bound to it by the log: only a forged log has this
    assert resumed.cells(START // HOUR * HOUR, HOUR, 5, resumed.at) == (None,) * 5
    assert resumed.value == monitored(305).patients["p1"].series["hr"].value


numbers = st.lists(st.integers(0, 2), max_size=30).map(lambda values: array("i", values))


@given(numbers, numbers, st.integers(-2, 32))
def test_alike_is_all_that_is_and_splicing_gives_it_back(new: array[int], old: array[int], shift: int) -> None:
    same = alike([new], [old], shift)
    assert same == 0 or new[:same] == old[shift : shift + same]
    if shift >= 0 and same < len(new) and shift + same < len(old):
        assert new[same] != old[shift + same]
    if 0 <= shift <= len(old):
        assert spliced(old, shift, same, new[same:]) == new
    with pytest.raises(ValueError, match="cut short"):
        spliced(old, max(shift, 0), len(old) + 1, new)
