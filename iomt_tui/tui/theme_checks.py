"""From the tables of a theme file to a Textual theme, or to the word that is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from textual.color import Color, ColorParseError
from textual.theme import Theme

from iomt_tui.tui.theme_variables import COLORS, STYLES, VARIABLES

_STYLE_WORDS: Final = frozenset({"none", "bold", "dim", "italic", "underline", "strike", "reverse"})
_KEYS: Final = frozenset({"name", "extends", "dark", "ansi", "colors", "variables"})
_NEEDED: Final = ("primary", "foreground", "background")


class ThemeError(Exception):
    """A file says something that a theme cannot. ``key`` is what to look for in its text."""

    def __init__(self, reason: str, key: str = "") -> None:
        super().__init__(reason)
        self.key = key


def checked(name: str, data: Mapping[str, Any]) -> Theme:
    """The theme that ``data`` describes. Raises ThemeError at the first thing that is wrong."""
    for key in data:
        if key not in _KEYS:
            raise ThemeError(f"{key!r} is not known; there are {', '.join(sorted(_KEYS))}", key)
    dark, ansi = data.get("dark", True), data.get("ansi", False)
    for key, value in (("dark", dark), ("ansi", ansi)):
        if not isinstance(value, bool):
            raise ThemeError(f"{key} must be true or false", key)
    colors = _table(data, "colors", COLORS)
    for key in _NEEDED:
        if key not in colors:
            raise ThemeError(f"[colors] needs {key}, or the theme extends another", "colors")
    for key, value in colors.items():
        _color(key, value)
    variables = {**VARIABLES, **_table(data, "variables", tuple(VARIABLES))}
    for key, value in variables.items():
        (_style if key in STYLES else _color)(key, value)
    if ansi:
        # Textual's own style sheets name these two, and only its own ANSI themes define them.
        variables |= {"ansi-background": colors["background"], "ansi-foreground": colors["foreground"]}
    theme = Theme(name=name, primary=colors["primary"], dark=dark, ansi=ansi, variables=variables)
    for key, value in colors.items():
        setattr(theme, key, value)
    return theme


def _table(data: Mapping[str, Any], table: str, known: tuple[str, ...]) -> dict[str, str]:
    found = data.get(table, {})
    if not isinstance(found, dict):
        raise ThemeError(f"{table} must be a table: [{table}]", table)
    for key, value in found.items():
        if key not in known:
            raise ThemeError(f"[{table}] {key} is not known; there are {', '.join(known)}", key)
        if not isinstance(value, str):
            raise ThemeError(f"[{table}] {key} must be text in quotes", key)
    return dict(found)


def _color(key: str, value: str) -> None:
    try:
        parsed = Color.parse(value)
    except ColorParseError:
        raise ThemeError(f"{key} = {value!r} is no colour; write it like #ff6f69 or ansi_bright_red", key) from None
    if parsed.a != 1:
        raise ThemeError(f"{key} = {value!r} lets the background through; write an opaque colour", key)


def _style(key: str, value: str) -> None:
    if not value.split() or not set(value.split()) <= _STYLE_WORDS:
        raise ThemeError(f"{key} = {value!r} is no text style; use {', '.join(sorted(_STYLE_WORDS))}", key)
