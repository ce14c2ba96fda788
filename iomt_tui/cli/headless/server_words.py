"""The line to the ward's server and what is written there, as documents and in whole words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iomt_tui.cli.headless.server_documents import (
    NoteDocument,
    ServerDocument,
    ServerScoreDocument,
    WrittenDocument,
)
from iomt_tui.cli.headless.words import duration
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso
from iomt_tui.ward.link import CLOSED, CONNECTING, DENIED, LIVE, LOADING, LOST, SIGNED_OUT, Link
from iomt_tui.ward.notes import Note, corrections, crossed
from iomt_tui.ward.scores import ScoreView
from iomt_tui.ward.writes import Written

_STATES: Final = {
    CONNECTING: "being connected to", LOADING: "loading", LIVE: "live", LOST: "LOST", SIGNED_OUT: "SIGNED OUT",
    DENIED: "REFUSES what is asked", CLOSED: "closed",
}  # fmt: skip
_STANDS: Final = {
    "waiting": "not yet confirmed by {}", "confirmed": "confirmed by {}", "stale": "changed on {}: look again",
    "conflict": "{} contradicts it: look and decide", "denied": "{} does not allow it",
    "failed": "{} does not take it", "expired": "NOT DELIVERED to {}: tell them by phone",
}  # fmt: skip


def server_document(link: Link | None) -> ServerDocument | None:
    """The line; None for a ward without a server."""
    if link is None:
        return None
    return ServerDocument(
        name=link.name, state=link.state, text=link.text, since=iso(link.since),  # type: ignore[arg-type]
        last_word=iso(link.at) if link.at else None, done=link.done, total=link.total, user=link.user,
        user_ref=link.user_ref, writes=list(link.writes), sign_in_waits=link.sign_in is not None,  # type: ignore[arg-type]
        refused=link.refused,
    )  # fmt: skip


def written_document(one: Written | None) -> WrittenDocument | None:
    """How a write stands; None for what is not written to a server."""
    if one is None:
        return None
    return WrittenDocument(
        op=safe_text(one.op), what=one.what, state=one.state, at=iso(one.at), begun=iso(one.begun), by=one.by,  # type: ignore[arg-type]
        when=None if one.when is None else iso(one.when), why=one.why, attempts=one.attempt, parts=dict(one.parts),
    )  # fmt: skip


def note_documents(notes: Sequence[Note]) -> list[NoteDocument]:
    """A patient's notes, each with its corrections."""
    fixed, also = corrections(notes), crossed(notes)
    return [
        NoteDocument(
            safe_text(note.id), iso(note.at), note.by, note.origin, note.text,
            safe_text(note.replaces) if note.replaces else None,
            safe_text(fixed[note.id].id) if note.id in fixed else None,
            [safe_text(one.id) for one in also.get(note.id, ())],
            safe_text(fixed[note.replaces].id) if note in also.get(note.replaces, ()) else None,
        )
        for note in notes
    ]  # fmt: skip


def score_document(score: ScoreView | None) -> ServerScoreDocument | None:
    """The server's NEWS2."""
    if score is None:
        return None
    return ServerScoreDocument(score.total, iso(score.at), score.by, score.ours, score.known, score.disagrees)


def server_line(link: Link, now: int) -> str:
    """The line to the server in a sentence."""
    load = f", {link.done} of {link.total or 'an unknown number'} loaded" if link.state == LOADING else ""
    since = "" if link.state == LIVE else f" for {duration(max(now - link.since, 0))}"
    user = f", {link.user} is signed in" if link.user else ""
    waits = "; a sign-in waits for its person: the code is on the screens" if link.sign_in is not None else ""
    text = f": {link.text.rstrip('.')}" if link.text else ""
    return f"Server {link.name}: {_STATES[link.state]}{since}{load}{user}{text}{waits}."


def stands(one: Written, server: str) -> str:
    """How a write stands, in words."""
    name = server or "the server"
    if one.state == "taken":
        return f"already taken by {one.by or 'somebody'} there"
    why = f", {one.why.rstrip('.')}" if one.why else ""
    return _STANDS[one.state].format(name) + why


def beside(score: ScoreView, server: str, now: int) -> str:
    """The server's NEWS2 beside ours."""
    differ = "; they differ" if score.disagrees else ""
    return f"{server or 'the server'}: {score.total}, {duration(max(now - score.at, 0))} ago{differ}"
