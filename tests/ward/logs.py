"""Random logs for property tests: a small ward with everything that a log may say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import INTENTS, Alarm, Priority, Ref
from iomt_tui.alarms.notification import Errand, Notification
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.clinical.limits import Limit
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Draft, Entry, Reading, draft, observations
from iomt_tui.ward.writes import STATES, Write, Written

START = 1_700_000_000_000
PATIENTS = ("p1", "p2")
VALUES = {
    "hr": (40, 160),
    "spo2": (75, 100),
    "rr": (4, 40),
    "temp": (34, 41),
    "nibp_sys": (70, 220),
    "o2_flow": (0, 15),
}
FLAGS = ("sensor-off", "implausible", "sentinel")


def numbered(drafts: list[Draft]) -> list[Entry]:
    """Drafts as the log would place them: log time never falls."""
    entries: list[Entry] = []
    newest = 0
    for seq, item in enumerate(drafts, 1):
        newest = max(newest, item.at)
        entries.append(Entry(seq, newest, item.kind, item.body))
    return entries


def opening() -> list[Draft]:
    """A ward of two patients with two devices each."""
    ward = {"name": "W", "watermark": "TEST", "source": "test", "tz": "UTC", "schema": 1}
    people = [
        {"id": p, "bed": f"0{i}", "family": f"FAM{i}", "given": "Given", "sex": "F", "born": "1950-03-01",
         "home": False, "mrn": f"m{i}", "problem": "test", "spo2_scale": 1 + i % 2}
        for i, p in enumerate(PATIENTS)
    ]  # fmt: skip
    devices = [
        {"id": f"{p}-{d}", "patient": p, "kind": d, "periods": dict.fromkeys(VALUES, 1.0), "battery": 90, "state": "on"}
        for p in PATIENTS
        for d in ("monitor", "patch")
    ]
    bodies = [("ward", ward), *(("patient", b) for b in people), *(("device", b) for b in devices)]
    return [draft(START, kind, body) for kind, body in bodies]


@st.composite
def readings(draw: st.DrawFn, received: int) -> Reading:
    """One reading: ordinary, late, or from a clock that is off."""
    patient = draw(st.sampled_from(PATIENTS))
    lag = draw(st.sampled_from([0, 0, 0, 300, 2_000, 200_000, -2_000, -3_600_000]))
    keys = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=4))
    values = {k: float(draw(st.integers(*VALUES[k]))) for k in keys}
    off = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=2))
    flags = {k: draw(st.sampled_from(FLAGS)) for k in off if k not in values}
    device = f"{patient}-{draw(st.sampled_from(['monitor', 'patch']))}"
    return Reading(patient, device, received - lag, values, flags or None)


@st.composite
def alarm(draw: st.DrawFn, at: int) -> Alarm:
    """An announcement of some alarm, with what somebody said about it."""
    ref = Ref(draw(st.sampled_from(PATIENTS)), draw(st.sampled_from(["hr", "spo2"])), "low", draw(st.integers(1, 3)), 1)
    state = draw(st.sampled_from(["unack", "acked", "latched", "normal"]))
    made = Alarm(ref, state, draw(st.sampled_from(Priority)), draw(st.booleans()), 40.0, 50.0, at - 5_000, at)
    if state == "acked":
        intent = draw(st.sampled_from(["", *INTENTS]))
        return replace(made, by="KIM", acked_at=at, intent=intent, note="a note", until=at + 60_000)
    return replace(made, undone_by=draw(st.sampled_from(["", "LEE"]))) if state == "unack" else made


@st.composite
def said(draw: st.DrawFn, at: int) -> Draft:
    """A suppression, an escalation step, or an action with or without its answer."""
    patient, op = draw(st.sampled_from(PATIENTS)), f"op{draw(st.integers(1, 4))}"
    key = (patient, "hr", "low")
    what = draw(st.sampled_from(["suppression", "escalation", "act", "outcome"]))
    if what == "suppression":
        name = draw(st.sampled_from(["pause", "shelve", "standby"]))
        until = at + draw(st.sampled_from([0, 1_000, 60_000]))
        over = key if name == "shelve" else (patient, "", "")
        return draft(at, what, Suppression(name, *over, "KIM", "a reason", at, until, 2).body())
    if what == "escalation":
        return draft(at, what, Escalation(Ref(*key, 1, 1), draw(st.integers(1, 3)), at).body())
    body = {"op": op, "user": "KIM", "do": draw(st.sampled_from(["ack", "unack"])), "ref": [*key, 1, 1]}
    answer = {"op": op, "outcome": "applied", "by": "KIM", "at": at, "why": ""}
    return draft(at, what, answer if what == "outcome" else body)


@st.composite
def notification(draw: st.DrawFn, at: int) -> Notification:
    """What became of telling somebody of such an alarm."""
    ref = Ref(draw(st.sampled_from(PATIENTS)), draw(st.sampled_from(["hr", "spo2"])), "low", draw(st.integers(1, 3)), 1)
    errand = Errand(ref, draw(st.integers(1, 3)), safe_text(draw(st.sampled_from(["webhook", "command"]))))
    state = draw(st.sampled_from(["waiting", "failed", "sent", "given-up", "not-needed"]))
    return Notification(errand, state, draw(st.integers(0, 3)), at, safe_text("timed out"))


@st.composite
def conditions(draw: st.DrawFn, at: int) -> dict[str, object]:
    """What a device says of a condition, late now and then."""
    return {
        "patient": draw(st.sampled_from([*PATIENTS, "nobody"])), "device": draw(st.sampled_from(["p1-patch", "other"])),
        "param": draw(st.sampled_from(["hr", ""])), "kind": draw(st.sampled_from(["VTACH", "low", "Apnea"])),
        "priority": draw(st.integers(1, 3)), "technical": draw(st.booleans()), "text": "run of 5",
        "state": draw(st.sampled_from(["start", "update", "end"])), "at": at - draw(st.sampled_from([0, 0, 30_000])),
    }  # fmt: skip


@st.composite
def setting(draw: st.DrawFn, at: int) -> Setting:
    """Limits that somebody set or took back, for a patient or the ward."""
    low = float(draw(st.integers(60, 95)))
    rows = draw(st.sampled_from([None, (), (Limit("spo2", low, None, 2, 5.0, 5.0, "set by KIM"),)]))
    until = draw(st.sampled_from([None, at + 1_000, at + 60_000]))
    return Setting(draw(st.sampled_from(["", *PATIENTS])), "spo2", rows, "KIM", "trial", at, until, "wide")


@st.composite
def medication(draw: st.DrawFn, what: str, at: int) -> dict[str, object]:
    """An order for home, a fill, or a dose that was taken."""
    order = draw(st.sampled_from(["o1", "o3"]))
    of: dict[str, object] = {"patient": draw(st.sampled_from(PATIENTS))}
    drug = {"code": order, "name": f"drug {order}", "classes": ["statin"], "critical": order == "o1"}
    if what == "home":
        times = draw(st.sampled_from([["08:00"], ["08:00", "20:00"], ["22:00"]]))
        status = draw(st.sampled_from(["active", "active", "stopped", "on-hold"]))
        return of | {
            "id": order, "drug": drug, "schedule": {"kind": "times", "times": times}, "start": at - 5 * 86_400_000,
            "end": None, "status": status, "home": True, "dose": {"value": 1, "unit": "1"},
        }  # fmt: skip
    if what == "dispense":
        number = draw(st.integers(0, 3))
        return of | {"id": f"d{number}", "drug": drug, "at": at - number * 86_400_000, "days_supply": 2, "quantity": 4}
    source = draw(st.sampled_from(["smart-cap", "reported"]))
    taken = at - draw(st.integers(-1, 200)) * 3_600_000
    return of | {
        "order": order,
        "due": None,
        "at": taken,
        "source": source,
        "device": "p1-patch" if source != "reported" else None,
    }


@st.composite
def orders(draw: st.DrawFn, at: int) -> dict[str, object]:
    """An order, new or changed, sound or not."""
    plan = draw(
        st.sampled_from(
            [
                {"kind": "times", "times": ["08:00", "22:15"]},
                {"kind": "every", "hours": 0.5, "first": at - 3_600_000},
                {"kind": "prn", "min_hours": 1, "max_per_day": 2, "indication": "pain", "recheck_min": 5},
                {"kind": "infusion", "rate": {"value": 3, "unit": "mL/h"}, "hours": 2},
                {"kind": "every", "hours": 0, "first": at},
            ]
        )
    )
    whole = {
        "id": draw(st.sampled_from(["o1", "o2"])), "patient": draw(st.sampled_from([*PATIENTS, "nobody"])),
        "drug": {"name": "\x1b[31mMorphine", "classes": ["opioid"], "high_alert": True},
        "dose": {"value": draw(st.sampled_from([1, 2.5, -1])), "unit": "mg"}, "schedule": plan,
        "start": at - draw(st.integers(0, 50)) * 3_600_000, "status": draw(st.sampled_from(["active", "on-hold"])),
    }  # fmt: skip
    change = {"id": whole["id"], "patient": whole["patient"], "status": draw(st.sampled_from(["stopped", "active"]))}
    return draw(st.sampled_from([whole, whole, change]))


@st.composite
def administrations(draw: st.DrawFn, at: int) -> dict[str, object]:
    """What was recorded of a dose, perhaps taken back, perhaps of none."""
    return {
        "id": draw(st.sampled_from(["a", "b", "c"])), "patient": draw(st.sampled_from(PATIENTS)),
        "order": draw(st.sampled_from(["o1", "o2"])), "due": draw(st.sampled_from([None, at - at % 900_000, 0])),
        "what": draw(st.sampled_from(["given", "refused", "error", "effect", "eaten"])), "at": at, "by": "KIM",
        "replaces": draw(st.sampled_from([None, "a", "b"])), "dose": draw(st.sampled_from([None, {"value": 0}])),
    }  # fmt: skip


@st.composite
def linked(draw: st.DrawFn, at: int) -> Draft:
    """What a backend says beside values: sound, of nobody, or of another shape."""
    patient, op = draw(st.sampled_from([*PATIENTS, "nobody"])), f"w{draw(st.integers(1, 4))}"
    what = draw(st.sampled_from(["link", "write", "write", "write", "score", "note", "past"]))
    if what == "link":
        state = draw(st.sampled_from(["connecting", "loading", "live", "lost", "signed-out", "asleep"]))
        asked = draw(st.sampled_from([None, {"page": "https://x", "code": "AB-CD", "until": at + 600_000}]))
        return draft(at, what, {"name": "fhir", "state": state, "sign_in": asked, "user": "KIM", "at": at})
    if what == "write":
        kind = draw(st.sampled_from(["ack", "dose", "note", "vitals"]))
        abouts: dict[str, dict[str, Any]] = {
            "ack": {"ref": [patient, "hr", "low", 1, 1], "do": draw(st.sampled_from(["ack", "unack"]))},
            "dose": {"order": {"id": "o1"}, "due": draw(st.sampled_from([None, START]))},
            "note": {"text": "a note"}, "vitals": {"values": {}},
        }  # fmt: skip
        write = Write(op, kind, patient, safe_text("KIM"), safe_text(""), at, abouts[kind])
        state = draw(st.sampled_from(STATES))
        told = Written(op, kind, patient, state, at, at, attempt=draw(st.integers(0, 2)))
        return draft(at, what, told.body() | draw(st.sampled_from([{}, {"write": write.body()}])))
    if what == "score":
        return draft(at, what, {"patient": patient, "score": "news2", "total": draw(st.integers(-1, 21)), "at": at,
                                "by": "SERVER"})  # fmt: skip
    if what == "note":
        return draft(
            at, what, {"id": op, "patient": patient, "text": "\x1b[1mslept", "at": at, "by": "KIM", "from": ""}
        )
    old = [draw(readings(at - draw(st.integers(0, 30)) * 3_600_000)) for _ in range(draw(st.integers(1, 4)))]
    return observations(at, old, "past")


WHAT = (
    ["obs"] * 4 + ["tick"] * 2 + ["gap", "alarm", "device", "told", "condition", "discharge", "limits", "said"]
    + ["order", "order", "dose", "home", "intake", "intake", "dispense", "gone"]
    + ["linked"] * 3
)  # fmt: skip


@st.composite
def logs(draw: st.DrawFn) -> list[Entry]:
    """A log of a few minutes."""
    drafts = opening()
    at = START
    for _ in range(draw(st.integers(1, 40))):
        at += draw(st.sampled_from([0, 500, 1_000, 1_000, 20_000, 65_000]))
        what = draw(st.sampled_from(WHAT))
        if what == "obs":
            drafts.append(observations(at, [draw(readings(at)) for _ in range(draw(st.integers(1, 4)))]))
        elif what in ("tick", "gap"):
            drafts.append(draft(at, "tick", {"gap": 10_000} if what == "gap" else {}))
        elif what == "alarm":
            drafts.append(draft(at, "alarm", draw(alarm(at)).body()))
        elif what == "told":
            drafts.append(draft(at, "notification", draw(notification(at)).body()))
        elif what == "limits":
            drafts.append(draft(at, "limits", draw(setting(at)).body()))
        elif what == "linked":
            drafts.append(draw(linked(at)))
        elif what == "said":
            drafts.append(draw(said(at)))
        elif what == "device":
            drafts.append(draft(at, "device", {"id": "p1-patch", "battery": draw(st.integers(0, 100))}))
        elif what == "order":
            drafts.append(draft(at, "order", draw(orders(at))))
        elif what == "dose":
            drafts.append(draft(at, "administration", draw(administrations(at))))
        elif what == "condition":
            drafts.append(draft(at, "condition", draw(conditions(at))))
        elif what in ("home", "intake", "dispense"):
            drafts.append(draft(at, "order" if what == "home" else what, draw(medication(what, at))))
        elif what == "gone":
            drafts.append(draft(at, "device", {"id": "p1-patch", "state": draw(st.sampled_from(["on", "gone"]))}))
        elif draw(st.integers(0, 2)) == 0:
            drafts.append(draft(at, "discharge", {"id": draw(st.sampled_from(PATIENTS))}))
    return numbered(drafts)
