"""Text from outside in an exact number of cells, so that no number slips under another heading (SAFETY H29)."""

from __future__ import annotations

from functools import lru_cache

from iomt_tui.security.text import SafeText, safe_text, text_width


@lru_cache(maxsize=8192)
def fit(text: str, width: int, more: str = "…") -> str:
    """``text`` in exactly ``width`` cells: cut with ``more`` (a cell, or nothing) at its end, or padded with spaces.

    What comes in is safe text already; it is made safe once more here, since the columns depend on it.
    """
    safe = safe_text(text)
    if width <= 0:
        return ""
    used = text_width(safe)
    if used > width:
        used = 0
        for index, character in enumerate(safe):
            size = text_width(SafeText(character))
            if used + size > width - len(more):
                safe = SafeText(safe[:index] + more)
                break
            used += size
        used += len(more)
    return safe + " " * (width - used)
