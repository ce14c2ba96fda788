"""``iomt-tui adherence``: medicines at home, of a ward or of files of fills and doses."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from typing import TYPE_CHECKING, Final

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.wards import choose, source_of

if TYPE_CHECKING:
    from iomt_tui.cli.headless.adherence_documents import AdherenceDocument

FEW: Final = 91
"""Days below which the PQA does not judge a PDC."""


def run(args: Namespace) -> int:
    """Prints it to stdout."""
    if args.imports and args.source:
        raise CliError("--import reads files instead of a ward: leave out --source", Exit.USAGE)
    if not args.imports and args.until:
        raise CliError("--until is for --import; of a ward the period ends today", Exit.USAGE)
    document = _imported(args) if args.imports else _of_ward(args)
    if args.form == "json":
        print_json(document)
        return Exit.OK
    from iomt_tui.cli.headless.adherence_plain import adherence_lines

    for line in adherence_lines(document):
        print(line)
    return Exit.OK


def _of_ward(args: Namespace) -> AdherenceDocument:
    from iomt_tui.cli.headless.adherence_documents import ADHERENCE, AdherenceDocument
    from iomt_tui.cli.headless.adherence_report import patient_document
    from iomt_tui.cli.looking import look
    from iomt_tui.clinical.medication.ranking import ranked
    from iomt_tui.ward.adherence import KEPT

    if args.days > KEPT:
        raise CliError(f"a ward keeps {KEPT} days of doses: ask for --days {KEPT} or less", Exit.USAGE)
    config = None if args.source else choose(args).config
    seen = look(source_of(args), None, config.ward.tz if config else "UTC")
    views = {p: seen.ward.adherence(p, seen.now, args.days) for p in seen.ward.ids()}
    wanted = _wanted(args, {p: str(view.bed) for p, view in views.items()})
    own = {p: view for p, view in views.items() if p in wanted and view.known}
    header, last = seen.header(), next((view.today for view in views.values()), date(1970, 1, 1).toordinal())
    order = ranked((p, view.assessment) for p, view in own.items())
    return AdherenceDocument(
        schema=ADHERENCE, watermark=header.watermark, ward=header.name, tz=header.tz,
        first=date.fromordinal(last - args.days + 1).isoformat(), last=date.fromordinal(last).isoformat(),
        patients=[patient_document(p, own[p].bed, own[p].name, own[p].assessment) for p in order],
        rows_used=None, rows_bad=None, notes=[],
    )  # fmt: skip


def _wanted(args: Namespace, beds: dict[str, str]) -> set[str]:
    """The patients that the command line names. Raises CliError when nobody like that is there."""
    found = {
        patient
        for patient, bed in beds.items()
        if (not args.patient or patient == args.patient) and (not args.bed or bed.casefold() == args.bed.casefold())
    }
    if found or not (args.bed or args.patient):
        return found
    what = f"bed {args.bed!r}" if args.bed else f"patient {args.patient!r}"
    raise CliError(
        f"nobody in {what} there. 'iomt-tui adherence --plain' without it names all of whom something is known",
        Exit.SOURCE,
    )


def _imported(args: Namespace) -> AdherenceDocument:
    from iomt_tui.backends.replay.adherence_csv import Import
    from iomt_tui.cli.headless.adherence_documents import ADHERENCE, AdherenceDocument
    from iomt_tui.cli.headless.adherence_report import patient_document
    from iomt_tui.clinical.medication.assessment import assess
    from iomt_tui.clinical.medication.ranking import ranked
    from iomt_tui.clinical.medication.supply import Period
    from iomt_tui.times import ward_zone

    config = choose(args).config
    tz = config.ward.tz if config else "UTC"
    found = Import(ward_zone(tz))
    for path in args.imports:
        found.read(path)
    if not found.used:
        told = "; ".join(found.refusals.problems[:3])
        raise CliError(f"no row can be used. {told}".strip())
    last = args.until.toordinal() if args.until else found.last
    period = Period(last - args.days + 1, last)
    if args.bed:
        raise CliError("files of fills and doses know no beds: name a patient with --patient", Exit.USAGE)
    records = found.records()
    wanted = _wanted(args, dict.fromkeys(records, ""))
    own = {str(p): assess(drugs, period) for p, drugs in records.items() if p in wanted}
    notes = [*found.notes, *found.refusals.problems]
    if not args.until:
        notes.insert(0, "the period ends with the newest date in the files; --until DATE ends it elsewhere")
    if args.days < FEW:
        notes.append(f"the PQA judges a PDC over {FEW} days or more")
    return AdherenceDocument(
        schema=ADHERENCE, watermark="", ward="", tz=tz,
        first=date.fromordinal(period.first).isoformat(), last=date.fromordinal(period.last).isoformat(),
        patients=[patient_document(p, "", "", own[p]) for p in ranked(own.items())],
        rows_used=found.used, rows_bad=found.bad, notes=notes,
    )  # fmt: skip
