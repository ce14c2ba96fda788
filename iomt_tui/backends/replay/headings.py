"""What a column heading means: a vital sign and its unit, the time, the patient, or nothing known.

A heading names its unit in brackets (``HR (bpm)``, ``Temp [°F]``), after a comma or as its last word
(``glucose mmol/L``, ``weight_kg``). Units are only read, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from iomt_tui.clinical.vitals import VITALS

ROLES: Final = ("time", "date", "patient", "id", "bed", "name")

_NAMES: Final[dict[str, str]] = {
    "hr": "hr heartrate ecghr ecgheartrate hrecg heartbeats",
    "pulse": "pulse pulserate pr plethpulse spo2pulse pulserateoximeter",
    "spo2": "spo2 sp02 o2sat satO2 o2saturation oxygensaturation pulseoximetry pulseox peripheraloxygensaturation",
    "rr": "rr resp respiration respirations respiratoryrate resprate breathingrate breathrate awrr",
    "nibp_sys": "nibpsys nbpsys nibps nbps nibpsystolic nbpsystolic sbp sys bpsys systolic systolicbp "
    "systolicbloodpressure bloodpressuresystolic bpsystolic cuffsys",
    "nibp_dia": "nibpdia nbpdia nibpdias nbpdias nibpd nbpd nibpdiastolic nbpdiastolic dbp dia bpdia diastolic "
    "diastolicbp diastolicbloodpressure bloodpressurediastolic bpdiastolic cuffdia",
    "nibp_mean": "nibpmean nbpmean nibpm nbpm nibpmap nbpmap cuffmean",
    "ibp_sys": "ibpsys abpsys abps artsys arts ibpsystolic abpsystolic artsystolic arterialsystolic",
    "ibp_dia": "ibpdia abpdia ibpdias abpdias abpd artdia artdias artd ibpdiastolic abpdiastolic artdiastolic",
    "ibp_mean": "ibpmean abpmean abpm artmean artm ibpmap abpmap artmap",
    "temp": "temp temperature bodytemp bodytemperature btemp tempcore coretemp",
    "glucose": "glucose bloodglucose sensorglucose cgmglucose cgm glucosevalue glucoselevel historicglucose "
    "scanglucose bloodsugar bg sgv",
    "weight": "weight bodyweight wt",
    "acvpu": "acvpu avpu consciousness levelofconsciousness",
    "o2_flow": "o2flow oxygenflow oxygenflowrate o2flowrate supplementaloxygenflow",
    "fio2": "fio2 inspiredo2 inspiredoxygen inspiredoxygenfraction",
    "pi": "pi perfusionindex perfindex perf",
    "etco2": "etco2 co2et endtidalco2",
    "steps": "steps stepcount dailysteps stepstoday",
    "time": "time timestamp datetime dateandtime ts charttime observedat recordedat measuredat effectivedatetime "
    "devicetimestamp epoch epochtime unixtime elapsed elapsedtime seconds second secs sec minutes minute mins min "
    "milliseconds hours hour timeelapsed relativetime",
    "date": "date day",
    "patient": "patient patientid subject subjectid mrn pid patientidentifier",
    "id": "id",
    "bed": "bed bedid bedlabel bedname room",
    "name": "name patientname",
}

_SPELLINGS: Final[dict[str, str]] = {
    "/min": "bpm /min 1/min pm permin perminute min-1 min^-1 beats/min beat/min beats/minute breaths/min "
    "breaths/minute brpm rpm {beats}/min {breaths}/min br/min",
    "%": "% pct percent",
    "mm[Hg]": "mmhg mm[hg]",
    "kPa": "kpa",
    "Cel": "c °c cel celsius degc deg.c degreesc",
    "[degF]": "f °f degf deg.f [degf] fahrenheit degreesf",
    "mg/dL": "mg/dl mgdl mgperdl",
    "mmol/L": "mmol/l mmoll mmolperl",
    "kg": "kg kilogram kilograms",
    "[lb_av]": "lb lbs [lb_av] pound pounds",
    "g": "g gram grams",
    "L/min": "l/min lpm litres/min liters/min",
    "s": "s sec secs second seconds",
    "ms": "ms msec millisecond milliseconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
}

ONE_UNIT: Final = frozenset({"hr", "pulse", "rr", "spo2", "pi", "steps", "acvpu"})
"""Vital signs that nobody reports in a second unit: a heading may leave it out."""

TIME_UNITS: Final = {"s": 1_000.0, "ms": 1.0, "min": 60_000.0, "h": 3_600_000.0}
"""Milliseconds in each unit that a plain number of elapsed time may have."""

_IN_NAME: Final = {
    "second": "s", "seconds": "s", "sec": "s", "secs": "s", "minute": "min", "minutes": "min", "min": "min",
    "mins": "min", "hour": "h", "hours": "h", "milliseconds": "ms",
}  # fmt: skip


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


_MEANING: Final = {_squeezed(name): key for key, names in _NAMES.items() for name in names.split()}
_UNITS: Final = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_BRACKETS: Final = re.compile(r"^(?P<name>[^(\[]+)[(\[](?P<unit>.+?)[)\]]?\s*$")


class Heading(NamedTuple):
    """``meaning``: a vital's key, one of :data:`ROLES` or ``""``; ``unit``: UCUM or as written, None when absent."""

    meaning: str
    unit: str | None


def unit_code(spelling: str) -> str:
    """The UCUM code of a unit as people write it; unchanged when the spelling is not known."""
    text = spelling.strip().strip("'\"")
    return _UNITS.get(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold(), text)


def read_heading(raw: str) -> Heading:
    """What a heading means. An unknown one has no meaning, never a likely one."""
    text = unicodedata.normalize("NFKC", raw.replace("º", "°")).strip().strip("'\"").strip()
    bracketed = _BRACKETS.match(text)
    if bracketed and (meaning := _MEANING.get(_squeezed(bracketed["name"]))):
        return Heading(meaning, unit_code(bracketed["unit"]))
    if meaning := _MEANING.get(_squeezed(text)):
        return Heading(meaning, _IN_NAME.get(_squeezed(text)) if meaning == "time" else None)
    return _unit_at_end(text)


def _unit_at_end(text: str) -> Heading:
    words = re.split(r"[\s_,]+", text)
    for tail in (1, 2):
        if len(words) <= tail:
            break
        meaning = _MEANING.get(_squeezed("".join(words[:-tail])))
        unit = unit_code("/".join(words[-tail:]))
        if meaning and unit in _SPELLINGS:
            return Heading(meaning, unit)
    return Heading("", None)


def default_unit(key: str) -> str | None:
    """The only unit of a vital sign that has only one, else None."""
    return VITALS[key].unit if key in ONE_UNIT else None
