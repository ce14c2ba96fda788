"""``iomt-tui snapshot``: the ward at one moment, or one page of a patient's story, in words or as JSON."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.wards import choose, source_of
from iomt_tui.times import ward_zone

if TYPE_CHECKING:
    from iomt_tui.cli.headless.words import Units
    from iomt_tui.cli.looking import Look
    from iomt_tui.log.api import RecordedReader

OVERVIEW: Final = "overview"


def run(args: Namespace) -> int:
    """Prints the ward, or the page, to stdout."""
    from iomt_tui.cli.looking import looking

    one = bool(args.patient or args.bed)
    if not one and (args.page or args.hours is not None):
        raise CliError("--page and --hours are of one patient: name them with --patient or --bed", Exit.USAGE)
    config = None if args.source else choose(args).config
    units = config.display.units if config else {}
    with looking(source_of(args), args.at, config.ward.tz if config else "UTC") as (seen, log):
        document, lines = _page(args, seen, log, units) if one else _ward(seen, units)
        if args.form == "json":
            print_json(document())
            return Exit.OK
        from iomt_tui.cli.headless.plain import wrapped

        width = args.width or (shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
        for line in wrapped(lines(), width):
            print(line)
    return Exit.OK


Forms = tuple[Callable[[], object], Callable[[], Iterator[str]]]
"""What makes the document, and what makes the words."""


def _ward(seen: Look, units: Units) -> Forms:
    from iomt_tui.cli.headless.json_out import snapshot_document
    from iomt_tui.cli.headless.plain import snapshot_lines

    header = seen.header()
    return (
        lambda: snapshot_document(header, seen.patients(), seen.silent_s),
        lambda: snapshot_lines(header, seen.patients(), ward_zone(header.tz), units, seen.silent_s),
    )


def _page(args: Namespace, seen: Look, log: RecordedReader, units: Units) -> Forms:
    from iomt_tui.cli.headless.json_out import monitored
    from iomt_tui.cli.headless.story.building import Asked
    from iomt_tui.cli.headless.story.envelope import page_document, page_lines
    from iomt_tui.cli.headless.story.pages import PAGES, Given

    patient, page, header = _wanted(args, seen), PAGES[args.page or OVERVIEW], seen.header()
    window = None if args.hours is None else round(args.hours * 3_600_000)
    live = seen.silent_s is None or monitored(header, seen.silent_s)
    assert page.build is not None
    view = page.build(Asked(seen.ward, log, patient, seen.now, window, live))
    who, given = seen.ward.view(patient, seen.now), Given(header, seen.silent_s, ward_zone(header.tz), units)
    return lambda: page_document(page, view, who, given), lambda: page_lines(page, view, who, given)


def _wanted(args: Namespace, seen: Look) -> str:
    """The one patient whom the command line names. Raises CliError when there is none, or not one alone."""
    bed = args.bed.casefold()
    found = [args.patient] if args.patient else []
    if bed:
        found = [name for name, state in seen.ward.patients.items() if state.bed.casefold() == bed]
    if len(found) == 1 and found[0] in seen.ward.patients:
        return str(found[0])
    what = f"bed {args.bed!r}" if bed else f"patient {args.patient!r}"
    if len(found) > 1:
        raise CliError(f"{len(found)} patients are in {what}: name one with --patient", Exit.SOURCE)
    raise CliError(
        f"nobody in {what} there. 'iomt-tui snapshot --json' with the same source names beds and patients", Exit.SOURCE
    )
