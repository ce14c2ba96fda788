"""Why a file cannot be replayed at all."""

from __future__ import annotations

from iomt_tui.security.text import safe_text


class SourceError(Exception):
    """A file that cannot be replayed, or a ``--map`` that does not fit it: what it was, and what was expected."""

    def __init__(self, message: str) -> None:
        """``message`` may hold a file's name and headings: it is made safe for a terminal."""
        super().__init__(safe_text(message, 800))
