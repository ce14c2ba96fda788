"""How far each kind of resource was read: by the server's own ``meta.lastUpdated``, never by a clock of ours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from iomt_tui.backends.fhir.client import Resource
from iomt_tui.backends.fhir.times import moment

OVERLAP: Final = 3_000
"""ms read again each time: what was written earlier may become visible later, and some servers know only seconds."""

_MINUTE: Final = 60_000
_TOO_FAR: Final = 24 * 3_600_000  # ms ahead of every clock there is: a mistake, that must not hide what comes


class Cursors:
    """The newest ``lastUpdated`` (ms UTC) by resource type. A type of which nothing came has none."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}
        self._before: dict[str, int] = {}  # the newest before the server's clock was set back

    def saw(self, kind: str, times: Iterable[int], now: int, took: int = 0) -> None:
        """Moves on over a search that came whole. ``times``: :func:`updated` of what it brought.

        ``now`` is by the server's clock, as far as that is known, in ms UTC. ``took`` (ms) is how long the search took
        with all its pages: what was written meanwhile may have been missed, and is read again.
        """
        for at in times:
            if at > now + _TOO_FAR:
                continue
            before = self._before.get(kind)
            if before is not None and at > before:
                del self._before[kind]  # it writes as it did before: only its Date header was set back
            elif before is not None and at > now + _MINUTE:
                continue  # written before the clock was set back
            self._newest[kind] = max(at - took, self._newest.get(kind, at - took))

    def set_back(self, ms: int) -> None:
        """The server's clock was set back by so much: what it writes now is older than what it wrote."""
        self._before = self._newest | self._before
        self._newest = {kind: at - ms for kind, at in self._newest.items()}

    def since(self, kind: str, more: int = 0) -> str:
        """The value of ``_lastUpdated`` for what is new, "" where all may be; ``more`` ms further back."""
        at = self._newest.get(kind)
        return "" if at is None else f"ge{instant(at - OVERLAP - more)}"


def updated(resource: Resource) -> int | None:
    """When the server wrote this version, ms UTC; None where it does not say."""
    meta = resource.get("meta")
    text = meta.get("lastUpdated") if isinstance(meta, dict) else None
    try:
        return moment(text).at if isinstance(text, str) else None
    except ValueError:
        return None


def updates(kind: str, resources: Iterable[Resource]) -> list[int]:
    """When those of one type were written, ms UTC."""
    times = (updated(one) for one in resources if one.get("resourceType") == kind)
    return [at for at in times if at is not None]


def instant(at: int) -> str:
    """FHIR's text of a time in ms UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
