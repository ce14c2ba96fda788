"""Fewer and larger entries for a recording: observations that arrived within a second become one entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from iomt_tui.ward.events import Draft, Entry

_LARGEST: Final = 256 * 1024  # bytes of one batch


def batched(entries: Iterable[Entry], window: int) -> Iterator[Draft]:
    """``entries`` as drafts, neighbouring ``obs`` of less than ``window`` ms joined, stamped with the last one's time.

    Nothing changes its order, and nothing moves across an entry of another kind. 0 joins nothing.
    """
    held: list[Entry] = []
    size = 0
    for entry in entries:
        joins = entry.kind == "obs" and entry.body[:1] == b"[" and entry.body[-1:] == b"]" and len(entry.body) > 2
        if held and not (joins and entry.at - held[0].at < window and size + len(entry.body) < _LARGEST):
            yield _joined(held)
            held, size = [], 0
        if joins:
            held.append(entry)
            size += len(entry.body)
        else:
            yield Draft(*entry[1:])
    if held:
        yield _joined(held)


def _joined(held: list[Entry]) -> Draft:
    if len(held) == 1:
        return Draft(*held[0][1:])
    inner = b",".join(entry.body[1:-1] for entry in held)
    return Draft(held[-1].at, "obs", b"[" + inner + b"]")
