"""When the rules about change are asked: once for each new complete minute, or each new reading of a rare vital."""

from __future__ import annotations

from iomt_tui.alarms.model import Alarm
from iomt_tui.alarms.system import AlarmSystem
from iomt_tui.clinical.news2 import applicable
from iomt_tui.clinical.trends import FALLING_GLUCOSE, FALLING_SPO2, GAIN_DAY, GAIN_WEEK, RISING_NEWS2
from iomt_tui.ward import recent
from iomt_tui.ward.judge import age_years
from iomt_tui.ward.state import PatientState

_RETAINS_WATER = "heart failure"


class Trends:
    """Asks the rules about every patient. What was asked already is only remembered to save time: asked again, a rule
    says the same."""

    def __init__(self, system: AlarmSystem) -> None:
        self._system = system
        self._asked: dict[tuple[str, str], int] = {}

    def found(self, patient: PatientState, now: int) -> list[Alarm]:
        """What has changed of a patient's trends at log time ``now``."""
        out: list[Alarm] = []
        series, system = patient.series, self._system
        if (own := series.get("spo2")) is not None and self._new(patient, "spo2", own.bucket // 6):
            at, change = recent.spo2(own)
            out += system.trend(patient.id, FALLING_SPO2, change, at)
        if (own := series.get("glucose")) is not None and self._new(patient, "glucose", own.at):
            out += system.trend(patient.id, FALLING_GLUCOSE, recent.glucose(own), own.at)
        if (own := series.get("weight")) is not None and self._new(patient, "weight", own.at) and watched(patient):
            for rule in (GAIN_DAY, GAIN_WEEK):
                out += system.trend(patient.id, rule, recent.weight(own, rule), own.at)
        if self._new(patient, "news2", now // 60_000):
            age = age_years(patient.born, now)
            if age is None or applicable(age):
                minute = now // 60_000
                out += system.trend(patient.id, RISING_NEWS2, recent.news2(patient, minute), minute * 60_000)
        return out

    def _new(self, patient: PatientState, what: str, at: int) -> bool:
        if at < 0 or self._asked.get((patient.id, what)) == at:
            return False
        self._asked[patient.id, what] = at
        return True


def watched(patient: PatientState) -> bool:
    """Whether the patient's weight is one to watch: at home, with heart failure."""
    told = (patient.problem, *patient.conditions)
    return patient.home and any(_RETAINS_WATER in words.casefold() for words in told)
