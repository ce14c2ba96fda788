"""Telling a barcode scanner, which types what it reads, from a hand. Pure: the caller brings the text and the quiet.

A burst is at least ``least`` plain characters of which each came within ``gap`` of the one before, up to Enter or
Tab. Its first key is not known to be one until the next comes, so keys are held back for ``gap``, but only while a
scan is expected; with a prefix, which a scanner can be told to type first, nothing but the prefix has to wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.repr import Result
from textual.message import Message

from iomt_tui.settings import ScannerSettings

MOST: Final = 256
"""Characters of a scan; what comes beyond them in one burst is dropped."""

REPEATS: Final = 3
"""Presses of one letter in a row, in reads of their own, that are a key held down and no code."""

_ENDS: Final = "\r\n\t"
_CONTROLS: Final = "\x04\x1d\x1e"  # EOT, GS and RS stand in codes
_TYPED_GS: Final = "\x1b[93;5u"  # ctrl+] where the terminal speaks the kitty keyboard protocol
_CUT: Final = re.compile(r"\x1b(?:[\[O][0-9;?<>]*)?\Z")
_KEY: Final = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])")
_PASTE: Final = "\x1b[200~"  # what follows is a paste
_REPORT: Final = re.compile(r"\x1b\[(?:<[0-9;]*[Mm]|[IO]|[?>]?[0-9;]*[Rcnty])")  # mouse, focus, size: no keys


class Scanned(Message):
    """A scanner typed ``text``. ``whole``: its end was read too. Never shown or logged as it is."""

    def __init__(self, text: str, *, whole: bool) -> None:
        super().__init__()
        self.text, self.whole = text, whole

    def __rich_repr__(self) -> Result:
        yield "length", len(self.text)

    def __repr__(self) -> str:
        return f"Scanned({len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Burst:
    """What a scanner typed, without prefix and suffix."""

    text: str
    whole: bool


class ScanFilter:
    """Splits terminal input into scans and everything else, in its order.

    After each :meth:`feed` the caller waits ``settings.gap`` while :attr:`waiting`, and calls :meth:`quiet` when
    nothing came in that time.
    """

    def __init__(self, settings: ScannerSettings) -> None:
        self.settings = settings
        self._held = ""
        self._letter = ""  # what the last read brought, where that was one letter
        self._same = 0  # reads in a row that brought it
        self._repeating = ""  # the key that is held down
        self._after = False  # a scan ended just now: its line feed may follow
        self._flood = False  # it is too long: the rest is dropped until it is quiet
        self._cut = False  # the last input ended within an escape sequence: its rest is no text

    @property
    def waiting(self) -> bool:
        """Whether :meth:`quiet` is to be called once nothing comes any more."""
        return bool(self._held or self._repeating) or self._after or self._flood or self._cut

    def feed(self, text: str, expected: bool) -> list[str | Burst]:
        """Takes input as it came; ``expected``: a scan may come. Returns what may be acted on."""
        use = self.settings.use
        if use == "off" or not (expected or use == "on" or self.settings.prefix or self.waiting):
            return [text]
        cut, self._cut = self._cut, _CUT.search(text) is not None
        if cut:
            return [text]
        text = self._plainly(text)
        if self._key_held_down(text):
            released, self._held = self._held, ""
            return [released + text]
        return _together(self._split(text))

    def _plainly(self, text: str) -> str:
        """Control characters of the scanner's own, as a terminal with the kitty keyboard protocol sends them."""
        for char in (self.settings.prefix, self.settings.suffix):
            if len(char) == 1 and char < " ":
                text = text.replace(f"\x1b[{ord(char) + 96};5u", char)
        return text

    def quiet(self) -> list[str | Burst]:
        """Nothing came for a while: what is held back was a hand, or a scan whose end is missing."""
        self._repeating, self._letter, self._after, self._cut = "", "", False, False
        if self._flood:
            self._flood = False
            return []
        return _together(self._give(ended=""))

    def _key_held_down(self, text: str) -> bool:
        if self._repeating and text == self._repeating:
            return True
        alone = len(text) == 1 and text.isalpha() and self._held == text * len(self._held)
        self._same = (self._same + 1 if text == self._letter else 1) if alone else 0
        self._letter = text if alone else ""
        self._repeating = text if self._same >= REPEATS else ""
        return bool(self._repeating)

    def _split(self, text: str) -> Iterator[str | Burst]:
        at = 0
        while at < len(text):
            char = text[at]
            if char == "\x1b":
                size, out = self._sequence(text[at:])
                yield from out
                at += size
            else:
                yield from self._character(char)
                at += 1

    def _sequence(self, text: str) -> tuple[int, list[str | Burst]]:
        """Escape sequences: a terminal's reports pass through a scan without ending it, everything else ends it."""
        if text.startswith(_TYPED_GS) and (self._held or self._flood):
            self._held += "\x1d" if self._held else ""
            return len(_TYPED_GS), []
        if report := _REPORT.match(text):
            return report.end(), [report[0]]
        self._after = self._flood = False
        key = _KEY.match(text)
        size = key.end() if key and key[0] != _PASTE else len(text)
        return size, [*self._give(ended=""), text[:size]]

    def _character(self, char: str) -> Iterator[str | Burst]:
        if self._flood:
            if char in _ENDS:
                self._flood, self._after = False, True
            return
        if char in _ENDS and self._after and not self._held:
            return  # CR LF: one end
        self._after = False
        if char in _ENDS or (char == self.settings.suffix and self._held):
            yield from self._give(ended=char)
        elif self._may_hold(char):
            self._held += char
            if len(self._held) > MOST:
                yield Burst(self._held[:MOST], whole=False)
                self._held, self._flood = "", True
        else:
            yield from self._give(ended="")
            yield char

    def _may_hold(self, char: str) -> bool:
        prefix = self.settings.prefix
        if prefix and not self._held:
            return char == prefix
        return " " <= char <= "~" or char in _CONTROLS

    def _give(self, *, ended: str) -> Iterator[str | Burst]:
        """What is held back: a scan where it is long enough, else the keys that they are, and the end as it is."""
        held, self._held = self._held, ""
        code = held[len(self.settings.prefix) :]
        if len(code) >= self.settings.least:
            self._after = bool(ended)
            yield Burst(code, whole=bool(ended) or self.settings.suffix == "none")
        elif held or ended:
            yield held + ended


def _together(parts: Iterator[str | Burst]) -> list[str | Burst]:
    """Texts beside each other as one: the parser needs sequences in one piece."""
    out: list[str | Burst] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        elif part:
            out.append(part)
    return out
