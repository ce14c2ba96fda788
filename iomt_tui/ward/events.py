"""What the log holds: entries, and the JSON body of each kind.

Every time is an int in milliseconds since 1970-01-01 UTC. Bodies are JSON (orjson), by kind:

``ward``       {"name", "watermark": "DEMO"|"REPLAY"|"TEST"|null, "source", "tz", "schema": 1, "beds": [str]}: the first
               entry of a log; ``beds`` names every bed, taken or not, where the source knows them
``patient``    {"id", "bed", "family", "given", "sex": "F"|"M"|"X"|"", "born": "1954-02-01"|null, "home": bool,
               "mrn", "problem", "spo2_scale": 1|2, "allergies": [str], "conditions": [str], "flags": [str],
               "team": [str], "code_status": str}; later ones merge. ``flags`` are warnings ("Fall risk"), ``team`` who
               cares for the patient ("Eze, C (attending physician)"), ``code_status`` what was decided of
               resuscitation ("Not for resuscitation"), "" where that is not known; all three may be missing
``discharge``  {"id"}
``device``     {"id", "patient": str|null, "kind", "model", "periods": {vital: seconds}, "battery": 0-100|null,
               "signal": 0-100|null, "state": "on"|"off"|"gone"|"charging", "firmware", "levels": [[ms, percent], ...]|
               absent}; later ones merge. ``levels`` are those of its battery before, as it had stored them
``obs``        [[patient, device, observed_at, {vital: value}, {vital: flag}|null], ...]
``past``       as ``obs``: readings from before anybody watched, loaded for trends. They decide nothing, are nobody's
               present value, tell nothing of a device or its clock, and count in no burden and in no what-if
``condition``  {"patient", "device", "param", "kind", "priority": 1-3, "technical": bool,
               "state": "start"|"update"|"end", "at": ms by the device's clock, "text": str}: an alarm that a device
               or another system raises itself. ``param`` is a vital's key or "",
               ``kind`` what the device calls it (:mod:`iomt_tui.alarms.reported`). What it means
               for the patient's alarms is in the ``alarm`` entries that follow
``refused``    {"source", "reason", "what", "patient": str|null, "count": int}: input that has no place in ``obs``
``tick``       {"gap": ms}|{}: one a second of log time; ``gap`` tells of a stretch in which nobody ticked
``alarm``      see :class:`iomt_tui.alarms.model.Alarm`; "intent", "note", "until": ms|null and "undone_by" are missing
               in older logs
``act``        {"op": uuid, "user", "do", …}, by ``do``: ``ack`` {"ref": [patient, param, kind, episode, rev],
               "intent": "going"|"expected"|"sensor"|"doctor"|"note"|"", "note": str, "ms": int}, of which the last
               three may be missing, and "from" of one that the backend told of; ``unack`` {"ref"} takes one back;
               ``shelve`` {"ref", "ms", "reason"}; ``unshelve`` {"ref"}; ``pause`` {"patient", "ms"} and
               ``standby`` {"patient", "ms", "reason"}, which "ms": 0 ends. "ms" is how long; the longest are in
               :mod:`iomt_tui.alarms.suppression`, and of an ``ack`` (where none means the longest) in
               :mod:`iomt_tui.alarms.lifecycle`. Acts that belong together are appended together.
               ``limits`` {"patient", "vital", "limits", "reason", "until"} as in
               the entry below, "limits": null for back to what holds without
``outcome``    {"op", "outcome": "applied"|"already"|"superseded"|"gone"|"refused", "by", "at", "why": str}: one for
               each ``act`` above; ``why`` says what is wrong with one that is refused, and
               from whom an acknowledgement was taken back
``suppression`` {"what": "pause"|"shelve"|"standby"|"inhibit", "patient", "param", "kind", "by", "reason", "since",
               "until": ms|null, "prio"}: begins, or is over when ``until`` is not after the entry's own time. ``param``
               and ``kind`` are "" for a whole patient; ``until`` is null only for an inhibition, whose ``by`` is the
               kind of the condition that inhibits; ``prio`` is that of the alarm when it was shelved
``limits``     {"patient", "vital", "limits": [{"priority": 1-3, "low", "high", "delay": s, "off_delay": s}]|null, "by",
               "reason", "since", "until": ms|null, "warning"}: alarm limits of one vital that somebody set, of one
               patient or, with "patient": "", of the whole ward; ``since`` is when values were first judged by them.
               null: they are taken back or over. In force until told otherwise, ``until``, or the discharge
``escalation`` {"ref", "level": 1-3, "at"}: an alarm that nobody answers goes to the next people; in the log
               before they hear of it
``notification`` {"ref", "level", "step": str, "state": "waiting"|"failed"|"sent"|"given-up"|"not-needed",
               "attempt": int, "at", "why": str}: telling people of that escalation by one step of the chain.
               ``waiting`` comes in one piece with the escalation; then one for each attempt, the last of them in one
               of the last three states
``order``      {"id", "patient", "drug": {"code", "system", "name", "form", "classes": [str], "high_alert": bool,
               "critical": bool, "gtin": [str], "ndc", "strength": {"value", "unit"}|absent}, "route", "dose": {"value",
               "unit": UCUM}, "schedule": {"kind": "times", "times": ["08:00"], "days": ["mon"]|absent} | {"kind":
               "every", "hours", "first": ms} | {"kind": "taper", "steps": [{"days", "times", "dose"}]} | {"kind":
               "prn", "min_hours", "max_per_day",
               "indication", "recheck_min"} | {"kind": "once", "at": ms, "stat": bool} | {"kind": "infusion", "rate":
               {"value", "unit"}, "hours": n|null}, "start": ms, "end": ms|null, "status": "active"|"on-hold"|"stopped"|
               "completed"|"cancelled", "holds": [{"from": ms, "to": ms|null, "reason"}], "hold_if": [{"vital", "below":
               n} | {"vital", "above": n}], "timing": "time-critical"|"", "home": bool, "note", "stopped": ms|null}:
               later ones merge by id. ``stopped`` is the entry's own time where it is not told
``act`` with "do": "dose" {"patient", "order", "due": ms|null, "what": "given"|"refused"|"held"|"delayed"|
               "not-available"|"effect"|"error", "at": ms, "reason", "witness", "dose": {"value", "unit"}|null,
               "replaces": id|null, "scan": {"gtin", "batch", "expiry": "2027-03-31"}|null, "effect"}. ``due`` names a
               dose of the timetable; it is null as needed and for a change of an infusion's rate (0 stops it).
               ``replaces`` names the record that is corrected, taken back ("error"), or whose effect is told
``administration`` {"id": op of the act, "patient", "order", "due", "status": FHIR R4 ("completed"|"not-done"|"on-hold"|
               "in-progress"|"stopped"|"entered-in-error"), "what", "reason", "at", "by", "witness", "dose",
               "replaces", "scan", "effect", "recorded": ms}: what was recorded of a dose; stands until another one
               ``replaces`` it. With "yields": true it comes from a source that does not know what the ward records: the
               engine leaves it out where the dose is settled
``dispense``   {"id", "patient", "drug", "at", "days_supply": n, "quantity": n}: a fill; several of a drug in one entry
               are {"patient", "drug", "fills": [[id, at, days_supply, quantity], ...]}
``intake``     {"patient", "order", "due": ms|null, "at", "source": "dispenser"|"smart-cap"|"reported",
               "device": id|null}: a dose taken at home; ``due`` is null where the source does not know which. What a
               device had stored comes in one entry: {…, "from": ms, "doses": [[due, at], ...], "gaps": [[ms, ms], ...]}
               with due and at in minutes after ``from``; it saw every dose since then, except within ``gaps``
``wave``       {"patient", "device", "at": ms of the first sample by the device's clock, "channels": {"ecg-ii"|"pleth"|
               "resp": {"hz": n, "unit": "uV"|"%"|"", "samples": [int|null, ...], "absent": str|missing}}}: about a
               second of waveforms, of patients whom a screen asked for. null where there is no signal, ``absent`` why;
               :mod:`iomt_tui.clinical.waveforms` has the units
``act`` with "do": "waves" {"patient", "ms"}: have them recorded for so long, a minute at most
``screens``    {"attended": bool}: whether somebody can see the ward, at each change
``engine``     {"state": "started"|"stopped", "version", "notice": str}
``notice``     {"text": str}: what the engine must tell everybody from now on, in place of what it told before
``link``       see :class:`iomt_tui.ward.link.Link`: the line to the monitoring backend, at each change
``write``      see :class:`iomt_tui.ward.writes.Written`: what became of something that is written to the backend. The
               first, ``waiting``, comes in one piece with the outcome of its act, and has the
               :class:`iomt_tui.ward.writes.Write` itself as "write"; then one at each change
``score``      {"patient", "score": "news2", "total": int, "at": ms, "by": str}: one that the backend computed itself
``note``       {"id", "patient", "text", "at": ms, "by", "from": str, "replaces": id|absent}: a note; ``from`` names the
               backend that it came from, "" for this ward. The same id again replaces it; ``replaces`` names the note
               that it corrects, and that stays as it was written. The first correction of a note in the log stands;
               a later one of the same note is kept as a conflict
``act`` with "do": "note" {"patient", "text", "replaces": id|absent}; "chart" {"patient", "values": {vital: [value,
               observed_at, device]}}: a clinician validated these values, and they are charted to the backend; "signin"
               {"cancel": bool}: begins, or gives up, signing in to the backend
``act`` with "do": "export" {"what": page, "format": "csv"|"json"|"text"|"fhir"|"svg", "patients": [id], "from": ms,
               "to": ms, "bytes": int, "sha256": hex, "name", "station"}: what a screen showed is to go into a file,
               which has no name before the outcome allows it. "not-exported" with the same fields, "undoes": op and
               "why": there is no such file after all

In ``obs`` a value is a finite number in the vital's catalogue unit. A flag qualifies the value when there is one
(``questionable``, ``calibrating``); without a value it is the reason why there is none (``sensor-off``, …, see
:mod:`iomt_tui.clinical.placing`).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import orjson

SCHEMA: Final = 1
TICK: Final = "tick"

MAY_WAIT: Final = frozenset({"obs", "past", TICK, "refused", "device", "score", "wave"})
"""Kinds of entry that screens may show with the next values. Every other one is shown at once (SAFETY H8)."""


class Entry(NamedTuple):
    """One entry of the log: its place, its log time (ms), its kind and its JSON body."""

    seq: int
    at: int
    kind: str
    body: bytes

    def data(self) -> Any:
        """The decoded body. Raises ``orjson.JSONDecodeError`` on a body that is not JSON."""
        return orjson.loads(self.body)


class Draft(NamedTuple):
    """An entry before it has a place in the log. ``at`` is log time in ms."""

    at: int
    kind: str
    body: bytes


class Reading(NamedTuple):
    """What one device measured of one patient at one instant, already placed (canonical units, plausible)."""

    patient: str
    device: str
    observed_at: int
    values: dict[str, float]
    flags: dict[str, str] | None


def draft(at: int, kind: str, data: object) -> Draft:
    """An entry to append, its body encoded."""
    return Draft(at, kind, orjson.dumps(data))


def observations(at: int, readings: list[Reading], kind: str = "obs") -> Draft:
    """One ``obs`` entry, or one of another ``kind`` of the same shape, for readings that arrived together."""
    return Draft(at, kind, orjson.dumps(readings, default=tuple))
