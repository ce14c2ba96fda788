"""The marks of the board. Each is one cell wide in every terminal, none is an emoji."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from iomt_tui.ward.view import Severity

_BRAILLE_LEFT: Final = (0x40, 0x44, 0x46, 0x47)
_BRAILLE_RIGHT: Final = (0x80, 0xA0, 0xB0, 0xB8)


# Compared by identity: a set of glyphs is a key of the caches of drawn sparklines.
@dataclass(frozen=True, slots=True, eq=False)
class Glyphs:
    """One set of marks. ``levels`` are the heights of a sparkline, lowest first."""

    name: str
    levels: str
    points: int  # points that one cell of a sparkline holds
    severity: Mapping[Severity, str]
    selected: str
    home: str
    pinned: str
    similar: str  # behind a name that looks like another's
    paused: str  # behind the name of a patient whose alarm sound is paused
    standby: str
    limits: str  # alarm limits that somebody set
    off: str  # one of them switched off
    rising: str
    steady: str
    falling: str
    above: str  # beside a number over its limit
    below: str
    slopes: str  # falling fast, falling, level, rising, rising fast
    never: str  # in place of a number that was never measured
    gone: str  # in place of a number that is too old
    acked: str
    waiting: str  # acknowledged here, not yet confirmed by the ward's server
    taken: str  # by somebody at another desk of that server
    unwritten: str  # acknowledged here, and not on the server
    differs: str  # beside a NEWS2 that the server computes otherwise
    dot: str
    at_least: str
    more: str  # the end of a text that was cut
    upper: str  # half blocks of the big digits: upper, lower, both
    lower: str
    full: str
    edge: str  # left edge of a tile


BLOCK: Final = Glyphs(
    name="block",
    levels="▁▂▃▄▅▆▇█",
    points=1,
    severity={
        Severity.NONE: "", Severity.TECHNICAL: "◌", Severity.LOW: "!", Severity.MEDIUM: "!!", Severity.HIGH: "!!!",
    },
    selected="▌", home="⌂", pinned="★", similar="≈", paused="‖", standby="◇", limits="△", off="▽",
    rising="▲", steady="–", falling="▼", above="▲", below="▼",
    slopes="↓↘→↗↑", never="·", gone="--", acked="✓", dot="·", at_least="≥", more="…", upper="▀", lower="▄", full="█",
    edge="▎", waiting="…", taken="⇄", unwritten="✗", differs="≠",
)  # fmt: skip

BRAILLE: Final = replace(BLOCK, name="braille", levels="", points=2)

ASCII: Final = Glyphs(
    name="ascii",
    levels="_.-~=+*#",
    points=1,
    severity={**BLOCK.severity, Severity.TECHNICAL: "o"},
    selected=">", home="H", pinned="*", similar="~", paused="=", standby="z", limits="/", off="x",
    rising="^", steady="-", falling="v", above="^", below="v",
    slopes="vv-^^", never=".", gone="--", acked="/", dot="-", at_least=">", more="~", upper="'", lower=".", full="#",
    edge="|", waiting="?", taken="=", unwritten="x", differs="&",
)  # fmt: skip

GLYPHS: Final[Mapping[str, Glyphs]] = {glyphs.name: glyphs for glyphs in (BLOCK, BRAILLE, ASCII)}


def braille(left: int | None, right: int | None) -> str:
    """One cell of two columns filled from the bottom; a height is 0 to 3, None an empty column."""
    dots = (0 if left is None else _BRAILLE_LEFT[left]) | (0 if right is None else _BRAILLE_RIGHT[right])
    return chr(0x2800 + dots) if dots else " "
