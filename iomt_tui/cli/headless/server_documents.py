"""The parts of a document that are about the ward's server. As in :mod:`~iomt_tui.cli.headless.documents`, fields are
added, never taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WriteState = Literal["waiting", "confirmed", "taken", "stale", "conflict", "denied", "failed", "expired"]
WriteWhat = Literal["ack", "dose", "note", "vitals"]


@dataclass(frozen=True, slots=True)
class ServerDocument:
    """The line to the server that the ward comes from."""

    name: str
    """The server's name in the configuration."""
    state: Literal["connecting", "loading", "live", "lost", "signed-out", "denied", "closed"]
    """live: what is here came lately. In every other state values grow old by themselves."""
    text: str
    """What happened, and what to do."""
    since: str
    """When this state began: ISO 8601, UTC."""
    last_word: str | None
    """When the server last said something."""
    done: int
    """Of a load: how many resources came."""
    total: int
    """Of how many; 0 where nobody knows."""
    user: str
    """Who is signed in there; "" for nobody."""
    user_ref: str
    """Who that is on the server, as Practitioner/123; "" where it does not say."""
    writes: list[WriteWhat]
    """What is written to the server."""
    sign_in_waits: bool
    """Whether a sign-in waits for its person. The code is on the screens alone."""
    refused: int
    """Resources that could not be used."""


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """How something that was done here stands on the server."""

    op: str
    """Its id: of a dose's record, a note, or an acknowledgement."""
    what: WriteWhat
    """What it is."""
    state: WriteState
    """confirmed: read back from there. waiting: not yet. All others: not on the server as it was done here."""
    at: str
    """When this was noted: ISO 8601, UTC."""
    begun: str
    """When it was done here."""
    by: str
    """taken: who has it."""
    when: str | None
    """taken: since when."""
    why: str
    """What went wrong and what to do."""
    attempts: int
    """Attempts made."""
    parts: dict[str, str]
    """vitals: vital sign -> "" (charted) or why not."""


@dataclass(frozen=True, slots=True)
class NoteDocument:
    """A note about a patient."""

    id: str
    """Its id."""
    at: str
    """When: ISO 8601, UTC."""
    by: str
    """Who wrote it."""
    origin: str
    """Where: the server's name; "" for this ward."""
    text: str
    """What it says."""
    replaces: str | None
    """The id of the note that it corrects."""
    corrected_by: str | None
    """The id of the note that corrects it: then it is not to be read as what holds."""
    also_corrected_by: list[str]
    """The ids of corrections that came after that one and did not know of it."""
    conflicts_with: str | None
    """Of a correction that came second: the id of the one that stands."""


@dataclass(frozen=True, slots=True)
class ServerScoreDocument:
    """The NEWS2 that the server computed itself."""

    total: int
    """Its total."""
    at: str
    """As of when: ISO 8601, UTC."""
    by: str
    """Who or what computed it."""
    ours: int | None
    """Our total as of then, else of now; null where nothing is known."""
    known: int
    """Inputs known of ours, of 7."""
    disagrees: bool
    """Whether the two differ, the server's being no older than an hour."""
