"""The sign-in page in words: the address, the code, a QR code where it has room, and how the sign-in stands. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final, NamedTuple

from textual.content import Content

from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.link_lines import user_words
from iomt_tui.tui.widgets.phrases import left
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.ward.link import DENIED, LIVE, LOADING, SIGNED_OUT, Link

PAPER: Final = "#000000 on #ffffff"
"""Dark on light whatever the theme: cameras do not read it the other way round."""

LEAST: Final = 28
"""Cells that the words need beside a QR code."""


class Standing(Enum):
    """How a sign-in stands."""

    ASKED = "asked"  # the server has been asked for a code
    WAITS = "waits"  # for the person
    CHECKED = "checked"  # the code waits no more, and the server has not said yet what became of it
    DONE = "done"
    EXPIRED = "expired"
    ENDED = "ended"  # denied, or given up
    IDLE = "idle"  # none was begun here


class SignInState(NamedTuple):
    """What the page shows."""

    link: Link
    standing: Standing
    now: int  # log time, ms
    tz: str
    cancel_key: str = "x"


def sign_in_lines(state: SignInState, qr: Sequence[str], width: int, height: int) -> list[Content]:
    """The page in ``width`` cells and as far as it can ``height`` rows. ``qr``: its rows, with the margin around it;
    () where the server gives no address for one."""
    cells = max((len(row) for row in qr), default=0)
    beside = width - cells - 2
    waits = state.standing is Standing.WAITS
    if waits and qr and beside >= LEAST and len(qr) <= height:
        words = [fitted(line, beside) for line in _lines(state, beside, "or scan the code on the right.")]
        rows = max(len(words), len(qr))
        words += [plain(" " * beside)] * (rows - len(words))
        code = [plain(row, PAPER) for row in qr] + [EMPTY] * (rows - len(qr))
        return [joined(word, plain("  "), row) for word, row in zip(words, code, strict=True)]
    hint = "(A larger terminal shows a QR code as well.)" if waits and qr else ""
    return [fitted(line, width) for line in _lines(state, width, hint)]


def _lines(state: SignInState, width: int, hint: str) -> Iterator[Content]:
    link = state.link
    title = plain(f"Sign in at {link.name}", "bold $accent")
    yield spread(title, plain(" esc goes back", MUTED), width) if width >= 44 else title
    yield EMPTY
    yield from _standing(state, width, hint)
    yield EMPTY
    for words in user_words(link):
        yield from wrapped(words, width)
    if link.text and state.standing is not Standing.ENDED:
        yield from wrapped(f"{link.name}: {link.text}", width, MUTED if link.state == LIVE else "bold $warning")


def _standing(state: SignInState, width: int, hint: str) -> Iterator[Content]:
    link = state.link
    if state.standing is Standing.WAITS:
        yield from _waits(state, width, hint)
    elif state.standing is Standing.ASKED:
        yield from wrapped(f"… Asking {link.name} for a code.", width, "bold")
    elif state.standing is Standing.CHECKED:
        yield from wrapped(f"… Waiting for {link.name} to say who has signed in.", width, "bold")
    elif state.standing is Standing.DONE:
        who = f" as {link.user}" if link.user else ""
        yield from wrapped(f"✓ Signed in{who}; esc goes back.", width, "bold reverse")
        yield from wrapped("Enter signs somebody else in.", width, MUTED)
    elif state.standing is Standing.EXPIRED:
        yield from wrapped("✗ The code has expired: nobody signed in with it.", width, "bold $warning")
        yield from wrapped("Enter asks for a new code.", width, "bold")
    elif state.standing is Standing.ENDED:
        yield from wrapped(f"✗ Not signed in{f': {link.text}' if link.text else ''}", width, "bold $warning")
        yield from wrapped("Enter asks for a new code.", width, "bold")
    else:
        yield from wrapped(_idle(link), width, "bold")


def _idle(link: Link) -> str:
    if link.state in (SIGNED_OUT, DENIED):
        return "Enter asks for a code."
    if link.user:
        return "Enter signs somebody else in."
    if link.state in (LIVE, LOADING):
        return "The ward is read without a person's name. Enter asks for a code, where the server signs people in."
    return "The server is not there at the moment. Enter asks for a code once it is."


def _waits(state: SignInState, width: int, hint: str) -> Iterator[Content]:
    asked = state.link.sign_in
    if asked is None:
        return
    yield from wrapped("On a phone or another computer open", width)
    page = str(asked.page)
    if len(page) > width - 2 >= len(page.removeprefix("https://")):
        page = page.removeprefix("https://")  # whole on its line; a browser knows the rest
    yield from (joined(plain("  "), line) for line in wrapped(page, width - 2, "bold"))
    yield plain("and type")
    yield EMPTY
    yield from (joined(plain("  "), line) for line in _large(asked.code, width - 4))
    yield EMPTY
    if hint:
        yield from wrapped(hint, width)
    rest = f"Waiting for you: {left(asked.until, state.now)}, until {clock(asked.until, state.tz, seconds=False)}."
    yield from wrapped(rest, width, "bold")
    yield from wrapped(f"{state.cancel_key} gives up; esc goes back, and the code goes on waiting.", width, MUTED)


def _large(code: str, width: int) -> Iterator[Content]:
    """The code letter by letter, each by itself, between two blank rows of the same ground."""
    for room in (2, 1):
        spaced = f"  {(' ' * room).join(code)}  "
        if len(spaced) <= width:
            blank = plain(" " * len(spaced), "bold reverse")
            yield from (blank, plain(spaced, "bold reverse"), blank)
            return
    yield plain(f" {code} ", "bold reverse")
