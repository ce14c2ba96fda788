"""Simulated waveforms follow the patient's truth, and are the same however their time is cut."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomt_tui.backends.simulated.episodes import Diary, Episode
from iomt_tui.backends.simulated.subject import Outage, Subject
from iomt_tui.backends.simulated.ward import SimulatedWard
from iomt_tui.backends.simulated.waves import shapes
from iomt_tui.backends.simulated.waves.beats import HEART, Beat, Beats, ectopy
from iomt_tui.backends.simulated.waves.monitor import RATES
from iomt_tui.clinical.waveforms import WAVEFORMS
from iomt_tui.ward.waves import Wave

MINUTE = 60_000


def ward(scenario: str = "day", seed: int = 7) -> SimulatedWard:
    return SimulatedWard(beds=24, seed=seed, scenario=scenario)


def bed(made: SimulatedWard, name: str) -> tuple[str, Subject]:
    """The id and the truth of who lies in a bed."""
    subject = next(subject for subject, _ in made._kits.values() if subject.person.bed == name)
    return subject.person.id, subject


def samples(made: SimulatedWard, patient: str, key: str, start: int, ms: int) -> list[int | None]:
    """What one channel was from ``start`` to ``start + ms`` (whole seconds)."""
    pieces = made.waves(patient, start, start + ms + 5_000)
    wanted = [p for p in pieces if start <= p["at"] < start + ms]
    return [s for piece in wanted for s in piece["channels"][key]["samples"]]


@settings(max_examples=25)
@given(st.lists(st.integers(1, 9_000), min_size=1, max_size=8), st.integers(0, 30))
def test_they_are_the_same_however_the_time_is_cut(steps: list[int], later: int) -> None:
    whole, sliced = ward(), ward()
    begin = at = whole.start + later * MINUTE
    found: list[dict[str, Any]] = []
    for step in steps:
        found += sliced.waves("sim-0001", at, at + step)
        at += step
    assert found == whole.waves("sim-0001", begin, at)


def test_every_piece_is_a_wave_and_comes_when_its_second_is_over() -> None:
    made = ward()
    patient, _ = bed(made, "07")
    lag = next(s.lag for s in made._kits[7][1].streams if s.kind == "monitor")
    assert made.waves(patient, made.start, made.start + lag) == []
    pieces = made.waves(patient, made.start, made.start + 20_000)
    waves = [Wave.from_body(piece) for piece in pieces]
    assert 18 <= len(waves) <= 20  # the monitor was put on within the first second
    assert all(wave.length == 1_000 and len(wave.pieces) == len(WAVEFORMS) for wave in waves)
    assert [b.at - a.at for a, b in pairwise(waves)] == [1_000] * (len(waves) - 1)
    for wave in waves:
        for piece in wave.pieces:
            known = WAVEFORMS[piece.key]
            drawn = [s for s in piece.samples if s is not None]
            assert all(known.low * 1.2 - 50 <= s <= known.high * 1.2 for s in drawn)


def test_another_seed_and_another_patient_have_other_hearts() -> None:
    one, other = ward(), ward(seed=8)
    at = one.start
    assert samples(one, "sim-0001", "ecg-ii", at, 3_000) != samples(one, "sim-0002", "ecg-ii", at, 3_000)
    assert samples(one, "sim-0001", "ecg-ii", at, 3_000) != samples(other, "sim-0001", "ecg-ii", at, 3_000)


@pytest.mark.parametrize(("name", "minute"), [("07", 2), ("12", 10), ("10", 30), ("03", 5), ("06", 25)])
def test_beats_and_breaths_are_as_many_as_the_truth_says(name: str, minute: int) -> None:
    made = ward()
    _, subject = bed(made, name)
    beats, at = Beats(subject), made.start + minute * MINUTE
    truths = [subject.vitals(at + i * 5_000) for i in range(37)]
    assert len(beats.hearts(at, at + 3 * MINUTE)) / 3 == pytest.approx(fmean(t.hr for t in truths), abs=2.5)
    assert len(beats.breaths(at, at + 3 * MINUTE)) / 3 == pytest.approx(fmean(t.rr for t in truths), abs=1.5)


def test_beats_follow_one_another_over_the_blocks() -> None:
    made = ward()
    _, subject = bed(made, "09")
    found = Beats(subject).hearts(made.start, made.start + 5 * HEART)
    gaps = [b.at - a.at for a, b in pairwise(found)]
    assert gaps == pytest.approx([beat.interval for beat in found[1:]])
    assert min(gaps) > 300 and max(gaps) < 2_000


def intervals(subject: Subject, at: int) -> list[float]:
    return [beat.interval for beat in Beats(subject).hearts(at, at + 2 * MINUTE) if not beat.ectopic]


def test_atrial_fibrillation_is_irregular_and_has_no_p_wave() -> None:
    made = ward()
    _, subject = bed(made, "06")
    before, during = made.start + 5 * MINUTE, made.start + 25 * MINUTE
    assert (subject.vitals(before).irregular, subject.vitals(during).irregular > 0.8) == (0, True)
    calm, wild = intervals(subject, before), intervals(subject, during)
    assert pstdev(wild) / fmean(wild) > 0.15 > 0.08 > pstdev(calm) / fmean(calm)
    sinus, fibrillation = (
        shapes.ecg([Beat(1_000, 800, ectopic=False, irregular=level, filling=1)], 0, 8, 150) for level in (0, 1)
    )
    p, r = slice(95, 112), slice(122, 128)  # 240 to 104 ms before the R wave, and about it
    assert max(sinus[p]) > 100 > 5 > max(fibrillation[p])
    assert max(sinus[r]) == max(fibrillation[r]) > 1_000


def test_an_ectopic_beat_comes_early_and_the_pause_after_it_makes_up_for_it() -> None:
    made = ward()
    subject = next(s for s, _ in made._kits.values() if not s.person.role.home and s.person.role.age > 80)
    found = Beats(subject).hearts(made.start, made.start + 40 * MINUTE)
    early = [i for i in range(1, len(found) - 1) if found[i].ectopic]
    assert 5 < len(early) < len(found) / 20
    for i in early:
        usual = fmean((found[i].interval, found[i + 1].interval))
        assert found[i].interval < 0.75 * usual < 1.2 * usual < found[i + 1].interval


def test_failing_and_old_hearts_have_more_ectopic_beats() -> None:
    made = ward()
    shares = {name: ectopy(bed(made, name)[1].person) for name in ("H1", "08", "11")}
    assert shares["H1"] > shares["08"] > shares["11"] > 0


def with_episode(made: SimulatedWard, name: str, kind: str, begins: int, ends: int) -> str:
    """Has one thing, and nothing else, happen to the patient of a bed."""
    patient, subject = bed(made, name)
    subject.diary = Diary(subject.person.key, made.start, 900_000, 0.0, (), (Episode(kind, begins, ends),))
    return patient


@pytest.mark.parametrize(
    ("kind", "gone", "there"),
    [("leads-off", ("ecg-ii", "resp"), ("pleth",)), ("probe-off", ("pleth",), ("ecg-ii", "resp"))],
)
def test_what_fell_off_has_no_signal_and_says_why(kind: str, gone: tuple[str, ...], there: tuple[str, ...]) -> None:
    made = ward("quiet")
    at = made.start // 1000 * 1000 + 60_000
    patient = with_episode(made, "02", kind, at + 2_500, at + 7_000)
    for key in gone:
        found, hz = samples(made, patient, key, at, 10_000), RATES[key]
        off = [i / hz for i, s in enumerate(found) if s is None]
        assert [min(off), max(off)] == pytest.approx([2.5, 7 - 1 / hz], abs=1 / hz)
        assert len(off) == pytest.approx(4.5 * hz, abs=1)
    assert all(None not in samples(made, patient, key, at, 10_000) for key in there)
    pieces = {p["at"]: p["channels"] for p in made.waves(patient, at, at + 10_000)}
    assert "absent" not in pieces[min(pieces)][gone[0]]
    absent = [at for at, channels in pieces.items() if channels[gone[0]].get("absent") == "sensor-off"]
    assert len(absent) == 5


def test_a_radio_gap_sends_nothing_and_nothing_of_it_comes_later() -> None:
    made = ward("quiet")
    patient, subject = bed(made, "02")
    begins, ends = made.start + 10_000, made.start + 40_000
    subject.outages["monitor"] = (Outage(begins, ends, True),)
    sent = made.waves(patient, made.start, made.start + 2 * MINUTE)
    assert len(sent) > 80
    assert not [p for p in sent if begins <= p["at"] < ends]


def test_an_apnoea_lies_flat_and_a_run_of_vt_is_wide_and_throws_nothing_out() -> None:
    made = ward("quiet")
    at = made.start // 1000 * 1000 + 60_000
    patient = with_episode(made, "02", "apnoea", at, at + 30_000)
    breath = [s for s in samples(made, patient, "resp", at, 30_000) if s is not None]
    assert max(breath) - min(breath) < 25
    patient = with_episode(made, "02", "vtach", at, at + 10_000)
    pleth = [s for s in samples(made, patient, "pleth", at, 10_000) if s is not None]
    curve = [s for s in samples(made, patient, "ecg-ii", at, 10_000) if s is not None]
    assert max(pleth) - min(pleth) < 12
    assert sum(s > 500 for s in curve) > 0.2 * len(curve)  # a QRS of 22 ms is above it for a fiftieth of the time


def test_poor_perfusion_draws_a_small_pulse() -> None:
    made = ward()
    patient, subject = bed(made, "12")
    heights = []
    for minute in (0, 18):  # it bleeds
        at = made.start + minute * MINUTE
        pleth = [s for s in samples(made, patient, "pleth", at, 20_000) if s is not None]
        heights.append((subject.vitals(at).pi, max(pleth) - min(pleth)))
    (full, high), (empty, low) = heights
    assert full > empty and high > low


def test_at_home_no_device_sends_waveforms() -> None:
    made = ward()
    home = next(s.person.id for s, _ in made._kits.values() if s.person.role.home)
    assert made.no_waves(home) == "no device of this patient sends waveforms"
    assert made.waves(home, made.start, made.start + MINUTE) == []
    assert made.no_waves(bed(made, "01")[0]) == ""
