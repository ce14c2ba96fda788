"""What became of telling people: in ``snapshot`` and ``watch``, in words and as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

from cli_views import NOW, WARD, alarm, patient

from iomt_tui.alarms.notification import Errand, Notification
from iomt_tui.cli.headless.changes import Changes, document, plain_line
from iomt_tui.cli.headless.json_out import snapshot_document
from iomt_tui.cli.headless.plain import snapshot_lines, totals
from iomt_tui.security.text import safe_text


def told(state: str, step: str = "webhook", why: str = "") -> Notification:
    return Notification(Errand(alarm().ref, 2, safe_text(step)), state, 3, NOW, safe_text(why))


def test_the_snapshot_says_what_was_not_delivered() -> None:
    view = patient(alarms=(alarm(),), notifications=(told("given-up", why="timed out"), told("not-needed", "page")))
    ward = replace(WARD, undelivered=1)
    lines = list(snapshot_lines(ward, [view], UTC, {}, 0.5))
    at = next(number for number, line in enumerate(lines) if "SpO2 84 below 90" in line)
    assert lines[at + 1] == "    escalation level 2 by webhook: NOT DELIVERED, timed out"
    assert "by page" not in "\n".join(lines)
    assert "ESCALATIONS NOT DELIVERED: 1." in totals(ward)
    assert "NOT DELIVERED" not in totals(WARD)
    found = snapshot_document(ward, [view], 0.5)
    assert found.counts.undelivered == 1
    first, second = found.patients[0].notifications
    assert (first.state, first.step, first.level, first.attempt, first.why) == (
        "given-up",
        "webhook",
        2,
        3,
        "timed out",
    )
    assert second.state == "not-needed"


def test_watch_tells_each_change_once() -> None:
    changes = Changes({})
    view = patient(alarms=(alarm(),))
    list(changes.look(view, NOW))
    sent = replace(view, notifications=(told("sent"),))
    (change,) = changes.look(sent, NOW)
    line = plain_line(change, WARD, "09:42:30")
    assert line.endswith("escalation level 2 by webhook: delivered, for high alarm: SpO2 84 below 90")
    found = document(change, WARD)
    assert (found.what, found.bed) == ("notification", "07")
    assert found.alarm is not None and found.alarm.param == "spo2"
    assert list(changes.look(sent, NOW)) == []
