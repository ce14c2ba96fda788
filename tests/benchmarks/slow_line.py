"""A terminal at the far end of a serial line: its bytes arrive one after the other, and so do its answers' causes."""

from __future__ import annotations

import select
import time
from collections.abc import Callable

from .terminal import Terminal

BAUD_9600 = 960.0
"""Bytes a second of 9,600 baud: a start and a stop bit to every eight."""

SLICE = 0.02  # s between two looks at the line


class SlowLine(Terminal):
    """A terminal that takes :data:`BAUD_9600` bytes a second, and none in advance."""

    rate = BAUD_9600

    def pump(self, seconds: float, seen: Callable[[float], object] | None = None) -> None:
        """Reads at the line's rate for ``seconds``; ``seen`` as in :meth:`Terminal.pump`, after every slice."""
        now = time.monotonic()
        end, due = now + seconds, 0.0
        while now < end:
            time.sleep(SLICE)
            passed, now = time.monotonic() - now, time.monotonic()
            if not select.select([self], [], [], 0)[0]:
                due = 0.0
            else:
                due += passed * self.rate
                if due >= 1:
                    before = self.bytes
                    self.read(int(due))
                    due -= self.bytes - before
            if seen is not None and seen(now):
                return
