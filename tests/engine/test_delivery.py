"""Escalations that are to reach people elsewhere: in the log first, each step to one end, taken up after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ward_of_one import DEVICE, T

from iomt_tui.alarms.model import Ref
from iomt_tui.alarms.notification import Errand, Notification, backoff
from iomt_tui.engine.loop import Engine
from iomt_tui.engine.sending.chain import COMMAND, NOTIFY, WEBHOOK, Step
from iomt_tui.engine.sending.sender import Result
from iomt_tui.log.memory import MemoryLog
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Reading, draft
from iomt_tui.ward.fold import Ward

WARD = {"name": "W", "watermark": "DEMO", "source": "test", "tz": "UTC", "schema": 1}
PATIENT = {"id": "p1", "bed": "01", "family": "CANARY", "given": "N", "spo2_scale": 1, "home": False, "born": "1954"}
HOOK = Step(1, WEBHOOK, "webhook", url="http://localhost/", attempts=3)
SCRIPT = Step(2, COMMAND, "command", command=("/bin/true",), attempts=2)
CHAIN = (HOOK, SCRIPT, Step(1, NOTIFY, "notify"))


class Hand:
    """A sender whose results a test decides."""

    def __init__(self) -> None:
        self.submitted: list[tuple[Errand, Step, Any]] = []
        self.results: list[Result] = []

    def submit(self, errand: Errand, step: Step, body: bytes, key: str) -> None:
        assert orjson.loads(body)["key"] == key
        self.submitted.append((errand, step, orjson.loads(body)))

    def collect(self) -> list[Result]:
        out, self.results = self.results, []
        return out

    def answer(self, why: str) -> None:
        """The same answer to everything that was submitted."""
        self.results += [Result(errand, why) for errand, _, _ in self.submitted]
        self.submitted.clear()


class Bench:
    """An engine whose one patient's SpO2 stays at 84, second by second."""

    def __init__(self, chain: Sequence[Step] = CHAIN) -> None:
        self.log, self.hand, self.second = MemoryLog("test"), Hand(), 0
        self.engine = Engine(self.log, None, chain, self.hand)
        self.engine.start(WARD, T)
        self.engine.attended(True, T)
        self.engine.take([(T, "patient", PATIENT), (T, "device", DEVICE)])
        self.run(1)

    @property
    def now(self) -> int:
        return T + self.second * 1_000

    def run(self, seconds: int, value: float = 84.0) -> None:
        for _ in range(seconds):
            self.second += 1
            self.engine.take([(self.now, "obs", Reading("p1", "d1", self.now, {"spo2": value}, None))])
            self.engine.tick(self.now)
            self.engine.follow()
            self.engine.deliver(self.now)

    def ack(self) -> None:
        for key, alarm in self.engine.ward.patients["p1"].alarms.items():
            if key.param == "spo2":
                body = {"op": f"a{self.second}", "user": "KIM", "do": "ack", "ref": list(alarm.ref)}
                self.log.append([draft(self.now, "act", body)], durable=True)

    def restart(self, chain: Sequence[Step] = CHAIN) -> None:
        """A new engine over what is in the log; what the old one had under way is lost."""
        ward = Ward()
        ward.apply(self.log.read(0, 100_000))
        self.hand = Hand()
        self.engine = Engine(self.log, ward, chain, self.hand)
        self.engine.start(WARD, self.now)
        self.engine.resume_sending(self.now)

    def told(self) -> list[Notification]:
        return [Notification.from_body(e.data()) for e in self.log.read(0, 100_000) if e.kind == "notification"]

    def story(self) -> list[tuple[str, str, int]]:
        return [(n.errand.step, n.state, n.attempt) for n in self.told()]

    def undelivered(self) -> tuple[str, str] | None:
        alarms = self.engine.ward.patients["p1"].alarms
        found = next((a for k, a in alarms.items() if k.kind == "undelivered"), None)
        return (found.state, found.detail) if found else None


def test_it_is_in_the_log_before_it_is_handed_over_and_once() -> None:
    bench = Bench()
    bench.run(29)
    assert bench.told() == [] and bench.hand.submitted == []
    bench.run(2)
    assert bench.story() == [("webhook", "waiting", 0)]
    assert len(bench.hand.submitted) == 1
    kinds = [e.kind for e in bench.log.read(0, 10_000) if e.kind in ("escalation", "notification")]
    assert kinds == ["escalation", "notification"]
    bench.run(10)
    assert len(bench.hand.submitted) == 1, "one attempt at a time"
    bench.hand.answer("")
    bench.run(1)
    assert bench.story()[-1] == ("webhook", "sent", 1)
    bench.run(30)
    assert [step for _, step, _ in bench.hand.submitted] == [SCRIPT]


def test_the_document_says_what_the_step_allows() -> None:
    bench = Bench((HOOK, Step(1, WEBHOOK, "named", url="http://localhost/", identify="name")))
    bench.run(32)
    plain, named = (body for _, _, body in bench.hand.submitted)
    assert plain["schema"] == "iomt-tui/escalation/1"
    assert (plain["watermark"], plain["level"], plain["ward"]) == ("DEMO", 1, "W")
    assert plain["alarm"]["text"].endswith("84 below 85 %")
    assert plain["patient"] == {"bed": "01", "name": None}
    assert "CANARY" not in str(plain) and "p1" not in str(plain)
    assert named["patient"]["name"] == "CANARY, N" and named["alarm"]["ref"][0] == "p1"
    assert plain["key"] != named["key"]


def test_a_failed_attempt_is_made_again_later_and_in_the_end_given_up() -> None:
    bench = Bench()
    bench.run(31)
    ends = []
    for _ in range(60):
        if bench.hand.submitted and bench.hand.submitted[0][1] is HOOK:
            ends.append(bench.second)
            bench.hand.answer("timed out")
        bench.run(1)
    story = [entry for entry in bench.story() if entry[0] == "webhook"]
    assert story == [("webhook", "waiting", 0), ("webhook", "failed", 1), ("webhook", "failed", 2),
                     ("webhook", "given-up", 3)]  # fmt: skip
    first, second = (later - sooner for sooner, later in pairwise(ends))
    assert 2 <= first <= 4 < second + 1 <= 8


def failing() -> Bench:
    """A bench whose webhook was given up."""
    bench = Bench((HOOK, SCRIPT))
    while not any(n.state == "given-up" for n in bench.told()):
        bench.run(1)
        bench.hand.answer("timed out")
    bench.run(1)
    return bench


def test_an_alarm_that_reached_nobody_is_an_alarm_itself() -> None:
    bench = failing()
    assert bench.undelivered() == ("unack", "escalation not delivered: webhook timed out")
    assert bench.engine.ward.header(bench.now).undelivered == 1


def test_it_is_over_with_a_later_delivery() -> None:
    bench = failing()
    while bench.second < 63:
        bench.run(1)
    bench.hand.answer("")
    bench.run(2)
    assert bench.story()[-1] == ("command", "sent", 1)
    assert bench.undelivered() == ("normal", "escalation not delivered: webhook timed out")
    assert bench.engine.ward.header(bench.now).undelivered == 0


def test_it_is_over_when_the_alarm_is_acknowledged() -> None:
    bench = failing()
    bench.ack()
    bench.run(2)
    assert bench.undelivered() == ("normal", "escalation not delivered: webhook timed out")


def test_that_nobody_could_be_told_is_not_told_by_the_way_that_failed() -> None:
    bench = failing()
    for _ in range(300):
        bench.run(1)
        bench.hand.answer("timed out")
    levels = [e.data()["level"] for e in bench.log.read(0, 100_000) if e.kind == "escalation"
              and e.data()["ref"][2] == "undelivered"]  # fmt: skip
    assert levels == [1, 2, 3], "screens say so"
    assert {n.errand.ref.kind for n in bench.told()} == {"low"}


def test_an_acknowledged_alarm_is_not_sent_any_more() -> None:
    bench = Bench()
    bench.run(31)
    bench.hand.answer("refused with HTTP 500")
    bench.run(1)
    bench.ack()
    bench.run(20)
    assert bench.story() == [("webhook", "waiting", 0), ("webhook", "failed", 1), ("webhook", "not-needed", 1)]
    assert bench.hand.submitted == []


def test_a_discharged_patient_s_errand_ends() -> None:
    bench = Bench()
    bench.run(31)
    bench.hand.answer("timed out")
    bench.engine.deliver(bench.now)
    bench.engine.take([(bench.now, "discharge", {"id": "p1"})])
    bench.engine.deliver(bench.now)
    assert bench.story()[-1] == ("webhook", "not-needed", 1)


def test_what_was_not_known_to_be_delivered_is_sent_again_with_the_same_key() -> None:
    bench = Bench()
    bench.run(31)
    before = bench.hand.submitted[0]
    bench.restart()
    bench.run(1)
    (again,) = bench.hand.submitted
    assert (again[0], again[2]["key"]) == (before[0], before[2]["key"])
    bench.hand.answer("")
    bench.run(1)
    bench.restart()
    bench.run(5)
    assert bench.hand.submitted == [], "what was delivered stays delivered"
    assert bench.story() == [("webhook", "waiting", 0), ("webhook", "sent", 1)]


def test_a_step_configured_meanwhile_gets_what_waits_already() -> None:
    bench = Bench(())
    bench.run(40)
    assert bench.told() == []
    bench.restart()
    bench.run(1)
    assert [step for _, step, _ in bench.hand.submitted] == [HOOK]


def test_a_step_taken_out_meanwhile_is_given_up() -> None:
    bench = Bench()
    bench.run(31)
    bench.restart(())
    bench.run(2)
    assert bench.story()[-1] == ("webhook", "given-up", 0)
    assert bench.undelivered() == (
        "unack", "escalation not delivered: webhook the chain has no such step any more"
    )  # fmt: skip


def test_priorities_of_a_step() -> None:
    bench = Bench((Step(1, WEBHOOK, "low only", url="http://localhost/", priorities=(1,)),))
    bench.run(40)
    assert bench.told() == []


@given(st.integers(1, 30), st.sampled_from(["webhook", "command"]))
def test_waits_grow_to_a_bound_and_are_the_same_each_time(attempt: int, step: str) -> None:
    errand = Errand(Ref("p", "hr", "low", 1, 1), 1, safe_text(step))
    wait = backoff(errand, attempt)
    assert wait == backoff(errand, attempt)
    longest = min(2_000 * 2 ** (attempt - 1), 60_000)
    assert longest * 3 / 4 <= wait <= longest


moves = st.lists(
    st.sampled_from(["run", "run", "run", "answer", "fail", "fail", "ack", "restart", "worse", "well", "leave"]),
    min_size=5, max_size=40,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(moves)
def test_every_errand_ends_in_exactly_one_final_state(steps: list[str]) -> None:
    bench = Bench()
    for step in steps:
        if step in ("run", "worse", "well"):
            bench.run(11, {"run": 88.0, "worse": 80.0, "well": 97.0}[step])
        elif step in ("answer", "fail"):
            bench.hand.answer("" if step == "answer" else "timed out")
        elif step == "ack":
            bench.ack()
        elif step == "leave" and steps.count("leave") == 1:
            bench.engine.take([(bench.now, "discharge", {"id": "p1"})])
            bench.engine.deliver(bench.now)
            bench.engine.take([(bench.now, "patient", PATIENT)])
        else:
            bench.restart()
    for _ in range(300):  # nothing answers any more: everything must come to its end
        bench.run(1, 97.0)
        bench.hand.answer("timed out")
    told = bench.told()
    first = {n.errand: n.state for n in reversed(told)}
    finals = [n.errand for n in told if n.final]
    assert set(first.values()) <= {"waiting"}
    assert sorted(finals) == sorted(first), "each errand has one end"
    attempts = [(n.errand, n.attempt) for n in told if n.state in ("failed", "sent", "given-up") and n.attempt]
    assert len(attempts) == len(set(attempts))


@pytest.mark.parametrize("state", ["sent", "given-up", "not-needed"])
def test_final_states(state: str) -> None:
    errand = Errand(Ref("p", "hr", "low", 1, 1), 1, safe_text("x"))
    assert Notification(errand, state, 1, T).final


def test_a_patient_who_comes_back_is_not_taken_for_a_repeated_alarm() -> None:
    bench = Bench()
    bench.run(31)
    (first,) = bench.hand.submitted
    bench.engine.take([(bench.now, "discharge", {"id": "p1"})])
    bench.engine.deliver(bench.now)
    assert bench.story()[-1] == ("webhook", "not-needed", 0), "the attempt under way or not"
    bench.restart()  # episodes count on
    bench.engine.attended(True, bench.now)
    bench.engine.take([(bench.now, "patient", PATIENT), (bench.now, "device", DEVICE)])
    bench.run(40)
    (again,) = bench.hand.submitted
    assert again[0].ref == first[0].ref._replace(episode=2)
    assert again[2]["key"] != first[2]["key"]
