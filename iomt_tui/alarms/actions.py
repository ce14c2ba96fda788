"""What clinicians do about alarms, and what becomes of it. Every action is applied at most once and answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from iomt_tui.alarms.annunciation import Announcement, Annunciation
from iomt_tui.alarms.lifecycle import REARM, Condition
from iomt_tui.alarms.model import INTENTS, NOTE_LENGTH, Key, Promise, Ref
from iomt_tui.alarms.settings import WARD, Setting, Settings, rows_from
from iomt_tui.alarms.suppression import (
    MINUTE,
    NEVER_SHELVED,
    PAUSE,
    PAUSE_CAP,
    SHELVE,
    SHELVE_CAP,
    STANDBY,
    STANDBY_CAP,
    Suppression,
    whole,
)  # fmt: skip
from iomt_tui.clinical.limit_rules import refusal, warning
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text


class Outcome(NamedTuple):
    """What became of one clinician's action."""

    op: str
    outcome: str  # "applied", "already", "superseded", "gone" or "refused"
    by: str
    at: int
    why: str = ""  # of a refusal: what is wrong and what is allowed; of what was taken back: whose it was


class Answer(NamedTuple):
    """An outcome before it has its op, whose it is, and what it changed."""

    outcome: str
    announcements: list[Announcement]
    why: str = ""
    by: str = ""


def acknowledge(over: Annunciation, condition: Condition | None, data: dict[str, Any], user: str, at: int) -> Answer:
    """``{"ref", "intent", "note", "ms"}``: somebody takes one alarm on, as it was seen, for a time (T7-T11, T16)."""
    ref = Ref(*data["ref"])
    if condition is None:
        return Answer("gone", [])
    promise = Promise(str(data.get("intent") or ""), safe_text(data.get("note") or "").strip(), data.get("ms"))
    takes = not condition.meets(ref) and condition.state != "acked"
    if takes and (why := _unfit(promise, REARM[condition.priority])):
        return Answer("refused", [], why)
    outcome, alarms = condition.acknowledge(ref, user, at, promise)
    return Answer(outcome, [*alarms], by=condition.by if outcome == "already" else "")


def _unfit(promise: Promise, longest: int) -> str:
    """What is wrong with a promise about an alarm that is acknowledged for at most ``longest`` ms; "" for nothing."""
    intent, note, ms = promise
    if intent and intent not in INTENTS:
        return f"an acknowledgement says {', '.join(INTENTS)} or nothing"
    if len(note) > NOTE_LENGTH:
        return f"a note has at most {NOTE_LENGTH} characters"
    if intent == "note" and not note:
        return "a note needs words"
    if ms is not None and (type(ms) is not int or not 0 < ms <= longest):
        return f"this alarm is acknowledged for at most {longest // MINUTE} min, in whole milliseconds"
    return ""


def take_back(over: Annunciation, condition: Condition | None, data: dict[str, Any], user: str, at: int) -> Answer:
    """``{"ref"}``: an acknowledgement no longer counts, whoever gave it; its alarm is announced anew."""
    if condition is None:
        return Answer("gone", [])
    owner = condition.by
    outcome, alarms = condition.take_back(Ref(*data["ref"]), user, at)
    why = f"taken back from {owner or 'somebody'}" if outcome == "applied" else ""
    return Answer(outcome, over.settle(alarms, at), why)


def pause(over: Annunciation, data: dict[str, Any], user: str, at: int) -> Answer:
    """``{"patient", "ms"}``: silence for a patient; 0 ms ends it (T23)."""
    return _patient(over, PAUSE, PAUSE_CAP, data, user, at)


def standby(over: Annunciation, data: dict[str, Any], user: str, at: int) -> Answer:
    """``{"patient", "ms", "reason"}``: the patient is away from the devices; 0 ms ends it."""
    if data["ms"] and not str(data.get("reason") or "").strip():
        return Answer("refused", [], "a standby needs a reason")
    return _patient(over, STANDBY, STANDBY_CAP, data, user, at)


def _patient(
    over: Annunciation, what: str, cap: int, data: dict[str, Any], user: str, at: int
) -> Answer:  # fmt: skip
    patient, length = str(data["patient"]), int(data["ms"])
    before = over.suppressions.get(what, whole(patient))
    if length == 0:
        return Answer("applied", over.end(before, at)) if before is not None else Answer("gone", [])
    if not 0 < length <= cap:
        return Answer("refused", [], f"{what} lasts at most {cap // MINUTE} min")
    new = Suppression(what, *whole(patient), user, str(data.get("reason") or ""), at, at + length)
    return Answer("applied", [over.suppressions.put(new)])


def shelve(over: Annunciation, condition: Condition | None, data: dict[str, Any], user: str, at: int) -> Answer:
    """``{"ref", "ms", "reason"}``: one alarm, as it was seen, is put aside (T24)."""
    ref, length = Ref(*data["ref"]), int(data["ms"])
    if condition is None or ref.episode != condition.episode or condition.state not in ("unack", "acked"):
        return Answer("gone", [])
    if ref.rev != condition.rev:
        return Answer("superseded", [])
    cap = SHELVE_CAP[condition.priority]
    if condition.technical or ref.kind in NEVER_SHELVED:
        return Answer("refused", [], "this alarm cannot be shelved")
    if not (reason := str(data.get("reason") or "").strip()):
        return Answer("refused", [], "shelving needs a reason")
    if not 0 < length <= cap:
        return Answer("refused", [], f"this alarm is shelved for at most {cap // MINUTE} min")
    shelf = Suppression(SHELVE, *ref.key, user, reason, at, at + length, int(condition.priority))
    return Answer("applied", [over.suppressions.put(shelf)])


def unshelve(over: Annunciation, data: dict[str, Any], user: str, at: int) -> Answer:
    """``{"ref"}``: takes the condition off the shelf, whatever its revision."""
    shelf = over.suppressions.get(SHELVE, Key(*data["ref"][:3]))
    return Answer("applied", over.end(shelf, at)) if shelf is not None else Answer("gone", [])


def set_limits(settings: Settings, data: dict[str, Any], user: str, at: int, usual: Sequence[Limit]) -> Answer:
    """``{"patient", "vital", "limits", "reason", "until"}``: other limits, or with null back to what holds without.

    ``usual``: the default limits of the patient, or of the ward.
    """
    patient, vital, until = str(data["patient"]), str(data["vital"]), data.get("until")
    if vital not in VITALS:
        return Answer("refused", [], f"{safe_text(vital, 40)!r} is not a vital sign")
    if not (reason := safe_text(str(data.get("reason") or "").strip(), 120)):
        return Answer("refused", [], "a change of limits needs a reason")
    before, limits = settings.get(patient, vital), rows_from(vital, data["limits"], user)
    if limits is None:
        if before is None:
            return Answer("gone", [])
        return Answer("applied", [settings.put(before.ended(at, user, reason))])
    if until is not None and not at < (until := int(until)):
        return Answer("refused", [], "these limits would end before they begin")
    lasts = None if until is None else until - at
    if why := refusal(vital, limits, usual, lasts, whole_ward=patient == WARD):
        return Answer("refused", [], why)
    said = warning(vital, limits, usual)
    return Answer("applied", [settings.put(Setting(patient, vital, limits, user, reason, at, until, said))])


#: Actions that need nothing but the overlays, by the word of their ``act`` entry.
OVERLAY_ACTIONS: Final[dict[str, Callable[[Annunciation, dict[str, Any], str, int], Answer]]] = {
    "pause": pause, "standby": standby, "unshelve": unshelve,
}  # fmt: skip
#: Actions on one condition, which may not be known.
CONDITION_ACTIONS: Final[
    dict[str, Callable[[Annunciation, Condition | None, dict[str, Any], str, int], Answer]]
] = {"ack": acknowledge, "unack": take_back, "shelve": shelve}  # fmt: skip
ANSWERED: Final = frozenset({"limits", *CONDITION_ACTIONS, *OVERLAY_ACTIONS})
