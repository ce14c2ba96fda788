"""The written ward with orders, records, fills and doses at home."""

from __future__ import annotations

from typing import Any

from shown_ward import MINUTE, NOW, WrittenFeed, write_ward

HOUR = 60 * MINUTE
DAY = 24 * HOUR
MIDNIGHT = NOW - NOW % DAY
BED, HOME, ALONE = "p9", "p16", "p15"
"""Rossi in bed 08, Takahashi and Andersson at home."""

TIMES = {"kind": "times", "times": ["08:00", "20:00"]}


def drug(name: str, *classes: str, **other: Any) -> dict[str, Any]:
    return {"code": name.casefold(), "system": "", "name": name, "form": "", "classes": list(classes)} | other


def order(key: str, what: dict[str, Any], schedule: dict[str, Any], patient: str = BED, **other: Any) -> dict[str, Any]:
    return {
        "id": key, "patient": patient, "drug": what, "route": "oral", "dose": {"value": 5, "unit": "mg"},
        "schedule": schedule, "start": MIDNIGHT - 100 * DAY, "end": None, "status": "active",
    } | other  # fmt: skip


def given(key: str, due: int | None, at: int, what: str = "given", **other: Any) -> dict[str, Any]:
    return {
        "id": f"{key}-{what}-{at}", "patient": BED, "order": key, "due": due, "what": what, "reason": "", "at": at,
        "by": "A. Novak", "witness": "", "dose": None, "replaces": None, "effect": "",
    } | other  # fmt: skip


def clock(hour: int, minute: int = 0, day: int = 0) -> int:
    return MIDNIGHT + day * DAY + hour * HOUR + minute * MINUTE


def bed_orders() -> list[dict[str, Any]]:
    iv = {"route": "intravenous"}
    return [
        order("dig", drug("Digoxin", "cardiac-glycoside"), {"kind": "times", "times": ["08:00"]},
              dose={"value": 125, "unit": "ug"}, hold_if=[{"vital": "pulse", "below": 60}]),
        order("bis", drug("Bisoprolol", "beta-blocker"), TIMES, timing="time-critical",
              hold_if=[{"vital": "nibp_sys", "below": 110}]),
        order("pip", drug("Piperacillin/tazobactam", "antibiotic"), {"kind": "every", "hours": 4, "first": clock(2)},
              dose={"value": 4.5, "unit": "g"}, **iv),
        order("par", drug("Paracetamol", "analgesic"), {"kind": "times", "times": ["06:00", "12:00", "18:00"]},
              dose={"value": 1, "unit": "g"}, holds=[{"from": clock(11), "to": clock(14), "reason": "liver tests"}]),
        order("pot", drug("Potassium chloride", high_alert=True), {
            "kind": "infusion", "rate": {"value": 10, "unit": "mmol/h"}, "hours": 6}, start=clock(7), **iv),
        order("mor", drug("Morphine", "opioid", high_alert=True), {
            "kind": "prn", "min_hours": 4, "max_per_day": 4, "indication": "pain", "recheck_min": 30},
            dose={"value": 2, "unit": "mg"}, hold_if=[{"vital": "rr", "below": 10}, {"vital": "acvpu", "above": 1}],
            **iv),
    ]  # fmt: skip


def records() -> list[dict[str, Any]]:
    return [
        given("dig", clock(8), clock(8, 5)),
        given("bis", clock(8), clock(9, 40), reason="at imaging"),
        given("pip", clock(2), clock(2, 10)),
        given("pip", clock(6), clock(6, 5), id="wrong"),
        given("pip", clock(6), clock(6, 20), "error", replaces="wrong", reason="other patient", by="J. Mensah"),
        given("pip", clock(6), clock(6, 30), id="right"),
        given("pip", clock(2, day=-1), clock(2, day=-1), "refused", reason="nausea"),
        given("par", clock(18, day=-1), clock(18, day=-1), "not-available", reason="not in the cabinet"),
        given("pot", clock(7), clock(7, 10), dose={"value": 10, "unit": "mmol/h"}, witness="J. Mensah",
              status="in-progress"),
        given("pot", None, clock(9), dose={"value": 5, "unit": "mmol/h"}, witness="J. Mensah", status="in-progress"),
        given("mor", None, clock(3), witness="J. Mensah", id="mor1"),
        given("mor", None, clock(3, 30), "effect", replaces="mor1", effect="pain 7 to 3 of 10"),
        given("mor", None, clock(9, 50), witness="J. Mensah"),
    ]  # fmt: skip


def home_orders() -> list[dict[str, Any]]:
    return [
        order("ram", drug("Ramipril", "antihypertensive", "ace-inhibitor", critical=True), TIMES, HOME, home=True),
        order("aml", drug("Amlodipine", "antihypertensive", "calcium-blocker"), {"kind": "times", "times": ["08:00"]},
              HOME, home=True),
        order("fur", drug("Furosemide", "diuretic"), {"kind": "times", "times": ["08:00"]}, ALONE, home=True),
    ]  # fmt: skip


def stored(key: str, patient: str, missed: Any, evening: bool, told: Any = ()) -> list[dict[str, Any]]:
    """What a smart cap saw in ninety days, without the doses of days for which ``missed`` says so."""
    begins, seen, said = clock(0, day=-90), list[list[int]](), list[list[int]]()
    for day in range(90):
        for hour in (8, 20) if evening else (8,):
            minute = day * 1_440 + hour * 60
            if day in told:
                said.append([minute, minute + 5])
            elif not missed(day, hour) and not 50 <= day < 53:
                seen.append([minute, minute + (5 if day % 9 else 200)])
    body = {"patient": patient, "order": key, "from": begins}
    found = [
        body | {"source": "smart-cap", "device": "cap", "doses": seen, "gaps": [[clock(0, day=-40), clock(0, day=-37)]]}
    ]
    return [*found, body | {"source": "reported", "device": None, "doses": said}] if told else found


def write_medication(feed: WrittenFeed) -> WrittenFeed:
    """The written ward, one patient with every kind of order, two at home."""
    write_ward(feed)
    at = feed.at - 400
    for body in [*bed_orders(), *home_orders()]:
        feed.write("order", body, at)
    for body in records():
        feed.write("administration", body, at)
    for name, days in (("Ramipril", (-88, -60, -25)), ("Amlodipine", (-95, -62, -40))):
        for day in days:
            what = {"id": f"{name}{day}", "patient": HOME, "drug": drug(name), "at": clock(9, day=day)}
            feed.write("dispense", what | {"days_supply": 28, "quantity": 56}, at)
    for body in [*stored("ram", HOME, lambda day, hour: (hour == 20 and day % 3 == 0) or day > 87, True, (48, 49)),
                 *stored("aml", HOME, lambda day, hour: day % 10 == 4, False),
                 *stored("fur", ALONE, lambda day, hour: day == 30, False)]:  # fmt: skip
        feed.write("intake", body, at)
    for day in range(-50, 0):
        high = 152 if (day + 90) % 3 == 0 else 136
        cuff = {"nibp_sys": high + day % 4, "nibp_dia": 84}
        feed.write("obs", [[HOME, "d16", clock(10, day=day), cuff, None]], at)
    feed.write("tick", {}, feed.at)
    return feed
