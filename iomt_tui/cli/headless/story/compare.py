"""Two to four patients on one time axis: the trends of each, told one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal

from iomt_tui.cli.headless.documents import Watermark
from iomt_tui.cli.headless.json_out import monitored
from iomt_tui.cli.headless.plain import first_line
from iomt_tui.cli.headless.story import trends
from iomt_tui.cli.headless.story.table import Row
from iomt_tui.cli.headless.story.trends import TrendDocument
from iomt_tui.cli.headless.words import Units
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso
from iomt_tui.ward.story.trends import TrendView
from iomt_tui.ward.view import WardView

COMPARE: Final = "iomt-tui/compare/1"


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """The trends of one of them."""

    id: str
    """The patient's id."""
    bed: str
    """Bed, or place at home."""
    full_name: str
    """Family name, given name."""
    mrn: str
    """Medical record number."""
    trends: TrendDocument
    """What the vital signs did."""


@dataclass(frozen=True, slots=True)
class CompareDocument:
    """Several patients on one time axis."""

    schema: Literal["iomt-tui/compare/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    monitoring: bool
    """Whether an engine watches the ward now. If not, or in a recording, nothing here may be taken for present."""
    ward: str
    """The ward's name."""
    tz: str
    """The ward's time zone."""
    at: str
    """The moment, ISO 8601 UTC."""
    patients: list[ComparedDocument]
    """In the order on the screen."""


def document(views: tuple[TrendView, ...], ward: WardView, silent: float | None) -> CompareDocument:
    """All of them."""
    return CompareDocument(
        schema=COMPARE, watermark=ward.watermark, monitoring=monitored(ward, silent), ward=ward.name, tz=ward.tz,  # type: ignore[arg-type]
        at=iso(ward.now), patients=[_compared(view) for view in views],
    )  # fmt: skip


def _compared(view: TrendView) -> ComparedDocument:
    return ComparedDocument(safe_text(view.patient), view.bed, view.name, view.mrn, trends.document(view))


def plain(
    views: tuple[TrendView, ...], ward: WardView, zone: tzinfo, units: Units, silent: float | None
) -> Iterator[str]:  # fmt: skip
    """One after the other, below whose they are."""
    yield first_line(ward, zone, silent)
    for view in views:
        yield ""
        yield f"{view.bed or 'no bed'}, {view.name}, record {view.mrn or 'unknown'}:"
        yield from (f"  {line}" for line in trends.plain(view, zone, units))


def rows(views: tuple[TrendView, ...]) -> Iterator[Row]:
    """The rows of all, below one header: what only some were measured of is empty for the others."""
    tables = [list(trends.rows(view)) for view in views]
    headings = list(dict.fromkeys(str(heading) for table in tables for heading in table[0]))
    last: list[str] = [heading for heading in ("alarms", "done") if heading in headings]
    headings = [heading for heading in headings if heading not in last] + last
    yield ["patient", "bed", *headings]
    for view, (head, *table) in zip(views, tables, strict=True):
        for row in table:
            own = dict(zip(head, row, strict=True))
            yield [safe_text(view.patient), view.bed, *(own.get(heading) for heading in headings)]
