"""``iomt-tui meds``: the doses near one moment, in words or as JSON."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.wards import choose, source_of
from iomt_tui.times import ward_zone

if TYPE_CHECKING:
    from iomt_tui.cli.looking import Look


def run(args: Namespace) -> int:
    """Prints the doses to stdout."""
    from iomt_tui.cli.headless.meds_report import report, report_lines
    from iomt_tui.cli.looking import look

    config = None if args.source else choose(args).config
    seen = look(source_of(args), args.at, config.ward.tz if config else "UTC")
    header = seen.header()
    chosen = _chosen(seen, args)
    views = [seen.ward.medication(patient, seen.now) for patient in chosen]
    writes = {op: one for patient in chosen for op, one in seen.ward.view(patient, seen.now).writes.items()}
    if args.form == "json":
        print_json(report(header, views, due=args.due, by=args.by, writes=writes))
        return Exit.OK
    for line in report_lines(header, views, ward_zone(header.tz), due=args.due, by=args.by, writes=writes):
        print(line)
    return Exit.OK


def _chosen(seen: Look, args: Namespace) -> list[str]:
    """The patients that the command line names. Raises CliError when nobody like that is there."""
    patients = seen.ward.patients
    if args.patient:
        found = [key for key in patients if key == args.patient]
    else:
        found = [key for key, p in patients.items() if not args.bed or p.bed.casefold() == args.bed.casefold()]
    if found or not (args.patient or args.bed):
        return found
    what = f"bed {args.bed!r}" if args.bed else f"patient {args.patient!r}"
    raise CliError(
        f"nobody in {what} there. 'iomt-tui snapshot --json' with the same source names beds and patients", Exit.SOURCE
    )
