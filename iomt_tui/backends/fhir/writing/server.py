"""What writing needs of a FHIR server, and what it makes of a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, Protocol

from iomt_tui.backends.fhir import errors
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.ward import writes

Resource = dict[str, Any]


class EntryOutcome(NamedTuple):
    """The answer to one entry of a batch: ``resource`` is what it brought, an OperationOutcome where it failed.

    ``status`` is 0 where the server tells none.
    """

    status: int
    resource: Resource | None


class Server(Protocol):
    """One FHIR server. Every call raises :class:`FhirError`; paths are relative to its base, such as "Task/1"."""

    async def get(self, path: str) -> tuple[Resource, str]:
        """A resource (or a history Bundle), and its ETag; "" where the server gives none."""
        ...

    async def put(self, path: str, resource: Resource, if_match: str | None = None) -> object:
        """Creates or replaces; with ``if_match`` only that version."""
        ...

    async def post_batch(self, entries: Sequence[Resource]) -> Sequence[EntryOutcome]:
        """The outcomes of a batch, one for each entry, in the same order."""
        ...

    async def search(self, path: str) -> list[Resource]:
        """Every resource that matches, of all pages."""
        ...


class Verdict(NamedTuple):
    """What became of a write: one of :data:`iomt_tui.ward.writes.FINAL`, why in words, and of ``vitals`` each one."""

    state: str
    why: str = ""
    by: str = ""
    when: int | None = None
    parts: dict[str, str] = {}  # noqa: RUF012


class Later(Exception):  # noqa: N818 - an answer, not a mistake
    """Not now: for a reason that may pass. ``wait``: seconds the server asks to be left alone.

    ``parts``: of ``vitals``, how each stands; ``ended``: those of them that have their end.
    """

    def __init__(
        self, why: str, wait: float | None = None, parts: dict[str, str] | None = None,
        ended: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(why)
        self.why, self.wait, self.parts, self.ended = why, wait, parts or {}, ended or {}


class Unfit(Exception):  # noqa: N818 - an answer, not a mistake
    """It cannot be written, whatever the server says. ``str()`` is why."""


@contextmanager
def shaped() -> Iterator[None]:
    """What is made in here is made of the write alone: where that fails, it is :class:`Unfit`."""
    try:
        yield
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise Unfit("it cannot be written to the server as it is") from error


#: What the server says to what is asked: asking again changes nothing.
_REFUSES: Final = frozenset({errors.INVALID, errors.GONE, errors.TOO_LARGE, errors.NOT_ALLOWED})


def denies(error: FhirError) -> bool:
    """Whether the server does not let this person, or this program, do it. Nobody signed in is not that."""
    return error.kind == errors.DENIED or error.status == 401


def refuses(error: FhirError) -> bool:
    """Whether it is refused for what it is, so that another attempt ends the same way."""
    return error.kind in _REFUSES


def judged(error: FhirError) -> Verdict:
    """What a write ends in by ``error``. Raises :class:`Later` where the reason may pass."""
    if denies(error):
        return Verdict(writes.DENIED, error.words)
    if refuses(error):
        return Verdict(writes.FAILED, error.words)
    raise Later(error.words, error.wait) from error


async def found(server: Server, path: str) -> tuple[Resource, str] | None:
    """The resource and the ETag to change it by, or None when it is not there (404, 410).

    Raises FhirError.
    """
    try:
        resource, etag = await server.get(path)
    except FhirError as error:
        if error.kind == errors.GONE:
            return None
        raise
    if not isinstance(resource, dict):
        raise errors.not_fhir()
    return resource, etag or _by_version(resource)


def _by_version(resource: Resource) -> str:
    """The ETag that FHIR derives from a version id, for servers that leave the header out."""
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return f'W/"{version}"' if isinstance(version, str) and version else ""


async def replace(server: Server, path: str, resource: Resource, etag: str) -> bool:
    """Replaces the version ``etag``; False when it is not the present one any more.

    Raises FhirError, and :class:`Unfit` without an ETag: the server could not tell who was first.
    """
    if not etag:
        raise Unfit("the server gives no versions (ETag), so nothing can be changed there safely")
    try:
        await server.put(path, resource, if_match=etag)
    except FhirError as error:
        if error.kind == errors.CONFLICT:
            return False
        raise
    return True
