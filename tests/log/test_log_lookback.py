"""Looking back on a log's alarms: read once, then read on, always what reading everything anew finds."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.log.lookback import DAY, HOUR, Lookback
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import draft
from iomt_tui.ward.fold import Ward

T = 1_700_000_000_000
MINUTE = 60_000


def log_of(hours: int) -> MemoryLog:
    """One alarm each half hour that lasts a minute; in the middle a standby of ten minutes."""
    log = MemoryLog("test")
    log.append([draft(T, "patient", {"id": "p1", "bed": "07"})])
    for half in range(2 * hours):
        at = T + half * HOUR // 2
        one = Alarm(Ref("p1", "spo2", "low", half + 1, 1), "unack", Priority.LOW, False, 88.0, 90.0, at, at)
        log.append([draft(at, "alarm", one.body()), draft(at, "obs", [["p1", "d1", at, {"spo2": 88.0}, None]])])
        if half == hours:
            away = Suppression("standby", "p1", "", "", "A", "CT", at, at + 10 * MINUTE)
            log.append([draft(at, "suppression", away.body())])
        over = replace(one, state="normal", ended=at + MINUTE)
        log.append([draft(at + MINUTE, "alarm", over.body())])
    return log


def test_each_window_counts_its_own() -> None:
    look, end = Lookback(), T + 30 * HOUR
    assert look.read(log_of(30), end)
    day, shift, hour = (look.found(window) for window in (DAY, 8 * HOUR, HOUR))
    assert [found.burden.alarms for found in (day, shift, hour)] == [48, 16, 2]
    assert [round(found.burden.patient_hours, 3) for found in (day, shift, hour)] == [24, 8, 1]
    assert day.burden.suppressed["standby"] == 10 * MINUTE and shift.burden.suppressed["standby"] == 0
    assert (day.begins, day.patients, day.burden.beds[0]) == (day.start, 1, ("07", 48))


def test_a_log_that_begins_later_says_so() -> None:
    look = Lookback()
    look.read(log_of(2), T + 2 * HOUR)
    found = look.found(8 * HOUR)
    assert found.begins == T and found.start == T - 6 * HOUR and found.burden.patient_hours == 2


def test_what_stood_before_counts_as_standing_only() -> None:
    log = MemoryLog("test")
    one = Alarm(Ref("p1", "spo2", "low", 1, 1), "unack", Priority.LOW, False, 88.0, 90.0, T, T)
    log.append([draft(T, "patient", {"id": "p1"}), draft(T, "alarm", one.body()), draft(T + 3 * HOUR, "tick", {})])
    look = Lookback()
    look.read(log, T + 3 * HOUR)
    assert (look.found(HOUR).burden.alarms, look.found(HOUR).burden.standing) == (0, 1)
    assert look.found(8 * HOUR).burden.alarms == 1


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40 * HOUR), min_size=1, max_size=6), st.booleans())
def test_reading_on_finds_what_reading_anew_finds(ends: list[int], checkpoint: bool) -> None:
    """Forward and back, with and without a checkpoint to begin from."""
    log = log_of(40)
    if checkpoint:
        ward = Ward()
        entries = log.read(0, log.seq_at(T + 5 * HOUR))
        ward.apply(entries)
        log.save_checkpoint(entries[-1].seq, entries[-1].at, ward.checkpoint())
    look = Lookback()
    for end in ends:
        look.read(log, T + end)
        anew = Lookback()
        anew.read(log, T + end)
        for window in (DAY, HOUR):
            assert look.found(window).burden == anew.found(window).burden


def test_it_tells_how_far_it_is_and_can_be_given_up() -> None:
    log, told = log_of(30), []
    log.append([draft(T + 30 * HOUR, "tick", {}) for _ in range(5_000)])
    look = Lookback()
    assert look.read(log, T + 30 * HOUR, lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == [0, 2_000, 4_000] and len({of for _, of in told}) == 1
    assert not Lookback().read(log, T + 30 * HOUR, wanted=lambda: False)
