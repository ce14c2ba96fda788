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


def _in_16(codes: str) -> str:
    """SGR colour codes with the nearest of the 16 colours in place of a true or a palette colour."""
    first, *rest = codes.split(";") if codes else [""]
    if first not in ("38", "48") or not rest:
        return codes
    numbers = [int(part) for part in rest[1:]]
    color = Color.from_rgb(*numbers) if rest[0] == "2" else Color.from_ansi(numbers[0])
    return _colour(color, ColorSystem.STANDARD, first == "38")


class StyleTable:
    """Numbers for the styles in use, as characters, so that a row's styles are a string like its text."""

    def __init__(self, system: ColorSystem) -> None:
        self._system = system
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
        fg, bg = _colour(style.color, self._system, True), _colour(style.bgcolor, self._system, False)
        return self._number(Look(bits, fg, bg))

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

    def coarsen(self, used: set[str]) -> dict[int, str]:
        """Uses 16 colours from now on, whose codes are a third as long; otherwise as :meth:`compact`."""
        self._system = ColorSystem.STANDARD
        looks = {char: self._looks[ord(char)] for char in used}
        return self._anew({c: Look(look.attributes, _in_16(look.fg), _in_16(look.bg)) for c, look in looks.items()})

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
