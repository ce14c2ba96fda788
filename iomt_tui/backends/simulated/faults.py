"""How devices misreport: what goes over the wire when a probe is off, a finger moves, a line is disconnected.

The reading is spoiled in its raw form, as real monitors send it (CLINICAL 8.4), and only then placed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from iomt_tui.backends.simulated.episodes import Episode
from iomt_tui.backends.simulated.noise import unit

Raw = dict[str, float]

ABSENT: Final = (0.0, -999.0, 8388607.0, 0.0, -100.0)
"""What makers of monitors send as a number where there is no value."""

_PROBE: Final = ("spo2", "pulse", "pi")
_LEADS: Final = ("hr", "rr")
_LINE: Final = ("ibp_sys", "ibp_dia", "ibp_mean")


def _replace(keys: tuple[str, ...]) -> Callable[[Raw, dict[str, str], float, int, int], None]:
    def spoil(raw: Raw, status: dict[str, str], absent: float, key: int, at: int) -> None:
        for vital in keys:
            if vital in raw:
                raw[vital] = absent

    return spoil


def _zeros(raw: Raw, status: dict[str, str], absent: float, key: int, at: int) -> None:
    for vital in raw:
        raw[vital] = 0.0


def _line_off(raw: Raw, status: dict[str, str], absent: float, key: int, at: int) -> None:
    for vital in _LINE:
        if vital in raw:
            raw[vital] = 0.0


def _motion(raw: Raw, status: dict[str, str], absent: float, key: int, at: int) -> None:
    shake = unit(key, 31, at // 2000)
    if "spo2" in raw:
        raw["spo2"] = max(70.0, raw["spo2"] - round(9.0 * shake * shake))
    if "pulse" in raw:
        raw["pulse"] = max(35.0, min(220.0, raw["pulse"] + round(30.0 * (unit(key, 32, at // 3000) - 0.4))))
    for vital in _PROBE:
        if vital in raw:
            status[vital] = "questionable"


def _calibrating(raw: Raw, status: dict[str, str], absent: float, key: int, at: int) -> None:
    for vital in raw:
        status[vital] = "calibrating"


_SPOIL: Final[dict[str, Callable[[Raw, dict[str, str], float, int, int], None]]] = {
    "probe-off": _replace(_PROBE),
    "leads-off": _replace(_LEADS),
    "line-off": _line_off,
    "zeros": _zeros,
    "motion": _motion,
    "calibrating": _calibrating,
}
FAULTS: Final = frozenset(_SPOIL)
"""The kinds of episode that spoil a reading."""


def spoil(episodes: tuple[Episode, ...], raw: Raw, absent: float, key: int, at: int) -> dict[str, str]:
    """Changes ``raw``, read at ``at``, as the faults among ``episodes`` have it; returns the status words by vital.

    ``absent`` is the number this device sends where it has no value; ``key`` seeds the shaking of a moving finger.
    """
    status: dict[str, str] = {}
    for kind, begins, ends in episodes:
        if begins <= at < ends and kind in _SPOIL:
            _SPOIL[kind](raw, status, absent, key, at)
    return status
