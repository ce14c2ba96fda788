"""The screen as an SVG picture that needs nothing from any network."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any, Final

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from iomt_tui.security.text import REPLACEMENT

_REMOTE: Final = re.compile(r""",?\s*url\(\s*["']?https?://[^)]*\)(?:\s*format\([^)]*\))?""")
"""A font that a viewer would fetch: opening the file would tell a stranger that it was opened."""

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def svg_bytes(picture: Any, size: tuple[int, int], title: str, words: str) -> bytes:
    """``picture`` (what Textual's compositor drew, ``size`` columns and rows) with ``words`` in its description."""
    columns, rows = size
    console = Console(
        width=columns, height=rows, file=io.StringIO(), force_terminal=True, color_system="truecolor", record=True,
        legacy_windows=False, safe_box=False,
    )  # fmt: skip
    console.print(picture)
    svg = _REMOTE.sub("", console.export_svg(title=title, theme=SVG_EXPORT_THEME, unique_id="iomt-tui"))
    svg = _NOT_XML.sub(REPLACEMENT, svg)
    head, opened, rest = svg.partition(">")
    return f"{head}{opened}\n<desc>{escape(words)}</desc>{rest}".encode()
