"""Answers who wants to export what. No file comes to be before this answer, and none against it."""

from __future__ import annotations

from typing import Any

from iomt_tui.alarms.actions import Outcome
from iomt_tui.clinical.medication.reading import identity
from iomt_tui.security.text import safe_text
from iomt_tui.ward.exports import EXPORT, NOT_EXPORTED, Export, Permission
from iomt_tui.ward.fold import Ward


class Exporting:
    """The exports of a ward. ``ward`` is folded by its engine, at first up to where that begins; ``permission``: what
    the engine's configuration allows."""

    def __init__(self, ward: Ward, permission: Permission) -> None:
        self._ward, self._permission = ward, permission
        self._left = frozenset(op for op, (_, act) in ward.acts.items() if act.get("do") == EXPORT)

    def answer(self, data: dict[str, Any], at: int) -> Outcome:
        """The answer to an ``export`` or ``not-exported`` act of log time ``at``. Whoever left the ward meanwhile is in
        the file all the same, so it does not matter who is there. Raises ValueError, KeyError or TypeError on an act of
        another shape."""
        op, user = identity(data["op"], "op"), safe_text(data["user"], 40)
        if (said := self._ward.outcomes.get(op)) is not None:
            return Outcome(op, said["outcome"], said["by"], said["at"], said.get("why", ""))
        told = Export.from_body(data)
        if data["do"] == NOT_EXPORTED:
            identity(data["undoes"], "op of the export")
            return Outcome(op, "applied", user, at)
        why = self._against(op, user, told.form)
        return Outcome(op, "refused" if why else "applied", user, at, why)

    def _against(self, op: str, user: str, form: str) -> str:
        if not user.strip():
            return "nobody is named who exported it"
        if op in self._left:
            return "no engine ran when it was asked for: ask again"
        if any(act.get("do") == NOT_EXPORTED and act.get("undoes") == op for _, act in self._ward.acts.values()):
            return "it was given up before it was allowed"
        why = self._permission.refusal(self._ward.watermark, user, form)
        return f"{why}, as the ward's engine has it since its start" if why else ""
