"""The command line: commands, options and their help. Imports nothing but argparse, so that ``--help`` is quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from iomt_tui.cli.exits import exit_table

PAGES: Final = ("overview", "trends", "observations", "flowsheet", "glucose", "waves", "timeline", "devices")
"""Pages of one patient's story that can be printed (:mod:`iomt_tui.cli.headless.story.pages`)."""

SCHEMAS: Final = (
    "snapshot", "watch", "doctor", "alarms", "limits", "meds", "adherence", "escalation", "page", "compare",
    "ward-devices", *PAGES,
)  # fmt: skip
SHELLS: Final = ("bash", "zsh", "fish")

_EPILOG: Final = f"""\
sources (--source):
  demo              the simulated ward
  demo:SCENARIO     the simulated ward with one scenario
  ward:NAME         a ward whose engine runs or ran on this machine
  FILE              a recording of this program, a CSV file or a FHIR R4 Bundle, or the name
                    of a recording that came with the program ('iomt-tui replay' lists them)

times (--at):
  +15m              from the start of the recording
  -2h               before its end, written as --at=-2h
  03:12, 03:12:30   the first such time on the ward's clock
  2026-03-01T03:12  ISO 8601; the ward's time zone unless it names one

exit codes:
{exit_table()}

files:
  IOMT_TUI_CONFIG   the configuration file ('iomt-tui config path' shows where it is)
  IOMT_TUI_STATE    the directory of event logs and crash reports

This is a secondary display. It does not replace the bedside monitor's alarms.
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line. ``args.command`` names the command, "" when there is none."""
    parser = argparse.ArgumentParser(
        prog="iomt-tui",
        description="A ward of patients wearing connected medical devices, live in the terminal. "
        "Without a command: opens the configured ward, or the demo ward.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="show the versions of the program, Python and Textual")
    _add_global(parser, first=True)
    parser.set_defaults(command="")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for add in (
        _demo, _seed, _connect, _replay, _record, _snapshot, _watch, _alarms, _limits, _meds, _adherence, _sign_in,
        _engine, _log, _doctor, _config, _schema, _rest,
    ):  # fmt: skip
        add(commands)
    return parser


class _Version(argparse.Action):
    def __init__(self, option_strings: list[str], dest: str, **kwargs: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=kwargs.get("help"))

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from iomt_tui.cli.version import version_line

        print(version_line())
        parser.exit()


def _add_global(parser: argparse.ArgumentParser, *, first: bool) -> None:
    """The options of every command. Only the first parser sets defaults: a command must not undo what came before."""

    def default(value: object) -> Any:
        return value if first else argparse.SUPPRESS

    group = parser.add_argument_group("options of every command")
    group.add_argument(
        "--read-only", action="store_true", default=default(False), help="look, but acknowledge and change nothing"
    )
    group.add_argument(
        "--ward", metavar="NAME", default=default(""), help="the ward to open, instead of the configured one"
    )
    group.add_argument(
        "--theme", metavar="NAME", default=default(""), help="the colours, instead of the configured ones"
    )
    group.add_argument(
        "--no-mouse", action="store_true", default=default(False), help="leave the mouse to the terminal"
    )
    sound = group.add_mutually_exclusive_group()
    sound.add_argument("--sound", action="store_true", default=default(False), help="alarms sound, on a demo too")
    sound.add_argument("--mute", action="store_true", default=default(False), help="no alarm sounds at this desk")
    group.add_argument("--no-flash", action="store_true", default=default(False), help="nothing on the screen flashes")


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[:1].upper() + text[1:] + ".", allow_abbrev=False
    )
    _add_global(parser, first=False)
    return parser


def _type(name: str, module: str = "times") -> Callable[[str], Any]:
    """An argparse type from a function that raises ValueError; its module is imported when a value has to be read."""

    def convert(text: str) -> Any:
        from importlib import import_module

        try:
            return getattr(import_module(f"iomt_tui.{module}"), name)(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return convert


def _number(low: float, high: float, kind: type[int] | type[float]) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = kind(-1) if low >= 0 else kind(low - 1)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {low:g} to {high:g}")
        return value

    return convert


_SPEED: Final = _number(1, 600, float)


def _demo(commands: Any) -> None:
    demo = _command(commands, "demo", "open a simulated ward; nothing on it is a real patient")
    demo.add_argument("--scenario", metavar="NAME", default="", help="one course of illness instead of the usual mix")
    demo.add_argument("--beds", metavar="N", type=_number(1, 2000, int), help="how many patients (24)")
    demo.add_argument("--seed", metavar="N", type=_number(0, 2**63 - 1, int), help="another ward, the same each time")
    demo.add_argument("--speed", metavar="X", type=_SPEED, default=1.0, help="times as fast as real time, to 600 (1)")
    demo.add_argument(
        "--fhir", metavar="URL", default="",
        help="by way of this FHIR R4 server: the ward is put there ('iomt-tui seed'), fed and read from there",
    )  # fmt: skip


def _seed(commands: Any) -> None:
    seed = _command(commands, "seed", "put the simulated ward into a FHIR R4 server that holds no real patients")
    duration = _type("parse_duration")
    seed.add_argument("--url", metavar="URL", required=True, help="the FHIR base; https, or http on this machine")
    seed.add_argument("--beds", metavar="N", type=_number(1, 2000, int), help="how many patients (24)")
    seed.add_argument("--seed", metavar="N", type=_number(0, 2**63 - 1, int), help="another ward beside it (7)")
    seed.add_argument("--scenario", metavar="NAME", default="", help="one course of illness instead of the usual mix")
    seed.add_argument(
        "--hours", metavar="H", type=_number(0, 168, float), default=24.0, help="hours of measurements before now (24)"
    )
    seed.add_argument(
        "--step", metavar="DURATION", type=duration, default=300_000, help="one value each so often in them (5m)"
    )
    what = seed.add_mutually_exclusive_group()
    what.add_argument("--feed", action="store_true", help="go on, as a ward does, until Ctrl+C")
    what.add_argument("--remove", action="store_true", help="take the ward away, and all that is about its patients")
    seed.add_argument(
        "--every", metavar="DURATION", type=duration, default=60_000, help="with --feed: one value each so often (60s)"
    )
    seed.add_argument(
        "--speed", metavar="X", type=_SPEED, default=1.0,
        help="with --feed: times as fast as real time, for tests: times run ahead of every clock (1)",
    )  # fmt: skip
    seed.add_argument(
        "--auth", choices=("none", "bearer"), default="none",
        help="bearer takes a token from the variable IOMT_TUI_TOKEN, never from the command line",
    )  # fmt: skip


def _connect(commands: Any) -> None:
    connect = _command(commands, "connect", "open the ward of a FHIR R4 server")
    connect.add_argument(
        "server", metavar="NAME", nargs="?", default="", help="of [servers.NAME] in the configuration"
    )  # fmt: skip
    connect.add_argument(
        "--url", metavar="URL", default="",
        help="the FHIR base of a lab server, without a configuration; its ward (Location/ID, Group/ID, List/ID or "
        "Encounter?QUERY) is then named by --ward, and every frame says TEST",
    )  # fmt: skip
    connect.add_argument("--name", metavar="TITLE", default="", help="with --url: what the header calls the ward")
    connect.add_argument(
        "--auth", choices=("none", "bearer"), default="none",
        help="with --url: bearer takes a token from the variable IOMT_TUI_TOKEN, never from the command line",
    )  # fmt: skip


def _replay(commands: Any) -> None:
    replay = _command(commands, "replay", "play a recording, a CSV file or a FHIR Bundle")
    replay.add_argument(
        "file", metavar="FILE", nargs="?",
        help="or the name of a recording that came with the program; without it, those are listed",
    )  # fmt: skip
    replay.add_argument("--speed", metavar="X", type=_SPEED, default=1.0, help="times as fast as recorded, to 600 (1)")
    replay.add_argument("--at", metavar="TIME", type=_type("parse_moment"), help="begin here")
    _add_map(replay)


def _add_map(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--map", metavar="HEADING=VITAL[:UNIT]", action="append", default=[],
        type=_type("parse_mapping", "cli.source_spec"),
        help="what a CSV column holds, for headings the program does not know; may be given again",
    )  # fmt: skip


def _record(commands: Any) -> None:
    record = _command(commands, "record", "record the ward into a file that replay plays")
    record.add_argument("file", metavar="FILE")
    _add_for(record)


def _add_for(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--for",
        dest="duration",
        metavar="DURATION",
        type=_type("parse_duration"),
        help="stop after this long, as 8h or 90s",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument(
        "--plain", dest="form", action="store_const", const="plain", help="words, for people and screen readers"
    )
    form.add_argument(
        "--json", dest="form", action="store_const", const="json", help="JSON; 'iomt-tui schema' describes it"
    )
    parser.add_argument("--source", metavar="SPEC", default="", help="what to read, instead of the configured ward")
    _add_map(parser)


def _snapshot(commands: Any) -> None:
    snapshot = _command(commands, "snapshot", "print the ward, or one page of a patient, as it stands at one moment")
    _add_output(snapshot)
    _add_who(snapshot, "the page of the patient in this bed")
    snapshot.add_argument("--page", choices=PAGES, default="", help=f"of the patient: {', '.join(PAGES)} ({PAGES[0]})")
    snapshot.add_argument(
        "--hours",
        metavar="N",
        type=_number(0.1, 24 * 60, float),
        help="how far back the page reaches (a day; 14 of glucose)",
    )
    snapshot.add_argument(
        "--at", metavar="TIME", type=_type("parse_moment"), help="the moment, in a recording or a log"
    )
    snapshot.add_argument(
        "--width", metavar="N", type=_number(20, 1000, int), help="wrap plain text to this many columns"
    )


def _watch(commands: Any) -> None:
    watch = _command(commands, "watch", "print one line for each change on the ward")
    _add_output(watch)
    watch.add_argument("--speed", metavar="X", type=_SPEED, default=1.0, help="for a file or a new demo, to 600 (1)")
    watch.add_argument("--values", action="store_true", help="also a line for each new value of a vital sign")
    _add_for(watch)


def _alarms(commands: Any) -> None:
    alarms = _command(commands, "alarms", "list every alarm, their burden, and what other limits would make of it")
    _add_output(alarms)
    alarms.add_argument("--at", metavar="TIME", type=_type("parse_moment"), help="up to this moment, not to the end")
    who = alarms.add_mutually_exclusive_group()
    who.add_argument("--patient", metavar="ID", default="", help="one patient alone")
    who.add_argument("--bed", metavar="BED", default="", help="one bed alone")
    alarms.add_argument(
        "--limits", metavar="FILE", type=Path,
        help="compare with the limits of this TOML file: [spo2] priority = \"medium\", low = 88, delay = 15",
    )  # fmt: skip


def _limits(commands: Any) -> None:
    limits = _command(commands, "limits", "list the alarm limits in force, where they come from and who changed them")
    _add_output(limits)
    limits.add_argument("--at", metavar="TIME", type=_type("parse_moment"), help="the moment, in a recording or a log")
    _add_who(limits, "one bed alone")


def _add_who(parser: argparse.ArgumentParser, bed: str) -> None:
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--patient", metavar="ID", default="", help="one patient alone")
    who.add_argument("--bed", metavar="BED", default="", help=bed)


def _adherence(commands: Any) -> None:
    adherence = _command(commands, "adherence", "show how medicines are taken at home, with every figure's formula")
    _add_output(adherence)
    _add_who(adherence, "one bed or place at home alone")
    adherence.add_argument(
        "--days", metavar="N", type=_number(1, 1_830, int), default=90, help="how many days back, today among them (90)"
    )
    adherence.add_argument(
        "--import", dest="imports", metavar="FILE.csv", action="append", default=[], type=Path,
        help="fills or doses instead of a ward; may be given again. docs/adherence.md tells the format",
    )  # fmt: skip
    adherence.add_argument(
        "--until", metavar="DATE", type=_type("parse_date"),
        help="with --import: the last day (the newest in the files)",
    )  # fmt: skip


def _meds(commands: Any) -> None:
    meds = _command(commands, "meds", "list the doses near one moment: due, late, missed, given")
    _add_output(meds)
    meds.add_argument("--due", action="store_true", help="only what is due, late, missed or contradictory on the ward")
    meds.add_argument("--at", metavar="TIME", type=_type("parse_moment"), help="the moment, in a recording or a log")
    meds.add_argument("--by", choices=("time", "bed"), default="time", help="the order of the round (time)")
    _add_who(meds, "one bed alone")


def _sign_in(commands: Any) -> None:
    for name, text in (
        ("login", "sign in at a configured FHIR server"),
        ("logout", "end the sign-in at a configured FHIR server, and delete what is kept of it"),
        ("whoami", "show who is signed in at a configured FHIR server, and what was not granted"),
    ):
        command = _command(commands, name, text)
        command.add_argument("name", metavar="NAME", help="of [servers.NAME] in the configuration")


def _engine(commands: Any) -> None:
    engine = _command(commands, "engine", "run the ward's engine in the foreground, without a screen")
    engine.add_argument("--stop", action="store_true", help="end the engine that is running the ward")


def _log(commands: Any) -> None:
    log = _command(commands, "log", "check an event log")
    actions = log.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    for name, text in (
        ("verify", "check the chain of hashes: any edit, loss or reordering is found"),
        ("info", "what the log holds: entries, first and last time, size"),
        ("retain", "delete what is older than the retention time; the chain stays verifiable"),
    ):
        action = _command(actions, name, text)
        action.add_argument("file", metavar="FILE", help="an event log, or ward:NAME")
        if name == "retain":
            action.add_argument(
                "--keep",
                metavar="DURATION",
                type=_type("parse_duration"),
                help="how much to keep, instead of the configured time",
            )


def _doctor(commands: Any) -> None:
    doctor = _command(commands, "doctor", "check terminal, files, sources and log; shows no secrets and no patients")
    doctor.add_argument(
        "--send-test", action="store_true", help="send a TEST alarm through every step of the escalation chain"
    )
    doctor.add_argument("--json", action="store_true", help="JSON; 'iomt-tui schema doctor' describes it")


def _config(commands: Any) -> None:
    config = _command(commands, "config", "the configuration file")
    actions = config.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    _command(actions, "path", "where the configuration file is")
    _command(actions, "show", "every setting in force, and where it comes from")
    _command(actions, "validate", "check the file, line by line")
    _command(actions, "init", "write a commented file with the defaults, unless there is one")


def _schema(commands: Any) -> None:
    schema = _command(commands, "schema", "print the JSON Schema of the program's JSON")
    schema.add_argument("name", metavar="NAME", nargs="?", choices=SCHEMAS, default="snapshot", help=", ".join(SCHEMAS))


def _rest(commands: Any) -> None:
    scan = _command(commands, "scan", "explain a barcode: wristband, GS1, GTIN, NDC or a code of the site's own")
    scan.add_argument("text", metavar="TEXT", nargs="?", default="", help="what a scanner types; without it, stdin")
    _command(commands, "keys", "print the key reference")
    completion = _command(commands, "completion", "print the completion script of a shell")
    completion.add_argument("shell", metavar="SHELL", choices=SHELLS, help=", ".join(SHELLS))
