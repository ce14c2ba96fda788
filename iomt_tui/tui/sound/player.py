"""What makes the sound: the terminal's bell, or a program of the site's own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from iomt_tui.tui.sound.annunciator import Pulse

LONGEST: Final = 8.0
"""Seconds after which a player that still runs is ended: the next burst is due."""

_KEPT: Final = ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR", "PULSE_SERVER", "WAYLAND_DISPLAY", "DISPLAY")


class Player(Protocol):
    """Makes pulses heard."""

    def play(self, pulse: Pulse) -> bool:
        """Plays, without waiting; False when it could not."""
        ...

    def close(self) -> None:
        """Ends what still plays."""
        ...


class Bell:
    """The terminal's bell, one for each pulse. ``ring`` says whether the terminal took it."""

    def __init__(self, ring: Callable[[], bool]) -> None:
        self._ring = ring

    def play(self, pulse: Pulse) -> bool:
        """Rings once."""
        return self._ring()

    def close(self) -> None:
        """Nothing goes on."""


class Command:
    """A program that plays a whole burst; it gets ``high``, ``medium`` or ``low`` as its last argument.

    No shell; one at a time; its environment is this screen's, reduced to what sound needs.
    """

    def __init__(self, command: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._command, self._clock = tuple(command), clock
        self._running: subprocess.Popen[bytes] | None = None
        self._since = 0.0

    def play(self, pulse: Pulse) -> bool:
        """Starts the program at the first pulse of a burst. False: it could not be, or the one before failed."""
        if not pulse.first:
            return True
        if self._running is not None:
            code = self._running.poll()
            if code is None and self._clock() - self._since < LONGEST:
                return True  # the burst before is still heard
            self.close()
            if code != 0:
                return False
        env = {name: os.environ[name] for name in _KEPT if name in os.environ}
        try:
            self._running = subprocess.Popen(
                [*self._command, pulse.priority.name.lower()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, env=env, start_new_session=True,
            )  # fmt: skip
        except OSError:
            return False
        self._since = self._clock()
        return True

    def close(self) -> None:
        """Ends what still plays."""
        running, self._running = self._running, None
        if running is not None and running.poll() is None:
            running.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(1)
