"""Requests as a proxy saw them, put together to the looks of a client at its server. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

OBSERVATIONS, BATCH, PAGE, OTHER = "observations", "batch", "page", "other"
PAUSE: Final = 0.5  # s without any request under way, after which another look begins
_PAGES: Final = ("_getpages=", "__page=", "_cursor=")


class Request(NamedTuple):
    """One request and its answer. Times are seconds of one steady clock, sizes bytes as they were sent."""

    method: str
    path: str  # with its query
    begun: float
    ended: float
    size: int = 0  # of the answer, its head included

    def kind(self, base: str) -> str:
        """What is asked; ``base`` is the path of the server's FHIR base."""
        parts = urlsplit(self.path)
        own = parts.path.removeprefix(base).strip("/")
        if any(mark in parts.query for mark in _PAGES):
            return PAGE
        if own == "Observation/_search" or (own == "Observation" and self.method == "GET"):
            return OBSERVATIONS
        return BATCH if own == "" and self.method == "POST" else OTHER


class Look(NamedTuple):
    """All that was asked to learn what is new, once."""

    requests: tuple[Request, ...]
    kinds: tuple[str, ...]

    @property
    def polls(self) -> bool:
        """Whether it asks for nothing but what is new: no look at who is on the ward."""
        return OTHER not in self.kinds

    @property
    def beside_pages(self) -> int:
        """Requests, without the further pages of a search."""
        return sum(kind != PAGE for kind in self.kinds)


def looks(requests: Iterable[Request], base: str) -> list[Look]:
    """The looks in ``requests``, which are in the order in which they began.

    Another one begins after a pause, and with a second search for observations, since each makes one. Where a slow
    server leaves no pause, what comes before that search counts for the look before it.
    """
    found: list[list[Request]] = []
    searched, until = False, float("-inf")
    for one in requests:
        searches = one.kind(base) == OBSERVATIONS
        if not found or one.begun - until > PAUSE or (searches and searched):
            found.append([])
            searched = False
        found[-1].append(one)
        searched, until = searched or searches, max(until, one.ended)
    return [Look(tuple(look), tuple(one.kind(base) for one in look)) for look in found]


def most(numbers: Sequence[float]) -> float:
    """The largest; NaN of none, which keeps no limit."""
    return max(numbers, default=float("nan"))
