"""Batches reach a server that is busy, broken or away; what is refused for good is counted and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import BUSY, DENIED, FhirError
from iomt_tui.backends.fhir.publishing.seeding import Plan, Seeding
from iomt_tui.backends.fhir.publishing.strangers import Strangers, refuse_strangers
from iomt_tui.backends.fhir.publishing.thinning import thinned
from iomt_tui.backends.fhir.publishing.upload import Upload
from iomt_tui.security.sign_in.bearer import OpenSession
from iomt_tui.security.web import Answer
from iomt_tui.ward.events import Reading

Resource = dict[str, Any]


class Batches:
    """A client that answers batches: what ``answers`` holds, one after the other, then that all is well."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[list[str]] = []

    async def batch(self, entries: Sequence[Resource], *, kind: str = "batch") -> list[Resource]:
        self.sent.append([one["request"]["url"] for one in entries])
        answer = self.answers.pop(0) if self.answers else "200"
        if isinstance(answer, Exception):
            raise answer
        statuses = answer if isinstance(answer, list) else [answer] * len(entries)
        return [{"response": {"status": status}} for status in statuses]


class Waits:
    def __init__(self) -> None:
        self.waited: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def upload(client: Batches, wait: Waits, told: list[str] | None = None, **more: Any) -> Upload:
    tell = (told if told is not None else []).append
    return Upload(client, random=lambda: 1.0, sleep=wait, tell=tell, **more)  # type: ignore[arg-type]


def patients(count: int) -> list[Resource]:
    return [{"resourceType": "Patient", "id": f"p{n}"} for n in range(count)]


async def test_what_others_refer_to_is_sent_first_and_no_batch_is_larger_than_it_may_be() -> None:
    client, wait = Batches(), Waits()
    one = upload(client, wait, size=2)
    await one.put([{"resourceType": "Observation", "id": "o"}, *patients(3), {"resourceType": "Device", "id": "d"}])
    assert client.sent == [["Patient/p0", "Patient/p1"], ["Patient/p2"], ["Device/d"], ["Observation/o"]]
    assert (one.tally.done, one.tally.failed, wait.waited) == (5, 0, [])


async def test_only_what_was_not_taken_is_sent_again() -> None:
    client, wait, told = Batches(["200", "503 Service Unavailable", "409"]), Waits(), list[str]()
    one = upload(client, wait, told)
    await one.put(patients(3))
    assert client.sent[1] == ["Patient/p1", "Patient/p2"]
    assert (one.tally.done, one.tally.failed) == (3, 0)
    assert len(wait.waited) == 1
    assert told


async def test_a_busy_server_is_waited_for_as_long_as_it_asks() -> None:
    client, wait = Batches(FhirError(BUSY, "busy", 429, 30.0), FhirError("unreachable", "refused")), Waits()
    one = upload(client, wait)
    await one.put(patients(1))
    assert wait.waited[0] >= 30
    assert 0 < wait.waited[1] <= 60
    assert one.tally.done == 1


async def test_a_server_that_stays_away_ends_it_unless_it_may_take_for_ever() -> None:
    away = [FhirError("unreachable", "connection refused") for _ in range(20)]
    with pytest.raises(FhirError, match="connection refused"):
        await upload(Batches(*away), Waits(), tries=3).put(patients(1))
    wait = Waits()
    patient = upload(Batches(*away), wait, tries=None)
    await patient.put(patients(1))
    assert patient.tally.done == 1
    assert len(wait.waited) == 20


async def test_what_does_not_pass_is_not_tried_again() -> None:
    client = Batches(FhirError(DENIED, "the server refuses it", 403))
    with pytest.raises(FhirError, match="refuses"):
        await upload(client, Waits()).put(patients(1))
    assert len(client.sent) == 1


async def test_what_is_refused_for_good_is_counted_and_the_first_few_told() -> None:
    client, wait = Batches(["422 Unprocessable"] * 9), Waits()
    one = upload(client, wait)
    await one.put(patients(9))
    assert (one.tally.done, one.tally.failed, len(one.tally.told), wait.waited) == (0, 9, 5, [])
    assert one.tally.told[0].startswith("Patient/p0: ")


async def test_an_entry_that_never_passes_is_counted_in_the_end() -> None:
    one = upload(Batches(*[["500"]] * 9), Waits(), tries=3)
    await one.put(patients(1))
    assert (one.tally.done, one.tally.failed) == (0, 1)


async def test_a_batch_that_is_too_large_is_halved() -> None:
    client = Batches(FhirError("invalid", "too large", 413))
    one = upload(client, Waits())
    await one.put(patients(3))
    assert client.sent[1:] == [["Patient/p0"], ["Patient/p1", "Patient/p2"]]
    assert one.tally.done == 3


class Pages:
    """Asks a server that holds ``patients``."""

    def __init__(self, patients: list[Resource]) -> None:
        self.patients = patients
        self.asked = 0

    async def request(self, method: str, url: str, **_: Any) -> Answer:
        import orjson

        self.asked += 1
        bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in self.patients]}
        return Answer(200, {}, orjson.dumps(bundle), None, 0.0)


TEST = {"meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]}}


async def test_nothing_is_written_among_patients_who_may_be_real() -> None:
    pages = Pages([{"resourceType": "Patient", "id": "a", **TEST}, {"resourceType": "Patient", "id": "b"}])
    with pytest.raises(Strangers, match="not marked as test data"):
        await refuse_strangers(FhirClient(pages, "https://fhir.example.org/r4", OpenSession()))


async def test_test_patients_are_no_strangers_and_this_machine_is_not_looked_at() -> None:
    pages = Pages([{"resourceType": "Patient", "id": "a", **TEST}])
    await refuse_strangers(FhirClient(pages, "https://fhir.example.org/r4", OpenSession()))
    assert pages.asked == 1
    real = Pages([{"resourceType": "Patient", "id": "a"}])
    await refuse_strangers(FhirClient(real, "http://127.0.0.1:8103/fhir", OpenSession()))
    assert real.asked == 0


def test_one_value_of_each_stretch_is_kept_the_newest() -> None:
    readings = [
        Reading("p", "d", 1_000, {"hr": 60.0, "spo2": 97.0}, None),
        Reading("p", "d", 59_000, {"hr": 61.0}, {"spo2": "sensor-off"}),
        Reading("p", "d", 60_000, {"hr": 62.0, "spo2": 96.0}, {"hr": "questionable"}),
        Reading("p", "e", 2_000, {"hr": 70.0}, None),
        Reading("p", "d", 30_000, {"nibp_sys": 120.0}, None),
    ]
    assert thinned(readings, 60_000) == [readings[1], readings[2], readings[3], readings[4]]


class Rounds(Seeding):
    """A seeding whose ward only notes how far it was asked to go."""

    def __init__(self, plan: Plan) -> None:
        client = Batches()
        super().__init__(plan, client, upload(client, Waits()), lambda _: None)  # type: ignore[arg-type]
        self.went: list[int] = []
        self.takes = 0.0
        self.now = 0.0

    def begun(self) -> int:
        return 1_000_000

    async def advance(self, to: int, step: int) -> None:
        self.went.append(to)
        self.now += self.takes

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_rounds_do_not_drift_and_missed_ones_are_made_up_for_in_one() -> None:
    rounds = Rounds(Plan(every=60.0))
    rounds.takes = 7.0
    stops = iter([False] * 6 + [True])
    await rounds.feed(lambda: rounds.now, rounds.sleep, lambda: next(stops))
    assert rounds.went == [1_060_000, 1_120_000, 1_180_000]
    rounds.takes = 200.0
    stops = iter([False] * 4 + [True])
    rounds.went.clear()
    await rounds.feed(lambda: rounds.now, rounds.sleep, lambda: next(stops))
    assert rounds.went == [1_060_000, 1_240_000, 1_420_000]


async def test_speed_makes_rounds_shorter_and_the_wards_time_the_same() -> None:
    rounds = Rounds(Plan(every=60.0, speed=30.0))
    stops = iter([False] * 4 + [True])
    await rounds.feed(lambda: rounds.now, rounds.sleep, lambda: next(stops))
    assert rounds.went == [1_060_000, 1_120_000]
    assert rounds.now == 4.0
