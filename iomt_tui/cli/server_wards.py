"""The ward of a FHIR server as an engine runs it: of a configured server, or of one given by its address."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import config_file, slug

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.spec import FhirSpec
    from iomt_tui.cli.config import Config
    from iomt_tui.cli.config_file import Problem
    from iomt_tui.cli.config_servers import ServerSection
    from iomt_tui.engine.spec import WardSpec

FHIR: Final = "fhir:"
"""How ``[ward] source`` names a configured server."""

TOKEN: Final = "IOMT_TUI_TOKEN"  # noqa: S105 a name
"""The variable that holds the token of a server given by its address."""

WATERMARK: Final = "TEST"
"""What a ward carries whose server nobody has configured."""


def server_of(source: str) -> str:
    """The server that ``[ward] source`` names; "" for another source."""
    return source.removeprefix(FHIR) if source.startswith(FHIR) else ""


def configured_server(
    name: str, config: Config, problems: tuple[Problem, ...] = (), *, read_only: bool
) -> WardSpec:  # fmt: skip
    """How the engine runs the ward of ``[servers.NAME]``: it goes on when the last screen closes.

    ``read_only``: nothing is written to the server. Raises CliError when there is no such server, or its ward would
    share a log with another ward.
    """
    from iomt_tui.cli.servers import chosen_server

    if not server_of(config.ward.source) and slug(config.ward.name) == name:
        raise CliError(
            f"the ward {config.ward.name!r} of [ward] and [servers.{name}] would have one log; give one another name",
            Exit.CONFIG,
        )
    section, spec = chosen_server(name)
    return _ward_spec(section, spec, config, problems, read_only=read_only)


def server_by_address(args: Namespace, config: Config | None) -> tuple[str, WardSpec]:
    """The ward's directory, and how the engine runs the ward at ``--url``: it ends with its screens.

    Raises CliError when the address or the ward cannot be used, or a token is missing.
    """
    from pydantic import ValidationError

    from iomt_tui.cli.config_servers import ServerSection, fhir_spec

    if not args.ward:
        raise CliError("--url needs --ward as well: Location/ID, Group/ID, List/ID or Encounter?QUERY", Exit.USAGE)
    bearer = args.auth == "bearer"
    if bearer and not os.environ.get(TOKEN):
        raise CliError(f"--auth bearer takes the token from {TOKEN}, and that is not set", Exit.USAGE)
    try:
        section = ServerSection(
            url=args.url, ward=args.ward, title=args.name, auth=args.auth, watermark=WATERMARK,
            token_env=TOKEN if bearer else "",
        )  # fmt: skip
    except ValidationError as errors:
        raise CliError(_wrong(errors), Exit.USAGE) from None
    from urllib.parse import urlsplit

    parts = urlsplit(section.url)
    place = (parts.hostname or "server") + (f":{parts.port}" if parts.port else "")
    spec = fhir_spec(place, section, config_file().parent)
    ward = replace(_ward_spec(section, spec, config, (), read_only=args.read_only), ends_with_screens=True)
    return slug(f"{section.url} {section.ward}"), ward


def _wrong(errors: Exception) -> str:
    """The first thing wrong with an address or a ward. Values are not repeated."""
    from pydantic import ValidationError

    assert isinstance(errors, ValidationError)
    error = errors.errors(include_url=False, include_input=False)[0]
    setting = str(error["loc"][0]) if error["loc"] else ""
    why = error.get("ctx", {}).get("error") or error["msg"]
    return f"--{'name' if setting == 'title' else setting or 'url'} {why}"


def _ward_spec(
    section: ServerSection, spec: FhirSpec, config: Config | None, problems: tuple[Problem, ...], *, read_only: bool
) -> WardSpec:
    from iomt_tui.cli.config_escalation import chain, lacking
    from iomt_tui.cli.wards import limits_body, permission
    from iomt_tui.engine.spec import WardSpec

    ward = WardSpec(
        name=section.title or spec.name, source="fhir", watermark=section.watermark, tz=section.tz, fresh=False,
        ends_with_screens=False, fhir=replace(spec, writes=()) if read_only else spec,
    )  # fmt: skip
    if config is None:
        return ward
    return replace(
        ward, retention_days=config.retention.days, limits=limits_body(config), exports=permission(config),
        escalation=chain(config.escalation, config_file().parent), notice=lacking(problems),
    )  # fmt: skip
