"""What a backend could not use: counted for the log's ``refused`` entries, told in words for ``doctor``."""

from __future__ import annotations

from collections import Counter
from typing import Final

from iomt_tui.security.text import safe_text

TOLD_PER_REASON: Final = 20  # of one reason; a broken file would otherwise fill the memory with complaints
DIFFERENT: Final = 1_000  # kinds of refusal counted apart, after which the rest of a reason is counted together


class Refusals:
    """Counts refused input by (reason, what) and keeps the first few of each reason in words."""

    def __init__(self, source: str = "") -> None:
        """``source`` stands before each problem: the file or connection it came from."""
        self.counts: Counter[tuple[str, str]] = Counter()
        self.problems: list[str] = []
        self._told: Counter[str] = Counter()
        self._before = f"{source}: " if source else ""

    def add(self, reason: str, what: str, where: str = "", why: str = "") -> None:
        """Counts one refusal; with ``where`` (file and line, or entry) it is also told, ``why`` in words."""
        key = (reason, safe_text(what, 80))
        if key not in self.counts and len(self.counts) >= DIFFERENT:
            key = (reason, safe_text("others"))
        self.counts[key] += 1
        if where:
            self.tell(reason, f"{where}: {why or f'{reason} ({key[1]})'}")

    def tell(self, reason: str, problem: str) -> None:
        """Puts a problem in words on the list, unless enough of that reason were told or it is there already."""
        text = safe_text(self._before + problem, 300)
        if self._told[reason] > TOLD_PER_REASON or text in self.problems:
            return
        self._told[reason] += 1
        if self._told[reason] > TOLD_PER_REASON:
            text = safe_text(f"… more of the same ({reason}) are counted, not listed")
        self.problems.append(text)
