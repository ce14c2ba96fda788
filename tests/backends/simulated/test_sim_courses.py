"""Every course reaches what a clinician knows it by, and gets better."""

from __future__ import annotations

from itertools import pairwise

import pytest

from iomt_tui.backends.simulated.body import Vitals, respond
from iomt_tui.backends.simulated.cast import BEDS, HOMES
from iomt_tui.backends.simulated.course import CAUSES, DAY, INDEX, MINUTE, Run
from iomt_tui.backends.simulated.courses import BEFALLS, COURSES
from iomt_tui.backends.simulated.description import describe
from iomt_tui.backends.simulated.episodes import HABITS, Diary
from iomt_tui.backends.simulated.people import Person, Role, enrol
from iomt_tui.backends.simulated.scenario import SCENARIOS
from iomt_tui.backends.simulated.subject import Subject
from iomt_tui.backends.simulated.ward import DEFAULT_START as START

USUAL = Role("SÖDERBERG", "Mats", "M", 60, "Test of a course")
FITTING = {
    "copd": BEDS[2], "hyperglycaemia": BEDS[7], "hypoglycaemia": HOMES[2], "heart failure": HOMES[0],
    "hypertensive crisis": HOMES[3],
}  # fmt: skip


def person(role: Role, seed: int) -> Person:
    return enrol(role, 1, "01", seed, START)


def one(name: str, seed: int) -> Subject:
    """The patient whom the course befalls at START, and nothing else."""
    who = person(FITTING.get(name, USUAL), seed)
    return Subject(who, START, (Run(COURSES[name], START),), Diary(who.key, START, 900_000, 0.0, HABITS, ()))


def along(name: str, seed: int) -> tuple[Subject, list[Vitals]]:
    """The patient and their vital signs every six seconds, a minute or ten minutes, by its length, to the end."""
    subject, length = one(name, seed), COURSES[name].length
    step = 6_000 if length <= 200 * MINUTE else 10 * 6_000 if length < DAY else 10 * MINUTE
    return subject, [subject.vitals(at) for at in range(START, START + length + 10 * MINUTE, step)]


@pytest.mark.parametrize("seed", range(6))
class TestLandmarks:
    def test_sepsis(self, seed: int) -> None:
        subject, course = along("sepsis", seed)
        assert any(v.hr > 110 and v.rr > 22 and v.temp > 38.3 and v.sys < 100 for v in course)
        assert min(v.spo2 for v in course) < 86
        assert subject.level(START + 155 * MINUTE) == 1

    def test_opioid_and_naloxone(self, seed: int) -> None:
        subject, course = along("opioid", seed)
        worst = next(i for i, v in enumerate(course) if v.rr < 8 and v.spo2 < 88)
        awake = subject.vitals(START + 16 * MINUTE)
        assert worst * 6_000 < 13.5 * MINUTE
        assert awake.rr > 12 and awake.spo2 > 95
        assert subject.level(START + 12 * MINUTE) == 3 and subject.level(START + 16 * MINUTE) == 0
        assert max(v.etco2 for v in course) > 60

    def test_bleeding_first_the_pulse_then_the_pressure_then_the_breathing(self, seed: int) -> None:
        _, course = along("bleeding", seed)
        first = course[0]
        pulse = next(i for i, v in enumerate(course) if v.hr > first.hr + 15)
        pressure = next(i for i, v in enumerate(course) if v.sys < first.sys - 15)
        breathing = next(i for i, v in enumerate(course) if v.rr > first.rr + 6)
        assert pulse < pressure < breathing
        assert max(v.hr / v.sys for v in course) > 1.0
        assert course[-1].hr / course[-1].sys < 0.8

    def test_atrial_fibrillation(self, seed: int) -> None:
        _, course = along("atrial fibrillation", seed)
        assert max(v.hr for v in course) > 125
        assert all(v.irregular > 0.5 for v in course if v.hr > 125)
        assert course[-1].irregular == 0.0

    def test_copd_on_scale_two(self, seed: int) -> None:
        subject, course = along("copd", seed)
        assert subject.person.scale == 2
        assert min(v.spo2 for v in course) < 86 and max(v.rr for v in course) > 23
        assert 88 <= course[-1].spo2 <= 92
        assert subject.flow(START + 90 * MINUTE) == 2.0

    def test_hypoglycaemia(self, seed: int) -> None:
        _, course = along("hypoglycaemia", seed)
        assert 40 < min(v.glucose for v in course) < 54
        assert course[-1].glucose > 80
        lowest = min(course, key=lambda v: v.glucose)
        assert lowest.hr > course[0].hr + 8

    def test_hyperglycaemia(self, seed: int) -> None:
        _, course = along("hyperglycaemia", seed)
        assert max(v.glucose for v in course) > 250 and course[-1].glucose < 200

    def test_heart_failure_gains_two_kilograms_in_three_days(self, seed: int) -> None:
        subject = one("heart failure", seed)
        days = [subject.vitals(START + day * DAY) for day in range(8)]
        assert days[3].weight - days[0].weight > 2.0
        assert days[3].hr > days[0].hr and days[3].rr > days[0].rr and days[3].spo2 < days[0].spo2
        assert days[7].weight - days[0].weight < 0.3

    def test_hypertensive_crisis(self, seed: int) -> None:
        _, course = along("hypertensive crisis", seed)
        assert max(v.sys for v in course) > 180 and max(v.dia for v in course) > 105
        assert course[-1].sys < 165

    def test_mucus_plug_answers_to_oxygen(self, seed: int) -> None:
        subject, course = along("mucus plug", seed)
        assert min(v.spo2 for v in course[:11]) < 88
        assert subject.vitals(START + 6 * MINUTE).spo2 > 94

    def test_sleep_apnoea_dips_and_returns(self, seed: int) -> None:
        _, course = along("sleep apnoea", seed)
        dips = sum(1 for a, b in pairwise(course) if a.spo2 >= 93 > b.spo2)
        assert dips >= 8

    @pytest.mark.parametrize("name", COURSES)
    def test_ends_as_it_began(self, name: str, seed: int) -> None:
        subject, course = along(name, seed)
        usual = respond(subject.person.base, [0.0] * 11 + [subject.person.base.oxygen], subject.hour(START))
        for key in ("hr", "rr", "spo2", "temp", "weight"):
            assert getattr(course[-1], key) == pytest.approx(getattr(usual, key), rel=0.1), key

    @pytest.mark.parametrize("name", COURSES)
    def test_nothing_leaps(self, name: str, seed: int) -> None:
        course = COURSES[name]
        subject = one(name, seed)
        edges = [int(phase.minute * MINUTE) for phase in course.phases] + [int(m * MINUTE) for m, _ in course.oxygen]
        for edge in edges:
            for before, after in pairwise(subject.vitals(START + edge + s * 1000) for s in range(-40, 41)):
                assert abs(after.hr - before.hr) < 4 and abs(after.rr - before.rr) < 2
                assert abs(after.spo2 - before.spo2) < 1.2 and abs(after.sys - before.sys) < 4


def test_a_ward_has_at_least_the_ten_courses_asked_for() -> None:
    assert {
        "stable", "sepsis", "opioid", "bleeding", "atrial fibrillation", "copd", "hypoglycaemia", "heart failure",
        "hypertensive crisis", "recovery",
    } <= set(COURSES)  # fmt: skip
    assert {part.course for s in SCENARIOS.values() for part in s.parts} <= set(COURSES)
    assert {course.name for pool in BEFALLS.values() for course in pool} <= set(COURSES)


@pytest.mark.parametrize(
    ("cause", "rises", "falls"),
    [
        ("fever", {"hr", "rr", "temp"}, set()),
        ("loss", {"hr", "rr"}, {"sys", "pi"}),
        ("dilation", {"hr", "rr"}, {"sys", "dia"}),
        ("lung", {"hr", "rr"}, {"spo2"}),
        ("opioid", {"etco2"}, {"rr", "spo2", "sys"}),
        ("fibrillation", {"hr", "irregular"}, {"sys"}),
        ("pressor", {"sys", "dia"}, set()),
        ("stress", {"hr", "rr", "sys"}, {"pi"}),
        ("hypo", {"hr"}, {"glucose"}),
        ("hyper", {"glucose", "rr"}, set()),
        ("water", {"weight", "hr", "rr"}, {"spo2"}),
    ],
)
def test_vital_signs_move_together(cause: str, rises: set[str], falls: set[str]) -> None:
    base = person(USUAL, 7).base
    amount = {"fever": 2.0, "loss": 0.22, "lung": 12.0, "pressor": 50.0, "water": 2.5}.get(cause, 0.9)
    levels = [0.0] * len(CAUSES)
    well = respond(base, levels, 11.0)
    levels[INDEX[cause]] = amount
    ill = respond(base, levels, 11.0)
    assert {key for key in rises if getattr(ill, key) <= getattr(well, key)} == set()
    assert {key for key in falls if getattr(ill, key) >= getattr(well, key)} == set()


def test_oxygen_raises_the_saturation_most_where_it_is_low() -> None:
    base = person(USUAL, 7).base

    def gain(lung: float) -> float:
        levels = [0.0] * len(CAUSES)
        levels[INDEX["lung"]] = lung
        before = respond(base, levels, 11.0).spo2
        levels[INDEX["oxygen"]] = 6.0
        return respond(base, levels, 11.0).spo2 - before

    assert 0 < gain(1.0) < gain(12.0)


def test_night_is_slower_and_cooler_than_afternoon() -> None:
    base = person(USUAL, 7).base
    night, day = (respond(base, [0.0] * len(CAUSES), hour) for hour in (4.0, 16.0))
    assert night.hr < day.hr - 5 and night.temp < day.temp - 0.4 and night.sys < day.sys


def test_every_scenario_and_course_is_described() -> None:
    text = describe(72)
    assert all(name in text for name in (*SCENARIOS, *COURSES))
    assert max(map(len, text.splitlines())) <= 72
