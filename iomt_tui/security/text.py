"""Text from outside, made safe to show (SAFETY S1, S2, S6, H29).

What :func:`safe_text` lets through is a subset of Unicode in which every character has one width, 1 or 2
cells, that rich, wcwidth and a terminal agree on, whatever stands beside it: letters, digits, punctuation and
plain signs. Control, format, bidi, zero-width, private and unassigned characters, line and paragraph
separators, emoji and everything that joins or changes its neighbour become U+FFFD, which is seen; nothing is
dropped unseen.

Marks that NFC cannot compose with their letter (much of Thai, Devanagari and pointed Hebrew) are among them:
terminals disagree about the columns they take, and a number in the wrong column is worse than a letter that
is missing and marked. Brackets stay: text is shown through ``Content``/``Text``, never through markup.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NewType

from iomt_tui.security.lookalikes import confusable, skeleton

__all__ = ["REPLACEMENT", "SafeText", "confusable", "safe_text", "skeleton", "text_width"]

SafeText = NewType("SafeText", str)

#: Stands where something was taken out.
REPLACEMENT: Final = "\ufffd"
_ELLIPSIS: Final = "…"
#: Marks before a run of them becomes one REPLACEMENT: a control character, which nothing else yields.
_MARK: Final = "\x00"
_MARKS: Final = re.compile("\x00+")

#: Two cells in every width table since Unicode 9: CJK, kana, bopomofo, Hangul syllables, fullwidth forms.
_WIDE: Final = (
    (0x2E80, 0x2FD5), (0x3001, 0x303E), (0x3041, 0x30FF), (0x3105, 0x312D), (0x3131, 0x3163),
    (0x3165, 0x318E), (0x31A0, 0x31BA), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xA000, 0xA4C6), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6),
    (0x20000, 0x2FFFD), (0x30000, 0x3FFFD),
)  # fmt: skip
_WIDE_CHARS: Final = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _WIDE) + "]")

#: Letters by category, but not to a terminal: conjoining and filler jamo, Vedic signs of unsettled width.
_JOINING: Final = ((0x1100, 0x11FF), (0x1CD0, 0x1CFF), (0x3164, 0x3164), (0xA960, 0xA97F), (0xD7B0, 0xD7FF),
                   (0xFFA0, 0xFFA0))  # fmt: skip

#: Where category So is one plain cell: Latin-1, letterlike, arrows, boxes, shapes, card suits, ticks.
_SIGNS: Final = ((0xA0, 0xFF), (0x2100, 0x214F), (0x2190, 0x21FF), (0x2500, 0x25FF), (0x2660, 0x2667),
                 (0x2713, 0x2718), (0xFFFD, 0xFFFD))  # fmt: skip


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _replacement(code: int) -> str:
    """What stands for the character ``code`` in safe text: itself, a space, a mark or REPLACEMENT."""
    char = chr(code)
    category = unicodedata.category(char)
    if char in "\t\n\r" or category == "Zs":
        return " "
    if category[0] == "M":
        return _MARK
    if category[0] not in "LNPS" or _within(code, _JOINING):
        return REPLACEMENT
    if unicodedata.east_asian_width(char) in "WF":
        return char if category != "So" and _within(code, _WIDE) else REPLACEMENT
    if code > 0xFFFF or (category == "So" and not _within(code, _SIGNS)):
        return REPLACEMENT
    return char


class _Table(dict[int, str]):
    """Judges each character once; bounded, so that hostile text cannot fill the memory."""

    def __missing__(self, code: int) -> str:
        answer = _replacement(code)
        if len(self) < 4096:
            self[code] = answer
        return answer


_TABLE: Final = _Table()


def safe_text(raw: object, limit: int = 200) -> SafeText:
    """``raw`` as one line of at most ``limit`` characters that no terminal or widget can misread.

    ``None`` is the empty text, bytes are read as UTF-8. What is longer ends in "…". Idempotent; never raises.
    """
    text = raw if isinstance(raw, str) else _as_str(raw)
    if len(text) <= limit and text.isascii() and text.isprintable():
        return SafeText(text)
    limit = max(limit, 1)
    # NFC shortens text and sorts marks in quadratic time: a flood of them is cut before, not after.
    head = text[: 4 * limit + 64]
    clean = unicodedata.normalize("NFC", head).translate(_TABLE)
    if _MARK in clean:
        clean = _MARKS.sub(REPLACEMENT, clean)
    if len(clean) > limit or len(head) < len(text):
        clean = clean[: limit - 1] + _ELLIPSIS
    return SafeText(clean)


def _as_str(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bytes | bytearray):
        return bytes(raw).decode("utf-8", "replace")
    try:
        return str(raw)
    except Exception:  # a foreign __str__, or an int of more than 4300 digits
        return REPLACEMENT


def text_width(text: SafeText) -> int:
    """How many terminal cells ``text`` takes. Exact for safe text only, where no character takes none."""
    if text.isascii():
        return len(text)
    return len(text) + len(_WIDE_CHARS.findall(text))
