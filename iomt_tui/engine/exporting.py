"""Answers what was exported from a screen. The file is there; what is asked for here is that the log tells of it."""

from __future__ import annotations

from typing import Any

from iomt_tui.alarms.actions import Outcome
from iomt_tui.clinical.medication.reading import identity
from iomt_tui.security.text import safe_text
from iomt_tui.ward.exports import Export
from iomt_tui.ward.fold import Ward


def export(ward: Ward, data: dict[str, Any], at: int) -> Outcome:
    """The answer to an ``export`` act of log time ``at``. Whoever left the ward meanwhile is in the file all the same,
    so it does not matter who is there. Raises ValueError, KeyError or TypeError on an act of another shape."""
    op, user = identity(data["op"], "op"), safe_text(data["user"], 40)
    if (said := ward.outcomes.get(op)) is not None:
        return Outcome(op, said["outcome"], said["by"], said["at"], said.get("why", ""))
    Export.from_body(data)
    if not user.strip():
        return Outcome(op, "refused", user, at, "nobody is named who exported it")
    return Outcome(op, "applied", user, at)
