"""The ``[servers.NAME]`` sections of the configuration: FHIR servers, and the wards on them. No secret is in them."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from iomt_tui.backends.fhir.spec import BACKEND, BEARER, DEVICE, FhirSpec
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import WebError, origin

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_TAKEN: Final = frozenset({"demo"})  # the directory of the demo ward
_WARD: Final = re.compile(r"(?:Location|Group|List)/[A-Za-z0-9.-]{1,64}|Encounter\?[!$-~]{1,500}")  # no " and no #
_PIN: Final = re.compile(r"[A-Za-z0-9+/]{43}=")
_SCOPE: Final = re.compile(r"[!#-\[\]-~]{1,200}")  # RFC 6749, 3.3
_SECRET: Final = re.compile(r"token|passw|secret|bearer|credential|api_?key|auth.*key|private", re.IGNORECASE)
_SECRETS_GO: Final = (
    "a secret must not be in this file. 'iomt-tui login' keeps a bearer token in the system's keyring; token_command "
    "or token_env name where another one is, key_file where a private key is"
)
NOT_USED: Final = "THIS SERVER IS NOT USED until it is corrected"


def _sound_url(url: str) -> str:
    try:
        origin(url)
        parts = urlsplit(url)
    except (WebError, ValueError) as error:
        said = str(error) if isinstance(error, WebError) else "the address is not one"
        raise ValueError(f"cannot be asked: {said}. Write https://host/path") from None
    if not url.isascii() or not url.isprintable() or " " in url or parts.query or parts.fragment:
        raise ValueError("is not the address of a server: it holds spaces, a '?' or a '#'")
    return url


def _base(url: str) -> str:
    return _sound_url(url).rstrip("/")


def _issuer(url: str) -> str:
    return _sound_url(url) if url else url  # its end counts: a token names it to the letter


def _ward(text: str) -> str:
    if not _WARD.fullmatch(text):
        raise ValueError('must be "Location/ID", "Group/ID", "List/ID" or "Encounter?status=in-progress&..."')
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone that this machine knows; write for example Europe/Berlin") from None
    return name


def _plain(text: str) -> str:
    if safe_text(text) != text:
        raise ValueError("has characters that a screen cannot show, or is too long")
    return text


def _pins(text: str) -> str:
    if text and not all(_PIN.fullmatch(one.strip()) for one in text.split(",")):
        raise ValueError("must be the base64 SHA-256 of a public key (44 characters); two with a comma between them")
    return text


def _scopes(scopes: list[str]) -> list[str]:
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise ValueError('must be scopes, for example ["user/*.rs", "openid", "fhirUser", "offline_access"]')
    return scopes


def _program(words: list[str]) -> list[str]:
    if any("\0" in word for word in words) or (words and not words[0]):
        raise ValueError("is not a program and its arguments")
    return words


File = Annotated[str, Field(max_length=4096)]
Url = Annotated[str, Field(max_length=1000)]


class ServerSection(BaseModel):
    """A FHIR R4 server and the ward on it, for 'iomt-tui connect NAME'. No secret belongs in here."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    url: Annotated[Url, AfterValidator(_base)]
    """The server's FHIR base, https (http for this machine alone)."""
    ward: Annotated[str, AfterValidator(_ward)]
    """Whose patients: "Location/ID", "Group/ID", "List/ID", or "Encounter?status=in-progress&..."."""
    title: Annotated[str, AfterValidator(_plain), Field(max_length=60)] = ""
    """The ward's name, as the header shows it; "" for the server's name here."""
    tz: Annotated[str, AfterValidator(_zone)] = "UTC"
    """The ward's time zone, in which all times are shown."""
    watermark: Literal["", "TEST", "DEMO"] = ""
    """What every frame carries: "TEST" or "DEMO" for a server whose patients are none."""
    auth: Literal["none", "device", "backend", "bearer"] = "none"
    """How to sign in: "device" a person by a code, "backend" this program by its key, "bearer" a given token."""
    client_id: Annotated[str, Field(max_length=200, pattern=r"^[ -~]*$")] = ""
    """device, backend: what this program is called where it is registered."""
    scopes: Annotated[list[str], AfterValidator(_scopes), Field(max_length=100)] = Field(default_factory=list)
    """device, backend: what to ask for; [] for what reading and the configured writes need."""
    issuer: Annotated[Url, AfterValidator(_issuer)] = ""
    """device, backend: the sign-in server, where the FHIR server does not tell; it then must not tell another."""
    key_file: File = ""
    """backend: the private key, JWK or PEM, mode 0600 (relative to this file); "" for the credential NAME.key."""
    key_id: Annotated[str, Field(max_length=200, pattern=r"^[!-~]*$")] = ""
    """backend: the key's id where it is registered; "" for the one in the JWK."""
    algorithm: Literal["ES384", "RS384"] = "ES384"
    """backend: how the key signs."""
    token_command: Annotated[list[str], AfterValidator(_program), Field(max_length=64)] = Field(default_factory=list)
    """bearer: a program and its arguments that prints the token. No shell."""
    token_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$|^$", max_length=100)] = ""
    """bearer: the environment variable that holds the token; other programs of yours can read it there."""
    ca_file: File = ""
    """Certificates to trust instead of the usual ones (relative to this file). TLS is always verified."""
    client_cert: File = ""
    """This program's own certificate for TLS (relative to this file), with client_key."""
    client_key: File = ""
    """The key of client_cert, mode 0600 (relative to this file)."""
    pin: Annotated[str, AfterValidator(_pins)] = ""
    """Base64 SHA-256 of the server's public key; nothing else is connected to. Two with a comma between them."""
    history_hours: Annotated[float, Field(ge=0, le=168)] = 24.0
    """How far back values are loaded for trends, in hours."""
    poll_least: Annotated[float, Field(ge=0.5, le=60)] = 2.0
    """The server is asked for news at most this often, in seconds, while there are some."""
    poll_most: Annotated[float, Field(ge=1, le=300)] = 30.0
    """And at least this often, in seconds."""
    write: list[Literal["ack", "dose", "note", "vitals"]] = Field(default_factory=list)
    """What is written to the server: acknowledgements, doses, notes, validated values of devices. [] for nothing."""

    @model_validator(mode="after")
    def _whole(self) -> ServerSection:
        if self.auth in (DEVICE, BACKEND) and not self.client_id:
            raise ValueError(f"auth = {self.auth!r} needs a client_id")
        if self.auth != BEARER and (self.token_command or self.token_env):
            raise ValueError('token_command and token_env are for auth = "bearer"')
        if self.token_command and self.token_env:
            raise ValueError("has both token_command and token_env; choose one")
        if bool(self.client_cert) != bool(self.client_key):
            raise ValueError("client_cert and client_key need each other")
        if self.poll_least > self.poll_most:
            raise ValueError("poll_least is more than poll_most")
        return self


def _server_name(name: str) -> str:
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise ValueError("is not a name for a server: lower-case letters, digits, '-' and '_', not demo")
    return name


Servers = dict[Annotated[str, AfterValidator(_server_name)], ServerSection]


def fhir_spec(name: str, section: ServerSection, directory: Path) -> FhirSpec:
    """The server as the backend gets it. Files are relative to ``directory``, the configuration's."""

    def file(path: str) -> str:
        return str((directory / Path(path).expanduser()).absolute()) if path else ""

    return FhirSpec(
        name=name, url=section.url, ward=section.ward, auth=section.auth, client_id=section.client_id,
        scopes=tuple(section.scopes), issuer=section.issuer, key_file=file(section.key_file), key_id=section.key_id,
        algorithm=section.algorithm, token_command=tuple(section.token_command), token_env=section.token_env,
        ca_file=file(section.ca_file), client_cert=file(section.client_cert), client_key=file(section.client_key),
        pin=section.pin, history_hours=section.history_hours, poll_least=section.poll_least,
        poll_most=section.poll_most, writes=tuple(dict.fromkeys(section.write)),
    )  # fmt: skip


def wrong_server(where: tuple[str, ...], error: ErrorDetails, words: str) -> str:
    """One mistake in a section, and what follows from it. No value is repeated: it may be a secret."""
    if len(where) == 1:
        return f"servers: must be sections like [servers.ward7]. {NOT_USED}"
    section = f"servers.{safe_text(where[1], 40)}"
    if where[-1] == "[key]":
        return f"{section}: {words}. {NOT_USED}"
    setting = safe_text(where[2], 40) if len(where) > 2 else ""
    if error["type"] == "extra_forbidden":
        return f"{section}: {_no_such(where[2], setting)}. {NOT_USED}"
    return f"{section}{f', {setting}' if setting else ''}: {words}. {NOT_USED}"


def _no_such(name: str, shown: str) -> str:
    if _SECRET.search(name):
        return f"{shown!r} is no setting, and {_SECRETS_GO}"
    close = get_close_matches(name, ServerSection.model_fields, n=1)
    return f"there is no setting {shown!r}" + (f"; did you mean {close[0]!r}" if close else "")
