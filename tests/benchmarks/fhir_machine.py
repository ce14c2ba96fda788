"""How much of the machine's processors somebody else had: a load beside other work takes longer, and is no slower."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")


class Used(NamedTuple):
    """Processor seconds since the machine started: of this process with all that it started, and of everybody."""

    own: float
    everybody: float
    all_there_was: float

    def others(self, before: Used) -> float:
        """Percent of the processors that others had since ``before``."""
        used = (self.everybody - before.everybody) - (self.own - before.own)
        return 100 * max(0.0, used) / (self.all_there_was - before.all_there_was)


def used() -> Used:
    """As of now."""
    spent = [int(one) / _TICKS for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = spent[3] + spent[4]
    return Used(sum(map(_of, _tree(os.getpid()))), sum(spent) - idle, sum(spent))


def _of(pid: int) -> float:
    """Threads that have ended count, too."""
    with suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / _TICKS
    return 0.0


def _tree(pid: int) -> list[int]:
    found = [pid]
    for process in found:
        with suppress(OSError):
            for task in os.listdir(f"/proc/{process}/task"):
                found += [int(one) for one in Path(f"/proc/{process}/task/{task}/children").read_text().split()]
    return found
