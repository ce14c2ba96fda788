"""Digits that are read across a room: two fonts, drawn in half blocks or in cells two wide."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from iomt_tui.tui.board.glyphs import Glyphs

_SMALL: Final = {
    "0": "### #.# #.# #.# ###", "1": ".#. ##. .#. .#. ###", "2": "### ..# ### #.. ###", "3": "### ..# .## ..# ###",
    "4": "#.# #.# ### ..# ..#", "5": "### #.. ### ..# ###", "6": "### #.. ### #.# ###", "7": "### ..# ..# .#. .#.",
    "8": "### #.# ### #.# ###", "9": "### #.# ### ..# ###", "-": "... ... ### ... ...", " ": "... ... ... ... ...",
}  # fmt: skip

_LARGE: Final = {
    "0": ".###. #...# #...# #...# #...# #...# .###.", "1": "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
    "2": ".###. #...# ....# ...#. ..#.. .#... #####", "3": ".###. #...# ....# ..##. ....# #...# .###.",
    "4": "...#. ..##. .#.#. #..#. ##### ...#. ...#.", "5": "##### #.... ####. ....# ....# #...# .###.",
    "6": "..##. .#... #.... ####. #...# #...# .###.", "7": "##### ....# ...#. ...#. ..#.. ..#.. ..#..",
    "8": ".###. #...# #...# .###. #...# #...# .###.", "9": ".###. #...# #...# .#### ....# ...#. .##..",
    "-": "..... ..... ..... .###. ..... ..... .....", " ": "..... ..... ..... ..... ..... ..... .....",
}  # fmt: skip


@lru_cache(maxsize=2048)
def big(text: str, large: bool, half: bool, glyphs: Glyphs) -> tuple[str, ...]:
    """``text`` (digits, ``-`` and blanks) in big digits, one string a line, all of the same width.

    ``half`` packs two rows of dots into one line; else each dot is two cells wide, so that it is square.
    """
    font = _LARGE if large else _SMALL
    rows = [".".join(parts) for parts in zip(*(font[character].split() for character in text), strict=True)]
    if not half:
        return tuple("".join((glyphs.full if dot == "#" else " ") * 2 for dot in row) for row in rows)
    if len(rows) % 2:
        rows.append("." * len(rows[0]))
    pairs = {("#", "#"): glyphs.full, ("#", "."): glyphs.upper, (".", "#"): glyphs.lower, (".", "."): " "}
    return tuple(
        "".join(pairs[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
