"""The one door through which words reach a widget (SAFETY S1, S2).

Textual reads a plain ``str`` as markup, so a patient called ``O'Neil [/foo]`` would end the program, and a link or
an action could be typed into a name. What passes here becomes :class:`Content`, which is never parsed, and holds no
character that a terminal acts on, whoever wrote it. ``tests/tui/test_no_raw_text.py`` proves that no other module
of ``tui`` makes content or calls anything of Textual's that reads markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from textual.app import App
from textual.content import Content

from iomt_tui.security.text import safe_text

EMPTY: Final = Content("")

_LONGEST: Final = 2_000  # characters; no terminal row is longer


def plain(text: str, style: str = "") -> Content:
    """``text`` in ``style`` (Textual's style words and ``$variables``), whatever brackets or controls it holds.

    ``style`` comes from the source, never from data.
    """
    return Content.styled(_inert(text), style)


def worded(*parts: tuple[str, str]) -> Content:
    """Words side by side, each in its style: as :func:`plain` ones joined, and quicker where they are many."""
    return Content.assemble(*[(inert, style) for text, style in parts if (inert := _inert(text))])


def joined(*parts: Content, between: str = "") -> Content:
    """The parts side by side."""
    return Content(between).join(parts) if between else Content.assemble(*parts)


def lines(parts: Iterable[Content]) -> Content:
    """One part a line."""
    return Content("\n").join(list(parts))


def fitted(content: Content, cells: int, style: str = "") -> Content:
    """``content`` cut or padded to exactly ``cells`` columns, all of it on ``style``."""
    if content.cell_length > cells:
        content = content.truncate(cells, ellipsis=cells > 2)
    padded = content.pad_right(max(0, cells - content.cell_length))
    return padded.stylize_before(style) if style else padded


def spread(left: Content, right: Content, cells: int, style: str = "") -> Content:
    """``left`` and ``right`` at the two ends of a line of ``cells``; ``left`` is cut where they meet."""
    room = cells - right.cell_length
    if room < 0:
        return fitted(right, cells, style)
    whole = fitted(left, room) + right
    return whole.stylize_before(style) if style else whole


def tell(app: App[Any], text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
    """Feedback to the operator on what they just did. Never used for an alarm."""
    app.notify(_inert(text), severity=severity, markup=False)


def _inert(text: str) -> str:
    return text if text.isprintable() else safe_text(text, _LONGEST)


def word_rows(text: str, width: int) -> list[str]:
    """``text`` in rows of at most ``width`` characters, broken between words; a longer word has a row of its own."""
    rows, row = list[str](), ""
    for word in text.split():
        if row and len(row) + 1 + len(word) > width:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    return [*rows, row]
