"""Writes as the engine makes them, and what makes them be delivered."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from memory_fhir import MemoryFhir

from iomt_tui.backends.fhir.writing.deliver import deliver
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.server import Server, Verdict
from iomt_tui.security.text import safe_text
from iomt_tui.ward.writes import ACK, DOSE, NOTE, VITALS, Write

AT = 1_767_323_045_000  # 2026-01-02T03:04:05Z
MINUTE = 60_000
HOUR = 60 * MINUTE
PATIENT = "Patient/p1"

ORDER: dict[str, Any] = {
    "id": "order-1", "patient": "p1",
    "drug": {"code": "C01AA05", "system": "http://www.whocc.no/atc", "name": "digoxin", "form": "tablet"},
    "route": "oral", "dose": {"value": 0.125, "unit": "mg"}, "schedule": {"kind": "every", "hours": 8, "first": AT},
    "start": AT - 24 * HOUR, "end": None, "status": "active",
}  # fmt: skip


def desk(server: Server, station: str = "desk-1", patient: str = PATIENT) -> Desk:
    """Where a write is delivered from."""
    return Desk(server, patient, station, UTC)


def write(op: str, what: str, about: dict[str, Any], *, user: str = "A. Weber", ref: str = "", at: int = AT) -> Write:
    """A write of one person's."""
    return Write(op, what, "p1", safe_text(user), safe_text(ref), at, about)


def ack(
    op: str = "op-1", user: str = "A. Weber", *, raised: int = AT - MINUTE, rev: int = 1, param: str = "hr",
    at: int = AT, ref: str = "", until: int | None = AT + 3 * MINUTE, **more: Any,
) -> Write:  # fmt: skip
    """An acknowledgement of a high heart rate."""
    about = {
        "ref": ["p1", param, "high", 4, rev], "onset": raised - 10_000, "raised": raised, "prio": 3,
        "text": "HR 142 above 130", "do": "ack", "intent": "going", "note": "", "until": until,
    }  # fmt: skip
    return write(op, ACK, about | more, user=user, ref=ref, at=at)


def unack(op: str = "op-2", user: str = "A. Weber", **more: Any) -> Write:
    """The same taken back."""
    return ack(op, user, do="unack", intent="", until=None, **more)


def dose(
    op: str = "dose-1", user: str = "A. Weber", *, what: str = "given", at: int = AT, ref: str = "",
    order: dict[str, Any] | None = None, **more: Any,
) -> Write:  # fmt: skip
    """A record of the dose due at :data:`AT`."""
    status = {"given": "completed", "refused": "not-done", "not-available": "not-done", "held": "on-hold",
              "delayed": "on-hold", "error": "entered-in-error", "effect": "completed"}[what]  # fmt: skip
    body = {
        "id": op, "patient": "p1", "due": AT, "status": status, "what": what, "reason": "", "at": at, "by": user,
        "witness": "", "dose": None, "replaces": None, "scan": None, "effect": "", "recorded": at,
    }  # fmt: skip
    return write(op, DOSE, body | {"order": ORDER if order is None else order} | more, user=user, ref=ref, at=at)


def note(op: str = "note-1", text: str = "Sleeps well. Wants her glasses.") -> Write:
    """A note."""
    return write(op, NOTE, {"text": text}, ref="Practitioner/n1")


def correction(op: str = "note-2", text: str = "Sleeps badly.", replaces: str = "note-1") -> Write:
    """A note that corrects another one."""
    return write(op, NOTE, {"text": text, "replaces": {"id": replaces, "at": AT - HOUR, "by": "B. Cruz"}})


def vitals(op: str = "chart-1", values: dict[str, list[Any]] | None = None) -> Write:
    """Values that were validated."""
    found = values if values is not None else {
        "hr": [81.4, AT - 5_000, "monitor-1"], "spo2": [97, AT - 5_000, "monitor-1"],
        "nibp_sys": [121, AT - MINUTE, "cuff-1"], "nibp_dia": [74, AT - MINUTE, "cuff-1"],
        "nibp_mean": [90, AT - MINUTE, "cuff-1"], "temp": [37.25, AT - HOUR, "fhir:p1"],
    }  # fmt: skip
    return write(op, VITALS, {"values": found}, ref="Practitioner/n1")


async def delivered(one: Write, server: MemoryFhir, station: str = "desk-1") -> Verdict:
    """What became of one attempt."""
    return await deliver(one, desk(server, station))
