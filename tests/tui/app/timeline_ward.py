"""A day of one patient, p0 in bed 07: moved, treated, alarmed, noted, corrected, and left unwatched for a while."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from board_desk import Desk
from dose_ward import administration, orders
from server_ward import write, write_link
from shown_ward import MINUTE, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.escalation import Escalation
from iomt_tui.alarms.model import Priority
from iomt_tui.alarms.settings import Setting
from iomt_tui.alarms.suppression import Suppression
from iomt_tui.clinical.limits import Limit
from iomt_tui.ward import writes as w

HOUR = 60 * MINUTE


def note(feed: WrittenFeed, name: str, ago: int, by: str, text: str, **more: Any) -> None:
    """A note of p0, written ``ago`` ms ago."""
    at = feed.at - ago
    feed.write("note", {"id": name, "patient": "p0", "text": text, "at": at, "by": by, "from": "", **more}, at)


def _yesterday(feed: WrittenFeed, start: int) -> None:
    feed.write("ward", {"name": "Ward 7", "watermark": "DEMO", "source": "written", "tz": "UTC", "schema": 1}, start)
    feed.write("engine", {"state": "started", "version": "1"}, start)
    feed.write("patient", {"id": "p0", "bed": "12", "family": "Okafor", "given": "Ngozi",
                           "problem": "Community-acquired pneumonia"}, start)  # fmt: skip
    feed.write("device", {"id": "d0", "patient": "p0", "kind": "monitor", "model": "BX-40 monitor", "state": "on",
                          "firmware": "0.9"}, start)  # fmt: skip
    for quarter in range(1, 78):
        at = start + quarter * 15 * MINUTE
        values: dict[str, float] = {
            "hr": 84 + quarter % 9,
            "spo2": 95 - quarter % 4,
            "rr": 18,
            "nibp_sys": 118,
            "nibp_dia": 71,
        }
        feed.write("obs", [["p0", "d0", at, values, None]], at)
    by_id = {body["id"]: body for body in orders(feed.at)}
    for key in ("p0-para", "p0-pip"):
        feed.write("order", by_id[key], start)


def _night(feed: WrittenFeed) -> None:
    seven = feed.at - 7 * HOUR
    one = alarm("p0", "hr", "high", Priority.MEDIUM, value=128, limit=120, since=0, now=seven)
    feed.write("alarm", one.body(), seven)
    feed.write("escalation", Escalation(one.ref, 1, seven + 3 * MINUTE).body(), seven + 3 * MINUTE)
    acked = replace(one, state="acked", by="Kim", acked_at=seven + 4 * MINUTE, intent="going", until=seven + HOUR)
    feed.write("alarm", acked.body(), seven + 4 * MINUTE)
    pause = Suppression("pause", "p0", "", "", "Kim", "", seven + 4 * MINUTE, seven + 6 * MINUTE)
    feed.write("suppression", pause.body(), seven + 4 * MINUTE)
    over = replace(acked, state="normal", ended=seven + 9 * MINUTE)
    feed.write("alarm", over.body(), seven + 9 * MINUTE)
    feed.write("suppression", pause.body(), seven + 9 * MINUTE)
    rows = (Limit("spo2", 85.0, None, 3, 5.0, 5.0, "set by Lee"), Limit("spo2", 88.0, None, 2, 5.0, 5.0, "set by Lee"))
    limits = Setting("p0", "spo2", rows, "Lee", "COPD, target 88-92", seven + HOUR, feed.at + 4 * HOUR)
    feed.write("limits", limits.body(), seven + HOUR)


def write_story(feed: WrittenFeed) -> WrittenFeed:
    """:func:`write_ward` after such a day."""
    _yesterday(feed, feed.at - 20 * HOUR)
    _night(feed)
    ten = feed.at - feed.at % HOUR
    for due, after in ((ten - 6 * HOUR, 4), (ten - 2 * HOUR, 35)):
        body = administration("p0", "para", due, due + after * MINUTE, dose={"value": 1000, "unit": "mg"})
        feed.write("administration", body, due + after * MINUTE)
    note(feed, "n1", 100 * MINUTE, "Lee", "Family informed, wants to be called at any hour.", **{"from": "HOSPITAL"})
    note(feed, "n2", 90 * MINUTE, "Kim", "Pain 8 of 10 at rest, morphine asked for, doctor called and on her way.")
    note(feed, "n3", 80 * MINUTE, "Sam", "Pain 3 of 10 at rest, paracetamol is enough.", replaces="n2")
    feed.write("tick", {"gap": 4 * MINUTE}, feed.at - 60 * MINUTE)
    feed.entries = [one._replace(seq=n) for n, one in enumerate(sorted(feed.entries, key=lambda one: one.at), 1)]
    write_ward(feed)
    write(feed, "n3", w.NOTE, "p0", {"text": ""}, w.DENIED, why="no scope for notes")
    feed.write("tick", {})
    return feed


def write_server_story(feed: WrittenFeed) -> WrittenFeed:
    """The same on a ward with a server where Kim is signed in."""
    return write_link(write_story(feed), user="Kim, RN", user_ref="Practitioner/7")


async def opened(d: Desk, *keys: str) -> str:
    """Opens the timeline of p0, presses keys, and returns the words of the page."""
    await d.press("j", "7")
    await d.settle()
    d.app.board.painter.paint()
    await d.press(*keys)
    await d.settle()
    d.app.board.painter.paint()
    return d.line("cover-words")
