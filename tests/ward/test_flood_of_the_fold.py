"""A flood is known from the log alone: in any batches, from any checkpoint, and from a log of an older program."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from logs import START, numbered, opening
from old_checkpoints import edited

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.ward.checkpoint import dump, load
from iomt_tui.ward.events import Entry, draft
from iomt_tui.ward.fold import Ward

MINUTE = 60_000


def announced(at: int, number: int, *, state: str = "unack", rev: int = 1) -> Alarm:
    ref = Ref(("p1", "p2")[number % 2], "hr", f"k{number % 7}", number, rev)
    return Alarm(ref, state, Priority.MEDIUM, False, 140.0, 130.0, at, at)


def log_of(waits: list[int]) -> list[Entry]:
    drafts, at = opening(), START
    for number, wait in enumerate(waits):
        at += wait
        alarm = announced(at, number)
        drafts.append(draft(at, "alarm", alarm.body()))
        drafts.append(draft(at, "alarm", replace(alarm, ref=alarm.ref._replace(rev=2)).body()))
        drafts.append(draft(at + 1, "alarm", replace(alarm, state="normal", ended=at + 1).body()))
    return numbered(drafts)


WAITS = st.lists(st.integers(0, 2 * MINUTE), min_size=5, max_size=40)


@settings(max_examples=60)
@given(WAITS, st.integers(0, 130), st.integers(0, 11 * MINUTE))
def test_a_checkpoint_keeps_the_flood(waits: list[int], cut: int, later: int) -> None:
    entries = log_of(waits)
    whole, half = Ward(), Ward()
    whole.apply(entries)
    half.apply(entries[:cut])
    resumed = load(dump(half))
    resumed.apply(entries[cut:])
    now = whole.now + later
    assert resumed.header(now).flood == whole.header(now).flood
    assert dump(resumed) == dump(whole)


def test_eleven_new_ones_are_a_flood_and_what_comes_back_is_no_new_one() -> None:
    ward = Ward()
    ward.apply(log_of([1_000] * 10))
    assert ward.header(ward.now).flood is None, "twenty announcements, but of ten alarms"
    ward = Ward()
    ward.apply(log_of([1_000] * 11))
    found = ward.header(ward.now).flood
    assert found is not None and (found.alarms, found.since) == (11, START + 11_000)
    assert ward.header(ward.now + 10 * MINUTE).flood is None


def test_a_checkpoint_of_an_older_program_tells_of_the_flood_by_its_alarms() -> None:
    ward = Ward()
    ward.apply(log_of([1_000] * 12))
    old = load(edited(dump(ward), lambda head: head.pop("flood")))
    assert old.header(old.now).flood == ward.header(ward.now).flood is not None
