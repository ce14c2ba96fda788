"""An engine that is killed while it tells somebody: the next one tells them."""

from __future__ import annotations

import re
import signal
import socket
from dataclasses import replace
from pathlib import Path

import orjson
from receivers import never, receiver, status
from test_process import SPEC, entries, running, until

from iomt_tui.alarms.notification import Notification
from iomt_tui.engine import process
from iomt_tui.engine.sending.chain import WEBHOOK, Step

__all__ = ["running"]


def told(ward_dir: Path) -> list[Notification]:
    return [Notification.from_body(e.data()) for e in entries(ward_dir) if e.kind == "notification"]


def keys(requests: list[bytes]) -> list[bytes]:
    return [re.findall(rb"Idempotency-Key: (\w+)", request)[0] for request in requests]


def test_killed_in_the_middle_it_is_delivered_by_the_next(tmp_path: Path, running: list[object]) -> None:
    silent = [True]

    def behave(client: socket.socket, body: bytes) -> None:
        (never if silent[0] else status("200 OK"))(client, body)

    with receiver(behave) as server:
        hook = Step(1, WEBHOOK, "hook", url=server.url, timeout=30.0)
        spec = replace(SPEC, beds=12, seed=3, speed=10.0, history_hours=0.5, escalation=(hook,))
        first = process.spawn(spec, tmp_path)
        running.append(first)
        until(lambda: server.requests, 30.0)
        states = {n.state for n in told(tmp_path)}
        assert "waiting" in states, "in the log before it is sent"
        assert states <= {"waiting", "not-needed"}, "an alarm may be over by now, but nothing was delivered"
        first.send_signal(signal.SIGKILL)
        first.wait()
        before = set(keys(server.requests))
        silent[0] = False
        ticks = sum(e.kind == "tick" for e in entries(tmp_path))
        second = process.spawn(replace(spec, fresh=False), tmp_path)
        running.append(second)
        until(lambda: before <= set(keys(server.requests)[len(before) :]), 90.0)
        until(lambda: sum(e.kind == "tick" for e in entries(tmp_path)) > ticks + 20, 30.0)
        second.send_signal(signal.SIGTERM)
        assert second.wait(10) == 0
        again = keys(server.requests)
    sent = [n.errand for n in told(tmp_path) if n.state == "sent"]
    assert len(sent) == len(set(sent))
    answered = again[len(before) :]
    assert len(answered) == len(set(answered)), "what was delivered is not sent again"
    assert len(before) <= len(sent) <= len(answered)
    documents = [orjson.loads(request.partition(b"\r\n\r\n")[2]) for request in server.requests]
    assert {d["watermark"] for d in documents} == {"DEMO"}
    assert all(d["patient"]["name"] is None and d["patient"]["bed"] for d in documents)
