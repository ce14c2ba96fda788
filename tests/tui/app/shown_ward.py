"""A ward for the screen's tests: written entry by entry, read through a feed without clock, disk or engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from iomt_tui.alarms.model import Alarm, Priority, Ref
from iomt_tui.log.api import LogError
from iomt_tui.log.delivery import Delivery
from iomt_tui.log.player import Player
from iomt_tui.settings import Settings
from iomt_tui.tui.app import WardApp
from iomt_tui.tui.session import Session
from iomt_tui.ward.events import Entry

NOW = 1_773_571_327_000  # 2026-03-15 10:42:07 UTC
MINUTE = 60_000


class WrittenFeed:
    """A feed of entries that a test writes. Its log time stands still unless the test moves it."""

    def __init__(self, now: int = NOW) -> None:
        self.entries: list[Entry] = []
        self.at = now
        self.silence = 0.0
        self.acted: list[dict[str, Any]] = []
        self.failure = ""
        self.unreadable = ""
        self.player: Player | None = None
        self.wake: Callable[[], None] = lambda: None
        self._read = 0
        self._begun = False

    def write(self, kind: str, data: object, at: int | None = None) -> None:
        """Appends an entry, at the present log time when no other is given."""
        self.entries.append(Entry(len(self.entries) + 1, self.at if at is None else at, kind, orjson.dumps(data)))

    def poll(self) -> Delivery:
        if self.unreadable:
            raise LogError(self.unreadable)
        entries, self._read = self.entries[self._read :], len(self.entries)
        begun, self._begun = self._begun, True
        return Delivery(reset=not begun, entries=entries)

    def watch(self, wake: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        self.wake = wake

    def now(self) -> int:
        return self.player.position if self.player is not None else self.at

    def silent_for(self) -> float:
        return 0.0 if self.player is not None else self.silence

    def act(self, data: dict[str, Any]) -> Entry:
        return self.acts([data])[0]

    def acts(self, actions: list[dict[str, Any]]) -> list[Entry]:
        if self.failure:
            raise LogError(self.failure)
        self.acted += actions
        return [Entry(0, self.at, "act", orjson.dumps(data)) for data in actions]

    def rewind(self) -> None:
        self._begun = False

    def close(self) -> None:
        return


class Hands:
    """A clock that a test moves, so that what is deliberate and what is not does not depend on the machine."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


#: bed, family, given, sex, born, problem, hr, spo2, rr, sys, dia, temp, extra
PEOPLE: tuple[tuple[Any, ...], ...] = (
    ("07", "Okafor", "Ngozi", "F", "1954-02-01", "Community-acquired pneumonia, sepsis", 118, 84, 28, 98, 61, 38.9),
    ("12", "Lindqvist", "Anders", "M", "1968-05-12", "Post-op day 1, hemicolectomy", 104, 93, 23, 104, 70, 38.2),
    ("H3", "Morales", "Paz", "F", "1960-01-20", "Type 1 diabetes, CGM", 88, 95, 16, 138, 84, 36.7),
    ("15", "Hassan", "Rami", "M", "1984-11-03", "Asthma", 82, 97, 15, 121, 77, 36.8),
    ("02", "Nakamura", "Yui", "F", "1991-07-07", "Pyelonephritis", 92, 97, 17, 112, 70, 37.9),
    ("03", "O'Brien", "Sean", "M", "1947-09-30", "COPD exacerbation", 96, 90, 21, 134, 80, 37.0),
    ("04", "Kowalska", "Maria", "F", "1939-03-22", "Hip fracture, awaiting surgery", 76, 96, 14, 142, 79, 36.6),
    ("05", "van der Berg", "Joost", "M", "1957-06-18", "Heart failure", 68, 95, 18, 118, 66, 36.4),
    ("06", "Schmidt", "Lena", "F", "1975-12-01", "Cholecystitis", 84, 98, 16, 126, 81, 37.4),
    ("08", "Rossi", "Carlo", "M", "1962-08-14", "Atrial fibrillation", 134, 96, 18, 109, 72, 36.9),
    ("09", "Dubois", "Claire", "F", "1950-10-25", "Stroke, day 4", 72, 97, 15, 151, 88, 36.7),
    ("10", "Ivanova", "Olga", "F", "1966-02-17", "Pancreatitis", 99, 95, 20, 115, 74, 38.1),
    ("11", "Mbeki", "Thabo", "M", "1979-04-09", "Cellulitis", 81, 98, 14, 129, 82, 37.2),
    ("14", "Haddad", "Layla", "F", "1988-01-30", "Migraine, observation", 70, 99, 13, 117, 73, 36.5),
    ("16", "Novak", "Petr", "M", "1953-11-11", "GI bleed, stable", 90, 97, 16, 111, 68, 36.8),
    ("H1", "Andersson", "Eva", "F", "1945-05-05", "Heart failure, at home", 74, 94, 17, 128, 76, 36.3),
    ("H2", "Takahashi", "Ken", "M", "1958-03-03", "Hypertension, at home", 79, 97, 15, 168, 98, 36.6),
)  # fmt: skip


def write_ward(feed: WrittenFeed, *, watermark: str | None = "DEMO", tz: str = "UTC") -> WrittenFeed:
    """A ward of :data:`PEOPLE` with half an hour of history, four alarms, a sensor off and a refused input."""
    start = feed.at - 31 * MINUTE
    body = {"name": "Ward 7", "watermark": watermark, "source": "written", "tz": tz, "schema": 1}
    feed.write("ward", body, start)
    feed.write("engine", {"state": "started", "version": "1"}, start)
    for number, person in enumerate(PEOPLE):
        _admit(feed, number, person, start)
    for minute in range(31, -1, -1):
        at = feed.at - minute * MINUTE - 1_000
        feed.write("obs", [_reading(n, p, at, minute) for n, p in enumerate(PEOPLE) if n != 3 or minute > 12], at)
    feed.write("obs", [_cuff(n, p, feed.at - (4 + n) * MINUTE) for n, p in enumerate(PEOPLE)], feed.at - 900)
    feed.write("obs", [["p3", "d3", feed.at - 800, {}, {"spo2": "sensor-off", "hr": "not-measured"}]], feed.at - 800)
    feed.write("refused", {"source": "d5", "reason": "implausible", "what": "", "patient": "p5", "count": 3})
    for alarm in alarms(feed.at):
        feed.write("alarm", alarm.body(), feed.at - 500)
    feed.write("tick", {}, feed.at)
    return feed


def _admit(feed: WrittenFeed, number: int, person: tuple[Any, ...], at: int) -> None:
    bed, family, given, sex, born, problem = person[:6]
    feed.write("patient", {
        "id": f"p{number}", "bed": bed, "family": family, "given": given, "sex": sex, "born": born,
        "home": bed.startswith("H"), "mrn": f"10{number:04d}", "problem": problem,
        "spo2_scale": 2 if number == 5 else 1,
        "allergies": ["penicillin", "latex"] if number in (0, 9) else [], "conditions": ["hypertension"],
    }, at)  # fmt: skip
    feed.write("device", {
        "id": f"d{number}", "patient": f"p{number}", "kind": "monitor", "model": "BX-40 monitor",
        "periods": {"hr": 1, "spo2": 1, "rr": 1, "temp": 300, "nibp_sys": 900, "nibp_dia": 900, "glucose": 300},
        "battery": (18, 76, 64, 41)[number % 4], "signal": 80, "state": "on", "firmware": "1",
    }, at)  # fmt: skip


def _reading(number: int, person: tuple[Any, ...], at: int, minute: int) -> list[Any]:
    hr, spo2, rr, temp = person[6], person[7], person[8], person[11]
    ill = number in (0, 1, 9)
    wave = (minute * (number + 3)) % 5
    values = {
        "hr": hr - (minute if ill else 0) + wave,
        "spo2": min(100, spo2 + (minute // 3 if ill else 0) + wave // 2),
        "rr": rr - (minute // 6 if ill else 0),
        "temp": temp,
    }
    if number == 2:
        values["glucose"] = 61 + minute * 1.5
    if number != 4:
        values |= {"acvpu": 0, "o2_flow": 2 if number in (0, 5) else 0}
    return [f"p{number}", f"d{number}", at, values, None]


def _cuff(number: int, person: tuple[Any, ...], at: int) -> list[Any]:
    return [f"p{number}", f"d{number}", at, {"nibp_sys": person[9], "nibp_dia": person[10]}, None]


def alarm(
    patient: str, param: str, kind: str, priority: Priority, *, value: float | None = None, limit: float | None = None,
    since: int = 2 * MINUTE + 14_000, state: str = "unack", technical: bool = False, detail: str = "", now: int = NOW,
    episode: int = 1, rev: int = 1,
) -> Alarm:  # fmt: skip
    """One alarm, ``since`` ms old at ``now``."""
    by, acked = ("Kim", now - MINUTE) if state == "acked" else ("", None)
    ref = Ref(patient, param, kind, episode, rev)
    return Alarm(ref, state, priority, technical, value, limit, now - since, now - since, None, by, acked, detail)


def alarms(now: int) -> list[Alarm]:
    """What stands at ``now``."""
    return [
        alarm("p0", "spo2", "low", Priority.HIGH, value=84, limit=90, now=now),
        alarm("p0", "rr", "high", Priority.MEDIUM, value=28, limit=25, since=8 * MINUTE, state="acked", now=now),
        alarm("p9", "hr", "high", Priority.HIGH, value=134, limit=130, since=40_000, now=now),
        alarm("p1", "news2", "high", Priority.MEDIUM, value=6, limit=5, since=11 * MINUTE, now=now),
        alarm("p2", "glucose", "low", Priority.LOW, value=61, limit=70, since=5 * MINUTE, now=now),
        alarm(
            "p3", "spo2", "sensor-off", Priority.MEDIUM, technical=True, detail="probe off", since=12 * MINUTE, now=now
        ),
    ]


def ward_app(feed: WrittenFeed | None = None, clock: Callable[[], float] | None = None, **choices: Any) -> WardApp:
    """The application on a written ward; nothing flashes and no hand moves unless the test says so."""
    chosen = Settings(**{"flash": False, "user": "Test", **choices})
    return WardApp(Session(feed or write_ward(WrittenFeed())), chosen, clock=clock or Hands())
