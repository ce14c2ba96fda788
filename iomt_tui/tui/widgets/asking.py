"""The lines above the last one while something is asked: what it is about, and what may be chosen. Pure."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from iomt_tui.tui.questions import Blank, Choice, Question
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.strip import lasting

MOST: Final = 8
"""Lines for the alarms that a question is about; it is about no more than it lists (SAFETY H4)."""

_BACK: Final = "$header-background"


def ask_lines(question: Question, width: int) -> list[Content]:
    """Each alarm of a question about several, then its options; no line where there is nothing to choose."""
    out = [fitted(plain(f"   · {words}"), width) for words in question.lines]
    options = [part for part in (_choices(question, width), _length(question), *map(_text, question.texts)) if part]
    if options:
        out += _packed(options, width)
    return out


def _choices(question: Question, width: int) -> Content:
    return joined(*(_choice(choice, question.chosen, short=width < 110) for choice in question.choices), between=" ")


def _choice(choice: Choice, chosen: str, *, short: bool) -> Content:
    """The chosen one stands in brackets, so that it is seen without colour."""
    words = choice.words.split(" ", 1)[0] if short and len(choice.words) > 9 else choice.words
    if choice.value == "note":
        words = "write a note"
    if choice.value == chosen:
        return joined(plain("[", "bold"), plain(choice.key, "bold $accent"), plain(f" {words}]", "bold reverse"))
    return joined(plain(" "), plain(choice.key, "bold $accent"), plain(f" {words} "))


def _length(question: Question) -> Content:
    if not question.lengths:
        return plain("")
    if question.length_words:
        return joined(plain(" ←→", "bold $accent"), plain(" "), plain(question.length_words, "bold"))
    minutes = question.length // 60_000
    if not minutes:
        return joined(plain(" ←→", "bold $accent"), plain(" until "), plain("changed", "bold"))
    words = f"{minutes} min" if minutes < 60 else lasting(question.length)
    if len(question.lengths) == 1:
        return joined(plain(" for "), plain(words, "bold"))
    return joined(plain(" ←→", "bold $accent"), plain(" for "), plain(words, "bold"))


def _text(text: Blank) -> Content:
    key = plain(f" {text.key}", "bold $accent")
    if text.text.strip():
        return joined(key, plain(f" {text.name}: "), plain(text.text, "bold"))
    return joined(key, plain(f" write the {text.name}", "bold $warning" if text.needed else ""))


def _packed(parts: list[Content], width: int) -> list[Content]:
    """The parts side by side on as few lines as hold them."""
    rows: list[Content] = []
    for part in parts:
        if rows and rows[-1].cell_length + part.cell_length + 2 <= width:
            rows[-1] = joined(rows[-1], plain("  "), part)
        else:
            rows.append(part)
    return [fitted(row, width) for row in rows]
