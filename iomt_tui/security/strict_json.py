"""JSON from outside, read strictly and fast: no infinities, bounded depth, and no key twice unnoticed (SAFETY S8)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

#: Ends of keys. Inside a string an escaped quote may look like one, so this counts too many at times, never too few.
_KEY: Final = re.compile(rb'"\s*:')


class Doubled(dict[str, Any]):
    """A JSON object with a key twice: which of the two is meant nobody can know."""


def decoded(text: bytes) -> Any:
    """The document. An object with a key twice is a :class:`Doubled`. Raises ValueError for what is not JSON."""
    document = orjson.loads(text)
    if len(_KEY.findall(text)) == _keys(document):
        return document
    try:
        return json.loads(text, object_pairs_hook=checked_object, parse_int=bounded_integer)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def has_doubled(part: object) -> bool:
    """Whether an object with a key twice is anywhere in a decoded document."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Doubled):
            return True
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return False


def _keys(document: object) -> int:
    count, waiting = 0, [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            count += len(one)
            waiting.extend(value for value in one.values() if isinstance(value, dict | list))
        elif isinstance(one, list):
            waiting.extend(value for value in one if isinstance(value, dict | list))
    return count


def checked_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of ``json.loads``; one with a key twice is a :class:`Doubled`."""
    made = dict(pairs)
    return made if len(made) == len(pairs) else Doubled(made)


def bounded_integer(digits: str) -> int | float:
    """A whole number of ``json.loads``, however long it is."""
    return int(digits) if len(digits) < 20 else float(digits)  # Python refuses more than 4300 digits
