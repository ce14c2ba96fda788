"""What a page of a patient costs that is looked at: everything on it is drawn anew each second."""

from __future__ import annotations

from collections.abc import Iterator

from .report import Figure
from .screen_costs import WARM_UP, WINDOW
from .ward import fed_ward, steady


def overview() -> Iterator[Figure]:
    """The overview of one of 32 patients at 1 Hz on 200x60, with the courses of its vitals and its latest events."""
    with fed_ward(32) as ward:
        screen = ward.screen()
        screen.pump(3.0)
        for key in "j1":
            screen.type(key)
            screen.pump(1.0)
        sent, cpu = steady(screen, WARM_UP, WINDOW)
        shown = "\n".join(screen.lines())
        screen.close()
    assert "Now · last" in shown and "Latest events" in shown
    yield Figure("overview of a patient: bytes to the terminal", sent, "B/s", 1_000)
    yield Figure("overview of a patient: processor time", cpu, "ms/s", 20)
