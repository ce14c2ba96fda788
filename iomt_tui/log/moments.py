"""Which entries a step through a log stops at."""

from __future__ import annotations

import orjson

from iomt_tui.log.api import ANNOUNCED, TOLD
from iomt_tui.ward.events import MAY_WAIT, TICK, Entry
from iomt_tui.ward.waves import MARK


def kinds(kind: str) -> tuple[frozenset[str], bool]:
    """What ``kind`` means in :meth:`iomt_tui.log.api.RecordedReader.moment`: some kinds, and whether an entry is to be
    one of them (or none of them)."""
    if not kind:
        return frozenset({TICK}), False
    if kind == TOLD:
        return MAY_WAIT, False
    return frozenset({"alarm" if kind == ANNOUNCED else kind}), True


def announces(body: bytes) -> bool:
    """Whether the body of an ``alarm`` entry is one that waits for somebody."""
    try:
        return bool(orjson.loads(body)["state"] == "unack")
    except (ValueError, KeyError, TypeError):
        return False


def tells(kind: str, body: bytes) -> bool:
    """Whether an entry of ``kind`` with this body is worth a stop: screens that show waveforms ask for them again and
    again, which is not."""
    if kind not in ("act", "outcome"):
        return True
    try:
        return not str(orjson.loads(body)["op"]).startswith(MARK)
    except (ValueError, KeyError, TypeError):
        return True


def stops(kind: str, of: str, body: bytes) -> bool:
    """Whether a step to ``kind`` stops at an entry of kind ``of``, where its kind alone does not say no."""
    if kind == ANNOUNCED:
        return announces(body)
    return kind != TOLD or tells(of, body)


def wanted(entry: Entry, kind: str) -> bool:
    """Whether a step to ``kind`` stops at ``entry``."""
    names, among = kinds(kind)
    return (entry.kind in names) is among and stops(kind, entry.kind, entry.body)
