"""Every condition that the engine can raise has words of people, on the board and spoken: no identifier shows."""

from __future__ import annotations

import re

import pytest

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.alarms.reported import OWN, kind_of
from iomt_tui.cli.headless import words as spoken
from iomt_tui.clinical.trends import TRENDS, UNITS
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board import words
from iomt_tui.tui.board.measures import Measures

TREND_SPANS = {(t.param, t.kind): t.words for t in TRENDS}
DEVICES = ["APNEA", "Asystole", "V-Fib", "VT", "AFIB", "LEADS-OFF", "low", "MDC_EVT_ECG_V_TACH", "cuff_leak"]
RAISED = [
    *((vital, kind) for vital in VITALS for kind in ("low", "high", "sensor-off", "invalid")),
    *((vital, "unit") for vital in sorted(UNITS)),
    *TREND_SPANS, ("news2", "high"), ("news2", "red"),
    *(("monitor-0007", kind) for kind in ("no-data", "overdue", "battery", "clock")),
    ("patient", "identity"), ("escalation", "undelivered"), ("sim-0017-apixaban", "missed-dose"), ("o1", "refill"),
    *((param, kind_of(kind)) for param in ("hr", "rr", "monitor-0007") for kind in DEVICES),
]  # fmt: skip


def alarm(param: str, kind: str, detail: str, *, numbers: bool) -> Alarm:
    value, limit = (2.0, 3.0) if numbers else (None, None)
    return Alarm(Ref("p1", param, kind, 1, 1), "unack", Priority.HIGH, False, value, limit, 0, 0, detail=detail)


@pytest.mark.parametrize("numbers", [True, False])
@pytest.mark.parametrize(("param", "kind"), RAISED)
def test_no_raw_identifier_is_shown(param: str, kind: str, numbers: bool) -> None:
    one = alarm(param, kind, TREND_SPANS.get((param, kind), ""), numbers=numbers)
    for said in (words.condition(one, Measures()), spoken.condition(one, (), {})):
        told = said.replace("monitor-0007", "")  # the device has no kind here; who it is is told as it is
        assert re.fullmatch(r"[A-Za-z0-9 .,:<>≥%?₂-]+", said), said
        assert "_" not in told and "-" not in told.replace("non-invasive", "").replace("end-tidal", ""), said
        assert not {"vtach", "afib", "vf", "red", "MDC"} & set(told.split()), said


def test_the_words_of_what_changed() -> None:
    def both(param: str, kind: str, value: float, limit: float, detail: str = "") -> tuple[str, str]:
        one = Alarm(Ref("p", param, kind, 1, 1), "unack", Priority.LOW, False, value, limit, 0, 0, detail=detail)
        return words.condition(one, Measures()), spoken.condition(one, (), {})

    assert both("spo2", "falling", 91, 96, "10 min") == (
        "SpO2 91, 5 below 10 min ago", "SpO2 91, down 5 in 10 minutes",
    )  # fmt: skip
    assert both("news2", "rising", 4, 1, "1 h") == ("NEWS2 4, 3 above 1 h ago", "NEWS2 4, up 3 in 1 hour")
    assert both("weight", "gain-day", 81.9, 80.0, "1 d") == (
        "Wt 81.9, 1.9 above 1 d ago", "body weight 81.9, up 1.9 in a day",
    )  # fmt: skip
    assert both("glucose", "unit", 11, 198) == (
        "Gluc 11 after 198: unit?", "glucose 11 after 198, the unit may be wrong",
    )  # fmt: skip
    mmol = Measures({"glucose": "mmol/L"})
    fall = Alarm(Ref("p", "glucose", "falling", 1, 1), "unack", Priority.LOW, False, 90, 126, 0, 0, detail="15 min")
    assert words.condition(fall, mmol) == "Gluc 5.0, 2.0 below 15 min ago"


def test_every_kind_of_our_own_has_words() -> None:
    assert {kind for _, kind in TREND_SPANS} <= OWN
    assert {kind for _, kind in RAISED} >= OWN
