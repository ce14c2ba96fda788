"""Which column of a table holds what: from its headings, its row of units and the user's ``--map``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.headings import ROLES, TIME_UNITS, Heading, default_unit, read_heading, unit_code
from iomt_tui.clinical.placing import place
from iomt_tui.clinical.vitals import VITALS

IGNORED: Final = frozenset({"", "-", "ignore", "none"})


@dataclass(frozen=True, slots=True)
class Column:
    """One vital sign's column; ``unit`` as it goes to :func:`iomt_tui.clinical.placing.place`."""

    index: int
    key: str
    unit: str
    heading: str


@dataclass(slots=True)
class Layout:
    """What a table's columns hold. ``refused`` and ``notes`` say in words what was not used and what was assumed."""

    time: int = -1
    time_unit: str | None = None
    roles: dict[str, int] = field(default_factory=dict)  # "date", "patient", "id", "bed", "name"
    columns: list[Column] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)  # reason, heading, words
    notes: list[str] = field(default_factory=list)


def lay_out(cells: Sequence[str], units: Sequence[str], mapping: Mapping[str, str]) -> Layout:
    """The layout of a table with headings ``cells`` and, when it has such a row, ``units`` under them.

    Raises :class:`SourceError` when ``mapping`` names a column or a vital sign that there is not.
    """
    layout = Layout()
    wanted = _wanted(cells, mapping)
    headings = [wanted.get(index) or read_heading(cell) for index, cell in enumerate(cells)]
    for index, found in sorted(enumerate(headings), key=lambda item: item[0] not in wanted):
        stated = found.unit or (unit_code(units[index]) if index < len(units) else None) or None
        if found.meaning == "time":
            _take_time(layout, index, stated if stated in TIME_UNITS else None)
        elif found.meaning in ROLES:
            layout.roles.setdefault(found.meaning, index)
        elif found.meaning in VITALS:
            _take_vital(layout, index, found.meaning, stated, cells[index].strip(), index in wanted)
        elif found.meaning not in IGNORED or (index not in wanted and cells[index].strip()):
            layout.refused.append(("unknown-heading", cells[index].strip(), "not a heading this program knows; "
                                   "name it with --map HEADING=vital:unit"))  # fmt: skip
    if layout.time < 0 and "date" in layout.roles:
        layout.time = layout.roles.pop("date")
    layout.columns.sort(key=lambda column: column.index)
    return layout


def _wanted(cells: Sequence[str], mapping: Mapping[str, str]) -> dict[int, Heading]:
    stripped = [cell.strip() for cell in cells]
    wanted: dict[int, Heading] = {}
    for heading, target in mapping.items():
        if heading.strip() not in stripped:
            raise SourceError(f"--map: no column {heading!r} in the file; its columns are {', '.join(stripped)}")
        meaning, _, unit = target.partition(":")
        meaning = meaning.strip()
        if meaning not in VITALS and meaning not in ROLES and meaning not in IGNORED:
            raise SourceError(
                f"--map: no vital sign {meaning!r}; known are {', '.join(VITALS)}, "
                f"besides time, patient, bed, name and ignore"
            )
        code = unit_code(unit) if unit.strip() else None
        if meaning in VITALS and code is not None and not _fits(meaning, code):
            raise SourceError(f"--map: {unit.strip()!r} is not a unit of {VITALS[meaning].name}")
        if meaning == "time" and code is not None and code not in TIME_UNITS:
            raise SourceError(f"--map: {unit.strip()!r} is not a unit of time; use {', '.join(TIME_UNITS)}")
        wanted[stripped.index(heading.strip())] = Heading(meaning, code)
    return wanted


def _take_time(layout: Layout, index: int, unit: str | None) -> None:
    if layout.time < 0:
        layout.time, layout.time_unit = index, unit


def _take_vital(layout: Layout, index: int, key: str, unit: str | None, heading: str, mapped: bool) -> None:
    if any(column.key == key for column in layout.columns):
        words = f"a second column of {key}; the first is used, choose with --map"
        layout.refused.append(("second-column", heading, words))
        return
    if unit is None:
        unit = default_unit(key)
        if unit is None:
            words = f"no unit in the heading; say which: --map '{heading}={key}:{VITALS[key].unit}'"
            layout.refused.append(("missing-unit", heading, words))
            return
        layout.notes.append(f"{heading}: no unit given, read as {unit}, the only one of {VITALS[key].name}")
    if not _fits(key, unit):
        words = f"{unit!r} is not a unit of {VITALS[key].name}; if it is misspelt: --map '{heading}={key}:UNIT'"
        layout.refused.append(("unknown-unit", heading, words))
        return
    if not mapped:
        layout.notes.append(f"{heading}: {VITALS[key].name}")
    layout.columns.append(Column(index, key, unit, heading))


def _fits(key: str, unit: str) -> bool:
    return place(key, VITALS[key].plausible[1], unit).flag not in {"unknown-unit", "missing-unit"}
