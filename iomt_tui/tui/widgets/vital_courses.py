"""The vital signs of a page with the course of each: number, sparkline, limits and age, one below the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.text import fitted, joined, plain, spread
from iomt_tui.tui.widgets.courses import Courses
from iomt_tui.tui.widgets.rows import MUTED, heading
from iomt_tui.tui.widgets.vital_lines import Said, unmeasured, vitals_said
from iomt_tui.ward.view import PatientView

FEWEST: Final = 10
"""Cells below which a course says too little."""

MOST: Final = 40

_LIMITS: Final = "limits"
_ROOMY: Final = 76  # cells from which names and numbers have all the room they need
_WHEN: Final = 11  # cells of an age: " 59 min ago"
_SHORT: Final = {
    "nibp_sys": "BP, cuff", "nibp_mean": "Mean BP, cuff", "ibp_sys": "BP, line", "ibp_mean": "Mean BP, line"
}  # fmt: skip


class Places(NamedTuple):
    """Where things stand in a line, in cells."""

    name: int  # width of the names
    cells: int  # of a course, at most
    end: int  # the first cell behind a course
    limits: int  # the first cell of the limits


def now_lines(
    view: PatientView, measures: Measures, courses: Courses, title: str, width: int, *, halted: bool
) -> list[Content] | None:
    """A heading and a line for each vital; None where there is too little room for limits, ages and courses."""
    rows = list(vitals_said(view, measures, halted=halted))
    places = places_of(rows, width)
    if places is None or not rows:
        return None
    column = _LIMITS if any(row.limits for row in rows) else ""
    head = heading(f"{title} · {courses.words}", width, column, places.limits)
    return [head, *(_line(row, places, courses, width) for row in rows), *unmeasured(view, width)]


def places_of(rows: Sequence[Said], width: int) -> Places | None:
    """Where things stand so that nothing moves when an age or a number is longer; None where courses have no room."""
    name, number = (22, 14) if width >= _ROOMY else (18, 12)
    limits = max((max(len(row.limits), len(_LIMITS)) for row in rows if row.limits), default=0)
    cells = min(width - name - number - limits - _WHEN - 2, MOST)
    end = name + number + 1 + cells
    return Places(name, cells, end, end + 1) if cells >= FEWEST else None


def _line(row: Said, places: Places, courses: Courses, width: int) -> Content:
    """What does not fit beside a long age gives way: the course to the limits of a present value, else the limits."""
    name = _SHORT.get(row.vital.key, row.name) if width < _ROOMY else row.name
    said = joined(fitted(plain(name, MUTED), places.name), plain(row.number, row.style))
    right = plain(f" {row.when}", MUTED)
    course = courses.of(row.vital, places.cells, min(places.cells, places.end - said.cell_length - 1))
    with_course = _at(said, course, places.end - course.cell_length)
    limits = plain(row.limits, MUTED)
    for left, live in (
        (_at(with_course, limits, places.limits), True),
        (_at(said, limits, width - right.cell_length - 1 - limits.cell_length), row.vital.live),
        (with_course, True),
    ):
        if live and left is not None and left.cell_length + right.cell_length <= width:
            return spread(left, right, width)
    return spread(said, right, width)


def _at(left: Content, what: Content, place: int) -> Content:
    """``what`` at ``place``, behind ``left``; where nothing is to stand there, ``left`` alone."""
    if not what.cell_length:
        return left
    return joined(fitted(left, max(place, left.cell_length + 1)), what)
