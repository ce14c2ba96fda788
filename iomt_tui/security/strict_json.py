"""JSON from outside, read strictly and fast: no infinities, bounded depth, and no key twice unnoticed (SAFETY S8)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

#: Ends of keys. Inside a string an escaped quote may look like one, so this counts too many at times, never too few.
_KEY: Final = re.compile(rb'"\s*:')


#: How a quote, a colon or a space may be written so that it does not look like one.
_HIDDEN: Final = rb"\u00"


class Tainted(dict[str, Any]):
    """An object of a document in which some object has a key twice. All of that document's objects are such."""


class Doubled(Tainted):
    """A JSON object with a key twice: which of the two is meant nobody can know."""


def decoded(text: bytes) -> Any:
    """The document. An object with a key twice is a :class:`Doubled`. Raises ValueError for what is not JSON."""
    document = orjson.loads(text)
    if _is_whole(text, document):
        return document
    try:
        found = json.loads(text, object_pairs_hook=checked_object, parse_int=bounded_integer)
        if not has_doubled(found):
            return found
        return json.loads(text, object_pairs_hook=_tainted_object, parse_int=bounded_integer)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _is_whole(text: bytes, document: object) -> bool:
    """Whether every key of the text is in the document, for certain; counting keys takes many times as long.

    A document that is written again as it came has lost none. One that is not, since its text has spaces or escapes,
    has as many quotes before colons as its text had, be they ends of keys or within strings, unless a key was twice;
    only where the text hides some does that not hold.
    """
    try:
        again = orjson.dumps(document)
    except TypeError:  # deeper than orjson writes
        return len(_KEY.findall(text)) == _keys(document)
    if again == text:
        return True
    return len(_KEY.findall(text)) == (_keys(document) if _HIDDEN in text else len(_KEY.findall(again)))


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


def _tainted_object(pairs: list[tuple[str, Any]]) -> Tainted:
    made = dict(pairs)
    return Tainted(made) if len(made) == len(pairs) else Doubled(made)


def bounded_integer(digits: str) -> int | float:
    """A whole number of ``json.loads``, however long it is."""
    return int(digits) if len(digits) < 20 else float(digits)  # Python refuses more than 4300 digits
