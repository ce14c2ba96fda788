"""Which entries a step through a log stops at."""

from __future__ import annotations

from typing import Any, Final

import orjson

from iomt_tui.log.api import ANNOUNCED, TOLD
from iomt_tui.ward.events import TICK, Entry

HAPPENED: Final = frozenset({
    "alarm", "suppression", "escalation", "notification", "limits", "order", "administration", "intake", "dispense",
    "note", "patient", "discharge", "device", "engine", TICK,
})  # fmt: skip
"""Kinds of entry that a timeline tells of (:mod:`iomt_tui.ward.story.chronicle`), but for values, exports, and what
is about the server. What was asked for (``act``, ``outcome``) is told by the entry that came of it."""

EMPTY: Final = b"{}"
"""The body of a tick that tells nothing, which nearly every tick is."""

_UNTOLD: Final = frozenset({"waiting", "not-needed"})  # of a notification
_AWAY: Final = frozenset({"off", "gone"})  # of a device


def kinds(kind: str) -> tuple[frozenset[str], bool]:
    """What ``kind`` means in :meth:`iomt_tui.log.api.RecordedReader.moment`: some kinds, and whether an entry is to be
    one of them (or none of them)."""
    if not kind:
        return frozenset({TICK}), False
    if kind == TOLD:
        return HAPPENED, True
    return frozenset({"alarm" if kind == ANNOUNCED else kind}), True


def announces(body: bytes) -> bool:
    """Whether the body of an ``alarm`` entry is one that waits for somebody."""
    try:
        return bool(orjson.loads(body)["state"] == "unack")
    except (ValueError, KeyError, TypeError):
        return False


def tells(kind: str, body: bytes) -> bool:
    """Whether an entry of ``kind``, one of :data:`HAPPENED`, with this body tells that something happened.

    One that cannot be understood does: a person may look.
    """
    if body == EMPTY:
        return False
    if kind not in (TICK, "device", "notification"):
        return True
    try:
        data = orjson.loads(body)
        if kind == TICK:
            return bool(data.get("gap"))
        return data["state"] not in _UNTOLD if kind == "notification" else _changes(data)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True


def _changes(device: dict[str, Any]) -> bool:
    """Whether a ``device`` body tells of more than its battery and signal: what reports those every few minutes says
    each time that it is still on, or charging."""
    if "patient" in device or "firmware" in device:
        return True
    return "state" in device and ("battery" not in device or device["state"] in _AWAY)


def stops(kind: str, of: str, body: bytes) -> bool:
    """Whether a step to ``kind`` stops at an entry of kind ``of``, where its kind alone does not say no."""
    if kind == ANNOUNCED:
        return announces(body)
    return kind != TOLD or tells(of, body)


def wanted(entry: Entry, kind: str) -> bool:
    """Whether a step to ``kind`` stops at ``entry``."""
    names, among = kinds(kind)
    return (entry.kind in names) is among and stops(kind, entry.kind, entry.body)
