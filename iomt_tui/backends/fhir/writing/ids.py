"""Ids of what is written: they follow from what it is about, so that writing twice writes once."""

from __future__ import annotations

import hashlib
import re

from iomt_tui.alarms.model import Key

_LEGAL = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)


def legal(raw: str) -> bool:
    """Whether ``raw`` can be the id of a resource."""
    return _LEGAL.fullmatch(raw) is not None


def of_alarm(key: Key) -> str:
    """The id of the one Task that all desks share about an alarm condition. ``key.patient``: as the server knows it."""
    return _digest("alarm", *key)


def of_op(op: str, part: str = "") -> str:
    """The id of what an act writes, or of one ``part`` of it."""
    return _digest("op", op, part)


def _digest(kind: str, *parts: str) -> str:
    """Never digits alone, which some servers keep for themselves; the lengths keep parts from running together."""
    whole = "".join(f"{len(part)}:{part}" for part in (kind, *parts))
    return f"{kind}-{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()[:48]}"
