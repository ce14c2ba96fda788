"""What was announced in a stretch of the log, whatever has become of it since."""

from __future__ import annotations

from test_transitions import KEY, SECOND, START, Written, course

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.lifecycle import Condition, Level
from iomt_tui.alarms.model import Key, Priority, Ref
from iomt_tui.ward.missed import Absence, Missed


def missed(log: Written, after: int = 0) -> Missed:
    absence = Absence(START)
    absence.read(log.entries[after:])
    assert absence.unreadable == 0
    return absence.missed(START + 600 * SECOND)


def test_what_was_announced_and_is_over_counts_too() -> None:
    log = course()
    log.write("escalation", Escalation(Ref(*KEY, 1, 4), 1, START).body(), START)
    found = missed(log)
    (episode,) = found.episodes
    assert episode.key == KEY and episode.priority is Priority.HIGH and episode.ended is not None
    assert (found.patients, found.high, len(found.escalated)) == (1, 1, 1)


def test_what_was_only_taken_or_over_in_that_time_was_not_missed() -> None:
    log, one = Written(), Condition(KEY)
    log.alarms(one.violate(START, 150.0, {Priority.HIGH: Level(140.0)}), START)
    log.alarms(one.acknowledge(Ref(*KEY, 1, 1), "Kim", START)[1], START)
    assert missed(log, after=1).episodes == ()
    assert len(missed(log).episodes) == 1


def test_the_newest_come_first_and_technical_ones_are_no_high_alarms() -> None:
    log = Written()
    for number, technical in enumerate((False, True, False)):
        one = Condition(Key(f"p{number}", "hr", "high"), technical)
        at = START + number * SECOND
        log.alarms(one.violate(at, 150.0, {Priority.HIGH: Level(140.0)}), at)
    found = missed(log)
    assert [one.key.patient for one in found.episodes] == ["p2", "p1", "p0"]
    assert (found.patients, found.high) == (3, 2)


def test_people_who_came_in_that_time_have_bed_and_name() -> None:
    log = Written()
    log.write("patient", {"id": "p1", "bed": "07", "family": "O'Neil [/foo]", "given": "Ann"}, START)
    log.write("patient", {"id": "p1", "bed": "08"}, START)
    log.write("patient", "hostile", START)
    absence = Absence(START)
    absence.read(log.entries)
    assert absence.missed(START).people == {"p1": ("08", "O'Neil [/foo] A")}
    assert absence.unreadable == 1
