"""The catalogue is whole, consistent with itself, and found by every code."""

from __future__ import annotations

import subprocess
import sys

import pytest

from iomt_tui.clinical.codes import ACVPU_ANSWERS, BP_PANELS, bp_key, by_loinc, by_mdc, by_snomed, disagree
from iomt_tui.clinical.freshness import EXPIRED, FADING, FRESH, STRUCK, fresh_limit_ms, stage
from iomt_tui.clinical.units import line
from iomt_tui.clinical.vitals import ACVPU, ACVPU_WORDS, VITALS
from iomt_tui.ward.view import Freshness

KEYS = (
    "hr pulse spo2 rr nibp_sys nibp_dia nibp_mean ibp_sys ibp_dia ibp_mean temp glucose weight acvpu "
    "o2_flow fio2 pi etco2 steps"
)


def test_it_holds_the_fixed_keys() -> None:
    assert set(VITALS) == set(KEYS.split())
    assert all(key == vital.key for key, vital in VITALS.items())


@pytest.mark.parametrize("key", list(VITALS))
def test_every_vital_is_consistent(key: str) -> None:
    vital = VITALS[key]
    low, high = vital.plausible
    assert len(vital.label) <= 6
    assert low < high
    assert vital.spark[0] < vital.spark[1] <= high
    assert vital.loinc
    assert vital.period > 0
    assert line(key, vital.unit) == (1.0, 0.0)
    assert {-999.0, -99.9, -100.0, 8388607.0} <= vital.sentinels
    assert not [sentinel for sentinel in vital.sentinels if low <= sentinel <= high]
    assert not (vital.zero_is_off and low <= 0)


def test_codes_belong_to_one_vital_only() -> None:
    for codes in ([c for v in VITALS.values() for c in v.loinc], [c for v in VITALS.values() for c in v.mdc],
                  [c for v in VITALS.values() for c in v.refids]):  # fmt: skip
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("code", "key"),
    [("8867-4", "hr"), ("8889-8", "pulse"), ("2708-6", "spo2"), ("59408-5", "spo2"), ("9279-1", "rr"),
     ("8480-6", "nibp_sys"), ("8462-4", "nibp_dia"), ("8478-0", "nibp_mean"), ("8310-5", "temp"),
     ("29463-7", "weight"), ("2339-0", "glucose"), ("15074-8", "glucose"), ("67775-7", "acvpu"),
     ("3150-6", "fio2"), ("3151-8", "o2_flow"), ("8302-2", None), ("", None), ("8867-4 ", None)],
)  # fmt: skip
def test_by_loinc(code: str, key: str | None) -> None:
    found = by_loinc(code)
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("code", "refid", "key", "conflict"),
    [
        (147842, "MDC_ECG_HEART_RATE", "hr", False),
        ("149530", "MDC_PULS_OXIM_PULS_RATE", "pulse", False),
        (150456, "", "spo2", False),
        (151562, "resp", "rr", False),
        (150021, "MDC_PRESS_BLD_NONINV_SYS", "nibp_sys", False),
        (150037, "MDC_PRESS_BLD_ART_ABP_SYS", "ibp_sys", False),
        (150344, "MDC_TEMP", "temp", False),
        (160184, "MDC_CONC_GLU_CAPILLARY_WHOLEBLOOD", "glucose", False),
        (151708, "MDC_AWAY_CO2_ET", "etco2", False),
        # as real messages have them: the name decides, and the disagreement is told
        (150017, "MDC_PRESS_BLD_NONINV_SYS", "nibp_sys", True),
        (150031, "MDC_PRESS_CUFF_SYS", "nibp_sys", True),
        (150037, "MDC_PRESS_BLD_NONINV_SYS", "nibp_sys", True),
        (150456, "MDC_PULS_OXIM_PERF_REL", None, True),
        # a pressure of an unnamed site, nonsense, nothing
        (150017, "", None, False),
        (150017, "MDC_PRESS_BLD_SYS", None, False),
        ("abc", "", None, False),
        ("²", "", None, False),
        ("9" * 5000, "", None, False),
        (None, "", None, False),
        (160208, "MDC_CONC_GLU_CONTROL", None, False),
    ],
)
def test_by_mdc(code: int | str | None, refid: str, key: str | None, conflict: bool) -> None:
    found = by_mdc(code, refid)
    assert (found.key if found else None) == key
    assert disagree(code, refid) is conflict


def test_blood_pressure_panels_and_consciousness() -> None:
    assert "85354-9" in BP_PANELS
    assert "55284-4" in BP_PANELS
    assert bp_key("8480-6") == "nibp_sys"
    assert bp_key("8462-4", invasive=True) == "ibp_dia"
    assert bp_key("8867-4") is None
    assert by_snomed("1104441000000107") is VITALS["acvpu"]
    assert by_snomed("248234008") is None
    assert ACVPU[ACVPU_ANSWERS["LA17108-4"]] == ACVPU[ACVPU_ANSWERS["300202002"]] == "V"
    assert len(ACVPU) == len(ACVPU_WORDS) == 5


@pytest.mark.parametrize(
    ("key", "period", "limit"),
    [("hr", None, 10_000), ("hr", 1, 10_000), ("spo2", 3, 10_000), ("spo2", 3.5, 37_000), ("nibp_sys", None, 1_830_000),
     ("nibp_sys", 300, 630_000), ("glucose", None, 630_000), ("weight", None, 172_830_000), ("hr", 0, 10_000),
     ("hr", -5, 10_000), ("hr", float("nan"), 10_000), ("nibp_sys", float("inf"), 1_830_000),
     ("pulse", 1e12, (2 * 604_800 + 30) * 1000)],
)  # fmt: skip
def test_fresh_limit(key: str, period: float | None, limit: int) -> None:
    assert fresh_limit_ms(key, period) == limit


def test_stages_change_at_a_half_three_quarters_and_the_whole() -> None:
    ages = {
        -5000: FRESH,
        0: FRESH,
        5000: FRESH,
        5001: FADING,
        7500: FADING,
        7501: STRUCK,
        10_000: STRUCK,
        10_001: EXPIRED,
    }
    assert {age: stage(age, 10_000) for age in ages} == ages
    assert [Freshness(s) for s in (FRESH, FADING, STRUCK, EXPIRED)] == list(Freshness)[:4]


def test_the_room_needs_the_standard_library_only() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import iomt_tui.clinical.codes, iomt_tui.clinical.placing, iomt_tui.clinical.news2, iomt_tui.clinical.scores\n"
        "import iomt_tui.clinical.limits, iomt_tui.clinical.freshness, iomt_tui.security.text\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'iomt_tui'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"
