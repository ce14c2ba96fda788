"""The steps of an alarm in a sentence each, in the voice of whoever tells them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY
from iomt_tui.ward import transitions as steps
from iomt_tui.ward.transitions import Transition

QUIET: Final = {PAUSE: "sound paused", SHELVE: "shelved", STANDBY: "standby", INHIBIT: "held back"}
"""What each suppression is called."""
PRIORITY: Final = {Priority.HIGH: "high", Priority.MEDIUM: "medium", Priority.LOW: "low"}


class Voice(Protocol):
    """How a screen, or a line that is read aloud, says things. Values are in catalogue units, times in ms."""

    @property
    def over(self) -> str:
        """What stands between the two numbers of a blood pressure."""

    def condition(self, alarm: Alarm) -> str:
        """What is wrong: "SpO2 84 < 90"."""

    def vital(self, key: str) -> str:
        """What a vital, a score or a device is called."""

    def quantity(self, key: str, value: float) -> str:
        """A value with its unit."""

    def between(self, key: str, low: float, high: float, *, unit: bool = True) -> str:
        """A range, with its ``unit``; one number where both are the same."""

    def pressure(self, key: str) -> str:
        """What a blood pressure is called, by the ``key`` of its systolic one."""

    def time(self, at: int) -> str:
        """A time of the ward's day."""

    def stretch(self, start: int, end: int) -> str:
        """From when to when."""

    def length(self, ms: int) -> str:
        """How long something lasted."""

    def promise(self, intent: str) -> str:
        """What an acknowledgement promised, as others read it afterwards."""


def step_about(one: Transition, voice: Voice) -> str:
    """The condition, as it was announced."""
    if one.alarm is not None:
        return voice.condition(one.alarm)
    if one.what == steps.LIMITS:
        return f"{voice.vital(one.detail)} limits"
    return f"{voice.vital(one.key.param)} {one.key.kind}".strip() if one.key.param else "Patient"


def step_words(one: Transition, voice: Voice) -> str:
    """What happened to it, by whom, after how long."""
    return _SAYS[one.what](one, voice)


def _by(one: Transition) -> str:
    return one.by or "somebody"


def _for(one: Transition, voice: Voice) -> str:
    return f" after {voice.length(one.lasted)}" if one.lasted is not None else ""


def _until(one: Transition, voice: Voice) -> str:
    return f" until {voice.time(one.until)}" if one.until is not None else ""


def _announced(one: Transition, voice: Voice) -> str:
    prio = PRIORITY[one.alarm.priority] if one.alarm is not None else ""
    late = one.alarm.raised - one.alarm.onset if one.alarm is not None else 0
    return f"announced, {prio}" + (f", {voice.length(late)} after its onset" if late >= 1000 else "")


def _again(one: Transition, voice: Voice) -> str:
    return f"announced for the {_ordinal(one.alarm.ref.rev)} time: still unresolved" if one.alarm is not None else ""


def _ordinal(number: int) -> str:
    end = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{end}"


def _rose(one: Transition, voice: Voice) -> str:
    return f"rose to {PRIORITY[one.alarm.priority]}, announced anew" if one.alarm is not None else ""


def _taken(one: Transition, voice: Voice) -> str:
    intent = one.alarm.intent if one.alarm is not None else ""
    said = ", ".join(part for part in ("" if intent == "note" else voice.promise(intent), one.words) if part)
    return f"taken by {_by(one)}{_for(one, voice)}{_until(one, voice)}" + (f": {said}" if said else "")


def _quiet(one: Transition, voice: Voice) -> str:
    if one.detail == INHIBIT:
        return f"held back by the {voice.vital(one.key.param)} {one.by} alarm"
    reason = f": {one.words}" if one.words else ""
    return f"{QUIET.get(one.detail, one.detail)} by {_by(one)}{_until(one, voice)}{reason}"


def _loud(one: Transition, voice: Voice) -> str:
    return f"no longer {QUIET.get(one.detail, one.detail)}{_for(one, voice)}"


def _limits(one: Transition, voice: Voice) -> str:
    reason = f": {one.words}" if one.words else ""
    said = "changed" if one.level else "back to what holds without"
    return f"{said} by {_by(one)}{_until(one, voice)}{reason}"


def _notified(one: Transition, voice: Voice) -> str:
    return f"escalation step {one.level}, {one.detail}" + (f": {one.words}" if one.words else "")


_SAYS: Final[Mapping[str, Callable[[Transition, Voice], str]]] = {
    steps.ANNOUNCED: _announced,
    steps.AGAIN: _again,
    steps.ROSE: _rose,
    steps.TAKEN: _taken,
    steps.UNDONE: lambda one, voice: f"taken back by {_by(one)}, announced anew",
    steps.LATCHED: lambda one, voice: f"now normal{_for(one, voice)}; nobody had seen it",
    steps.SEEN: lambda one, voice: f"seen by {_by(one)}{_for(one, voice)}, over by then",
    steps.ENDED: lambda one, voice: f"over{_for(one, voice)}",
    steps.LEFT: lambda one, voice: "left the ward",
    steps.ESCALATED: lambda one, voice: f"escalated, step {one.level}: nobody had answered",
    steps.NOTIFIED: _notified,
    steps.LIMITS: _limits,
    steps.QUIET: _quiet,
    steps.LOUD: _loud,
}
