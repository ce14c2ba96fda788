"""Themes: the bundled ones and the user's own, as TOML. A broken file costs its theme, never the start.

A theme file::

    name = "night"            # what `theme = "night"` in the settings refers to
    extends = "dark"          # optional: take everything not said here from that theme
    dark = true

    [colors]                  # Textual's base colours
    background = "#101418"

    [variables]               # our own, all listed in VARIABLES
    sev-high = "#ff6b64"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from textual.theme import Theme

from iomt_tui.resources import bundled
from iomt_tui.tui.theme_checks import ThemeError, checked
from iomt_tui.tui.theme_files import Failure, ThemeFile, read
from iomt_tui.tui.theme_variables import COLORS, VARIABLES

__all__ = ["COLORS", "DEFAULT", "VARIABLES", "Failure", "Loaded", "load_themes"]

DEFAULT: Final = "dark"
"""The theme where nothing else is asked for."""


class Loaded(NamedTuple):
    """Every theme that can be used, by name, and every file that cannot."""

    themes: Mapping[str, Theme]
    failed: tuple[Failure, ...]


def load_themes(user_dirs: Iterable[Path] = ()) -> Loaded:
    """The bundled themes and those of ``user_dirs``, where a later theme replaces an earlier one of its name.

    A broken theme of the user's leaves the bundled one of its name in place.
    """
    themes: dict[str, Theme] = {}
    files: dict[str, ThemeFile] = {}
    failed: list[Failure] = []
    for directory in (bundled("themes"), *user_dirs):
        found = [read(path) for path in sorted(directory.glob("*.toml"))]
        failed += [file for file in found if isinstance(file, Failure)]
        here = {file.name: file for file in found if isinstance(file, ThemeFile)}
        for name, file in here.items():
            try:
                joined = _joined(file, {**files, **here}, files)
                themes[name] = checked(name, joined.data)
                files[name] = joined
            except ThemeError as error:
                failed.append(file.failure(error))
    return Loaded(themes, tuple(failed))


def _joined(file: ThemeFile, known: Mapping[str, ThemeFile], earlier: Mapping[str, ThemeFile]) -> ThemeFile:
    """``file`` with all that it extends. A theme that extends its own name means the earlier one of that name."""
    seen, joined = {file.name}, file
    while extended := joined.extends:
        places = earlier if extended == file.name and joined is file else known
        if extended not in places:
            names = ", ".join(sorted(known))
            raise ThemeError(f"extends {extended!r}, which is no other theme; there are {names}", "extends")
        if extended in seen and places is known:
            raise ThemeError(f"extends {extended!r}, which extends this theme in turn", "extends")
        seen.add(extended)
        joined = joined.onto(places[extended])
    return joined
