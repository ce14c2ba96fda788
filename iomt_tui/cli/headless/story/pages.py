"""Every page that can be printed or exported, in one table: what builds its model, and the twins that print it.

Each page has a module in this package with ``document`` (frozen dataclasses), ``plain`` (words, line by line) and
``rows`` (a table, its header first). They are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from importlib import import_module
from types import ModuleType
from typing import Any, Final, NamedTuple

from iomt_tui.cli.headless.story import building
from iomt_tui.cli.headless.story.building import Asked
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.words import Units
from iomt_tui.ward.view import WardView

DAY: Final = 86_400_000
_ROOM: Final = "iomt_tui.cli.headless"


class Given(NamedTuple):
    """What a page is printed with beside its model."""

    ward: WardView  # at the moment that is shown
    silent: float | None  # s since the engine last wrote; None in a recording
    zone: tzinfo
    units: Units


def _document(module: Any, view: Any, given: Given) -> object:
    del given
    return module.document(view)


def _plain(module: Any, view: Any, given: Given) -> Iterator[str]:
    found: Iterator[str] = module.plain(view, given.zone, given.units)
    return found


def _span(view: Any, now: int) -> tuple[int, int]:
    """The time that a page of the present is about: the moment alone."""
    del view
    return now, now


def _rows(module: Any, view: Any, given: Given) -> Iterator[Row]:
    del given
    found: Iterator[Row] = module.rows(view)
    return found


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page. ``shape`` is its document's class, ``module:Class`` below :mod:`iomt_tui.cli.headless`."""

    name: str
    shape: str
    build: Callable[[Asked], object] | None  # None: it is no page of one patient
    as_document: Callable[[Any, Any, Given], object] = _document
    as_plain: Callable[[Any, Any, Given], Iterator[str]] = _plain
    as_rows: Callable[[Any, Any, Given], Iterator[Row]] = _rows
    as_span: Callable[[Any, int], tuple[int, int]] = _span

    @property
    def module(self) -> ModuleType:
        """Its twins."""
        return import_module(f"{_ROOM}.story.{self.name.replace(' ', '_')}")

    @property
    def shapes(self) -> ModuleType:
        """Where its document's class is."""
        return import_module(f"{_ROOM}.{self.shape.partition(':')[0]}")

    @property
    def root(self) -> type:
        """Its document's class."""
        found: type = getattr(self.shapes, self.shape.partition(":")[2])
        return found

    def document(self, view: object, given: Given) -> object:
        """Its model as frozen dataclasses."""
        return self.as_document(self.module, view, given)

    def plain(self, view: object, given: Given) -> Iterator[str]:
        """Its model in words."""
        return self.as_plain(self.module, view, given)

    def rows(self, view: object, given: Given) -> Iterator[Row]:
        """Its model as a table, the header first."""
        return self.as_rows(self.module, view, given)

    def span(self, view: object, now: int) -> tuple[int, int]:
        """The time (ms) that its model is about; none of it lies after ``now``."""
        start, end = self.as_span(view, now)
        return min(start, now), min(end, now)


_ALL: Final = (
    PrintedPage(
        "board", "documents:SnapshotDocument", None, lambda m, v, g: m.document(v, g.ward, g.silent),
        lambda m, v, g: m.plain(v, g.ward, g.zone, g.units, g.silent), lambda m, v, g: m.rows(v, g.ward, g.silent),
    ),
    PrintedPage(
        "overview", "documents:PatientDocument", building.overview,
        as_plain=lambda m, v, g: m.plain(v, g.zone, g.units, g.ward.now),
        as_rows=lambda m, v, g: m.rows(v, g.ward, g.silent),
    ),
    PrintedPage(
        "trends", "story.trends:TrendDocument", building.trends, as_span=lambda v, now: (v.start, v.end)
    ),
    PrintedPage(
        "observations", "story.observations:ObservationsDocument", building.observations,
        as_span=lambda v, now: (v.columns[0].span.begins, v.columns[-1].span.ends),
    ),
    PrintedPage(
        "flowsheet", "story.flowsheet:FlowsheetDocument", building.flowsheet,
        as_span=lambda v, now: (v.columns[0].begins, v.columns[-1].ends),
    ),
    PrintedPage(
        "glucose", "story.glucose:GlucoseDocument", building.glucose,
        as_span=lambda v, now: (v.at - v.days * DAY, v.at),
    ),
    PrintedPage(
        "waves", "story.waves:WavesDocument", building.waves,
        as_span=lambda v, now: (min((channel.begins for channel in v.channels), default=now), now),
    ),
    PrintedPage(
        "timeline", "story.timeline:TimelineDocument", building.timeline, as_span=lambda v, now: (v.start, v.end)
    ),
    PrintedPage("devices", "story.devices:DevicesDocument", building.devices),
    PrintedPage(
        "ward devices", "story.ward_devices:WardDevicesDocument", None, lambda m, v, g: m.document(v, g.ward, g.silent),
        lambda m, v, g: m.plain(v, g.ward, g.zone, g.units, g.silent),
    ),
    PrintedPage(
        "compare", "story.compare:CompareDocument", None, lambda m, v, g: m.document(v, g.ward, g.silent),
        lambda m, v, g: m.plain(v, g.ward, g.zone, g.units, g.silent),
        as_span=lambda v, now: (min((one.start for one in v), default=now), max((one.end for one in v), default=now)),
    ),
)  # fmt: skip

PAGES: Final[Mapping[str, PrintedPage]] = {page.name: page for page in _ALL}
"""By the name on the command line, which is ``printed_as`` on the screen."""

OF_A_PATIENT: Final = tuple(page.name for page in _ALL if page.build is not None)
"""What ``snapshot --page`` takes."""
