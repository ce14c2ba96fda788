"""The escalation chain of a ward: which step tells whom, and how long it may take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from iomt_tui.alarms.model import Priority

WEBHOOK, COMMAND, NOTIFY, SCREEN = "webhook", "command", "notify", "screen"
#: Steps that the engine takes; the others are the screens' own.
SENT_BY_ENGINE: Final = frozenset({WEBHOOK, COMMAND})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain. ``name`` is unique within the chain and stands in the log."""

    level: int  # 1-3, the escalation that it belongs to
    to: str  # "screen", "notify", "webhook" or "command"
    name: str
    url: str = ""
    command: tuple[str, ...] = ()
    token_file: str = ""  # whose first line is the bearer token
    token_env: str = ""  # the variable that holds it
    ca_file: str = ""  # certificates that are trusted instead of the usual ones
    timeout: float = 10.0  # s, for one attempt as a whole
    attempts: int = 4
    priorities: tuple[int, ...] = (3, 2, 1)
    identify: str = "bed"  # "bed" or "name": how the patient is called outside

    def concerns(self, level: int, priority: Priority) -> bool:
        """Whether the step is taken when an alarm of ``priority`` goes to ``level``."""
        return self.level == level and priority in self.priorities

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Step:
        """From decoded JSON. Raises TypeError or KeyError on anything else."""
        return cls(**data | {"command": tuple(data["command"]), "priorities": tuple(data["priorities"])})


#: The chain of a ward whose configuration names none.
USUAL: Final = (Step(1, SCREEN, SCREEN), Step(2, NOTIFY, NOTIFY))


def notified(chain: Iterable[Step]) -> frozenset[tuple[int, int]]:
    """Level and priority of the escalations that ring terminals."""
    return frozenset((step.level, priority) for step in chain if step.to == NOTIFY for priority in step.priorities)


def sent_steps(chain: Iterable[Step]) -> dict[str, Step]:
    """The steps that the engine takes, by name."""
    return {step.name: step for step in chain if step.to in SENT_BY_ENGINE}
