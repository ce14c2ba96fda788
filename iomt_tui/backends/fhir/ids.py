"""Ids of resources on the server that is asked: out of references, into searches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_RELATIVE: Final = re.compile(r"([A-Z][A-Za-z]{1,40})/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?", re.ASCII)
_LONGEST: Final = 1_500  # characters of ids in one search


def local(reference: object, base: str) -> tuple[str, str] | None:
    """(type, id) of a Reference's JSON, None unless it names a resource at ``base``."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(text, str):
        return None
    found = _RELATIVE.fullmatch(text.removeprefix(f"{base}/"))
    return (found[1], found[2]) if found else None


def named(text: str) -> tuple[str, str] | None:
    """(type, id) of ``Location/7``, None for other text."""
    found = _RELATIVE.fullmatch(text)
    return (found[1], found[2]) if found else None


def listed(kind: str, ids: Iterable[str]) -> str:
    """A search value for any of these resources, in an order that does not change between two searches."""
    return ",".join(f"{kind}/{one}" for one in sorted(ids))


def portions(ids: Iterable[str]) -> Iterator[list[str]]:
    """Ids in groups that fit into a search each."""
    portion: list[str] = []
    length = 0
    for one in sorted(ids):
        if portion and length + len(one) + 1 > _LONGEST:
            yield portion
            portion, length = [], 0
        portion.append(one)
        length += len(one) + 1
    if portion:
        yield portion
