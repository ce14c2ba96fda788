"""Whether the configured source can be opened, and what came with the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.exits import CliError
from iomt_tui.cli.server_wards import server_of
from iomt_tui.resources import bundled


def source_checks(config_path: Path) -> Iterator[Check]:
    """The configured source, the bundled themes and the demo recordings."""
    yield _configured(config_path)
    for folder, what in (("themes", "*.toml"), ("demo_data", "*.iomtlog*")):
        try:
            count = len(list(bundled(folder).glob(what)))
        except FileNotFoundError:
            count = 0
        if count:
            yield Check(folder, "ok", f"{count} came with the program")
        else:
            yield Check(folder, "fail", "none came with the program", "install the program again: see README")


def _configured(config_path: Path) -> Check:
    if not config_path.exists():
        return Check("source", "ok", "simulated (no configuration)")
    from iomt_tui.cli.config_file import load

    try:
        config = load(config_path).config
        source = config.ward.source
    except CliError:
        return Check("source", "fail", "not known: the configuration cannot be read", "'iomt-tui config validate'")
    if source == "simulated":
        return Check("source", "ok", "simulated")
    if server := server_of(source):
        if server in config.servers:
            return Check("source", "ok", f"the FHIR server {server}")
        return Check("source", "fail", f"there is no [servers.{server}]", "correct [ward] source in the configuration")
    file = config_path.parent / Path(source).expanduser()
    if not file.is_file():
        return Check("source", "fail", f"{file} is not there", "correct [ward] source in the configuration")
    from iomt_tui.backends.replay.errors import SourceError
    from iomt_tui.backends.replay.source import open_source

    try:
        kind = open_source(file).kind
    except SourceError as error:
        return Check("source", "fail", str(error), "correct [ward] source in the configuration")
    return Check("source", "ok", f"{file} ({kind})")
