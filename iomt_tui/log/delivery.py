"""What a screen reads the ward from, live or replayed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from iomt_tui.log.api import RecordedReader
from iomt_tui.ward.events import Entry

if TYPE_CHECKING:
    import asyncio

    from iomt_tui.log.player import Player


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came since the last one.

    ``reset``: begin with a new ward, restored from ``checkpoint`` when that is given, then apply ``entries``.
    ``more``: further entries are waiting already; poll again before anything is drawn.
    """

    reset: bool = False
    checkpoint: bytes | None = None
    entries: list[Entry] = field(default_factory=list)
    more: bool = False


class Feed(Protocol):
    """A ward's log as a screen follows it. One thread uses it, but for :meth:`act` and :meth:`acts`."""

    @property
    def player(self) -> Player | None:
        """What steers a replay; None when live."""
        ...

    def poll(self) -> Delivery:
        """What is new, at most 10,000 entries; never waits for another process to write. Raises LogError."""
        ...

    def watch(self, wake: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        """Has ``wake`` called on ``loop`` soon after something new is there."""
        ...

    def now(self) -> int:
        """Log time (ms) at this moment; it goes on between entries."""
        ...

    def silent_for(self) -> float:
        """Real seconds since the engine last wrote; always 0.0 for a replay."""
        ...

    def act(self, data: dict[str, Any]) -> Entry:
        """Appends a clinician's action; it is on disk when this returns. Any thread. Raises LogError."""
        ...

    def acts(self, bodies: list[dict[str, Any]]) -> list[Entry]:
        """Appends several actions as :meth:`act` does, all or none of them."""
        ...

    def another(self) -> RecordedReader:
        """Another reader of the same log, for a thread of its own; the caller closes it. Raises LogError."""
        ...

    def rewind(self) -> None:
        """Has the next delivery begin anew, without a checkpoint: for one that cannot be restored."""
        ...

    def close(self) -> None:
        """Gives files and watches back."""
        ...
