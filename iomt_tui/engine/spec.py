"""What ward an engine runs, as it is handed from the command line to the engine's process."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson

from iomt_tui.engine.sending.chain import USUAL, Step


@dataclass(frozen=True, slots=True)
class WardSpec:
    """A ward and its source. Only the simulated source exists in this version."""

    name: str = "Ward 7"
    source: str = "simulated"
    watermark: str = "DEMO"  # "" for a live ward; simulated wards always carry one
    tz: str = "UTC"
    beds: int = 24
    seed: int = 7
    scenario: str = "day"
    speed: float = 1.0
    history_hours: float = 1.0  # simulated time before the start, so that trends are there at once
    fresh: bool = True  # begin a new log; False continues the one that is there
    ends_with_screens: bool = True  # stop when no screen has been attached for a while
    retention_days: float = 30.0
    escalation: tuple[Step, ...] = USUAL
    notice: str = ""  # what everybody at the ward must be told of its configuration

    def dump(self) -> str:
        """As JSON, for the engine's standard input."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def load(cls, text: str) -> WardSpec:
        """From JSON. Raises ValueError, TypeError or KeyError on anything else."""
        data = orjson.loads(text)
        chain = tuple(Step.from_body(step) for step in data.pop("escalation"))
        return cls(**data, escalation=chain)
