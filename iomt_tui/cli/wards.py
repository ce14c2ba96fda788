"""Which ward a command means, and how its engine is to run it."""

from __future__ import annotations

import os
import platform
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import config_file, known_wards, slug, state_dir, theme_dir, ward_dir
from iomt_tui.cli.source_spec import SourceSpec, parse_source
from iomt_tui.clinical.medication.barcode import Dialect
from iomt_tui.engine.sending.chain import notified
from iomt_tui.settings import ExportSettings, ScannerSettings, Settings

if TYPE_CHECKING:
    from iomt_tui.cli.config import Config
    from iomt_tui.cli.config_file import Problem
    from iomt_tui.engine.spec import WardSpec
    from iomt_tui.ward.exports import Permission

DEMO: Final = "demo"
"""The directory of the demo ward."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The configuration in force; ``config`` is None when there is no file: then the demo is the ward."""

    config: Config | None
    name: str  # the ward's directory
    problems: tuple[Problem, ...] = ()  # what was wrong in the file

    @property
    def directory(self) -> Path:
        """Where the ward's log is."""
        return ward_dir(self.name)


def choose(args: Namespace) -> Chosen:
    """The ward that ``--ward`` or the configuration names.

    What is wrong in the file is told on stderr. Raises CliError when that could show another ward than was meant.
    """
    path = config_file()
    config: Config | None = None
    problems: tuple[Problem, ...] = ()
    if path.exists():
        from iomt_tui.cli.config_file import load

        loaded = load(path)
        serious = [problem for problem in loaded.problems if problem.serious and not args.ward]
        for problem in loaded.problems:
            print(f"iomt-tui: {problem}", file=sys.stderr)
        if serious:
            raise CliError(
                f"not opened, so that you do not see another ward than you mean. Correct {path}:{serious[0].line}",
                Exit.CONFIG,
            )
        config, problems = loaded.config, loaded.problems
    return Chosen(config, args.ward or (_own_ward(config) if config else DEMO), problems)


def _own_ward(config: Config) -> str:
    """The directory of the configured ward; that of a FHIR server has the server's name."""
    from iomt_tui.cli.server_wards import server_of

    return server_of(config.ward.source) or slug(config.ward.name)


def settings(args: Namespace, config: Config | None, ward: str) -> Settings:
    """What the screens get: the configuration, and over it the command line."""
    from iomt_tui.cli.terminal_check import over_ssh, usual_theme

    base = Settings(
        ward=ward, user=login_name(), theme=usual_theme(os.environ), theme_dirs=(theme_dir(),),
        remote=over_ssh(os.environ),
        export=replace(exports(config), station=station(os.environ, own_terminal(), platform.node())),
    )  # fmt: skip
    if config is not None:
        shown = config.display
        base = replace(
            base, user=shown.user or base.user, theme=shown.theme or base.theme, units=dict(shown.units),
            glyphs=shown.glyphs, spark_window_ms=shown.spark_minutes * 60_000, flash=shown.flash, mouse=shown.mouse,
            keymap=dict(config.keymap), sound=config.audio.output, sound_command=tuple(config.audio.command),
            notify=_notified(config) if shown.notify else frozenset(), scanner=scanner(config),
        )  # fmt: skip
    return replace(
        base, theme=args.theme or base.theme, flash=base.flash and not args.no_flash,
        mouse=base.mouse and not args.no_mouse, read_only=args.read_only,
        sound="off" if args.mute else "bell" if args.sound and base.sound in ("auto", "off") else base.sound,
    )  # fmt: skip


def exports(config: Config | None) -> ExportSettings:
    """What may leave the screen for a file, and where it goes; of a ward of people nothing unless configured."""
    given = config.export if config is not None else None
    usual = state_dir() / "exports"
    if given is None:
        return ExportSettings(directory=usual)
    place = Path(given.directory).expanduser() if given.directory else usual
    return ExportSettings(frozenset(given.formats), place, tuple(given.people))


def permission(config: Config | None) -> Permission:
    """What the engine lets be exported."""
    from iomt_tui.ward.exports import NONE_ALLOWED, Permission

    given = config.export if config is not None else None
    return Permission(tuple(given.formats), tuple(given.people)) if given is not None else NONE_ALLOWED


def station(environ: Mapping[str, str], terminal: str, machine: str) -> str:
    """From where somebody acts: the ``terminal`` (/dev/pts/3) of the ``machine``, and over SSH the address there."""
    from iomt_tui.security.text import safe_text

    address = (environ.get("SSH_CONNECTION") or "").split(" ")[0]
    place = " ".join(part for part in (machine, terminal.removeprefix("/dev/")) if part)
    return safe_text(f"{place} from {address}" if address else place, 80)


def own_terminal() -> str:
    """The name of the terminal that this program is shown on, "" where that is not known."""
    try:
        return os.ttyname(sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return ""


def scanner(config: Config) -> ScannerSettings:
    """How this desk's barcode scanner types, and how the codes of the site are written."""
    given = config.scanner
    return ScannerSettings(
        use=given.use, prefix=given.prefix, suffix=given.suffix, least=given.min_length, gap=given.max_gap_ms / 1000,
        codes=Dialect(tuple(given.wristbands), tuple(given.drugs), given.separator),
    )  # fmt: skip


def _notified(config: Config) -> frozenset[tuple[int, int]]:
    from iomt_tui.cli.config_escalation import chain

    return notified(chain(config.escalation, config_file().parent))


def login_name() -> str:
    """Who is signed in to this machine, or ``""``."""
    from getpass import getuser

    from iomt_tui.security.text import safe_text

    try:
        return safe_text(getuser(), 40)
    except (OSError, KeyError, ImportError):
        return ""


def configured_spec(config: Config, problems: tuple[Problem, ...] = (), *, read_only: bool = False) -> WardSpec:
    """How the engine runs the configured ward: it goes on when the last screen closes, and continues its log.

    ``problems``: what was wrong in the file; of the escalation chain everybody at the ward is told. ``read_only``:
    nothing is written to a ward's server.
    """
    from iomt_tui.cli.config_escalation import chain, lacking
    from iomt_tui.cli.server_wards import configured_server, server_of
    from iomt_tui.engine.spec import WardSpec

    ward = config.ward
    if server := server_of(ward.source):
        return configured_server(server, config, problems, read_only=read_only)
    return WardSpec(
        name=ward.name, source="simulated", watermark="DEMO", tz=ward.tz, beds=ward.beds, seed=ward.seed,
        scenario=scenario_name(ward.scenario), fresh=False, ends_with_screens=False,
        retention_days=config.retention.days, limits=limits_body(config), exports=permission(config),
        escalation=chain(config.escalation, config_file().parent), notice=lacking(problems),
    )  # fmt: skip


def limits_body(config: Config) -> dict[str, list[dict[str, Any]]]:
    """The ward's alarm limits, in the shape of the log."""
    from iomt_tui.alarms.settings import rows_body
    from iomt_tui.cli.limits_file import Changes, problems, ward_limits

    changes: Changes = {}
    assert not list(problems(config.limits, changes))  # the configuration was checked when it was read
    return {vital: rows_body(rows) or [] for vital, rows in ward_limits(changes).items()}


def demo_spec(scenario: str = "", beds: int | None = None, seed: int | None = None, speed: float = 1.0) -> WardSpec:
    """How the engine runs the demo ward: a new log each time, ended together with its last screen."""
    from iomt_tui.engine.spec import WardSpec

    usual = WardSpec()
    return replace(
        usual, name="Demo ward", scenario=scenario_name(scenario), speed=speed,
        beds=usual.beds if beds is None else beds, seed=usual.seed if seed is None else seed,
    )  # fmt: skip


def scenario_name(name: str) -> str:
    """``name``, or the usual scenario for ``""``. Raises CliError with those there are."""
    from iomt_tui.backends.simulated.scenario import SCENARIOS

    if not name:
        return next(iter(SCENARIOS))
    if name not in SCENARIOS:
        there = "; ".join(f"{scenario.name}: {scenario.summary}" for scenario in SCENARIOS.values())
        raise CliError(f"there is no scenario {name[:40]!r}. There are: {there}", Exit.USAGE)
    return name


def log_of(name: str) -> Path:
    """The event log of a ward. Raises CliError when this machine has none of that name."""
    from iomt_tui.engine.process import log_path

    path = log_path(ward_dir(name))
    if not path.exists():
        known = known_wards()
        there = f"; wards here: {', '.join(known)}" if known else ""
        raise CliError(
            f"the ward {name!r} has no event log on this machine yet{there}. Open it with 'iomt-tui', "
            "or look at simulated patients with --source demo",
            Exit.SOURCE,
        )
    return path


def source_of(args: Namespace) -> SourceSpec:
    """What ``--source`` names, else the chosen ward's log."""
    if args.source:
        spec = parse_source(args.source)
        return replace(spec, mapping=tuple(args.map)) if args.map else spec
    return SourceSpec("ward", choose(args).name)
