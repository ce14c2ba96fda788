"""The output stage: the terminal as a lossy display of the newest frame.

What is wanted goes into a grid; bytes go out one chunk at a time. Behind each chunk stands ``CSI 6n``, and the next one
goes out when the terminal has answered, which proves that it has taken all before. Whatever changed in between is
simply part of the next difference: newer states replace unsent ones, and nothing ever waits for a slow terminal.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from rich.color import ColorSystem
from textual.strip import Strip

from iomt_tui.tui.terminal.cells import cells, not_simple
from iomt_tui.tui.terminal.encode import Encoder
from iomt_tui.tui.terminal.grid import Grid
from iomt_tui.tui.terminal.moves import NOWHERE
from iomt_tui.tui.terminal.pace import Pace
from iomt_tui.tui.terminal.styles import StyleTable

QUERY: Final = b"\x1b[6n"
GRACE: Final = 0.3
"""Seconds that the first frame waits for the answer to the first query."""
SILENT_AFTER: Final = 1.0
"""Seconds without any answer ever, after which a terminal counts as one that never answers."""
ASK_AGAIN: Final = 5.0
"""Seconds after which a reply counts as lost and is asked for again."""
SILENT_PAUSE: Final = 0.1
"""Seconds between chunks for a terminal that never answers."""
_DISTRUST: Final = 10.0  # s between two repaints because the cursor was not where it should be
_SYNC_FROM: Final = 2048  # bytes; smaller chunks do not tear


class Transport(Protocol):
    """Where chunks go: never blocks, keeps what the terminal does not take yet."""

    @property
    def busy(self) -> bool:
        """Whether bytes wait for the terminal."""
        ...

    def send(self, data: bytes) -> None:
        """Writes what can be written now and keeps the rest."""
        ...


@dataclass
class Counters:
    """What the stage did so far."""

    bytes: int = 0
    frames: int = 0
    replaced: int = 0
    replies: int = 0
    repaints: int = 0


class OutputStage:
    """Keeps one chunk in flight between what is wanted and the terminal. Belongs to the event loop's thread."""

    def __init__(
        self,
        transport: Transport,
        width: int,
        height: int,
        system: ColorSystem = ColorSystem.TRUECOLOR,
        *,
        bce: bool = False,
        clock: Callable[[], float] = time.monotonic,
        call_later: Callable[..., asyncio.TimerHandle] | None = None,
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._call_later = call_later or asyncio.get_running_loop().call_later
        self._styles = StyleTable(system)
        self._grid = Grid(width, height)
        self._encoder = Encoder(self._grid, self._styles, bce=bce)
        self._pace = Pace()
        self.counters = Counters()
        self.sync = False
        self.cursor: tuple[int, int] | None = None
        self._open = False
        self._urgent: dict[int, None] = {}
        self._fresh: set[int] = set()
        self._waiting = False
        self._sent_at = 0.0
        self._sent_size = 0
        self._queries = 0
        self._asked_at = self._started_at = clock()
        self._lost_at: float | None = None
        self._expected: tuple[int, int] | None = None
        self._trust = 0
        self._distrusted_at = -_DISTRUST
        self._answers = False
        self._silent = False
        self._replied_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._pending_flush = False

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._grid.width, self._grid.height

    @property
    def in_flight(self) -> bool:
        """Whether a chunk was sent that the terminal has not answered yet."""
        return self._waiting

    @property
    def awaited(self) -> int:
        """How many answers the terminal still owes us: each would be typed at the prompt of whoever comes next."""
        return self._queries

    @property
    def settled(self) -> bool:
        """Whether the terminal shows, or is about to show, all that is wanted."""
        return not self._grid.dirty and not self._encoder.unknown

    @property
    def answers(self) -> bool:
        """Whether this terminal has ever answered a query."""
        return self._answers

    def last_reply_age(self) -> float:
        """Seconds since the terminal last proved that it reads; since the start when it never did.

        Grows while nothing is sent, too: call :meth:`ask` when a proof is needed of a screen that does not change.
        """
        return self._clock() - (self._replied_at if self._replied_at is not None else self._asked_at)

    def ask(self) -> None:
        """Asks the terminal for a sign of life, unless a chunk in flight asks already."""
        if self._open and not self._waiting and not self._transport.busy:
            self._send(b"")

    def start(self, preceding: int) -> None:
        """The terminal is ours: asks it once and repaints. ``preceding``: bytes written to it just before."""
        self._open = True
        self._waiting = False
        self._queries = 0
        self._lost_at = None
        self._started_at = self._asked_at = self._clock()
        self.forget()
        self._send(b"", preceding)

    def stop(self) -> None:
        """The terminal is about to belong to somebody else: nothing is sent until :meth:`start`."""
        self._open = False
        self._waiting = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def forget(self) -> None:
        """Nothing is known any more of what the terminal shows: the next chunk begins a full repaint."""
        self.counters.repaints += 1
        self._encoder.take(self._grid)

    def resize(self, width: int, height: int) -> None:
        """The terminal has another size now; it is repainted whole."""
        if (width, height) != self.size and width > 0 and height > 0:
            self._grid = self._grid.resized(width, height)
            self._urgent.clear()
            self._fresh.clear()
            self.forget()

    def put(self, x: int, y: int, strip: Strip) -> None:
        """Wants ``strip`` from column ``x`` of row ``y``, from 0. Parts outside the screen are cut off.

        Its text goes through :func:`.cells.cells`: nothing in it can become a command to the terminal.
        """
        grid = self._grid
        if not 0 <= y < grid.height:
            return
        char = self._styles.char
        segments = strip._segments
        text = "".join([segment[0] for segment in segments if not segment[2]])
        if not_simple(text) is None:
            styles = "".join([char(style) * len(part) for part, style, control in segments if not control])
            changed = grid.put(x, y, text, styles, True)
        else:
            parts = [(cells(part), style) for part, style, control in segments if not control]
            styles = "".join([char(style) * len(part) for part, style in parts])
            changed = grid.put(x, y, "".join([part for part, _ in parts]), styles, False)
        if changed:
            self._fresh.add(y)

    def flush(self, *, urgent: bool = False) -> None:
        """Shows what is wanted as soon as the line allows. ``urgent``: rows put since the last flush go first."""
        if not self._fresh and not urgent and self.settled:
            return
        if self._pending_flush and self._fresh:
            self.counters.replaced += 1
        if urgent and self._fresh:
            newest = dict.fromkeys(sorted(self._fresh))
            self._urgent = newest | {y: None for y in self._urgent if y not in newest}
        self._fresh.clear()
        self._pending_flush = True
        self.pump()

    def pump(self) -> None:
        """Sends the next chunk when nothing is in flight. Called when the transport has drained, too."""
        if not self._open or self._waiting or self._transport.busy:
            return
        if self._styles.full:
            self._fewer_styles()
        if self._pace.slow and not self._styles.coarse:
            self._fewer_colours()
        budget = self._pace.budget
        data = self._encoder.chunk(budget, self._urgent)
        if self.settled:
            self._pending_flush = False
            self._urgent.clear()
        if data:
            self._send(data)

    def replied(self, x: int, y: int) -> None:
        """The terminal reported its cursor at column ``x``, row ``y`` (from 0): it has read all up to our query."""
        now = self._clock()
        self.counters.replies += 1
        self._replied_at = now
        first, self._answers, self._silent = not self._answers, True, False
        alone = self._queries == 1
        self._queries = max(0, self._queries - 1)
        if not self._waiting:
            return
        self._waiting = False
        if alone:
            measure = self._pace.first if first else self._pace.reply
            measure(self._sent_size, now - self._sent_at)
            if self._expected is not None:
                self._check((x, y) == self._expected, now)
        self.pump()

    def _check(self, there: bool, now: float) -> None:
        """Repaints when the cursor of a terminal that was right so far is elsewhere: somebody else wrote to it."""
        if there:
            self._trust = min(self._trust + 1, 3)
            return
        if self._trust >= 3 and now - self._distrusted_at >= _DISTRUST:
            self._distrusted_at = now
            self.forget()
        self._trust = 0

    def _send(self, data: bytes, preceding: int = 0) -> None:
        encoder, now = self._encoder, self._clock()
        self._silent = not self._answers and now - self._started_at >= SILENT_AFTER
        if data:
            self.counters.frames += 1
            if self.cursor is not None and not self._grid.dirty:
                data += encoder.point(*self.cursor)
        if self.sync and len(data) >= _SYNC_FROM:
            data = b"\x1b[?2026h" + data + b"\x1b[?2026l"
        if not self._silent or now - self._asked_at >= ASK_AGAIN:
            data += self._query(now)
        self._expected = None
        if encoder.x != NOWHERE:
            self._expected = (min(encoder.x, self._grid.width - 1), encoder.y)
        self._waiting = True
        self._sent_at = now
        self._sent_size = len(data) + preceding
        self.counters.bytes += len(data)
        self._transport.send(data)
        if self._silent:
            self._arm(SILENT_PAUSE)
        else:
            self._arm(SILENT_AFTER if self._answers else GRACE)

    def _arm(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = self._call_later(seconds, self._late)

    def _late(self) -> None:
        """The watch over a chunk in flight; runs at most once a second, and not at all while nothing is in flight."""
        self._timer = None
        if not self._waiting:
            return
        if self._answers:
            if self._clock() - self._asked_at >= ASK_AGAIN and not self._transport.busy:
                self._ask_again()
            self._arm(SILENT_AFTER)
            return
        if self._transport.busy:
            self._arm(SILENT_PAUSE)
            return
        self._waiting = False
        self.pump()

    def _query(self, now: float) -> bytes:
        if self._lost_at is not None and now - self._lost_at > 2 * ASK_AGAIN:
            self._lost_at = None  # what has not been answered by now never will be
            self._queries = 0
        self._queries += 1
        self._asked_at = now
        return QUERY

    def _ask_again(self) -> None:
        self._lost_at = self._clock()
        self.counters.bytes += len(QUERY)
        self._transport.send(self._query(self._lost_at))

    def _fewer_styles(self) -> None:
        """Forgets styles that no cell wants; happens once in thousands of new styles."""
        self._renumber(self._styles.compact(set("".join(self._grid.want_style))))

    def _fewer_colours(self) -> None:
        """Goes on in 16 colours; happens once, when the line has proved to be slow."""
        wanted = Counter("".join(self._grid.want_style))
        self._renumber(self._styles.coarsen(set(wanted), wanted.most_common(1)[0][0]))

    def _renumber(self, numbers: dict[int, str]) -> None:
        self._grid.want_style = [row.translate(numbers) for row in self._grid.want_style]
        self._encoder.restyle()
