"""Reads candidate alarm limits from TOML: what is wrong is said with file and line, and then nothing is compared.

A table a vital sign, a priority each (``[[spo2]]`` for several); what it does not name stays as it is today::

    [spo2]
    priority = "medium"
    low = 88        # in the catalogue's unit; "off" for none
    delay = 15      # seconds, as off_delay
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any, Final

from iomt_tui.alarms.course import Change
from iomt_tui.alarms.model import Priority
from iomt_tui.alarms.settings import same
from iomt_tui.cli.config_file import shown
from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.clinical.limits import Limit, limits_for
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text

_LARGEST: Final = 100_000  # bytes
_LONGEST: Final = 300.0  # s: a later alarm is none
_PRIORITIES: Final = {p.name.lower(): int(p) for p in Priority}
_SETTINGS: Final = ("priority", "low", "high", "delay", "off_delay")
Changes = dict[str, dict[int, dict[str, Any]]]
"""Vital -> priority -> what is other than today."""


def read_limits(path: Path) -> tuple[Change, tuple[str, ...], list[str]]:
    """The limits of the file over those in force, the vitals it names, and what is wrong with it, a line each.

    Raises CliError when it cannot be read or is not TOML.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise CliError(f"{path} is too large for a file of limits", Exit.CONFIG)
        text = path.read_text("utf-8")
        given = tomllib.loads(text)
    except OSError as error:
        raise CliError(f"the limits {path} cannot be read: {error.strerror}", Exit.SOURCE) from error
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is not a UTF-8 text file", Exit.CONFIG) from error
    except tomllib.TOMLDecodeError as error:
        raise CliError(f"{path}: this is not TOML: {error}. Correct that line", Exit.CONFIG) from error
    changes: Changes = {}
    found = [(_line(text, *where), words) for where, words in problems(given, changes)]
    if not given:
        found.append((1, 'no limits: write for example [spo2], and below it priority = "medium" and low = 88'))
    return over(changes), tuple(changes), [f"{path}:{line}: {words}" for line, words in sorted(found)]


def problems(given: dict[str, Any], changes: Changes) -> Iterator[tuple[tuple[str, int, str], str]]:
    """Takes the values into ``changes``; yields (vital, which of its tables, setting) and what is wrong there."""
    for vital, tables in given.items():
        name = safe_text(vital, 40)
        if vital not in VITALS:
            yield (vital, 0, ""), f"{name!r} is not a vital sign; known are {', '.join(VITALS)}"
            continue
        for place, table in enumerate(tables if isinstance(tables, list) else [tables]):
            if not isinstance(table, dict):
                yield (vital, place, ""), f"{name} must be a table: [{name}], and its settings below it"
                continue
            for key, words in _wrong(vital, table):
                yield (vital, place, key), words
            level = table.get("priority", "medium")
            priority = _PRIORITIES.get(level, 0) if isinstance(level, str) else 0
            own = changes.setdefault(vital, {})
            if priority in own:
                yield (vital, place, "priority"), f"{name} has its {level} limits twice"
            own[priority] = {key: value for key, value in table.items() if key != "priority"}


def _wrong(vital: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    low, high = VITALS[vital].plausible
    for key, value in table.items():
        if key == "priority":
            if not isinstance(value, str) or value not in _PRIORITIES:
                yield key, f"priority = {shown(value)}: must be {', '.join(_PRIORITIES)}"
        elif key in ("low", "high"):
            if value != "off" and not _within(value, low, high):
                unit = VITALS[vital].unit
                yield key, f'{key} = {shown(value)}: must be a number from {low:g} to {high:g} {unit}, or "off"'
        elif key in ("delay", "off_delay"):
            if not _within(value, 0, _LONGEST):
                yield key, f"{key} = {shown(value)}: must be a number of seconds from 0 to {_LONGEST:g}"
        else:
            yield key, f"there is no setting {safe_text(key, 40)!r}; known are {', '.join(_SETTINGS)}"
    below, above = table.get("low"), table.get("high")
    if _within(below, low, high) and _within(above, low, high) and below >= above:  # type: ignore[operator]
        yield "low", f"low = {shown(below)} is not below high = {shown(above)}: every value would alarm"


def _within(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and low <= value <= high


def _line(text: str, vital: str, place: int, key: str) -> int:
    """The line (from 1) of a setting in the ``place``-th table of a vital, else of the table, else 1."""
    table, found, inside = -1, 1, False
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*[\"']?([^\[\]\"']*?)[\"']?\s*\]\]?\s*(?:#.*)?$", line):
            inside = header[1] == vital
            table += inside
            if inside and table == place:
                found = number
        elif inside and table == place and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
        elif table < 0 and re.match(rf"\s*[\"']?{re.escape(vital)}[\"']?\s*[.=]", line):
            found = number
    return found


def over(changes: Changes) -> Change:
    """The limits in force with ``changes``."""

    def changed(vital: str, today: tuple[Limit, ...]) -> tuple[Limit, ...]:
        return _changed(vital, today, changes[vital]) if vital in changes else today

    return changed


def ward_limits(changes: Changes) -> dict[str, tuple[Limit, ...]]:
    """Vital -> the limits of a whole ward: the default ones of its beds, with ``changes``. What changes nothing is not
    there: it would stand before the defaults of patients who have others."""
    usual = limits_for(1, False)
    rows = {vital: _changed(vital, usual.get(vital, ()), own) for vital, own in changes.items()}
    return {vital: own for vital, own in rows.items() if not same(own, usual.get(vital, ()))}


def _changed(vital: str, today: tuple[Limit, ...], own: dict[int, dict[str, Any]]) -> tuple[Limit, ...]:
    rows = {limit.priority: limit for limit in today}
    for priority, given in own.items():
        row = rows.get(priority) or Limit(vital, None, None, priority, 0.0, 0.0, "")
        low, high = (None if given.get(x) == "off" else given.get(x, getattr(row, x)) for x in ("low", "high"))
        delay, off_delay = given.get("delay", row.delay_s), given.get("off_delay", row.off_delay_s)
        rows[priority] = Limit(vital, low, high, priority, delay, off_delay, "candidate")
    return tuple(rows[priority] for priority in sorted(rows, reverse=True))
