"""The line to the server in words: one for the header, and a few rows below it while it is not live. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from iomt_tui.tui.text import fitted, joined, plain, word_rows
from iomt_tui.tui.widgets.phrases import lasting, left
from iomt_tui.ward.link import CLOSED, CONNECTING, DENIED, LIVE, LOADING, LOST, SIGNED_OUT, Link, SignIn
from iomt_tui.ward.writes import ACK, DOSE, NOTE, VITALS

MOST: Final = 3
"""Rows at most: they push patients down."""

STYLE: Final = "bold $warning"
_LOOK: Final = "Values below grow old by themselves; look at the bedside monitors."
_WHATS: Final = {ACK: "acknowledgements", DOSE: "doses", NOTE: "notes", VITALS: "vital signs"}
_BAR: Final = 40  # cells of the longest bar


def link_word(link: Link | None, now: int) -> str:
    """The state in a word or two; "" while it is live, and for a ward without a server."""
    if link is None or link.state in (LIVE, CLOSED):
        return ""
    if link.state == LOADING:
        if not link.total:
            return f"LOADING {link.done:,}" if link.done else "LOADING"
        return f"LOADING {link.done:,}/{link.total:,}"
    if link.state == LOST:
        return f"SERVER LOST {silent_for(link, now)}"
    return {CONNECTING: "CONNECTING", SIGNED_OUT: "SIGNED OUT", DENIED: "DENIED"}[link.state]


def silent_for(link: Link, now: int) -> str:
    """How long ago a lost server said its last word; that is before the line counted as lost."""
    return lasting(now - (min(link.at, link.since) if link.at else link.since))


def calm_words(link: Link | None, patients: int) -> str:
    """What may be said where no alarm stands, while the server is not live; "" while it is."""
    if link is None or link.state in (LIVE, CLOSED):
        return ""
    if not patients:
        return "No patient is known yet."
    if link.state in (CONNECTING, LOADING):
        return "Loading: not every alarm is known."
    return "No alarm in the last known values."


def link_rows(link: Link | None, now: int, key: str, width: int, *, roomy: bool = True) -> list[Content]:
    """What happened, since when, and what to do; nothing while all is well. ``key`` opens the page that signs in.

    ``roomy``: there is a row for what is to be told of a line that is well, such as a clock that is off.
    """
    if link is None or width < 20:
        return []
    if link.state == LOADING:
        return _loading(link, now, width)
    said = "" if link.state in (LIVE, CLOSED) else _words(link, now, key)
    if link.state == LIVE and link.text and roomy:
        return [fitted(plain(f" {link.name}: {link.text}", "$warning"), width)]
    waiting = link.sign_in if link.state in (LIVE, SIGNED_OUT, DENIED, LOST) else None
    rows = word_rows(said, width - 2) if said else []
    if waiting is not None and waiting.until > now:
        rows = [*rows[: MOST - 1], _sign_in(waiting, now, key, width - 2)]
    if len(rows) > MOST:
        rows = [*rows[: MOST - 1], f"{rows[MOST - 1][: width - 4]} …"]
    return [fitted(plain(f" {row}", STYLE), width) for row in rows]


def _words(link: Link, now: int, key: str) -> str:
    since = lasting(now - link.since)
    why = f": {link.text.rstrip('. ')}" if link.text else ""
    if link.state == CONNECTING:
        return f"Connecting to {link.name}, {since} so far."
    if link.state == LOST:
        again = "" if "again" in why else " Trying again by itself."
        return f"{link.name} has not answered for {silent_for(link, now)}{why}. {_LOOK}{again}"
    if link.state == SIGNED_OUT:
        return (
            f"Not signed in at {link.name} for {since}: press {key} to sign in{f' ({why[2:]})' if why else ''}. {_LOOK}"
        )
    return f"{link.name} has refused what is asked of it for {since}{why}. {_LOOK}"


def _sign_in(asked: SignIn, now: int, key: str, width: int) -> str:
    whole = f"Sign-in waits, {left(asked.until, now)}: open {asked.page} and type {asked.code} ({key} shows it large)"
    return whole if len(whole) <= width else f"Open {asked.page} and type {asked.code} ({key})"


def _loading(link: Link, now: int, width: int) -> list[Content]:
    """What is being loaded, how much of it has come, how long that took and how long it will take."""
    took = max(now - link.since, 0)
    known = 0 < link.done <= link.total
    share = min(link.done / link.total, 1.0) if link.total else 0.0
    what = f" Loading from {link.name}{f': {link.text}' if link.text else ''}"
    count = f"{link.done:,} so far" if link.done else ""
    if link.total:
        count = f"{link.done:,} of {link.total:,} ({int(share * 100)} %)"
    rest = f", about {lasting(int(took * (link.total - link.done) / link.done))} more" if known and took > 1000 else ""
    words = f" {count}{' · ' if count else ''}{lasting(took)} so far{rest}"
    if not link.total:  # nobody knows how much: a bar would be a guess
        return [fitted(plain(f"{what},{words}" if count else f"{what}, {lasting(took)} so far", "bold"), width)]
    cells = min(width - len(what) - len(words) - 4, _BAR)
    if cells >= 10:
        return [fitted(joined(plain(f"{what} ", "bold"), _bar(share, cells), plain(words, "bold")), width)]
    cells = min(max(width - len(words) - 4, 4), _BAR)
    return [
        fitted(plain(what, "bold"), width),
        fitted(joined(plain(" "), _bar(share, cells), plain(words, "bold")), width),
    ]


def _bar(share: float, cells: int) -> Content:
    """Full and empty cells between brackets, so that it is read without colour."""
    full = int(share * cells)
    edge = plain("[", "bold"), plain("]", "bold")
    return joined(edge[0], plain("█" * full, "bold $accent"), plain("·" * (cells - full)), edge[1])


def server_name(link: Link | None) -> str:
    """What the ward's server is called; "" where there is none."""
    return link.name if link is not None else ""


def user_words(link: Link) -> Iterator[str]:
    """Who is signed in, and what is written there."""
    yield f"Signed in as {link.user}." if link.user else "Nobody is signed in."
    what = ", ".join(_WHATS.get(one, one) for one in link.writes)
    yield f"Written to {link.name}: {what}." if what else f"Nothing is written to {link.name}."
