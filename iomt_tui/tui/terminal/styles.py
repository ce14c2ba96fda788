"""Styles as small numbers, and the shortest SGR sequence from one to the next."""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style

DEFAULT: Final = "\x00"
"""The style character of the terminal's own colours without any attribute."""

UNSET: Final = "\U0010ffff"
"""Stands for a style that we do not know; the way out of it is a reset."""

_ON: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
_OFF: Final = ("22", "22", "23", "24", "25", "25", "27", "28", "29", "24", "54", "54", "55")
_RARE: Final = 0b1_1110_0010_0000  # blink2, underline2, frame, encircle, overline: only a reset ends them everywhere
_PLAIN: Final = 0b111  # bold, dim, italic: invisible on a blank cell
_CACHE: Final = 8192
_ALIKE: Final = 40  # of 255 in each of red, green and blue


class Look(NamedTuple):
    """What a style looks like on this terminal: attribute bits as in Rich, SGR codes of the colours ("" = default)."""

    attributes: int
    fg: str
    bg: str


def _colour(color: Color | None, system: ColorSystem, foreground: bool) -> str:
    if color is None:
        return ""
    codes = ";".join(color.downgrade(system).get_ansi_codes(foreground))
    return "" if codes in ("39", "49") else codes


def _color(codes: str) -> Color | None:
    """The colour behind SGR codes that this module made; None for the terminal's own."""
    first, *rest = codes.split(";")
    if not first:
        return None
    if first in ("38", "48"):
        numbers = [int(part) for part in rest[1:]]
        return Color.from_rgb(*numbers) if rest[0] == "2" else Color.from_ansi(numbers[0])
    return Color.from_ansi(int(first) % 10 + (8 if int(first) >= 90 else 0))


def _near(one: Color, other: Color) -> bool:
    """Whether two backgrounds differ so little that a slow line need not tell them apart."""
    pairs = zip(one.get_truecolor(foreground=False), other.get_truecolor(foreground=False), strict=True)
    return max(abs(a - b) for a, b in pairs) <= _ALIKE


class StyleTable:
    """Numbers for the styles in use, as characters, so that a row's styles are a string like its text."""

    def __init__(self, system: ColorSystem) -> None:
        self._system = system
        self._ground: Color | None = None  # backgrounds near it are it
        self._looks: list[Look] = [Look(0, "", "")]
        self._chars: dict[Look, str] = {self._looks[0]: DEFAULT}
        self._by_style: dict[Style | None, str] = {None: DEFAULT}
        self._changes: dict[str, bytes] = {}

    def char(self, style: Style | None) -> str:
        """The character that stands for ``style``."""
        found = self._by_style.get(style)
        if found is None:
            if len(self._by_style) > _CACHE:
                self._by_style = {None: DEFAULT}
            found = self._by_style[style] = self._of(style)
        return found

    def _of(self, style: Style | None) -> str:
        if style is None:
            return DEFAULT
        bits = style._attributes & style._set_attributes
        return self._number(self._look(bits, style.color, style.bgcolor))

    def _look(self, bits: int, color: Color | None, ground: Color | None) -> Look:
        if ground is not None and self._ground is not None and _near(ground, self._ground):
            ground = self._ground
        return Look(bits, _colour(color, self._system, True), _colour(ground, self._system, False))

    @property
    def full(self) -> bool:
        """Whether so many styles were seen that the table should be made anew."""
        return len(self._looks) > 20_000

    def compact(self, used: set[str]) -> dict[int, str]:
        """Forgets all styles but ``used`` and returns the new number of each, as a ``str.translate`` table."""
        return self._anew({char: self._looks[ord(char)] for char in used})

    @property
    def coarse(self) -> bool:
        """Whether there are no more than 16 colours."""
        return self._system is ColorSystem.STANDARD

    def coarsen(self, used: set[str], most: str) -> dict[int, str]:
        """Uses 16 colours from now on, whose codes are a third as long; otherwise as :meth:`compact`.

        Backgrounds that hardly differ from that of ``most``, the commonest style, become the same: a selected row then
        costs its marker, not its whole width.
        """
        self._system, self._ground = ColorSystem.STANDARD, _color(self._looks[ord(most)].bg)
        old = {char: self._looks[ord(char)] for char in used}
        return self._anew({c: self._look(look.attributes, _color(look.fg), _color(look.bg)) for c, look in old.items()})

    def _anew(self, looks: dict[str, Look]) -> dict[int, str]:
        self._looks = [Look(0, "", "")]
        self._chars = {self._looks[0]: DEFAULT}
        self._by_style = {None: DEFAULT}
        self._changes = {}
        return {ord(char): self._number(look) for char, look in looks.items()}

    def _number(self, look: Look) -> str:
        found = self._chars.get(look)
        if found is None:
            found = self._chars[look] = chr(len(self._looks))
            self._looks.append(look)
        return found

    def look(self, char: str) -> Look:
        """What the style behind ``char`` looks like."""
        return self._looks[ord(char)]

    def erasable(self, char: str, bce: bool) -> bool:
        """Whether an erased cell looks like a blank in this style (``bce``: erasing paints the background colour)."""
        look = self._looks[ord(char)]
        return look.attributes & ~_PLAIN == 0 and (bce or not look.bg)

    def change(self, old: str, new: str) -> bytes:
        """The shortest SGR sequence that turns style ``old`` into ``new``; empty when they are the same."""
        key = old + new
        found = self._changes.get(key)
        if found is None:
            if len(self._changes) > _CACHE:
                self._changes.clear()
            found = self._changes[key] = self._change(old, new)
        return found

    def _change(self, old: str, new: str) -> bytes:
        if old == new:
            return b""
        want = self._looks[ord(new)]
        codes = [on for bit, on in enumerate(_ON) if want.attributes >> bit & 1]
        codes += [part for part in (want.fg, want.bg) if part]
        reset = f"\x1b[0;{';'.join(codes)}m" if codes else "\x1b[m"
        if old == UNSET:
            return reset.encode()
        step = _step(self._looks[ord(old)], want)
        return min((step, reset), key=len).encode() if step else reset.encode()


def _step(have: Look, want: Look) -> str:
    off = have.attributes & ~want.attributes
    on = want.attributes & ~have.attributes
    if off & _RARE:
        return ""
    codes = list(dict.fromkeys(_OFF[bit] for bit in range(len(_OFF)) if off >> bit & 1))
    if "22" in codes:
        on |= want.attributes & 0b11
    if "25" in codes:
        on |= want.attributes & 0b110000
    codes += [_ON[bit] for bit in range(len(_ON)) if on >> bit & 1]
    if have.fg != want.fg:
        codes.append(want.fg or "39")
    if have.bg != want.bg:
        codes.append(want.bg or "49")
    return f"\x1b[{';'.join(codes)}m"
