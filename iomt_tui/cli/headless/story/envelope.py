"""What stands around each page of one patient: whether patients are real, whether anybody watches, and who it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from iomt_tui.cli.headless.documents import Watermark
from iomt_tui.cli.headless.json_out import monitored
from iomt_tui.cli.headless.plain import first_line, place
from iomt_tui.cli.headless.story.pages import Given, PrintedPage
from iomt_tui.security.text import safe_text
from iomt_tui.times import clock_time, iso
from iomt_tui.ward.view import PatientView


@dataclass(frozen=True, slots=True)
class WhoDocument:
    """Whose page it is."""

    id: str
    """The patient's id."""
    bed: str
    """Bed, or place at home."""
    full_name: str
    """Family name, given name."""
    mrn: str
    """Medical record number."""


@dataclass(frozen=True, slots=True)
class PageDocument:
    """One page of one patient's story, as it stood at one moment."""

    schema: str
    """Name and version of this shape."""
    watermark: Watermark
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    monitoring: bool
    """Whether an engine watches the ward now. If not, or in a recording, nothing here may be taken for present."""
    silent_s: float | None
    """Real seconds since the engine last wrote; null for a recording."""
    ward: str
    """The ward's name."""
    tz: str
    """The ward's time zone."""
    at: str
    """The moment, ISO 8601 UTC."""
    begin: str
    """The begin of the time that the page is about, ISO 8601 UTC; the moment itself for a page of the present."""
    end: str
    """The end of it."""
    page: str
    """The page's name."""
    patient: WhoDocument
    """Whose page it is."""
    view: Any
    """What the page shows."""


def schema_name(page: str) -> str:
    """Name and version of a page's shape."""
    return f"iomt-tui/{page}/1"


def page_document(page: PrintedPage, view: object, who: PatientView, given: Given) -> PageDocument:
    """A page with all that is needed to read it somewhere else."""
    ward, (begin, end) = given.ward, page.span(view, given.ward.now)
    return PageDocument(
        schema=schema_name(page.name), watermark=ward.watermark, monitoring=monitored(ward, given.silent),  # type: ignore[arg-type]
        silent_s=None if given.silent is None else round(given.silent, 3), ward=ward.name, tz=ward.tz,
        at=iso(ward.now), begin=iso(begin), end=iso(end), page=page.name,
        patient=WhoDocument(safe_text(who.id), who.bed, who.full_name, who.mrn), view=page.document(view, given),
    )  # fmt: skip


def page_lines(page: PrintedPage, view: object, who: PatientView, given: Given) -> Iterator[str]:
    """The page in words. The first line says whether these are real patients and whether anybody watches."""
    yield first_line(given.ward, given.zone, given.silent)
    if given.ward.notice:
        yield f"NOTICE: {given.ward.notice}"
    name = who.full_name or who.name or who.id
    where = place(who)
    yield f"{where[:1].upper()}{where[1:]}, {name}, record {who.mrn or 'unknown'}: {page.name}"
    begin, end = page.span(view, given.ward.now)
    if begin < end:
        yield f"From {clock_time(begin, given.zone)} to {clock_time(end, given.zone)}."
    yield from page.plain(view, given)


def lines_only(lines: tuple[str, ...], given: Given, zone: tzinfo) -> Iterator[str]:
    """A page that has no model: its lines as they stand on the screen."""
    yield first_line(given.ward, zone, given.silent)
    yield from lines
