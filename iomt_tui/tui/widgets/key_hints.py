"""A line with keys on its right. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from iomt_tui.tui.keys import Keys
from iomt_tui.tui.text import EMPTY, joined, plain, spread
from iomt_tui.tui.widgets.rows import MUTED


def with_keys(left: Content, hints: Iterable[tuple[str, str, str]], keys: Keys, width: int) -> Content:
    """As many of the ``hints`` as have room beside ``left``: two actions, the second one may be "", and what their
    keys do."""
    hint = EMPTY
    for one, other, words in hints:
        labels = " ".join(keys.labels(name)[0] for name in (one, other) if name)
        more = joined(hint, plain(f"  {labels}", "bold $accent"), plain(f" {words}", MUTED))
        if left.cell_length + more.cell_length > width:
            break
        hint = more
    return spread(left, hint, width)
