"""What is looked at before a dose is recorded, and orders that cannot be ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from medication_samples import DAY, HOUR, MINUTE, MONDAY, drug, order, order_body, record

from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.checks import Intent, Known, allergic, findings, lacking, taken
from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.expansion import expand, zone_of
from iomt_tui.clinical.medication.needed import as_needed, drip
from iomt_tui.clinical.medication.order import Order, revised
from iomt_tui.clinical.medication.relevant import Measured, relevant_vitals
from iomt_tui.security.text import SafeText, safe_text

ZONE = zone_of("UTC")
DUE = MONDAY + 8 * HOUR
PRN = {"kind": "prn", "min_hours": 4, "max_per_day": 3, "indication": "pain", "recheck_min": 30}
SLOW = [{"vital": "pulse", "below": 60}]


def codes(
    one: Order, *records: Administration, now: int = DUE, vitals: Any = None, allergies: Any = (), **intent: Any
) -> list[str]:
    """What keeps it from being recorded."""
    fields: dict[str, Any] = {"what": "given", "user": "KIM", "at": now, "due": DUE} | intent
    what = Intent(**fields)
    slot = next(iter(expand(one, ZONE, what.due, what.due + 1)), None) if what.due is not None else None
    known = Known(now, ZONE, slot, records, vitals or {}, allergies)
    return [f.code for f in lacking(findings(one, what, known), what)]


def test_an_ordinary_dose_has_nothing_against_it() -> None:
    assert codes(order()) == []


@pytest.mark.parametrize(
    ("minutes", "code"), [(-121, "early"), (-120, ""), (120, ""), (121, "late"), (-480, "early"), (600, "late")]
)
def test_outside_the_window_needs_a_reason(minutes: int, code: str) -> None:
    at = DUE + minutes * MINUTE
    assert codes(order(), now=at) == ([code] if code else [])
    assert codes(order(), now=at, reason="went to theatre") == []


def test_how_early_is_said() -> None:
    what = Intent("given", "KIM", DUE - 5 * HOUR, DUE)
    slot = expand(order(), ZONE, DUE, DUE + 1)[0]
    found = findings(order(), what, Known(DUE - 5 * HOUR, ZONE, slot, [], {}))
    assert [f.text for f in found] == ["5 h before it is due at 08:00"]


def test_nothing_was_given_in_the_future() -> None:
    assert codes(order(), now=DUE, at=DUE + 2 * MINUTE, reason="x") == ["future"]
    assert codes(order(), now=DUE, at=DUE + MINUTE // 2) == []


def test_a_dose_is_settled_once() -> None:
    done = record(due=DUE, at=DUE + 2 * MINUTE, by="LEE")
    again = Intent("given", "KIM", DUE + HOUR, DUE)
    assert taken([done], again, ZONE) == "already given by LEE at 08:02"
    assert taken([done], again._replace(what="refused"), ZONE)
    assert taken([done], again._replace(replaces=done.id), ZONE) == ""
    assert taken([done, record("error", DUE, replaces=done.id)], again, ZONE) == ""
    assert taken([record("delayed", DUE)], again, ZONE) == ""


@pytest.mark.parametrize(("witness", "missing"), [("", ["second-check"]), (" kim ", ["second-check"]), ("LEE", [])])
def test_a_high_alert_drug_needs_a_second_person(witness: str, missing: list[str]) -> None:
    assert codes(order(drug=drug(high_alert=True)), witness=witness) == missing


@pytest.mark.parametrize(
    ("vitals", "missing"),
    [
        ({"pulse": (59, 0)}, ["hold"]),
        ({"pulse": (60, 0)}, []),
        ({"hr": (45, MINUTE), "pulse": (80, HOUR)}, ["hold"]),
        ({"pulse": (80, 5 * HOUR)}, ["old"]),
        ({"spo2": (95, 0)}, ["unknown"]),
    ],
)
def test_hold_parameters_ask_for_a_reason(vitals: dict[str, tuple[float, int]], missing: list[str]) -> None:
    known = {key: Measured(key, *of) for key, of in vitals.items()}
    assert codes(order(hold_if=SLOW), vitals=known) == missing
    assert codes(order(hold_if=SLOW), vitals=known, reason="doctor said so") == []
    assert codes(order(hold_if=SLOW), vitals=known, what="held", reason="slow pulse") == []


def test_a_hold_parameter_is_told_with_value_and_age() -> None:
    one = order(hold_if=SLOW)
    slot = expand(one, ZONE, DUE, DUE + 1)[0]
    known = Known(DUE, ZONE, slot, [], {"pulse": Measured("pulse", 52.4, 7 * MINUTE)})
    assert [f.text for f in findings(one, Intent("given", "KIM", DUE, DUE), known)] == [
        "pulse rate 52.4 /min, 7 min ago: hold if below 60"
    ]


def test_as_needed_has_an_interval_and_a_maximum() -> None:
    one = order(PRN)
    first, second, third = (record(at=MONDAY + h * HOUR, id=f"g{h}") for h in (0, 5, 10))
    at = MONDAY + 8 * HOUR
    assert codes(one, first, second, now=at, due=None) == ["interval"]
    assert codes(one, first, second, now=at, due=None, reason="pain 9 of 10") == []
    assert codes(one, second, now=second.at + 2 * MINUTE, due=None, reason="x") == ["again"]
    at = MONDAY + 20 * HOUR
    assert codes(one, first, second, third, now=at, due=None, reason="x") == ["maximum"]
    state = as_needed(one, [first, second, third], ZONE, at)
    assert (state.today, state.within_24h, state.next_possible) == (3, 3, first.at + DAY)
    assert state.recheck_due == third.at + 30 * MINUTE
    later = as_needed(one, [first, second, third], ZONE, first.at + DAY)
    assert (later.today, later.within_24h, later.next_possible) == (0, 2, None)


def test_the_maximum_counts_24_hours_not_the_calendar_day() -> None:
    given = [record(at=MONDAY + h * HOUR, id=f"g{h}") for h in (14, 18, 22)]
    assert codes(order(PRN), *given, now=MONDAY + 26 * HOUR, due=None, reason="x") == ["maximum"]


def test_an_effect_that_was_told_is_not_asked_for_again() -> None:
    done = record(at=MONDAY, id="g")
    told = record("effect", at=MONDAY + HOUR, replaces="g", effect="pain 2 of 10")
    assert as_needed(order(PRN), [done, told], ZONE, MONDAY + HOUR).recheck_due is None


def test_an_infusion_runs_changes_and_stops() -> None:
    one = order({"kind": "infusion", "rate": {"value": 5, "unit": "mL/h"}, "hours": 4})
    start = record(due=MONDAY, at=MONDAY + MINUTE, id="s", status="in-progress")
    faster = record(at=MONDAY + HOUR, id="f", dose={"value": 8, "unit": "mL/h"}, status="in-progress")
    stop = record(at=MONDAY + 2 * HOUR, id="x", dose={"value": 0, "unit": "mL/h"}, status="stopped")
    assert drip(one, []).rate is None
    assert str(drip(one, [start]).rate) == "5 mL/h" and drip(one, [start]).ends == start.at + 4 * HOUR
    assert str(drip(one, [start, faster]).rate) == "8 mL/h" and drip(one, [start, faster]).running
    assert not drip(one, [start, faster, stop]).running


@pytest.mark.parametrize(
    ("allergy", "name", "classes", "hit"),
    [
        ("Penicillin", "Flucloxacillin", ["antibiotic", "penicillin"], True),
        ("Penicillin", "Ceftriaxone", ["antibiotic", "cephalosporin"], True),
        ("penicillin (rash, 1998)", "Piperacillin-tazobactam", ["penicillin"], True),
        ("Aspirin", "Ibuprofen", ["nsaid"], True),
        ("MORPHINE", "Morphine", [], True),
        ("Latex", "Morphine", ["opioid"], False),
        ("", "Morphine", ["opioid"], False),
        ("Nuts", "Paracetamol", ["analgesic"], False),
    ],
)
def test_allergies_by_name_and_class(allergy: str, name: str, classes: list[str], hit: bool) -> None:
    one = order(drug=drug(name=name, classes=classes))
    assert bool(allergic(one, allergy)) is hit
    assert codes(one, allergies=[allergy]) == (["allergy"] if hit else [])


@pytest.mark.parametrize(
    ("scan", "missing"),
    [
        ({"gtin": "09990000000142", "expiry": "2026-03-02"}, []),
        ({"gtin": "09990000000142", "expiry": "2026-03-01"}, ["expired"]),
        ({"gtin": "09990000000999"}, ["wrong-drug"]),
        ({"expiry": "soon"}, ["expiry"]),
    ],
)
def test_what_was_scanned_is_the_drug_and_not_expired(scan: dict[str, str], missing: list[str]) -> None:
    assert codes(order(), scan=scan, reason="x") == missing


def test_orders_that_are_held_or_over_refuse() -> None:
    held = order(holds=[{"from": MONDAY, "to": None, "reason": "theatre"}])
    assert codes(held, reason="x") == ["on-hold"] and codes(held, what="held", reason="theatre") == []
    over = order(status="stopped", stopped=DUE)
    assert codes(over, reason="x") == ["over"] and codes(order(status="cancelled"), reason="x") == ["over"]
    assert codes(order(status="stopped", stopped=DUE + HOUR), now=DUE + 2 * HOUR, at=DUE) == [], "given before it ended"
    assert codes(order(), due=DUE + MINUTE, reason="x") == ["no-dose"]


def test_another_amount_needs_a_reason_another_unit_is_refused() -> None:
    assert codes(order(), dose=Quantity(1.0, SafeText("mg"))) == []
    assert codes(order(), dose=Quantity(2.0, SafeText("mg"))) == ["amount"]
    assert codes(order(), dose=Quantity(1.0, SafeText("g")), reason="x") == ["unit"]
    assert codes(order(), dose=Quantity(0.0, SafeText("mg")), reason="x") == ["nothing"]


@pytest.mark.parametrize("what", ["refused", "held", "delayed", "not-available"])
def test_what_was_not_given_needs_a_reason(what: str) -> None:
    assert codes(order(), what=what) == ["not-given"] and codes(order(), what=what, reason="nausea") == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"dose": {"value": -1, "unit": "mg"}}, "dose -1 is not from just above 0 to 100,000,000"),
        ({"dose": {"value": 1e12, "unit": "mg"}}, "is not from"),
        ({"dose": {"value": float("nan"), "unit": "mg"}}, "dose is not a number"),
        ({"dose": {"value": True, "unit": "mg"}}, "dose is not a number"),
        ({"schedule": {"kind": "times", "times": ["25:00"]}}, "'25:00' is not like 08:00"),
        ({"schedule": {"kind": "times", "times": []}}, "times of day is not a list"),
        ({"schedule": {"kind": "every", "hours": 0, "first": 0}}, "hours between doses 0 is not from"),
        ({"schedule": {"kind": "sometimes"}}, "schedule kind 'sometimes' is not one of"),
        ({"schedule": {"kind": "prn", "min_hours": 1, "max_per_day": 0}}, "maximum per day 0"),
        ({"schedule": None}, "schedule is not an object"),
        ({"drug": {"name": " "}}, "the drug has no name"),
        ({"end": MONDAY}, "ends before it starts"),
        ({"start": "today"}, "start is not a time"),
        ({"status": "maybe"}, "status of the order 'maybe'"),
        ({"hold_if": [{"vital": "mood", "below": 3}]}, "vital of the hold parameter 'mood'"),
        ({"hold_if": [{"vital": "pulse"}]}, "below or above one limit"),
        ({"id": "x" * 81}, "order id is not an id"),
    ],
)
def test_an_absurd_order_is_refused_with_its_reason(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Order.from_body(order_body() | wrong)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["kind", "value", "times", "x"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(order_body())), junk)
def test_hostile_orders_raise_nothing_but_a_reason(field: str, value: Any) -> None:
    try:
        one = Order.from_body(order_body() | {field: value})
    except ValueError:
        return
    assert Order.from_body(one.body()) == one
    assert all(safe_text(t, 200) == t for t in (one.drug.name, one.route, one.note, one.dose.unit))


def test_text_from_outside_is_made_safe() -> None:
    one = order(note="\x1b]52;c;x\x07", drug=drug(name="Digo\u202exin"), route="[/foo]\x00")
    assert "\x1b" not in one.note and "\u202e" not in one.drug.name and "\x00" not in one.route


def test_a_change_keeps_the_rest_and_notes_when() -> None:
    stopped = revised(order(), {"id": "o1", "patient": "p1", "status": "stopped"}, DUE)
    assert stopped.stopped == DUE and stopped.drug == order().drug
    held = revised(order(), {"id": "o1", "status": "on-hold"}, DUE)
    assert held.hold(DUE) is not None and held.hold(DUE - 1) is None
    back = revised(held, {"id": "o1", "status": "active"}, DUE + HOUR)
    assert back.hold(DUE) is not None and back.hold(DUE + HOUR) is None
    with pytest.raises(ValueError, match="another patient"):
        revised(order(), {"id": "o1", "patient": "p2"}, DUE)


@pytest.mark.parametrize(
    ("classes", "first"),
    [
        (["cardiac-glycoside"], "pulse"),
        (["insulin"], "glucose"),
        (["opioid"], "rr"),
        (["antihypertensive"], "nibp_sys"),
    ],
)
def test_the_vitals_to_look_at(classes: list[str], first: str) -> None:
    assert relevant_vitals(order(drug=drug(classes=classes)))[0] == first
    assert relevant_vitals(order(drug=drug(classes=classes), hold_if=[{"vital": "temp", "above": 38}]))[0] == "temp"
