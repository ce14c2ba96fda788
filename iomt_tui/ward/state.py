"""What the fold knows: patients and devices, mutable, and nothing but what the log said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Alarm, Key, Ref
from iomt_tui.alarms.notification import GIVEN_UP, SENT, Errand, Notification
from iomt_tui.alarms.reported import Told
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import SHELVE, STANDBY, Suppression, whole
from iomt_tui.clinical.news2 import News2
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward.adherence import HomeDoses
from iomt_tui.ward.clock import DeviceClock
from iomt_tui.ward.medication import MedicationState
from iomt_tui.ward.notes import Note
from iomt_tui.ward.scores import ServerScore
from iomt_tui.ward.series import Series
from iomt_tui.ward.swaps import Swap
from iomt_tui.ward.written import Writes

BATTERY_KEPT = 400
"""The most points of a device's battery history: two for each percent of two charges."""

_WORD = 40
_LINE = 120


class DeviceState:
    """A device: what it told of itself, and its clock."""

    __slots__ = (
        "battery", "battery_history", "clock", "firmware", "id", "kind", "last_contact", "left", "model", "patient",
        "periods", "signal", "since", "state",
    )  # fmt: skip

    def __init__(self, device: str) -> None:
        self.id = device
        self.patient = ""
        self.kind = self.model = self.firmware = safe_text("")
        self.periods: dict[str, float] = {}
        self.battery: int | None = None
        self.battery_history: list[tuple[int, int]] = []  # (minute, percent): each level's first and last
        self.signal: int | None = None
        self.state = "on"
        self.last_contact = -1
        self.left = -1  # log time at which it said that it is off or gone; -1 while it is there
        self.since = -1  # log time at which its patient got it
        self.clock = DeviceClock()

    def recall_battery(self, levels: Iterable[tuple[int, int]], now: int) -> None:
        """Takes up (ms, percent) of levels that it had stored until log time ``now``. It knows better of their time."""
        told = [(int(at) // 60_000, max(0, min(100, int(percent)))) for at, percent in levels if at <= now]
        if told:
            told.sort(key=itemgetter(0))
            first, last = told[0][0], told[-1][0]
            before = [point for point in self.battery_history if point[0] < first]
            after = [point for point in self.battery_history if point[0] > last]
            self.battery_history = [*before, *told, *after][-BATTERY_KEPT:]

    def told_battery(self, at: int) -> None:
        """Takes what it has just told of its battery, at log time ``at`` (ms), to the history."""
        if self.battery is None:
            return
        history, told = self.battery_history, (at // 60_000, self.battery)
        if len(history) > 1 and history[-1][1] == history[-2][1] == self.battery:
            history[-1] = told
        else:
            history.append(told)
            del history[:-BATTERY_KEPT]

    def merge(self, data: dict[str, Any]) -> None:
        """Takes up the fields of a ``device`` body that are there."""
        for name in ("kind", "model", "firmware"):
            if name in data:
                setattr(self, name, safe_text(data[name], _WORD))
        if "periods" in data:
            self.periods = {str(k): float(v) for k, v in data["periods"].items()}
        if "patient" in data:
            self.patient = str(data["patient"] or "")
        for name in ("battery", "signal"):
            if name in data:
                setattr(self, name, None if data[name] is None else max(0, min(100, int(data[name]))))
        self.state = str(data.get("state", self.state))


class PatientState:
    """A patient: identity, series by vital, and the alarms of each condition as last announced."""

    __slots__ = (
        "alarms", "allergies", "bed", "born", "code_status", "conditions", "devices", "escalated", "family", "flags",
        "full_name",
        "given", "home", "home_doses", "id", "last_contact", "limit_changes", "limits", "medication", "mrn", "name",
        "news", "news_dirty", "news_history", "news_known", "notes",
        "notifications", "problem", "rank", "refused", "reported", "series", "server_news2", "sex", "spo2_scale",
        "suppressions", "swaps", "team", "writes",
    )  # fmt: skip

    def __init__(self, patient: str) -> None:
        self.id = patient
        self.bed = self.family = self.given = self.mrn = self.problem = self.code_status = safe_text("")
        self.family = self.name = self.full_name = safe_text(patient, _WORD)
        self.born: str | None = None
        self.sex = ""
        self.home = False
        self.home_doses = HomeDoses()
        self.spo2_scale = 1
        self.allergies: tuple[SafeText, ...] = ()
        self.conditions: tuple[SafeText, ...] = ()
        self.flags: tuple[SafeText, ...] = ()
        self.team: tuple[SafeText, ...] = ()
        self.series: dict[str, Series] = {}
        self.devices: dict[str, int] = {}  # device -> log time of its newest reading
        self.alarms: dict[Key, Alarm] = {}
        self.escalated: dict[Key, Escalation] = {}  # the newest step of each condition
        self.notifications: dict[Errand, Notification] = {}  # the newest attempt of each errand
        self.suppressions: dict[tuple[str, Key], Suppression] = {}  # by what and whom; in force until told otherwise
        self.reported: dict[tuple[str, str], dict[str, Told]] = {}  # param, kind -> device -> what it last said
        self.limits: dict[str, Setting] = {}  # vital -> limits set for this patient; in force until told otherwise
        self.limit_changes: dict[str, tuple[Setting, ...]] = {}  # the same as they came, see ward.limit_stretches
        self.medication = MedicationState()
        self.refused: Counter[str] = Counter()
        self.last_contact = -1
        self.news_dirty = True
        self.news: News2 | None = None
        self.news_history: list[tuple[int, int]] = []  # (minute, NEWS2 total) at each change; -1: nothing known
        self.news_known: list[tuple[int, int]] = []  # (minute, inputs known) at each change
        self.rank: tuple[int, ...] | None = None
        self.writes = Writes()  # what is written of the patient to the backend
        self.server_news2: ServerScore | None = None  # the newest that the backend computed
        self.notes: tuple[Note, ...] = ()  # the newest first
        self.swaps: tuple[Swap, ...] = ()  # the newest last

    def told(self, notification: Notification) -> None:
        """Takes up what became of an errand; those of earlier announcements that are done with are forgotten."""
        ref = notification.errand.ref
        for errand in [e for e, n in self.notifications.items() if e.ref.key == ref.key and e.ref < ref and n.final]:
            del self.notifications[errand]
        self.notifications.pop(notification.errand, None)
        self.notifications[notification.errand] = notification

    def unanswered(self, ref: Ref) -> bool:
        """Whether the alarm that was announced as ``ref``, or worse since, still waits for somebody."""
        alarm = self.alarms.get(ref.key)
        if alarm is None or alarm.state not in ("unack", "latched") or alarm.ref.episode != ref.episode:
            return False
        quiet = ((SHELVE, ref.key), (STANDBY, whole(self.id)))
        return not any(key in self.suppressions for key in quiet)

    def undelivered(self) -> list[Notification]:
        """Errands that were given up while their alarm waits, and nobody has been told of it since."""
        last: dict[Key, Notification] = {}
        for notification in self.notifications.values():
            if notification.state in (SENT, GIVEN_UP):
                last[notification.errand.ref.key] = notification
        return [n for n in last.values() if n.state == GIVEN_UP and self.unanswered(n.errand.ref)]

    def merge(self, data: dict[str, Any]) -> None:
        """Takes up the fields of a ``patient`` body that are there."""
        for name in ("bed", "family", "given", "mrn"):
            if name in data:
                setattr(self, name, safe_text(data[name] or "", _WORD))
        for name in ("problem", "code_status"):
            if name in data:
                setattr(self, name, safe_text(data[name] or "", _LINE))
        for name in ("allergies", "conditions", "flags", "team"):
            if name in data:
                setattr(self, name, tuple(safe_text(x, _LINE) for x in data[name]))
        if "sex" in data:
            self.sex = data["sex"] if data["sex"] in ("F", "M", "X") else ""
        self.born = data.get("born", self.born)
        self.home = bool(data.get("home", self.home))
        self.spo2_scale = 2 if data.get("spo2_scale", self.spo2_scale) == 2 else 1
        self.name = safe_text(f"{self.family} {self.given[:1]}".strip())  # what the row calls the patient
        self.full_name = safe_text(f"{self.family}, {self.given}" if self.given else self.family)
        self.news_dirty, self.rank = True, None
