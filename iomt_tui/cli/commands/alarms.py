"""``iomt-tui alarms``: every alarm of a recording or a log, their burden, and what other limits would make of it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.wards import choose, source_of

if TYPE_CHECKING:
    from iomt_tui.alarms.course import Change
    from iomt_tui.alarms.whatif import Comparison
    from iomt_tui.ward.history import History


def run(args: Namespace) -> int:
    """Prints the alarms to stdout."""
    from iomt_tui.alarms.course import band
    from iomt_tui.cli.headless.alarm_report import report
    from iomt_tui.cli.looking import fold_to
    from iomt_tui.cli.stretch import open_stretch

    candidate, vitals = _candidate(args.limits)
    config = None if args.source else choose(args).config
    stretch = open_stretch(source_of(args), args.at, config.ward.tz if config else "UTC")
    try:
        header = stretch.header()
        bands: Mapping[str, tuple[float, float]] = (
            {vital: band(vital, (candidate,)) for vital in vitals} if candidate else {}
        )
        history = stretch.history(bands, args.patient)
        ended = fold_to(stretch.reader, stretch.end)
    finally:
        stretch.reader.close()
    patients = _chosen(history, args)
    compared = _compared(history, patients, candidate) if candidate else None
    document = report(header, history, patients, compared, ended)
    if args.form == "json":
        print_json(document)
        return Exit.OK
    from iomt_tui.cli.headless.alarm_plain import report_lines
    from iomt_tui.times import ward_zone

    for line in report_lines(document, ward_zone(header.tz)):
        print(line)
    return Exit.OK


def _candidate(path: Path | None) -> tuple[Change | None, tuple[str, ...]]:
    """The limits of the file and the vitals they are for. Raises CliError when anything in it is wrong."""
    if path is None:
        return None, ()
    from iomt_tui.cli.limits_file import read_limits

    limits, vitals, problems = read_limits(path)
    for problem in problems:
        print(f"iomt-tui: {problem}", file=sys.stderr)
    if problems:
        raise CliError(f"nothing compared: {path} is not what would be meant. Correct it", Exit.CONFIG)
    return limits, vitals


def _chosen(history: History, args: Namespace) -> list[str]:
    """The patients that the command line names. Raises CliError when nobody like that was there."""
    bed = args.bed
    patients = [key for key, patient in history.patients.items() if not bed or patient.bed.casefold() == bed.casefold()]
    if patients or not (bed or args.patient):
        return patients
    what = f"bed {bed!r}" if bed else f"patient {args.patient!r}"
    raise CliError(
        f"nobody in {what} there. 'iomt-tui snapshot --json' with the same source names beds and patients", Exit.SOURCE
    )


def _compared(history: History, patients: list[str], candidate: Change) -> tuple[Comparison, ...]:
    from iomt_tui.alarms.whatif import compare

    return compare(history.with_stays(patients), candidate, history.end)
