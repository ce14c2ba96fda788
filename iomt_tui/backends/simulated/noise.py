"""Seeded numbers that depend on nothing but their keys: hashes, and noise tables that all patients share.

A noise value is looked up by time, never drawn in turn, so a stream is the same however its reading is sliced.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

_MASK: Final = (1 << 64) - 1
LENGTH: Final = 4093  # prime, so that streams with other periods do not fall into step with the table
SPARE: Final = 512  # entries repeated past the end: a slice of that many never needs to wrap


def mix(*keys: int) -> int:
    """A 64-bit hash of ``keys`` (the finalizer of splitmix64, once a key)."""
    h = 0x9E3779B97F4A7C15
    for key in keys:
        h = (h ^ (key & _MASK)) + 0x9E3779B97F4A7C15 & _MASK
        h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9 & _MASK
        h = (h ^ h >> 27) * 0x94D049BB133111EB & _MASK
        h ^= h >> 31
    return h


def unit(*keys: int) -> float:
    """A number in [0, 1) that depends only on ``keys``."""
    return (mix(*keys) >> 11) * 2.0**-53


class Noise(NamedTuple):
    """Tables of unit standard deviation, closed to a ring of LENGTH entries and continued by SPARE of them."""

    fast: tuple[float, ...]  # forgets within two or three entries
    slow: tuple[float, ...]  # wanders over half a minute of entries


@lru_cache(maxsize=4)
def noise(seed: int) -> Noise:
    """The ward's two tables."""
    rng = Random(mix(seed, 1))
    return Noise(_ring(rng, 0.55), _ring(rng, 0.97))


def _ring(rng: Random, memory: float) -> tuple[float, ...]:
    """First-order autoregression, run twice over the same shocks so that its end meets its beginning."""
    scale = (1 - memory * memory) ** 0.5
    shocks = [max(-2.6, min(2.6, rng.gauss(0.0, 1.0))) * scale for _ in range(LENGTH)]
    x = 0.0
    for shock in shocks:
        x = memory * x + shock
    ring: list[float] = []
    for shock in shocks:
        x = memory * x + shock
        ring.append(x)
    return tuple(ring + ring[:SPARE])
