"""Theme files as text: parsed, joined with what they extend, and searched for the line of a mistake."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from iomt_tui.tui.theme_checks import ThemeError


class Failure(NamedTuple):
    """A theme file that could not be used: where, and what to change. ``line`` is 0 for the file as a whole."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        place = f"{self.path}, line {self.line}" if self.line else str(self.path)
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """One parsed file, not yet joined with what it extends."""

    path: Path
    text: str
    name: str
    extends: str
    data: Mapping[str, Any]

    def failure(self, error: ThemeError) -> Failure:
        """What to tell the user of a mistake in this file."""
        return Failure(self.path, line_of(self.text, error.key), str(error))

    def onto(self, below: ThemeFile) -> ThemeFile:
        """This theme, with everything that it does not say taken from ``below``."""
        data = {**below.data, **self.data}
        for table in ("colors", "variables"):
            under, over = below.data.get(table, {}), self.data.get(table, {})
            data[table] = {**under, **over} if isinstance(over, dict) and isinstance(under, dict) else over
        return replace(self, extends=below.extends, data=data)


def read(path: Path) -> ThemeFile | Failure:
    """The theme file at ``path``, as far as it can be told without the others."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        return Failure(path, 0, f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        return Failure(path, 0, "is not UTF-8 text; save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\s*\(at line (\d+), column \d+\)", str(error))
        reason = str(error)[: found.start()] if found else str(error)
        return Failure(path, int(found[1]) if found else text.count("\n") + 1, f"is not TOML: {reason}")
    name, extends = data.get("name", path.stem), data.get("extends", "")
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", name):
        return Failure(
            path, line_of(text, "name"), "name must be lower-case letters, digits and '-', for example night"
        )
    if not isinstance(extends, str):
        return Failure(path, line_of(text, "extends"), 'extends must be the name of a theme, for example "dark"')
    return ThemeFile(path, text, name, extends, data)


def line_of(text: str, key: str) -> int:
    """The line on which ``key`` or the table ``[key]`` stands; 0 when it does not."""
    if not key:
        return 0
    pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[\]=.]")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 0)
