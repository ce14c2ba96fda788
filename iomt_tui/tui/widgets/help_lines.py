"""The help page: keys from the table, and what the board's signs mean. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from iomt_tui.tui.keys import Keys
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.severity import ink
from iomt_tui.ward.view import Severity

_SIGNS: Final = (
    ("!!!", "high alarm: now. Filled and flashing while nobody has taken it", ink(Severity.HIGH)),
    ("!!", "medium alarm: soon", ink(Severity.MEDIUM)),
    ("!", "low alarm: be aware", ink(Severity.LOW)),
    ("◌", "technical alarm: the monitoring itself needs a hand", ink(Severity.TECHNICAL)),
    ("▲ ▼", "above or below a limit; beside NEWS2: rising or falling against an hour ago", "bold"),
    ("84", "bright: fresh. Dim: half of its time is over. Struck through: about to end", "dim"),
    ("--", "too old to be shown; the age of the last value stands beside it", "bold"),
    ("≥2 4/7", "NEWS2 with inputs missing: at least 2, 4 of 7 known", "bold"),
    ("⌂ ★ ≈", "at home; mine; a name that looks like another's: look twice", "bold"),
    ("△ ▽", "alarm limits were set for the patient or the ward; one of them is switched off", "bold"),
    ("…✓⇄✗", "before who has an alarm: not yet on the ward's server; there; taken there by another; NOT there", "bold"),
    ("≠", "beside NEWS2: the ward's server computes another; beside an alarm: it has changed there", "bold"),
    ("‖ ◇", "alarm sound paused; on standby, away from the devices. Both end by themselves", "bold"),
)

SECONDARY: Final = (
    "A secondary display. It does not replace the alarms of the bedside monitors. "
    "An acknowledgement counts when the line below says so, not before."
)


def help_lines(keys: Keys, width: int, *, recording: bool) -> list[Content]:
    """The page, ``width`` cells a line; two columns of keys from 100 cells on."""
    groups = [list(_group(name, keys, recording)) for name in keys.groups()]
    columns = 2 if width >= 100 else 1
    column = (width - 4) // columns
    out: list[Content] = [fitted(line, width) for line in plain(SECONDARY, "bold").wrap(max(1, width))]
    if columns == 1:
        for group in groups:
            out += [EMPTY, *(fitted(line, width) for line in group)]
    else:
        left, right = _halves(groups)
        for number in range(max(len(left), len(right))):
            one = left[number] if number < len(left) else EMPTY
            two = right[number] if number < len(right) else EMPTY
            out.append(joined(fitted(one, column), plain("    "), fitted(two, column)))
    return [*out, EMPTY, plain("Signs", "bold $accent"), *(_sign(*sign, width=width) for sign in _SIGNS)]


def _group(name: str, keys: Keys, recording: bool) -> Iterator[Content]:
    there = [action for action in keys.groups()[name] if recording or action.where != "recording"]
    if there:
        yield plain(name, "bold $accent")
    for action in there:
        labels = " ".join(keys.labels(action.id))
        yield joined(plain(f"  {labels:<12}", "bold"), plain(action.description))


def _halves(groups: list[list[Content]]) -> tuple[list[Content], list[Content]]:
    left: list[Content] = []
    right: list[Content] = []
    for group in filter(None, groups):
        column = left if len(left) <= len(right) else right
        column += [EMPTY, *group]
    return left, right


def _sign(sign: str, words: str, style: str, *, width: int) -> Content:
    return fitted(joined(plain(f"  {sign:<8}", style), plain(words)), width)
