"""A ward with a backend whose words a test decides: one patient, one monitor, one order."""

from __future__ import annotations

from typing import Any

from ward_of_one import DEVICE, PATIENT, WARD, T

from iomt_tui.alarms.model import Alarm, Key
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.source import Arrival, Backend
from iomt_tui.log.memory import MemoryLog
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.writes import WHATS, Write, Written

ORDER = {
    "id": "o1", "patient": "p1", "drug": {"name": "Paracetamol"}, "dose": {"value": 1, "unit": "g"}, "route": "oral",
    "schedule": {"kind": "every", "hours": 6, "first": T - 6 * 3_600_000}, "start": T - 86_400_000, "status": "active",
}  # fmt: skip
LINK = {"name": "fhir", "state": "live", "user": "KIM", "user_ref": "Practitioner/1", "writes": list(WHATS)}


class Hand:
    """A source that keeps what it is told to do."""

    def __init__(self) -> None:
        self.submitted: list[Write] = []
        self.asked: list[bool] = []

    def begin(self) -> list[Arrival]:
        return []

    def poll(self, now: int) -> list[Arrival]:
        return []

    def submit(self, write: Write) -> None:
        self.submitted.append(write)

    def sign_in(self, *, cancel: bool) -> None:
        self.asked.append(cancel)

    def close(self) -> None:
        """Nothing is open."""


class FarWard:
    """The engine of such a ward, second by second; SpO2 is 84 until told otherwise, so that a HIGH alarm stands."""

    def __init__(self, writes: frozenset[str] = frozenset(WHATS), *, signs_in: bool = True) -> None:
        self.log, self.hand, self.second, self.ops = MemoryLog("test"), Hand(), 0, 0
        self.writes, self.signs_in = writes, signs_in
        self.engine = Engine(self.log, backend=Backend(self.hand, writes, signs_in))
        self.engine.start(WARD, T)
        self.engine.attended(True, T)
        opening: list[Arrival] = [(T, "link", LINK), (T, "patient", PATIENT), (T, "device", DEVICE)]
        self.engine.take([*opening, (T, "order", ORDER)])

    @property
    def now(self) -> int:
        return T + self.second * 1_000

    @property
    def ward(self) -> Ward:
        return self.engine.ward

    def run(self, seconds: int = 1, value: float = 84.0) -> None:
        for _ in range(seconds):
            self.second += 1
            self.arrive("obs", Reading("p1", "d1", self.now, {"spo2": value}, None))
            self.engine.tick(self.now)
            self.engine.follow()

    def arrive(self, kind: str, body: Any) -> None:
        self.engine.take([(self.now, kind, body)], tick_every=10**9)

    def act(self, do: str, *, user: str = "KIM", op: str = "", **more: Any) -> dict[str, Any]:
        """Somebody does something, and it is answered; returns the outcome."""
        self.ops += 1
        op = op or f"op{self.ops}"
        self.log.append([draft(self.now, "act", {"op": op, "user": user, "do": do, **more})], durable=True)
        self.engine.follow()
        return self.ward.outcomes[op]

    def ack(self, key: tuple[str, str] = ("spo2", "low"), **more: Any) -> dict[str, Any]:
        return self.act("ack", ref=list(self.alarm(*key).ref), **more)

    def alarm(self, param: str = "spo2", kind: str = "low") -> Alarm:
        return self.ward.patients["p1"].alarms[Key("p1", param, kind)]

    def standing(self, kind: str) -> str:
        """The state of the alarm about the server, "" where there was none."""
        found = self.ward.patients["p1"].alarms.get(Key("p1", "server", kind))
        return found.state if found is not None else ""

    def say(self, op: str, state: str, **more: Any) -> None:
        """The backend's word about a write."""
        write = next(w for w in self.hand.submitted if w.op == op)
        self.arrive("write", Written(op, write.what, write.patient, state, 0, 0, **more).body())

    def restart(self, seconds: int = 0, writes: frozenset[str] | None = None) -> None:
        """A new engine over what is in the log; what the old one had under way is lost."""
        self.second += seconds
        ward = Ward()
        ward.apply(self.log.read(0, 100_000))
        self.hand = Hand()
        held = self.writes if writes is None else writes
        self.engine = Engine(self.log, ward, backend=Backend(self.hand, held, self.signs_in))
        self.engine.start(WARD, self.now)
        self.engine.resume_writing(self.now)
        self.engine.follow()

    def told(self, kind: str) -> list[Any]:
        return [e.data() for e in self.log.read(0, 100_000) if e.kind == kind]
