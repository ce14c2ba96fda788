"""What the keys of the alarm group do: each asks first, and names exactly what it would act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iomt_tui.alarms.model import Alarm, Ref
from iomt_tui.alarms.suppression import PAUSE, SHELVE, STANDBY, whole
from iomt_tui.tui import questions
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.widgets.strip import who
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

_NO_ALARM = "No alarm is shown there: nothing to act on."
_NO_PATIENT = "Choose a patient first: ↓ or j."


class AlarmActions:
    """The alarm keys. They arm a question at the desk; only enter does it."""

    screen: BoardScreen

    def acknowledge(self) -> None:
        """Asks for the chosen alarm, the chosen patient's, else for the one on the strip."""
        self._acknowledge(*self.screen.aimed())

    def acknowledge_worst(self) -> None:
        """Asks for the alarm on the strip."""
        self._acknowledge(*self.screen.on_strip())

    def _acknowledge(self, view: PatientView | None, alarm: Alarm | None) -> None:
        self.screen.leaving = False
        self.screen.desk.ask(view, alarm, self.screen.measures, self.screen.session.ward.tz)

    def acknowledge_all(self) -> None:
        """Asks for every alarm of one patient that nobody has taken, as far as the question has room to list them."""
        desk, (view, _) = self.screen.desk, self.screen.aimed()
        if desk.refused():
            return
        alarms = questions.waiting(view.alarms) if view is not None else []
        if view is None or not alarms:
            desk.say("Nobody waits there: nothing to acknowledge." if view is not None else _NO_PATIENT)
            return
        if len(alarms) == 1:
            self._acknowledge(view, alarms[0])
            return
        if self.screen.small:
            desk.say("No room to list them here: acknowledge one by one.")
            return
        # Listed is shown: a hand that has read the list has seen each of them.
        room = self.screen.list_room
        desk.arm(questions.acknowledge_all(view, alarms, self.screen.measures, desk.clock(), room))

    def take_back(self) -> None:
        """Takes back what this desk acknowledged last: it sounds again, so nothing is asked."""
        desk = self.screen.desk
        if desk.refused():
            return
        if not desk.taken:
            desk.say("Nothing was acknowledged from here that could be taken back.")
            return
        refs, desk.taken = desk.taken, ()
        question = questions.take_back(refs, self._names(refs))
        self.screen.save(desk.begin(question, question.bodies()))

    def _names(self, refs: tuple[Ref, ...]) -> str:
        ward, now = self.screen.session.ward, self.screen.painter.now
        if refs[0].patient not in ward.patients:
            return "a patient who left"
        view = ward.view(refs[0].patient, now)
        words = [str(condition(alarm, self.screen.measures)) for alarm in view.alarms if alarm.ref in refs]
        return f"{who(view)}: {', '.join(words)}"

    def shelve(self) -> None:
        """Asks to put the alarm aside for a while, or to take it off the shelf."""
        desk, (view, alarm) = self.screen.desk, self.screen.aimed()
        if desk.refused():
            return
        if view is None or alarm is None:
            desk.say(_NO_ALARM)
            return
        since = desk.since(alarm.ref)
        if any(s.what == SHELVE and s.key == alarm.ref.key for s in view.suppressions):
            desk.arm(questions.unshelve(view, alarm, self.screen.measures, since))
        elif questions.can_be_shelved(alarm):
            desk.arm(questions.shelve(view, alarm, self.screen.measures, since))
        else:
            why = "a technical alarm" if alarm.technical else "no alarm in force"
            desk.say(f"{condition(alarm, self.screen.measures)} is {why}: it cannot be shelved.")

    def pause_audio(self) -> None:
        """Asks to silence the patient for at most two minutes, or to end that."""
        self._of_patient(PAUSE)

    def standby(self) -> None:
        """Asks to put the patient on standby, or to end that."""
        self._of_patient(STANDBY)

    def _of_patient(self, what: str) -> None:
        desk, (view, _) = self.screen.desk, self.screen.aimed()
        if desk.refused():
            return
        if view is None:
            desk.say(_NO_PATIENT)
            return
        ends = any(s.what == what and s.key == whole(view.id) for s in view.suppressions)
        ask = questions.pause if what == PAUSE else questions.standby
        desk.arm(ask(view, desk.clock(), ends=ends))
