"""The glucose view: what a sensor says of now, of what comes next, and of two weeks; and what a meter does not."""

from __future__ import annotations

from datetime import date

from test_story_observations import HOUR, MINUTE, NOW, Told

from iomt_tui.ward.story.glucose import GlucoseView, glucose_of

DAY = 24 * HOUR


def worn(days: float, newest: float = 100, ago: int = 1_000, fall: float = 0) -> Told:
    """A steady sensor of 100 mg/dL, its last half hour falling by so much a reading to the newest one."""
    told = Told()
    last = NOW - ago
    times = [last - 5 * MINUTE * n for n in range(round(days * 288), 0, -1)]
    past = [["p", "d", at, {"glucose": 100}, None] for at in times if at < last - 30 * MINUTE]
    told.write("past", past, NOW - HOUR)
    told.write("device", {"id": "d", "patient": "p", "kind": "cgm", "periods": {"glucose": 300}}, NOW - 31 * MINUTE)
    for n in range(6, -1, -1):
        told.read(last - 5 * MINUTE * n, glucose=newest + fall * n)
    return told


def view(told: Told, **how: object) -> GlucoseView:
    return glucose_of(told.ward(), "p", NOW, **how)  # type: ignore[arg-type]


def test_two_weeks_of_a_sensor() -> None:
    found = view(worn(14))
    assert found.continuous and found.summary.gmi is not None and found.summary.days_active == 14
    assert found.direction is not None and (found.direction.rate, found.direction.arrow) == (0, "Flat")
    assert not found.ahead and len([slot for slot in found.profile if slot.values]) == 48
    today = found.by_day[0]
    assert today.day == date(2026, 3, 15).toordinal() and today.summary.mean == 100
    assert (found.start, found.end) == (NOW - 14 * DAY, NOW)
    assert found.readings[-1] == (NOW - 1_000, 100)


def test_gmi_of_a_week_is_withheld() -> None:
    found = view(worn(7))
    assert found.summary.gmi is None and found.summary.withheld == "7 of 14 days worn"
    assert view(worn(14), days=7).summary.gmi is None


def test_a_low_that_comes_is_told_with_the_rate() -> None:
    found = view(worn(2, newest=88, fall=8))
    assert found.direction is not None and (found.direction.rate, found.direction.arrow) == (-1.6, "FortyFiveDown")
    assert [(one.limit, round(one.minutes)) for one in found.ahead] == [(70, 11)], "54 is 21 min away"


def test_what_is_too_old_goes_nowhere() -> None:
    found = view(worn(2, newest=88, fall=8, ago=16 * MINUTE))
    assert found.direction is None and not found.ahead


def test_while_nobody_monitors_nothing_is_said_of_what_comes() -> None:
    found = view(worn(2, newest=88, fall=8), live=False)
    assert found.direction is None and not found.ahead and found.summary.mean is not None


def test_a_sensor_that_was_taken_off_goes_nowhere() -> None:
    told = worn(2, newest=88, fall=8)
    told.off(NOW - 500, "glucose")
    assert view(told).direction is None


def test_finger_pricks_make_no_profile_and_no_direction() -> None:
    told = Told()
    for n in range(20, 0, -1):
        told.read(NOW - 6 * HOUR * n, glucose=150)
    found = view(told)
    assert not found.continuous and not found.profile and found.direction is None
    assert len(found.recent) == 12 and found.recent[-1] == (NOW - 6 * HOUR, 150)


def test_who_was_never_measured_has_no_figure() -> None:
    found = view(Told())
    assert found.present is None and not found.summary.shares and not found.by_day and not found.readings


def test_the_past_knows_nothing_later() -> None:
    ward = worn(2, newest=88, fall=8).ward()
    assert glucose_of(ward, "p", NOW - 10 * MINUTE).readings[-1][0] <= NOW - 10 * MINUTE
