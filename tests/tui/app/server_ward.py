"""A ward that comes from a server: its line in every state, writes in every state, notes, and a score of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from board_desk import Desk
from dose_ward import orders, records
from shown_ward import MINUTE, PEOPLE, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.security.text import safe_text
from iomt_tui.ward import writes as w
from iomt_tui.ward.link import LIVE, Link, SignIn
from iomt_tui.ward.writes import Write, Written

SERVER = safe_text("HOSPITAL")
PAGE = safe_text("https://id.hospital.example/device")
DIRECT = safe_text("https://id.hospital.example/device?user_code=WDJB-MJHT")


def link(now: int, state: str = LIVE, *, since: int = 40_000, **more: Any) -> Link:
    """The line to the server, ``since`` ms in its state, with everything written to it."""
    more = {key: safe_text(value, 300) if isinstance(value, str) else value for key, value in more.items()}
    return Link(SERVER, state, since=now - since, at=now - since, **{"writes": w.WHATS, **more})


def asked(now: int, *, rest: int = 9 * MINUTE) -> SignIn:
    """A sign-in that waits for its person."""
    return SignIn(PAGE, safe_text("WDJB-MJHT"), now + rest, DIRECT)


def write_link(feed: WrittenFeed, state: str = LIVE, **more: Any) -> WrittenFeed:
    """What the engine now says of the line."""
    feed.write("link", link(feed.at, state, **more).body())
    feed.write("tick", {})
    return feed


def write(
    feed: WrittenFeed, op: str, what: str, patient: str, about: dict[str, Any], state: str, *, ago: int = 20_000,
    **more: Any,
) -> None:  # fmt: skip
    """A write that was begun ``ago`` ms ago, and what has become of it."""
    begun = feed.at - ago
    own = Write(op, what, patient, safe_text("Kim"), safe_text(""), begun, about)
    waiting = Written(op, what, patient, w.WAITING, begun, begun)
    feed.write(Written.ENTRY, waiting.body() | {"write": own.body()}, begun)
    if state != w.WAITING or more:
        more = {key: safe_text(value) if isinstance(value, str) else value for key, value in more.items()}
        feed.write(Written.ENTRY, replace(waiting, state=state, at=feed.at - 100, attempt=1, **more).body())


#: patient, param, kind, priority, value, limit, state of the write, more
_ACKED: tuple[tuple[str, str, str, Priority, float, float, str, dict[str, Any]], ...] = (
    ("p4", "hr", "high", Priority.MEDIUM, 121, 120, w.WAITING, {}),
    ("p5", "spo2", "low", Priority.HIGH, 86, 88, w.CONFIRMED, {}),
    ("p6", "rr", "low", Priority.LOW, 8, 9, w.TAKEN, {"by": "Lee, RN", "when": -10 * MINUTE}),
    ("p7", "hr", "low", Priority.MEDIUM, 44, 50, w.STALE, {}),
    ("p8", "temp", "high", Priority.MEDIUM, 38.7, 38.5, w.CONFLICT, {"why": "the task was cancelled by Alex"}),
    ("p10", "nibp_sys", "high", Priority.LOW, 162, 160, w.DENIED, {"why": "the scope user/Task.u is missing"}),
    ("p11", "hr", "high", Priority.MEDIUM, 125, 120, w.FAILED, {"why": "422, Task.for is not known there"}),
    ("p12", "rr", "high", Priority.LOW, 24, 22, w.EXPIRED, {}),
)


def write_acked(feed: WrittenFeed) -> WrittenFeed:
    """Acknowledgements in every state that a write has."""
    for number, (patient, param, kind, prio, value, limit, state, more) in enumerate(_ACKED):
        one: Alarm = alarm(patient, param, kind, prio, value=value, limit=limit, since=6 * MINUTE, state="acked")
        one = replace(one, until=feed.at + 5 * MINUTE, intent="going")
        feed.write("alarm", one.body())
        if "when" in more:
            more = more | {"when": feed.at + more["when"]}
        about = {"ref": list(one.ref), "onset": one.onset, "raised": one.raised, "prio": int(prio), "text": "",
                 "do": "ack", "intent": "going", "note": "", "until": one.until}  # fmt: skip
        write(feed, f"ack-{number}", w.ACK, patient, about, state, ago=MINUTE, **more)
    feed.write("tick", {})
    return feed


def write_server_ward(feed: WrittenFeed, state: str = LIVE, **more: Any) -> WrittenFeed:
    """:func:`write_ward` from a server where Kim is signed in, with notes, a score and charted vital signs of p0."""
    write_ward(feed, watermark=None)
    now = feed.at
    feed.write("note", {"id": "n1", "patient": "p0", "text": "Family informed, wants to be called at any hour.",
                        "at": now - 5 * 60 * MINUTE, "by": "Lee, RN", "from": "HOSPITAL"})  # fmt: skip
    for number, (written, why) in enumerate((("waiting", ""), ("confirmed", ""), ("denied", "no scope for notes"))):
        feed.write("note", {"id": f"own-{number}", "patient": "p0", "text": f"Cough, sputum sent ({number}).",
                            "at": now - (3 - number) * MINUTE, "by": "Kim", "from": ""})  # fmt: skip
        write(feed, f"own-{number}", w.NOTE, "p0", {"text": ""}, written, why=why)
    feed.write("score", {"patient": "p0", "score": "news2", "total": 5, "at": now - 30_000, "by": "EHR"})
    values = {key: [1.0, now, "d0"] for key in ("hr", "spo2", "temp")}
    parts = (("hr", ""), ("spo2", ""), ("temp", "422, no such category"))
    write(feed, "vitals-1", w.VITALS, "p0", {"values": values}, w.CONFIRMED, ago=4 * MINUTE, parts=parts)
    return write_link(feed, state, **{"user": "Kim, RN", "user_ref": "Practitioner/7", **more})


def write_server_doses(feed: WrittenFeed) -> WrittenFeed:
    """The doses of :func:`dose_ward.write_doses`, of which the records stand in different ways on the server."""
    write_server_ward(feed)
    for body in orders(feed.at):
        feed.write("order", body)
    known = {body["id"]: body for body in orders(feed.at)}
    given = records(feed.at)
    for body in given:
        feed.write("administration", body)
    ours = [("p14-panto", w.CONFLICT, {"why": "given 09:40 by Lee, RN there"}), ("p11-flu", w.DENIED, {}),
            ("p1-morphine", w.WAITING, {}), ("p5-oxy", w.CONFIRMED, {}), ("p12-hep", w.EXPIRED, {})]  # fmt: skip
    for order, state, more in ours:
        body = next(one for one in reversed(given) if one["order"] == order)
        write(feed, body["id"], w.DOSE, body["patient"], body | {"order": known[order]}, state, ago=MINUTE, **more)
    feed.write("tick", {})
    return feed


assert len(PEOPLE) > 12


def page(d: Desk) -> str:
    """The words of the page that is open."""
    return d.line("cover-words")


def said(d: Desk, outcome: str = "applied", why: str = "") -> None:
    """The engine's answer to what was acted last."""
    d.feed.write("outcome", {"op": d.feed.done[-1]["op"], "outcome": outcome, "by": "", "at": None, "why": why})
    d.news()
