"""``iomt-tui limits``: the alarm limits in force, where they come from and who changed them."""

from __future__ import annotations

from argparse import Namespace

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.wards import choose, source_of
from iomt_tui.times import ward_zone


def run(args: Namespace) -> int:
    """Prints the limits to stdout."""
    from iomt_tui.cli.headless.limits_report import limits_lines, report
    from iomt_tui.cli.looking import look

    config = None if args.source else choose(args).config
    seen = look(source_of(args), args.at, config.ward.tz if config else "UTC")
    bed = args.bed.casefold()
    views = [
        view for view in seen.patients()
        if (not bed or view.bed.casefold() == bed) and (not args.patient or view.id == args.patient)
    ]  # fmt: skip
    if not views and (bed or args.patient):
        what = f"bed {args.bed!r}" if bed else f"patient {args.patient!r}"
        raise CliError(
            f"nobody in {what} there. 'iomt-tui snapshot --json' with the same source names beds and patients",
            Exit.SOURCE,
        )
    header, limits = seen.header(), {view.id: seen.ward.limits_in_force(view.id, seen.now) for view in views}
    if args.form == "json":
        print_json(report(header, views, limits))
        return Exit.OK
    units = config.display.units if config else {}
    for line in limits_lines(header, views, limits, units, ward_zone(header.tz)):
        print(line)
    return Exit.OK
