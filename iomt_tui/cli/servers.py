"""Which configured FHIR server a command means, and a session on it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.paths import config_file

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.spec import FhirSpec
    from iomt_tui.cli.config_servers import ServerSection
    from iomt_tui.security.secrets import Secrets
    from iomt_tui.security.sign_in.session import Session


def chosen_server(name: str) -> tuple[ServerSection, FhirSpec]:
    """The section ``[servers.NAME]``. What is wrong elsewhere in the file is told on stderr.

    Raises CliError when there is no such section, or a mistake in it: it could show another ward than was meant.
    """
    from iomt_tui.cli.config_file import load
    from iomt_tui.cli.config_servers import fhir_spec

    path = config_file()
    if not path.exists():
        raise CliError(f"there is no configuration at {path}; 'iomt-tui config init' writes one", Exit.CONFIG)
    loaded = load(path)
    for problem in loaded.problems:
        print(f"iomt-tui: {problem}", file=sys.stderr)
    for problem in loaded.problems:
        if problem.server in (name, "*"):
            raise CliError(
                f"not opened, so that you do not see another ward than you mean. Correct {path}:{problem.line}",
                Exit.CONFIG,
            )
    section = loaded.config.servers.get(name)
    if section is None:
        known = ", ".join(loaded.config.servers) or "none"
        raise CliError(f"there is no [servers.{name[:40]}] in {path}; there are: {known}", Exit.USAGE)
    return section, fhir_spec(name, section, path.parent)


def secrets_of(spec: FhirSpec) -> Secrets:
    """Where the secrets of a server are."""
    from iomt_tui.security.secrets import Secrets

    return Secrets(command=spec.token_command, variable=spec.token_env)


@asynccontextmanager
async def session_on(spec: FhirSpec, secrets: Secrets) -> AsyncIterator[Session]:
    """A session, and the connections that it needs; they are closed in the end."""
    from iomt_tui.security.sign_in.session import session_for
    from iomt_tui.security.web import Transport, Web

    web = Web(Transport(spec.ca_file, spec.client_cert, spec.client_key, spec.pin))
    elsewhere = Web(Transport(spec.ca_file))
    try:
        yield session_for(
            auth=spec.auth, name=spec.name, base=spec.url, web=web, elsewhere=elsewhere, secrets=secrets,
            client_id=spec.client_id, scopes=spec.scopes, writes=spec.writes, issuer=spec.issuer,
            key_file=spec.key_file, key_id=spec.key_id, algorithm=spec.algorithm,
        )  # fmt: skip
    finally:
        await web.close()
        await elsewhere.close()
