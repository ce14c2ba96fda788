"""Makes the files of an export, each with the mark that the screen has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import orjson

from iomt_tui.cli.exporting.csv_text import Cell, csv_bytes
from iomt_tui.cli.headless.export_document import PAGE, ScreenDocument
from iomt_tui.cli.headless.json_out import monitored
from iomt_tui.cli.headless.plain import WATERMARK
from iomt_tui.cli.headless.story.envelope import lines_only, page_document, page_lines
from iomt_tui.cli.headless.story.pages import PAGES, Given, PrintedPage
from iomt_tui.log.api import RecordedReader
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso, ward_zone
from iomt_tui.tui.exporting import Shown
from iomt_tui.ward.exports import CSV, FHIR, FORMATS, JSON, SVG, TEXT

OpenLog = Callable[[], RecordedReader]


def formats(shown: Shown) -> tuple[str, ...]:
    """All of them where the page has a model; one without has no patients that a Bundle could be about."""
    return tuple(form for form in FORMATS if form != FHIR or _page(shown) is not None)


def time_of(shown: Shown) -> tuple[int, int]:
    """The time (ms) that the page is about."""
    page, now = _page(shown), shown.ward.now
    return page.span(shown.model, now) if page is not None else (now, now)


def content(shown: Shown, form: str, log: OpenLog) -> bytes:
    """The bytes of the file. Raises LogError."""
    made = {CSV: _csv, JSON: _json, TEXT: _text, SVG: _picture}.get(form)
    return made(shown) if made is not None else _bundle(shown, log)


def _page(shown: Shown) -> PrintedPage | None:
    """The page's row in the table; None for one without a model."""
    return PAGES.get(shown.page) if shown.model is not None else None


def _given(shown: Shown) -> Given:
    return Given(shown.ward, shown.silent, ward_zone(shown.ward.tz), shown.units)


def _csv(shown: Shown) -> bytes:
    page, given = _page(shown), _given(shown)
    leading: list[tuple[str, Cell]] = [("watermark", shown.ward.watermark), ("at", iso(shown.ward.now))]
    if shown.who is not None:
        leading += [("patient", safe_text(shown.who.id)), ("bed", shown.who.bed)]
    rows: Iterable[list[Cell]] = page.rows(shown.model, given) if page is not None else _line_rows(shown)
    return csv_bytes(rows, leading)


def _line_rows(shown: Shown) -> Iterator[list[Cell]]:
    yield [shown.page]
    for line in shown.lines:
        yield [line]


def _json(shown: Shown) -> bytes:
    page, given = _page(shown), _given(shown)
    document: object
    if page is None:
        document = ScreenDocument(
            schema=PAGE, watermark=shown.ward.watermark, monitoring=monitored(shown.ward, shown.silent),  # type: ignore[arg-type]
            ward=shown.ward.name, at=iso(shown.ward.now), page=shown.page,
            patients=[safe_text(one) for one in shown.patients], lines=list(shown.lines),
        )  # fmt: skip
    elif shown.who is None:
        document = page.document(shown.model, given)
    else:
        document = page_document(page, shown.model, shown.who, given)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _text(shown: Shown) -> bytes:
    page, given = _page(shown), _given(shown)
    if page is None:
        lines = lines_only(shown.lines, given, given.zone)
    elif shown.who is None:
        lines = page.plain(shown.model, given)
    else:
        lines = page_lines(page, shown.model, shown.who, given)
    return "".join(f"{line}\n" for line in lines).encode()


def _picture(shown: Shown) -> bytes:
    from iomt_tui.cli.exporting.picture import svg_bytes

    words = f"{WATERMARK[shown.ward.watermark]}{shown.title}, {shown.ward.name}, {iso(shown.ward.now)}"
    return svg_bytes(shown.picture, shown.size, f"{shown.ward.watermark} {shown.ward.name}".strip(), words)


def _bundle(shown: Shown, log: OpenLog) -> bytes:
    from iomt_tui import __version__
    from iomt_tui.backends.fhir.publishing.bundle import Extent, bundle
    from iomt_tui.cli.exporting.stretch import arrivals
    from iomt_tui.cli.looking import fold_to

    start, end = time_of(shown)
    reader = log()
    try:
        told = list(arrivals(fold_to(reader, end), reader, shown.patients, start, end))
    finally:
        reader.close()
    extent = Extent(
        ward=shown.ward.name, watermark=shown.ward.watermark, start=start, end=end, at=shown.ward.now, by=shown.user,
        program=f"iomt-tui {__version__}",
    )  # fmt: skip
    return orjson.dumps(bundle(extent, told, ward_zone(shown.ward.tz)), option=orjson.OPT_APPEND_NEWLINE)
