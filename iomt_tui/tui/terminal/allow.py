"""What may reach the terminal: the sequences that Textual's driver and our encoder make, and no other.

Two gates. Control strings from Textual must match :func:`control` as a whole. Every byte string on its way out is
searched by :func:`foreign` for anything that neither of the two makes: operating-system commands (clipboard, titles,
links), device control strings, C1 codes, stray escapes.
"""

from __future__ import annotations

import re
from typing import Final

#: The one operating-system command: a desktop notification (OSC 9) in fixed words with a number, never a name.
_NOTICE: Final = r"\x1b\]9;iomt-tui: [0-9]{1,4} (?:high|medium|low) alarms? not acknowledged\x07"
_MODES: Final = "7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048"

_CONTROL: Final = re.compile(
    rf"(?:\x1b\[\?(?:{_MODES})[hl]|\x1b\[\?(?:2026|2048)\$p|\x1b\[>[0-9]{{1,2}}u|\x1b\[<u|\x1b\[m|\x18|\x07|{_NOTICE})+"
)

_CSI: Final = rb"\[(?:[0-9;]*[ABCDGHJKXmnr]|\?[0-9]+[hl]|\?[0-9]+\$p|>[0-9]+u|<u)"
_FOREIGN: Final = re.compile(
    rb"[\x00-\x06\t\x0b\x0c\x0e\x10-\x17\x19\x1a\x1c-\x1f\x7f]|\x1b(?!\(B|"
    + _CSI
    + rb"|"
    + _NOTICE.removeprefix(r"\x1b").encode()
    + rb")|\xc2[\x80-\x9f]"
)


def control(data: str) -> bool:
    """Whether ``data`` consists of mode switches and queries, keyboard protocol switches, bells and our own desktop
    notification only."""
    return _CONTROL.fullmatch(data) is not None


def foreign(data: bytes) -> bool:
    """Whether ``data`` holds a byte sequence that no part of the program makes for the terminal."""
    return _FOREIGN.search(data) is not None
