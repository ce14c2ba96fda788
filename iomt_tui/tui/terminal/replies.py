"""Cursor position reports taken out of the input before anything can take them for keys.

A report cut in two by the line would otherwise reach the key parser as Escape, ``[``, digits and ``R``: keys that
nobody pressed. While a report is awaited, the beginning of one is held back for its rest.
"""

from __future__ import annotations

import re
from typing import Final

HOLD: Final = 0.25
"""Seconds for which the beginning of a report is held back while one is awaited."""

_REPORT: Final = re.compile(r"\x1b\[([0-9]{1,5});([0-9]{1,5})R")
_BEGUN: Final = re.compile(r"\x1b(?:\[(?:[0-9]{1,5}(?:;[0-9]{0,5})?)?)?\Z")
_REST: Final = re.compile(r"\A\[?[0-9]{0,5};?[0-9]{0,5}R")


class ReplyFilter:
    """Splits terminal input into cursor reports and everything else."""

    def __init__(self) -> None:
        self._held = ""
        self._given_up = ""

    @property
    def holding(self) -> bool:
        """Whether a possible beginning of a report is held back."""
        return bool(self._held)

    def feed(self, text: str, awaited: bool) -> tuple[str, list[tuple[int, int]]]:
        """Returns what is not a report, and the (column, row) of each report, from 0."""
        text = self._held + self._late_rest(text)
        self._held = ""
        if "\x1b" not in text:
            return text, []
        if awaited and (begun := _BEGUN.search(text)):  # before reports are cut out: what follows tells a key apart
            self._held = begun.group()
            text = text[: begun.start()]
        reports = [(int(column) - 1, int(row) - 1) for row, column in _REPORT.findall(text)]
        return (_REPORT.sub("", text) if reports else text), reports

    def give_up(self) -> str:
        """The rest did not come in time: what was held back, as far as it may be a key.

        A lone Escape is a key that somebody pressed. A longer beginning is a report whose rest is late: it is
        swallowed, and so is the rest when it comes.
        """
        held, self._held = self._held, ""
        if held == "\x1b":
            self._given_up = held
            return held
        self._given_up = held
        return ""

    def _late_rest(self, text: str) -> str:
        if not self._given_up:
            return text
        begun, self._given_up = self._given_up, ""
        rest = _REST.match(text)
        if rest and _REPORT.fullmatch(begun + rest.group()):
            return text[rest.end() :]
        return text
