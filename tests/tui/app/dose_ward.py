"""A ward with orders and doses in every state there is: for the medication round, board and patient page."""

from __future__ import annotations

from typing import Any

from shown_ward import MINUTE, WrittenFeed, write_ward

from iomt_tui.clinical.medication.gs1 import check_digit
from iomt_tui.engine.doses import act
from iomt_tui.ward.fold import Ward

HOUR = 60 * MINUTE
GTINS = {key: f"0035{n:02d}1234567" for n, key in enumerate(("para", "biso", "insulin", "pip", "morphine", "ami"))}
GTINS = {key: code + str(check_digit(code)) for key, code in GTINS.items()}


def order(
    patient: str, key: str, name: str, dose: tuple[float, str], plan: dict[str, Any], now: int, **more: Any
) -> dict[str, Any]:
    """An ``order`` body that began two days ago."""
    drug = {"name": name, "code": key, "classes": more.pop("classes", []), "high_alert": more.pop("high_alert", False),
            "form": more.pop("form", "tablet"), "gtin": [GTINS[key]] if key in GTINS else []}  # fmt: skip
    return {
        "id": f"{patient}-{key}", "patient": patient, "drug": drug, "route": "oral",
        "dose": {"value": dose[0], "unit": dose[1]}, "schedule": plan, "start": now - 48 * HOUR, "end": None,
        "status": "active", "holds": [], "hold_if": [], "timing": "", **more,
    }  # fmt: skip


def administration(
    patient: str, key: str, due: int | None, at: int, *, what: str = "given", by: str = "Kim", **more: Any
) -> dict[str, Any]:
    """An ``administration`` body as the engine writes it."""
    return {
        "id": f"a-{patient}-{key}-{due}-{what}-{by}", "patient": patient, "order": f"{patient}-{key}", "due": due,
        "what": what, "at": at, "by": by, "reason": "", "recorded": at, **more,
    }  # fmt: skip


def every(hours: float, first: int) -> dict[str, Any]:
    return {"kind": "every", "hours": hours, "first": first}


def prn(hours: float, most: int, recheck: int = 60) -> dict[str, Any]:
    return {"kind": "prn", "min_hours": hours, "max_per_day": most, "indication": "pain", "recheck_min": recheck}


def orders(now: int) -> list[dict[str, Any]]:
    """Due, late, missed, hold parameter, allergy, high alert, as needed, an infusion, on hold, nothing due yet."""
    ten = now - now % HOUR
    return [
        order("p0", "para", "Paracetamol", (1000, "mg"), every(6, ten - 48 * HOUR), now, classes=["analgesic"]),
        order("p0", "pip", "Piperacillin/tazobactam", (4.5, "g"), every(8, ten - 2 * HOUR - 40 * HOUR), now,
              route="intravenous", form="powder for injection", classes=["penicillin"], timing="time-critical"),
        order("p7", "biso", "Bisoprolol", (2.5, "mg"), every(24, ten - 24 * HOUR), now, classes=["beta-blocker"],
              hold_if=[{"vital": "hr", "below": 70}]),
        order("p1", "insulin", "Insulin aspart", (6, "[iU]"), every(6, ten - 48 * HOUR + HOUR), now,
              route="subcutaneous", form="solution for injection", classes=["insulin"], high_alert=True),
        order("p1", "morphine", "Morphine", (2, "mg"), prn(1, 8, 15), now, route="intravenous",
              form="ampoule", high_alert=True),
        order("p5", "oxy", "Oxycodone", (5, "mg"), prn(4, 2), now),
        order("p11", "flu", "Flucloxacillin", (1, "g"), every(6, ten - 3 * HOUR - 48 * HOUR), now, route="intravenous",
              form="vial"),
        order("p12", "hep", "Heparin", (1200, "[iU]/h"),
              {"kind": "infusion", "rate": {"value": 1200, "unit": "[iU]/h"}, "hours": None}, now, route="intravenous",
              form="infusion", high_alert=True, start=now - 5 * HOUR),
        order("p8", "ami", "Amiodarone", (200, "mg"), every(24, ten - 46 * HOUR), now),
        order("p10", "ram", "Ramipril", (5, "mg"), every(24, ten - 24 * HOUR), now, status="on-hold",
              holds=[{"from": now - HOUR, "to": None, "reason": "creatinine rising"}]),
        order("p14", "panto", "Pantoprazole", (40, "mg"), every(24, ten - 26 * HOUR), now),
    ]  # fmt: skip


def records(now: int) -> list[dict[str, Any]]:
    """What became of some of them."""
    ten = now - now % HOUR
    past = [
        *(("p0", "para", ten - 6 * HOUR * n) for n in range(1, 5)),
        *(("p0", "pip", ten - 2 * HOUR - 8 * HOUR * n) for n in range(1, 4)),
        *(("p1", "insulin", ten + HOUR - 6 * HOUR * n) for n in range(1, 5)),
        *(("p11", "flu", ten - 3 * HOUR - 6 * HOUR * n) for n in range(1, 4)),
        ("p14", "panto", ten - 2 * HOUR),
    ]
    return [
        *(administration(patient, key, due, due + 4 * MINUTE) for patient, key, due in past),
        administration("p11", "flu", ten - 3 * HOUR, ten - 3 * HOUR + 9 * MINUTE, what="refused", reason="nausea"),
        administration("p1", "morphine", None, now - 20 * MINUTE, witness="Sam"),
        administration("p5", "oxy", None, now - 5 * HOUR),
        administration("p5", "oxy", None, now - 9 * HOUR, by="Sam"),
        administration("p12", "hep", now - 5 * HOUR, now - 5 * HOUR + 3 * MINUTE, status="in-progress",
                       dose={"value": 1200, "unit": "[iU]/h"}),
    ]  # fmt: skip


def write_doses(feed: WrittenFeed) -> WrittenFeed:
    """:func:`write_ward` with :func:`orders` and :func:`records`."""
    write_ward(feed)
    for body in orders(feed.at):
        feed.write("order", body)
    for body in records(feed.at):
        feed.write("administration", body)
    feed.write("tick", {})
    return feed


def answer(feed: WrittenFeed, acts: list[dict[str, Any]] | None = None) -> list[str]:
    """The engine's answers to what was acted since (or to ``acts``), written to the log; returns their words."""
    ward, said = Ward(), []
    for one in feed.done if acts is None else acts:
        ward.apply(feed.entries[ward.seq :])
        outcome, made = act(ward, one, feed.at)
        feed.write("outcome", outcome._asdict())
        for record in made:
            feed.write("administration", record.body())
        said.append(outcome.outcome)
    return said
