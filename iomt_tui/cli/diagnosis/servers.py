"""Whether the configured FHIR servers answer, which FHIR they speak, who is signed in, and what they will not do.

Asked without a sign-in and without a patient: the CapabilityStatement alone. Each server has five seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.cli.diagnosis.report import Check, Status
from iomt_tui.cli.exits import CliError
from iomt_tui.security.text import safe_text

if TYPE_CHECKING:
    from iomt_tui.backends.fhir.spec import FhirSpec

LONGEST: Final = 5.0
"""Seconds for everything about one server."""

_ASKING: Final = 3.5  # s of them for the server's own answer
_CLOCK: Final = 30_000  # ms that a server's clock may be off
_LARGEST: Final = 8 << 20  # bytes of a CapabilityStatement
_NEEDS: Final = {
    "ack": (("Task", "update"), ("Provenance", "update")), "dose": (("MedicationAdministration", "update"),),
    "note": (("Communication", "update"),), "vitals": (("Observation", "update"),),
}  # fmt: skip
"""What is written -> what the server has to offer for it."""


def server_checks(config_path: Path) -> Iterator[Check]:
    """Every configured server."""
    if not config_path.exists():
        return
    from iomt_tui.cli.config_file import load
    from iomt_tui.cli.config_servers import fhir_spec

    try:
        config = load(config_path).config
    except CliError:
        return  # told by the check of the configuration
    for name, section in config.servers.items():
        yield from asyncio.run(_looked_at(fhir_spec(name, section, config_path.parent)))


async def _looked_at(spec: FhirSpec) -> list[Check]:
    topic = f"server {spec.name}"
    found: list[Check] = []
    try:
        async with asyncio.timeout(LONGEST):
            await _answer(spec, topic, found)
            await _signed_in(spec, topic, found)
    except TimeoutError:
        found.append(Check(topic, "warn", f"not everything was answered within {LONGEST:.0f} s", "try again"))
    return found


async def _answer(spec: FhirSpec, topic: str, found: list[Check]) -> None:
    """What the server says of itself."""
    from iomt_tui.security.web import Transport, Web, WebError

    web = Web(Transport(spec.ca_file, spec.client_cert, spec.client_key, spec.pin, deadline=_ASKING, most=_LARGEST))
    try:
        answer = await web.request("GET", f"{spec.url}/metadata", headers={"Accept": "application/fhir+json"})
        statement = answer.json() if answer.status == 200 else None
    except WebError as error:
        advice = (
            "check ca_file and pin of its section" if error.kind in ("tls", "pin") else "check url, and the network"
        )
        found.append(Check(topic, "fail", str(error), advice))
        return
    finally:
        await web.close()
    found.append(_version(topic, answer.status, statement, spec))
    if answer.server_time is not None:
        found.append(_clock(topic, answer.server_time - int(time.time() * 1000)))
    if isinstance(statement, Mapping):
        found += _lacking(topic, statement, spec.writes)


def _version(topic: str, status: int, statement: Any, spec: FhirSpec) -> Check:
    how = "verified TLS" if spec.url.startswith("https:") else "no TLS, on this machine"
    if not isinstance(statement, Mapping):
        return Check(
            topic, "fail", f"answers, but not with a CapabilityStatement (HTTP {status})", "is url its FHIR base?"
        )
    version = safe_text(str(statement.get("fhirVersion", "")), 20)
    if not version.startswith("4.0"):
        return Check(
            topic, "fail", f"speaks FHIR {version or 'of no version'}; R4 (4.0.x) is needed", "is url its R4 base?"
        )
    software = statement.get("software")
    name = safe_text(str(software.get("name", "")), 40) if isinstance(software, Mapping) else ""
    return Check(topic, "ok", f"answers, {how}, FHIR {version}{f', {name}' if name else ''}")


def _clock(topic: str, offset: int) -> Check:
    seconds = abs(offset) // 1000
    if abs(offset) < _CLOCK:
        return Check(topic, "ok", "its clock agrees with this machine's")
    way = "ahead of" if offset > 0 else "behind"
    return Check(topic, "warn", f"its clock is {seconds} s {way} this machine's", "set the one that is wrong")


def _lacking(topic: str, statement: Mapping[str, Any], writes: tuple[str, ...]) -> Iterator[Check]:
    """What is to be written and is not offered."""
    offered = _offered(statement)
    for what in writes:
        missing = [kind for kind, doing in _NEEDS.get(what, ()) if doing not in offered.get(kind, set())]
        if missing:
            yield Check(
                topic, "fail", f"does not take {', '.join(missing)}, which writing {what!r} needs",
                "take it out of write, or ask whoever runs the server",
            )  # fmt: skip


def _offered(statement: Mapping[str, Any]) -> dict[str, set[str]]:
    """Resource type -> interactions; whatever has another shape offers nothing."""
    offered: dict[str, set[str]] = {}
    for rest in statement.get("rest") or ():
        for resource in (rest.get("resource") or ()) if isinstance(rest, Mapping) else ():
            if isinstance(resource, Mapping):
                codes = (one.get("code") for one in resource.get("interaction") or () if isinstance(one, Mapping))
                offered[str(resource.get("type"))] = {str(code) for code in codes}
    return offered


async def _signed_in(spec: FhirSpec, topic: str, found: list[Check]) -> None:
    """Whether a sign-in, a token or a key is kept here; nobody is named, and no server is asked."""
    from iomt_tui.cli.servers import secrets_of, session_on
    from iomt_tui.security.sign_in.model import SignedOut

    if spec.auth == "none":
        found.append(Check(topic, "ok", "no sign-in is configured"))
        return
    async with session_on(spec, secrets_of(spec)) as session:
        try:
            known = await session.known()
        except SignedOut as error:
            found.append(Check(topic, "fail", str(error)))
            return
        what = {"device": "a sign-in", "backend": "a key", "bearer": "a token"}[spec.auth]
        status: Status = "ok" if known else "warn"
        advice = "" if known else f"'iomt-tui login {spec.name}'" if spec.auth != "backend" else "configure key_file"
        found.append(Check(topic, status, f"{what} is {'kept here' if known else 'not kept here'}", advice))
        if session.lacking:
            refused = ", ".join(sorted(session.lacking))
            found.append(Check(topic, "warn", f"the sign-in was not granted {refused}", "what needs it will not work"))
