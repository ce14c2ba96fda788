"""What changed on the ward between two looks: the lines of ``watch``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from iomt_tui.alarms.model import Alarm, Key
from iomt_tui.cli.headless import plain, words
from iomt_tui.cli.headless.json_out import alarm_document, flood_document, vital_document
from iomt_tui.cli.headless.server_words import server_document, stands, written_document
from iomt_tui.cli.headless.watch_document import WATCH, WatchDocument
from iomt_tui.cli.headless.words import Units
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text
from iomt_tui.times import iso
from iomt_tui.ward import writes
from iomt_tui.ward.link import Link
from iomt_tui.ward.view import PatientView, VitalView, WardView
from iomt_tui.ward.writes import MISSED, Written

_WHATS: Final = {
    writes.ACK: "acknowledgement", writes.DOSE: "dose", writes.NOTE: "note", writes.VITALS: "charted vital signs",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change in words, and what it is about."""

    what: str  # as in WatchDocument
    text: str
    view: PatientView | None = None
    alarm: Alarm | None = None
    vital: VitalView | None = None
    link: Link | None = None
    written: Written | None = None


@dataclass
class Changes:
    """Remembers the last look at each patient. ``values`` also tells of every new value."""

    units: Units
    values: bool = False
    server: str = ""  # the name of the ward's server
    _seen: dict[str, PatientView] = field(default_factory=dict)

    def look(self, view: PatientView, now: int) -> Iterator[Change]:
        """What is new about one patient. At the first look: that the patient is there, and every alarm in force."""
        before = self._seen.get(view.id)
        self._seen[view.id] = view
        if before is None:
            yield Change("patient", f"{words.SEVERITY[view.severity]}, NEWS2 {plain.news2(view)}", view)
        yield from self._alarms(before, view, now)
        yield from self._told(before, view)
        yield from self._written(before, view)
        if before is None:
            return
        if (before.news2.total, before.news2.known) != (view.news2.total, view.news2.known):
            yield Change("news2", f"NEWS2 {plain.news2(view)}, was {plain.score(before)}", view)
        yield from self._vitals(before, view)

    def gone(self, ids: set[str]) -> Iterator[Change]:
        """Patients that are no longer on the ward, with what nobody had acknowledged (T30); ``ids``: those that are."""
        for patient in sorted(self._seen.keys() - ids):
            view = self._seen.pop(patient)
            open_ = [
                words.sentence(a, view.devices, self.units) for a in view.alarms if a.state in ("unack", "latched")
            ]
            left = f"; nobody had acknowledged: {', '.join(open_)}" if open_ else ""
            yield Change("patient", f"no longer on the ward{left}", view)

    def _alarms(self, before: PatientView | None, view: PatientView, now: int) -> Iterator[Change]:
        old: dict[Key, Alarm] = {alarm.ref.key: alarm for alarm in before.alarms} if before else {}
        for alarm in view.alarms:
            was = old.pop(alarm.ref.key, None)
            if was is None or (was.ref, was.state, was.priority) != (alarm.ref, alarm.state, alarm.priority):
                text = f"{words.sentence(alarm, view.devices, self.units)}, {words.standing(alarm, now)}"
                yield Change("alarm", text, view, alarm)
        for alarm in old.values():
            yield Change("alarm-over", f"over: {words.sentence(alarm, view.devices, self.units)}", view, alarm)

    def _told(self, before: PatientView | None, view: PatientView) -> Iterator[Change]:
        known = before.notifications if before else ()
        alarms = {alarm.ref.key: alarm for alarm in view.alarms}
        for told in view.notifications:
            alarm = alarms.get(told.errand.ref.key)
            if told not in known and alarm is not None:
                text = f"{words.told(told)}, for {words.sentence(alarm, view.devices, self.units)}"
                yield Change("notification", text, view, alarm)

    def _written(self, before: PatientView | None, view: PatientView) -> Iterator[Change]:
        """What has become of what was done here, on the ward's server; at the first look what did not arrive."""
        known = before.writes if before is not None else {}
        alarms = {op.op: ref for ref, op in view.written.items()}
        for op, one in view.writes.items():
            was = known.get(op)
            if (was is not None and was.state == one.state) or (before is None and one.state not in MISSED):
                continue
            alarm = next((alarm for alarm in view.alarms if alarm.ref == alarms.get(op)), None)
            what = words.sentence(alarm, view.devices, self.units) if alarm is not None else _WHATS[one.what]
            yield Change("written", f"{what}: {stands(one, self.server)}", view, alarm, written=one)

    def _vitals(self, before: PatientView, view: PatientView) -> Iterator[Change]:
        for key in VITALS:
            shown, was = view.vitals.get(key), before.vitals.get(key)
            if shown is None:
                continue
            name = "SpO2" if key == "spo2" else VITALS[key].name
            if was is not None and was.live and not shown.live:
                yield Change("vital-lost", f"{name}: {plain.vital(shown, self.units)}", view, vital=shown)
            elif shown.live and (was is None or not was.live):
                yield Change("vital-back", f"{name}: {plain.vital(shown, self.units)}", view, vital=shown)
            elif self.values and shown.live and was is not None and was.observed_at != shown.observed_at:
                yield Change("vital", f"{name}: {plain.vital(shown, self.units)}", view, vital=shown)


def plain_line(change: Change, ward: WardView, clock: str) -> str:
    """One line: watermark, time, who, what."""
    mark = f"{ward.watermark} " if ward.watermark else ""
    view = change.view
    if view is None:
        return f"{mark}{clock} {change.text}"
    return f"{mark}{clock} {plain.place(view)} {view.name}: {change.text}"


def document(change: Change, ward: WardView) -> WatchDocument:
    """The same as JSON."""
    view = change.view
    return WatchDocument(
        schema=WATCH, watermark=ward.watermark, at=iso(ward.now), what=change.what, text=change.text,  # type: ignore[arg-type]
        patient=safe_text(view.id) if view else None, bed=view.bed if view else None,
        alarm=None if change.alarm is None else alarm_document(
            change.alarm, view.devices if view else (), view.written.get(change.alarm.ref) if view else None
        ),
        vital=vital_document(change.vital) if change.vital else None, flood=flood_document(ward),
        server=server_document(change.link), written=written_document(change.written),
    )  # fmt: skip
