"""The vital-sign catalogue: what each number is, in the field's codes and units.

Codes are LOINC and context-free IEEE 11073-10101 (MDC: partition x 65536 + term). Plausible ranges hold what
a body can do and a sensor can measure, not what is healthy; outside them a number is a mistake. Grounds:

=========================== =====================================================================================
hr, pulse 10-350            what bedside monitors measure (ECG 15-350, oximeter 20-300), with a margin
spo2 10-100                 no oximeter reads above 100; single digits are a sensor on no finger
rr 1-150                    impedance and capnography measure up to 120-150
nibp, ibp                   cuffs measure 10-290 mmHg; an open or unzeroed line drifts about 0 and below it
temp 24-46                  Swiss stage HT IV, no vital signs, begins below 24; the highest survived was 46.5.
                            A probe in room air reads about 22, a lost decimal point 384
glucose 10-1000             meters measure 20-600, sensors 40-400. mg/dL sent as mmol/L (x 18) is past
                            1000 from 56 mg/dL on; mmol/L sent as mg/dL is below 10 up to 10 mmol/L
weight 1-650                the heaviest person on record weighed 635 kg
o2_flow 0-100, fio2 15-100  high-flow systems give up to 80 L/min; air is 20.9 %, sensors drift below it
pi 0.01-30, etco2 1-150     what oximeters (0.02-20) and capnographs (0-150) measure
steps 0-60000               some 45 km in a day, and below the 65535 of a broken counter
=========================== =====================================================================================

``zero_is_off``: a 0 of this vital comes from a device that measures nothing (CLINICAL: every "SpO2 below 90"
of a real 32-hour record was a 0; a disconnected arterial line reads 0.0 for days). Apnoea and asystole come
as the monitor's own alarms, not as a 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: What devices and interfaces send for "no value": HL7 v2 monitors, 16-, 24- and 32-bit specials.
SENTINELS: Final = frozenset(
    {
        -1.0, -99.0, -99.9, -100.0, -127.0, -128.0, -999.0, -999.9, -9999.0, 99999.0,
        -32768.0, 65535.0, 8388607.0, 8388606.0, -8388608.0, 16777215.0, 2147483647.0,
        -2147483648.0, 4294967295.0,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vital:
    """One vital sign. ``unit`` is the UCUM unit every value in the log has."""

    key: str
    label: str  # column heading, at most 6 cells
    name: str
    loinc: tuple[str, ...]
    mdc: tuple[int, ...]
    unit: str
    decimals: int
    plausible: tuple[float, float]
    period: float  # s between readings where a device does not say; the freshness limit follows from it
    spark: tuple[float, float]  # the fixed clinical range of its sparkline and trend
    sentinels: frozenset[float] = frozenset()
    zero_is_off: bool = False
    refids: tuple[str, ...] = ()  # MDC reference identifiers


#: The ACVPU scale as coded in the log, and its words (Royal College of Physicians, 2017).
ACVPU: Final = ("A", "C", "V", "P", "U")
ACVPU_WORDS: Final = ("alert", "new confusion", "responds to voice", "responds to pain", "unresponsive")


def _vital(
    key: str, label: str, name: str, loinc: str, mdc: tuple[int, ...], refids: str, unit: str, decimals: int,
    plausible: tuple[float, float], spark: tuple[float, float], period: float = 1.0, *,
    zero_is_off: bool = False, also: frozenset[float] = frozenset(),
) -> Vital:  # fmt: skip
    names = tuple("MDC_" + part for part in refids.split())
    return Vital(
        key, label, name, tuple(loinc.split()), mdc, unit, decimals, plausible, period, spark,
        SENTINELS | also, zero_is_off, names,
    )  # fmt: skip


_NIBP, _IBP = "non-invasive", "invasive"
_TEMP_IDS = (
    "TEMP TEMP_BODY TEMP_CORE TEMP_TYMP TEMP_RECT TEMP_ORAL TEMP_EAR TEMP_AXILLA TEMP_AXIL TEMP_ESOPH TEMP_NASOPH"
)
_GLUCOSE_IDS = (
    "CONC_GLU_GEN CONC_GLU_CAPILLARY_WHOLEBLOOD CONC_GLU_CAPILLARY_PLASMA CONC_GLU_VENOUS_WHOLEBLOOD "
    "CONC_GLU_VENOUS_PLASMA CONC_GLU_ARTERIAL_WHOLEBLOOD CONC_GLU_ARTERIAL_PLASMA CONC_GLU_ISF"
)

VITALS: dict[str, Vital] = {
    vital.key: vital
    for vital in (
        _vital("hr", "HR", "heart rate", "8867-4 76282-3", (147842,), "ECG_HEART_RATE", "/min", 0,
               (10, 350), (40, 160), zero_is_off=True, also=frozenset({511.0})),
        _vital("pulse", "PR", "pulse rate", "8889-8", (149530, 149522, 149546),
               "PULS_OXIM_PULS_RATE PULS_RATE PULS_RATE_NON_INV", "/min", 0,
               (10, 350), (40, 160), zero_is_off=True, also=frozenset({511.0})),
        _vital("spo2", "SpO2", "oxygen saturation", "2708-6 59408-5", (150456,), "PULS_OXIM_SAT_O2", "%", 0,
               (10, 100), (80, 100), zero_is_off=True, also=frozenset({127.0})),
        _vital("rr", "RR", "respiratory rate", "9279-1", (151562, 151578, 151658, 151594),
               "RESP_RATE TTHOR_RESP_RATE PLETH_RESP_RATE CO2_RESP_RATE AWAY_RESP_RATE", "/min", 0,
               (1, 150), (5, 40), zero_is_off=True),
        _vital("nibp_sys", "NBPs", f"{_NIBP} systolic pressure", "8480-6 76534-7", (150021, 150301),
               "PRESS_BLD_NONINV_SYS PRESS_CUFF_SYS", "mm[Hg]", 0, (20, 300), (60, 200), 900),
        _vital("nibp_dia", "NBPd", f"{_NIBP} diastolic pressure", "8462-4 76535-4", (150022, 150302),
               "PRESS_BLD_NONINV_DIA PRESS_CUFF_DIA", "mm[Hg]", 0, (10, 220), (30, 120), 900),
        _vital("nibp_mean", "NBPm", f"{_NIBP} mean pressure", "8478-0 76536-2", (150023, 150303),
               "PRESS_BLD_NONINV_MEAN PRESS_CUFF_MEAN", "mm[Hg]", 0, (10, 250), (40, 140), 900),
        _vital("ibp_sys", "ABPs", f"{_IBP} systolic pressure", "76215-3", (150033, 150037),
               "PRESS_BLD_ART_SYS PRESS_BLD_ART_ABP_SYS", "mm[Hg]", 0,
               (10, 320), (60, 200), zero_is_off=True),
        _vital("ibp_dia", "ABPd", f"{_IBP} diastolic pressure", "76213-8", (150034, 150038),
               "PRESS_BLD_ART_DIA PRESS_BLD_ART_ABP_DIA", "mm[Hg]", 0,
               (5, 250), (30, 120), zero_is_off=True),
        _vital("ibp_mean", "ABPm", f"{_IBP} mean pressure", "76214-6", (150035, 150039),
               "PRESS_BLD_ART_MEAN PRESS_BLD_ART_ABP_MEAN", "mm[Hg]", 0,
               (5, 280), (40, 140), zero_is_off=True),
        _vital("temp", "Temp", "body temperature", "8310-5 8329-5 8331-1 8332-9 8333-7 8328-7",
               (150344, 150364, 150368, 150392, 188420, 188424, 188428, 188452, 188496), _TEMP_IDS,
               "Cel", 1, (24, 46), (35, 40), 14400),
        _vital("glucose", "Gluc", "glucose", "2339-0 2345-7 15074-8 41653-7 99504-3 105272-9",
               (160020, 160184, 160188, 160192, 160196, 160200, 160204, 160212), _GLUCOSE_IDS, "mg/dL", 0,
               (10, 1000), (40, 300), 300),
        _vital("weight", "Wt", "body weight", "29463-7 3141-9", (188736,), "MASS_BODY_ACTUAL", "kg", 1,
               (1, 650), (40, 160), 86400),
        _vital("acvpu", "ACVPU", "consciousness", "67775-7 80288-4", (), "", "{ACVPU}", 0,
               (0, 4), (0, 4), 14400),
        _vital("o2_flow", "O2", "oxygen flow", "3151-8", (), "", "L/min", 1, (0, 100), (0, 15), 14400),
        _vital("fio2", "FiO2", "inspired oxygen", "3150-6", (152196,),
               "CONC_AWAY_O2_INSP VENT_CONC_AWAY_O2_INSP", "%", 0, (15, 100), (21, 100), 14400),
        _vital("pi", "PI", "perfusion index", "61006-3", (150488,), "BLD_PERF_INDEX", "%", 2,
               (0.01, 30), (0, 10), zero_is_off=True),
        _vital("etco2", "etCO2", "end-tidal CO2", "19891-1", (151708,), "CONC_AWAY_CO2_ET AWAY_CO2_ET",
               "mm[Hg]", 0, (1, 150), (10, 60), zero_is_off=True),
        _vital("steps", "Steps", "steps today", "55423-8 41950-7", (), "HF_STEPS", "{steps}", 0,
               (0, 60000), (0, 10000), 3600),
    )
}  # fmt: skip
"""Every vital sign by its key."""
