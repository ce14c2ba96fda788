"""How the line stands: a ``link`` body at each change, in words that say what happened and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from iomt_tui.backends.fhir.errors import (
    BUSY,
    DENIED,
    GONE,
    INVALID,
    NOT_ALLOWED,
    SIGNED_OUT,
    FhirError,
)
from iomt_tui.backends.fhir.outlet import Outlet, Said
from iomt_tui.security.text import safe_text
from iomt_tui.ward import link
from iomt_tui.ward.link import Link

#: The server answers, and refuses what is asked: waiting alone will not help.
_REFUSING: Final = frozenset({DENIED, GONE, INVALID, NOT_ALLOWED, "pin", "tls", "redirect"})
_TO_DO: Final = {
    DENIED: "ask whoever runs the server for the rights", BUSY: "", "pin": "", "tls": "", NOT_ALLOWED: "",
    "redirect": "put the server's own address into the configuration",
}  # fmt: skip
_APART: Final = 250  # ms between two words of progress


class Standing:
    """The line's newest ``link``; a new one is told when anything but its time changed."""

    def __init__(self, name: str, writes: tuple[str, ...], outlet: Outlet, now: Callable[[], int]) -> None:
        """``now``: log time, ms."""
        self._outlet, self._now = outlet, now
        self._progress = 0
        at = now()
        text = safe_text(f"connecting to {name}")
        self.link = Link(name=safe_text(name, 40), state=link.CONNECTING, text=text, since=at, writes=writes, at=at)

    def change(self, state: str, text: str = "", **fields: Any) -> None:
        """The state from now on; ``fields`` of :class:`Link` beside it."""
        now = self._now()
        since = self.link.since if state == self.link.state else now
        fresh = replace(self.link, state=state, text=safe_text(text, 300), since=since, **fields)
        if fresh != self.link:
            self.link = replace(fresh, at=self.link.at)
            self.tell()

    def tell(self) -> None:
        """Says how the line stands."""
        self._outlet.tell(Said(Link.ENTRY, self.link.body()))

    def heard(self) -> None:
        """The server said something; told with the next change."""
        self.link = replace(self.link, at=self._now())

    def loading(self, words: str, done: int, total: int) -> None:
        """How far the first load is, four times a second at most."""
        now = self._now()
        if self.link.state != link.LOADING or now - self._progress >= _APART:
            self._progress = now
            self.change(link.LOADING, words, done=done, total=total)

    @staticmethod
    def is_refusal(error: FhirError) -> bool:
        """Whether the server answers and refuses, so that waiting alone does not help."""
        return error.kind in _REFUSING

    def failed(self, error: FhirError, wait: float) -> None:
        """A request failed, and it is tried again in ``wait`` seconds."""
        to_do = _TO_DO.get(error.kind, "")
        said = "; ".join(part for part in (error.words, to_do, f"tried again in {max(1, round(wait))} s") if part)
        self.change(link.DENIED if self.is_refusal(error) else link.LOST, said)


def is_signed_out(error: FhirError) -> bool:
    """Whether a person has to sign in before anything else can be done."""
    return error.kind == SIGNED_OUT
