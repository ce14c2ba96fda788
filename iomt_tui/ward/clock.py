"""A device's clock beside log time: is what it says of *when* to be believed?

A lag (received - observed) of up to two minutes is delivery; more is a late upload. A clock that is ahead, or
behind by the same lag reading after reading, is off: its times are corrected by that lag, and the correction
is shown (SAFETY H12).
"""

from __future__ import annotations

AHEAD = 5_000  # ms ahead of log time that delivery and rounding explain
BEHIND = 120_000  # ms behind that delivery explains
SAME = 2_000  # two lags this close are the same clock error
TRUST_AHEAD = 3  # readings that must agree; nothing else puts an observation into the future
TRUST_BEHIND = 10  # a backlog also lags, but its lag shrinks as it is delivered
CLAMP = 300_000  # up to this far ahead an unconfirmed reading counts as of now
FORGET = 300  # readings without it, and a small skew is forgotten


class DeviceClock:
    """What is known of one device's clock.

    ``offset`` (ms) is added to the times of a clock that is off; ``skew`` (-5 s … 0) to those of one slightly ahead.
    """

    __slots__ = ("agree", "candidate", "observed", "offset", "since_skew", "skew")

    def __init__(self) -> None:
        self.offset = 0
        self.skew = 0
        self.since_skew = 0
        self.candidate = 0
        self.agree = 0
        self.observed = -1

    def correct(self, observed: int, received: int) -> int | None:
        """The time of a reading in log time; None while a clock far ahead is not confirmed."""
        lag = received - observed
        if self.offset and abs(lag - self.offset) <= SAME:
            return observed + self.offset
        if -AHEAD <= lag <= BEHIND:
            self.offset = self.agree = 0
            return observed if lag >= 0 and not self.skew else observed + self._skewed(lag)
        return self._doubt(observed, received, lag)

    def _skewed(self, lag: int) -> int:
        """An observation is never newer than its arrival: the most that a device was ahead is taken off."""
        self.since_skew = 0 if lag <= self.skew + 1_000 else self.since_skew + 1
        if lag < self.skew or self.since_skew > FORGET:
            self.skew = min(lag, 0)
        return self.skew

    def _doubt(self, observed: int, received: int, lag: int) -> int | None:
        same = abs(lag - self.candidate) <= SAME and observed > self.observed
        self.agree = self.agree + 1 if same else 1
        if not same:
            self.candidate = lag
        self.observed = observed
        late = lag > self.offset if self.offset else lag > 0
        if self.agree >= (TRUST_BEHIND if late else TRUST_AHEAD):
            self.offset, self.agree = self.candidate, 0
            return min(observed + self.offset, received)
        if late:
            return observed + self.offset
        return received if -lag <= CLAMP else None
