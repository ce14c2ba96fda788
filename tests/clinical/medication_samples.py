"""Orders and records for the tests of medication, written as the log has them."""

from __future__ import annotations

from typing import Any

from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.order import Order

HOUR = 3_600_000
MINUTE = 60_000
DAY = 24 * HOUR
#: Monday 2 March 2026, 00:00 UTC.
MONDAY = 1_772_409_600_000


def drug(**other: Any) -> dict[str, Any]:
    return {
        "code": "C01AA05", "system": "http://www.whocc.no/atc", "name": "Digoxin", "form": "tablet",
        "classes": ["cardiac-glycoside"], "high_alert": False, "critical": False, "gtin": ["09990000000142"],
        "ndc": "99999-001-01",
    } | other  # fmt: skip


def order_body(schedule: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    return {
        "id": "o1", "patient": "p1", "drug": drug(), "route": "oral", "dose": {"value": 1.0, "unit": "mg"},
        "schedule": schedule or {"kind": "times", "times": ["08:00"]}, "start": MONDAY, "end": None,
        "status": "active", "holds": [], "hold_if": [], "timing": "", "home": False, "note": "",
    } | other  # fmt: skip


def order(schedule: dict[str, Any] | None = None, **other: Any) -> Order:
    return Order.from_body(order_body(schedule, **other))


def record(what: str = "given", due: int | None = None, at: int = MONDAY, **other: Any) -> Administration:
    body = {
        "id": f"{what}-{at}", "patient": "p1", "order": "o1", "due": due, "what": what, "reason": "", "at": at,
        "by": "KIM", "witness": "", "dose": None, "replaces": None, "scan": None, "effect": "",
    } | other  # fmt: skip
    return Administration.from_body(body, at)
