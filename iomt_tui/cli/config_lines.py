"""Which line of a TOML file holds a setting: ``tomllib`` tells values, not places."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

_HEADER: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_ITEM: Final = re.compile(r"\s*\[\[\s*([^\[\]]+?)\s*\]\]\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_.-])+)\s*=""")
_PART: Final = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(double or single or bare for double, single, bare in _PART.findall(dotted))


def line_of(text: str, path: tuple[str, ...]) -> int:
    """The line (from 1) that sets ``path``, or the nearest one above it in the tree: its table, else line 1."""
    best, depth = 1, 0
    table: tuple[str, ...] = ()
    items: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        if item := _ITEM.match(line):
            name = _parts(item[1])
            counted = path[len(name) :][:1] == (str(items[name]),)  # some paths count the tables of a list, some do not
            found = table = (*name, str(items[name])) if counted or name == ("escalation",) else name
            items[name] += 1
        elif header := _HEADER.match(line):
            found = table = _parts(header[1])
        elif key := _KEY.match(line):
            found = table + _parts(key[1])
        else:
            continue
        if len(found) > depth and path[: len(found)] == found:
            best, depth = number, len(found)
    return best
