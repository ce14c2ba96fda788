"""Which entries a step through a log stops at."""

from __future__ import annotations

import orjson

from iomt_tui.log.api import ANNOUNCED, TOLD
from iomt_tui.ward.events import MAY_WAIT, TICK, Entry


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


def wanted(entry: Entry, kind: str) -> bool:
    """Whether a step to ``kind`` stops at ``entry``."""
    names, among = kinds(kind)
    return (entry.kind in names) is among and (kind != ANNOUNCED or announces(entry.body))
