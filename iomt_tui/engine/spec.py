"""What ward an engine runs, as it is handed from the command line to the engine's process."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from iomt_tui.alarms.settings import CONFIGURATION, rows_from
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.clinical.limits import Limit
from iomt_tui.engine.sending.chain import USUAL, Step
from iomt_tui.ward.exports import NONE_ALLOWED, Permission


@dataclass(frozen=True, slots=True)
class WardSpec:
    """A ward and its source: "simulated", or "fhir" with a server."""

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
    limits: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Vital -> the ward's alarm limits, in the shape of a ``limits`` entry of the log."""
    exports: Permission = NONE_ALLOWED  # of a ward of people
    fhir: FhirSpec | None = None  # the server of the source "fhir"

    def rows(self) -> dict[str, tuple[Limit, ...]]:
        """The ward's alarm limits by vital. Raises KeyError, TypeError or ValueError on another shape."""
        return {vital: rows_from(vital, rows, CONFIGURATION) or () for vital, rows in self.limits.items()}

    def dump(self) -> str:
        """As JSON, for the engine's standard input."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def load(cls, text: str) -> WardSpec:
        """From JSON. Raises ValueError, TypeError or KeyError on anything else."""
        data = orjson.loads(text)
        chain = tuple(Step.from_body(step) for step in data.pop("escalation"))
        server = data.pop("fhir", None)
        exports = Permission.from_body(data.pop("exports", None) or asdict(NONE_ALLOWED))
        fhir = None if server is None else FhirSpec.from_body(server)
        return cls(**data, escalation=chain, exports=exports, fhir=fhir)
