"""What left the screens for a file, and what was not allowed to: the exports in which a patient is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iomt_tui.security.text import safe_text
from iomt_tui.ward.exports import ACTS, LONGEST_WHY, NOT_EXPORTED, Export
from iomt_tui.ward.story.timeline import Category, Event, event

EXPORTED, REFUSED, NOT_MADE = "exported", "export-refused", "not-exported"

_MOST: Final = 1_000  # refused exports that are remembered
_Act = tuple[int, dict[str, Any]]  # log time, body


class Exports:
    """Follows the exports of ``patient``. ``asked``: acts that were not answered before the first entry, by their op;
    None where that is not known."""

    def __init__(self, patient: str, asked: Mapping[str, _Act] | None) -> None:
        self._patient = patient
        self._asked: dict[str, _Act] = {op: one for op, one in (asked or {}).items() if self._concerns(one[1])}
        self._refused: dict[str, None] = {}

    def __bool__(self) -> bool:
        """Whether one waits for its answer."""
        return bool(self._asked)

    def _concerns(self, data: dict[str, Any]) -> bool:
        return data.get("do") in ACTS and self._patient in data.get("patients", ())

    def act(self, data: dict[str, Any], at: int) -> None:
        """An ``act`` entry: what was asked for is told when it is answered."""
        if self._concerns(data):
            self._asked.setdefault(str(data["op"]), (at, data))

    def outcome(self, data: dict[str, Any]) -> Iterator[Event]:
        """An ``outcome`` entry."""
        op = str(data["op"])
        asked = self._asked.pop(op, None)
        if asked is None:
            return
        at, act = asked
        export = Export.from_body(act)
        more = {"by": safe_text(act["user"], 40), "export": export, "record": op}
        if data["outcome"] != "applied":
            self._refused[op] = None
            if len(self._refused) > _MOST:
                del self._refused[next(iter(self._refused))]
            yield event(at, Category.EXPORT, REFUSED, words=safe_text(data.get("why") or "", LONGEST_WHY), **more)
        elif act["do"] != NOT_EXPORTED:
            yield event(at, Category.EXPORT, EXPORTED, **more)
        elif (undoes := str(act["undoes"])) not in self._refused:  # what was never allowed needs no taking back
            why = safe_text(act.get("why") or "", LONGEST_WHY)
            yield event(at, Category.EXPORT, NOT_MADE, words=why, replaces=undoes, **more)
