"""What the monitoring backend says beside values, folded: the line, the past, scores, notes, what became of writes.

Each method takes the decoded body of an entry of the kind it is named for, and the entry's log time (ms).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, Final

from iomt_tui.security.text import SafeText
from iomt_tui.ward import judge
from iomt_tui.ward.clock import AHEAD
from iomt_tui.ward.link import CLOSED, CONNECTING, Link
from iomt_tui.ward.notes import Note, noted
from iomt_tui.ward.scores import ServerScore
from iomt_tui.ward.series import FINE, Series
from iomt_tui.ward.state import DeviceState, PatientState
from iomt_tui.ward.written import Writes

#: Patients who left and of whom the server was not told everything yet.
MOST_BEHIND: Final = 1_000


class Linked:
    """The part of :class:`iomt_tui.ward.fold.Ward` that such entries change; the ward makes these attributes."""

    seq: int
    patients: dict[str, PatientState]
    devices: dict[str, DeviceState]
    link: Link | None
    behind: dict[str, Writes]
    refused: Counter[str]
    _changed: set[str]

    def _device(self, device_id: str, patient_id: str, at: int) -> DeviceState:
        raise NotImplementedError

    def _on_past(self, groups: list[Any], at: int) -> None:
        """Readings from before anybody watched: they go to the trends and nowhere else. What is so now, whether a
        device is heard and what its clock says are told by ``obs`` alone."""
        recent = at - FINE
        for patient_id, device_id, observed, values, _flags in groups:
            if (patient := self.patients.get(patient_id)) is None:
                continue
            device = self.devices.get(device_id) or self._device(device_id, patient_id, at)
            when = observed + device.clock.offset
            if when > at + AHEAD:
                patient.refused["future"] += len(values)
                continue
            for key, value in values.items():
                series = patient.series.get(key)
                if series is None:
                    series = patient.series[key] = Series.of(key, judge.limit_of(device, key))
                    series.device, series.device_at = device_id, when
                    patient.news_dirty = True
                if when > recent:
                    series.recall(when, value)
                else:
                    series.recall_long(when, value)
            self._changed.add(patient_id)

    def _on_link(self, data: dict[str, Any], at: int) -> None:
        link, before = Link.from_body(data), self.link
        if not link.since:
            same = before is not None and before.state == link.state
            link = replace(link, since=before.since if same and before is not None else at)
        self.link = link
        self._changed.add("")

    def _linked_again(self, engine: str, at: int) -> None:
        """An engine began, or ended: who was signed in stays to be shown, until the server has the word again."""
        if self.link is None:
            return
        state = CONNECTING if engine == "started" else CLOSED
        self.link = replace(
            self.link, state=state, text=SafeText(""), since=at, done=0, total=0, sign_in=None
        )  # fmt: skip

    def writes_of(self, patient: str) -> Writes | None:
        """The writes of a patient, who may have left; None where nothing is known of them."""
        state = self.patients.get(patient)
        return state.writes if state is not None else self.behind.get(patient)

    def all_writes(self) -> list[Writes]:
        """The writes of everybody, those who left too."""
        return [*(p.writes for p in self.patients.values() if p.writes), *self.behind.values()]

    def _on_write(self, data: dict[str, Any], at: int) -> None:
        patient = str(data["patient"])
        own = self.writes_of(patient)
        if own is None:
            return
        own.put(data, at)
        if patient in self.behind and not own.open:
            self.refused["not on the server"] += len(own.missed())  # nobody has the patient before their eyes any more
            del self.behind[patient]
        self._changed.update((patient, ""))

    def _left_behind(self, patient: PatientState) -> None:
        """A patient left: what is on its way to the server stays on its way."""
        if patient.writes.open:
            self.behind[patient.id] = patient.writes
            if len(self.behind) > MOST_BEHIND:
                del self.behind[next(iter(self.behind))]

    def _on_score(self, data: dict[str, Any], at: int) -> None:
        patient_id, score = ServerScore.from_body(data)
        patient = self.patients[patient_id]
        if patient.server_news2 is None or score.at >= patient.server_news2.at:
            patient.server_news2 = score
            self._changed.add(patient_id)

    def _on_note(self, data: dict[str, Any], at: int) -> None:
        note = Note.from_body(data)
        patient = self.patients[note.patient]
        patient.notes = noted(patient.notes, replace(note, seq=self.seq + 1))
        self._changed.add(patient.id)
