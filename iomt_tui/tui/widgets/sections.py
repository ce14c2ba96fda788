"""The first row of a page with sections: every section with the length of its list. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from textual.content import Content

from iomt_tui.tui.text import fitted, joined, plain, spread
from iomt_tui.tui.widgets.rows import MUTED

_Section = TypeVar("_Section", bound=StrEnum)


def sections_line(
    title: str, numbers: Mapping[_Section, int], chosen: _Section, short: Mapping[_Section, str], keys: Sequence[str],
    width: int,
) -> Content:  # fmt: skip
    """The chosen section in brackets, so that it is seen without colour; ``short`` names where the row is narrow."""
    sections = list(type(chosen))
    for names in ({one: str(one) for one in sections}, short):
        parts = [_tab(names[one], numbers[one], chosen=one is chosen) for one in sections]
        line = joined(plain(f" {title} ", "bold"), *parts, between=" ")
        hint = joined(plain(f"  {' '.join(keys)}", "bold $accent"), plain(" section ", MUTED))
        if line.cell_length + hint.cell_length <= width:
            return spread(line, hint, width)
        if line.cell_length <= width:
            return fitted(line, width)
    return fitted(joined(*parts, between=" "), width)


def _tab(name: str, number: int, *, chosen: bool) -> Content:
    if chosen:
        return joined(plain("[", "bold"), plain(f"{name} {number}", "bold reverse"), plain("]", "bold"))
    return plain(f" {name} {number} ", "" if number else "dim")
