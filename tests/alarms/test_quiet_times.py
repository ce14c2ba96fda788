"""How long alarms were kept from sounding, against counting every second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.alarms.quiet import QuietTimes
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY, Suppression


def one(what: str, patient: str, since: int, until: int | None, param: str = "") -> Suppression:
    return Suppression(what, patient, param, "low" if param else "", "A", "", since, until)


def test_each_sort_is_counted_in_patient_time() -> None:
    quiet = QuietTimes()
    quiet.tell(one(PAUSE, "p1", 0, 120), 0)
    quiet.tell(one(STANDBY, "p2", 10, 1_000), 10)
    quiet.tell(one(STANDBY, "p2", 10, 50), 50)
    quiet.tell(one(INHIBIT, "p1", 20, None, "spo2"), 20)
    assert quiet.patient_ms(0, 100, {"p1", "p2"}) == {PAUSE: 100, SHELVE: 0, STANDBY: 40, INHIBIT: 80}
    assert quiet.patient_ms(40, 200, {"p2"}) == {PAUSE: 0, SHELVE: 0, STANDBY: 10, INHIBIT: 0}


def test_two_shelves_of_one_patient_at_once_count_once() -> None:
    quiet = QuietTimes()
    quiet.tell(one(SHELVE, "p1", 0, 100, "hr"), 0)
    quiet.tell(one(SHELVE, "p1", 50, 200, "spo2"), 50)
    assert quiet.patient_ms(0, 1_000, {"p1"})[SHELVE] == 200


def test_who_left_is_not_suppressed() -> None:
    quiet = QuietTimes()
    quiet.tell(one(STANDBY, "p1", 0, 1_000), 0)
    quiet.leave("p1", 300)
    assert quiet.patient_ms(0, 1_000, {"p1"})[STANDBY] == 300


STEPS = st.lists(
    st.tuples(
        st.integers(0, 9), st.sampled_from([SHELVE, INHIBIT]), st.sampled_from(["p1", "p2"]),
        st.sampled_from(["hr", "spo2"]), st.one_of(st.none(), st.integers(0, 20)), st.booleans(),
    ),
    max_size=25,
)  # fmt: skip


@given(STEPS, st.integers(0, 60), st.integers(0, 60))
def test_it_is_what_counting_every_moment_finds(
    steps: list[tuple[int, str, str, str, int | None, bool]], start: int, length: int
) -> None:
    quiet, now = QuietTimes(), 0
    told: list[tuple[int, str, str, str, int | None]] = []
    for wait, what, patient, param, lasts, left in steps:
        now += wait
        if left:
            quiet.leave(patient, now)
            told += [(now, w, patient, q, now) for w in (SHELVE, INHIBIT) for q in ("hr", "spo2")]
        else:
            until = None if lasts is None else now + lasts
            quiet.tell(one(what, patient, now, until, param), now)
            told.append((now, what, patient, param, until))
    end = max(now, start + length)
    expected = dict.fromkeys((PAUSE, SHELVE, STANDBY, INHIBIT), 0)
    for moment in range(start, end):
        newest = {(w, p, q): until for at, w, p, q, until in told if at <= moment}
        for what, patient in {(w, p) for (w, p, _), until in newest.items() if until is None or until > moment}:
            assert patient in ("p1", "p2")
            expected[what] += 1
    assert quiet.patient_ms(start, end, {"p1", "p2"}) == expected
