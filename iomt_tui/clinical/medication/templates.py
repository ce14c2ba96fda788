"""A site's own codes on wristbands and packs, told by templates instead of regular expressions. Pure.

A template is literal text with ``{id}`` (1 to 40 letters, digits, ``.``, ``_``, ``-``), ``{digits}`` or ``{digits:8}``
once in it for what is meant, and ``*`` at most once for what does not matter. Nothing in it can repeat within a
repetition, so a hostile code cannot make it slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_PART: Final = re.compile(r"\{id\}|\{digits(?::([0-9]{1,2}))?\}|\*")
_LONGEST: Final = 60


class TemplateError(ValueError):
    """A template that cannot be used, and why."""


@lru_cache(maxsize=64)
def compiled(template: str) -> re.Pattern[str]:
    """The pattern of a template. Raises TemplateError."""
    if not template.isascii() or not template.isprintable() or len(template) > _LONGEST:
        raise TemplateError(f"must be at most {_LONGEST} plain characters")
    pieces, literal, at = [], "", 0
    for part in _PART.finditer(template):
        before = template[at : part.start()]
        literal, at = literal + before, part.end()
        pieces += [re.escape(before), _pattern(part)]
    literal += template[at:]
    meant = sum("<id>" in piece for piece in pieces)
    if meant != 1 or pieces.count(".*") > 1 or "{" in literal or "}" in literal:
        raise TemplateError("must hold {id}, {digits} or {digits:8} exactly once, and * at most once")
    if template.strip("*") == "{id}":
        raise TemplateError("must have text around {id}, or every code would be one of these; {digits:8} is possible")
    return re.compile("".join(pieces) + re.escape(template[at:]), re.ASCII | re.DOTALL)


def _pattern(part: re.Match[str]) -> str:
    if part[0] == "*":
        return ".*"
    if part[0] == "{id}":
        return "(?P<id>[A-Za-z0-9._-]{1,40})"
    return f"(?P<id>[0-9]{{{part[1] or '1,20'}}})"


def first(templates: Iterable[str], text: str) -> str:
    """What the first template that fits ``text`` means; "" when none fits."""
    for template in templates:
        if (found := compiled(template).fullmatch(text)) is not None:
            return found["id"]
    return ""
