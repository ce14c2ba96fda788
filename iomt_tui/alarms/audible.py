"""Which alarms are heard: the one rule for the engine and for every screen. Pure."""

from __future__ import annotations

from collections.abc import Callable

from iomt_tui.alarms.model import Alarm, Key, Priority
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY, Suppression, whole

#: The suppression of a kind that lies over a key, if any is in force.
Over = Callable[[str, Key], Suppression | None]
SOUNDING = ("unack", "latched")


def sounds(alarm: Alarm, over: Over) -> bool:
    """Whether an alarm sounds under the suppressions ``over`` it (T23, T24, T26, I15).

    A pause does not silence lost data, nor a HIGH that was announced after it began.
    """
    if alarm.state not in SOUNDING:
        return False
    key, patient = alarm.ref.key, whole(alarm.ref.patient)
    if over(SHELVE, key) or over(INHIBIT, key) or over(STANDBY, patient):
        return False
    pause = over(PAUSE, patient)
    if pause is None or alarm.ref.kind == "no-data":
        return True
    return alarm.priority is Priority.HIGH and alarm.raised > pause.since
