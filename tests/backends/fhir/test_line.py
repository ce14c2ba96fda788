"""The line to a server: it loads, polls, says how it stands, and comes back from every fault without losing a value."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from line_rig import SPEC, Rig
from small_server import (
    BEGIN,
    Fault,
    SmallServer,
    answer,
    heart_rate,
    outcome,
    patient,
    place,
    small_ward,
    stay,
)

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.model import SignInStep
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import Answer, WebError

HOUR = 3_600_000
Make = Callable[..., Rig]


@pytest.fixture
def server() -> SmallServer:
    server = SmallServer()
    small_ward(server)
    return server


@pytest.fixture
async def make(server: SmallServer) -> AsyncIterator[Make]:
    rigs: list[Rig] = []

    def make(**more: Any) -> Rig:
        rigs.append(Rig(server, replace(SPEC, **more.pop("spec", {})), **more))
        return rigs[-1]

    yield make
    for rig in rigs:
        await rig.close()


async def test_the_ward_its_newest_values_and_its_past(server: SmallServer, make: Make) -> None:
    times = [BEGIN - minutes * 60_000 for minutes in range(0, 24 * 60, 7)]
    for number, at in enumerate(times):
        server.put(heart_rate(f"o{number}", "p1", at, 60 + number % 40))
    server.put(heart_rate("other", "stranger", BEGIN, 99))
    server.page = 20
    rig = make()
    await rig.live()
    assert rig.values == sorted(("p1", at, 60 + number % 40) for number, at in enumerate(times))
    assert rig.bodies("obs")[-1].observed_at == BEGIN
    kinds = [kind for kind, _ in rig.said]
    assert kinds.index("patient") < kinds.index("obs") < len(kinds) - kinds[::-1].index("history") - 1
    assert rig.bodies("ward")[0]["beds"] == ["BED-P1", "BED-P2"]
    for piece in rig.bodies("history"):
        assert [one.observed_at for one in piece] == sorted(one.observed_at for one in piece)


async def test_progress_says_what_and_how_many(server: SmallServer, make: Make) -> None:
    for number in range(60):
        server.put(heart_rate(f"o{number}", "p1", BEGIN - number * 60_000))
    server.page = 25
    rig = make()
    await rig.live()
    loading = [link for link in rig.links if link["state"] == "loading"]
    assert loading[0]["text"] == "looking who is on the ward"
    assert rig.links[-1]["total"] == 0
    assert rig.line.standing.link.text == ""
    assert any(link["state"] == "live" for link in rig.links)


async def test_new_values_come_by_polling_with_two_requests_at_most(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    before = len(server.asked)
    polls = 0
    numbers = iter(range(1, 1_000))

    def news() -> None:
        nonlocal polls
        polls += 1
        server.put(heart_rate(f"o{next(numbers)}", "p2", server.now, 80))

    rig.on_wait = news
    await rig.passes(50)
    rig.on_wait = None
    assert len(server.asked) - before <= 2 * polls + 2
    await rig.passes(40)
    assert [one for one in rig.values if one[0] == "p2"] != []
    assert len(rig.values) == polls + 1


async def test_a_value_written_at_the_same_instant_as_the_last_one_is_not_missed(
    server: SmallServer, make: Make
) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    late = heart_rate("o1", "p1", BEGIN - 1_500)
    now, server.now = server.now, BEGIN - 2_000  # became visible after what was written later
    server.put(late)
    server.now = now
    await rig.passes(10)
    assert len(rig.values) == 2


async def test_a_quiet_ward_is_asked_less_often(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    await rig.passes(300)
    assert max(rig.waits) <= 30.0
    assert rig.waits[-1] > 20.0


async def test_a_type_that_the_server_does_not_know_costs_nothing_else(server: SmallServer, make: Make) -> None:
    server.unknown = {"CareTeam", "Flag"}
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    assert len(rig.values) == 1
    assert "not given by the server: flags, care teams" in rig.text
    assert ("not-available", "CareTeam") in rig.line.watching.refusals.counts
    assert "Secret" not in str(rig.line.watching.refusals.problems) + str(rig.links)


async def test_a_search_that_the_server_does_not_know_is_made_plainer(server: SmallServer, make: Make) -> None:
    def picky(_method: str, url: str) -> Answer | None:
        return answer(400, outcome("invalid")) if "/CareTeam?" in url and "status" in url else None

    server.fault = picky
    rig = make()
    await rig.live()
    batches: list[str] = []
    serve = server._batch

    def noted(bundle: dict[str, Any]) -> Answer:
        batches.extend(entry["request"]["url"] for entry in bundle["entry"])
        return serve(bundle)

    server._batch = noted  # type: ignore[method-assign]
    await rig.passes(20)
    assert rig.text == ""
    assert [url for url in batches if url.startswith("CareTeam")]
    assert not [url for url in batches if url.startswith("CareTeam") and "status" in url]


async def test_a_batch_that_is_refused_becomes_one_search_at_a_time(server: SmallServer, make: Make) -> None:
    server.batches = False
    rig = make()
    await rig.live()
    server.put({"resourceType": "Flag", "id": "f", "status": "active", "subject": {"reference": "Patient/p1"}})
    await rig.passes(400)
    assert {"id": "f"} in rig.bodies("flag")


def refusing(status: int, headers: dict[str, str] | None = None, body: object = None) -> Fault:
    return lambda _method, _url: answer(status, outcome("processing", "Mrs Secret") if body is None else body, headers)


def breaking(kind: str, words: str) -> Fault:
    return lambda _method, _url: WebError(kind, words)


FAULTS = {
    "401": (refusing(401), "signed-out", "sign-in"),
    "403": (refusing(403), "denied", "refuses it (HTTP 403, processing); ask whoever runs the server"),
    "404": (refusing(404), "denied", "HTTP 404"),
    "410": (refusing(410), "denied", "HTTP 410"),
    "412": (refusing(412), "lost", "changed on the server"),
    "422": (refusing(422), "denied", "does not take the request"),
    "429": (refusing(429, {"retry-after": "7"}), "lost", "too busy"),
    "500": (refusing(500), "lost", "the server failed (HTTP 500"),
    "503": (refusing(503), "lost", "too busy"),
    "html": (refusing(200, body=b"<html>Sign in</html>"), "lost", "web page instead of data"),
    "json": (refusing(200, body={"hello": "world"}), "lost", "no FHIR"),
    "another resource": (refusing(200, body={"resourceType": "Patient", "id": "x"}), "lost", "no FHIR"),
    "refused": (breaking("unreachable", "connection refused"), "lost", "connection refused; tried again in"),
    "slow": (breaking("timeout", "the server did not answer in time"), "lost", "did not answer in time"),
    "reset": (breaking("broken", "the connection broke off"), "lost", "broke off"),
    "huge": (breaking("too-large", "the server's answer is larger than 16 MB"), "lost", "larger than 16 MB"),
    "certificate": (breaking("tls", "the server's certificate is not trusted (expired)"), "denied", "not trusted"),
    "redirect": (breaking("redirect", "redirected (HTTP 302), which is not followed"), "denied", "own address"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_told_and_nothing_is_lost(name: str, server: SmallServer, make: Make) -> None:
    fault, state, words = FAULTS[name]
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    server.fault = fault
    await rig.until(lambda: rig.state == state)
    assert words in rig.text
    assert "Secret" not in str(rig.said)
    for number in range(1, 6):
        server.put(heart_rate(f"o{number}", "p1", server.now - number))
    await rig.passes(200)
    assert rig.state == state
    asked = len(server.asked)
    await rig.passes(600)
    assert len(server.asked) - asked < 600 / 2  # with pauses
    server.fault = None
    await rig.live()
    assert rig.text == ""
    assert len(rig.values) == 6


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_from_the_beginning_is_recovered_from(name: str, server: SmallServer, make: Make) -> None:
    fault, state, words = FAULTS[name]
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    server.fault = fault
    rig = make()
    await rig.until(lambda: rig.state == state)
    assert words in rig.text
    server.fault = None
    await rig.live()
    assert len(rig.values) == 1


@pytest.mark.parametrize("kind", ["broken", "timeout", "unreachable"])
@pytest.mark.parametrize("seed", range(5))
async def test_a_load_over_a_bad_line_goes_on_where_it_was(
    seed: int, kind: str, server: SmallServer, make: Make
) -> None:
    for number in range(200):
        server.put(heart_rate(f"o{number}", "p1", BEGIN - number * 400_000))
    chance = random.Random(seed)
    server.fault = lambda _method, _url: WebError(kind, "no answer") if chance.random() < 0.2 else None
    server.page = 30
    rig = make()
    await rig.until(lambda: len(rig.values) == 200)
    for number in range(200, 230):
        server.put(heart_rate(f"o{number}", "p1", server.now + number))
        await rig.passes(5)
    await rig.until(lambda: len(rig.values) == 230)
    server.fault = None
    await rig.live()
    assert len(set(rig.values)) == len(rig.values) == 230


async def test_retry_after_is_kept(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    server.fault = refusing(429, {"retry-after": "40"})
    await rig.until(lambda: rig.state == "lost")
    await rig.until(lambda: 40 <= rig.waits[-1] <= 41)
    server.fault = refusing(503, {"retry-after": "Fri, 02 Oct 2099 00:00:00 GMT"})
    await rig.until(lambda: 600 <= rig.waits[-1] <= 601)  # not for ever


async def test_the_pages_of_another_server_are_not_asked(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()

    def elsewhere(method: str, url: str) -> Answer | None:
        if "/Observation" not in url:
            return None
        link = [{"relation": "next", "url": "https://evil.test/fhir/Observation?page=2"}]
        return answer(200, {"resourceType": "Bundle", "type": "searchset", "link": link})

    server.fault = elsewhere
    await rig.until(lambda: rig.state == "denied")
    assert "another address" in rig.text
    assert not [url for _, url in server.asked if "evil" in url]


async def test_pages_in_a_circle_end(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()

    def circle(method: str, url: str) -> Answer | None:
        if "/Observation" not in url:
            return None
        return answer(
            200,
            {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next", "url": "Observation?x=1"}]},
        )

    server.fault = circle
    await rig.until(lambda: rig.state == "lost")
    assert "circle" in rig.text


@pytest.mark.parametrize("hours", [-5, 7])
async def test_a_clock_that_is_off_by_hours_changes_nothing_but_the_words(
    hours: int, server: SmallServer, make: Make
) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    server.date_off = hours * HOUR
    rig = make()
    await rig.live()
    for number in range(1, 5):
        server.put(heart_rate(f"o{number}", "p1", server.now))
        await rig.passes(40)
    assert len(rig.values) == 5
    assert f"the server's clock is {abs(hours)}.0 h {'ahead' if hours > 0 else 'behind'}" in rig.text


@pytest.mark.parametrize("only_header", [False, True])
async def test_a_server_whose_clock_is_set_back_loses_nothing(
    only_header: bool, server: SmallServer, make: Make
) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    await rig.passes(60)
    server.put(heart_rate("o1", "p1", server.now))
    await rig.passes(40)
    if only_header:
        server.date_off = -3 * HOUR
    else:
        server.now -= 3 * HOUR
    for number in range(2, 8):
        server.put(heart_rate(f"o{number}", "p1", BEGIN + number))
        await rig.passes(40)
    await rig.passes(120)
    assert len(rig.values) == 8
    server.asked.clear()
    await rig.passes(60)
    asked = server.searches("Observation")
    assert asked  # and the server is not asked for hours of the past for ever
    assert len({url.split("_lastUpdated")[1] for url in asked}) == 1


async def test_one_mistaken_time_far_ahead_hides_nothing(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    now, server.now = server.now, BEGIN + 400 * 24 * HOUR
    server.put(heart_rate("odd", "p1", BEGIN))
    server.now = now
    await rig.passes(40)
    server.put(heart_rate("o1", "p1", server.now))
    await rig.passes(40)
    assert len(rig.values) == 3


async def test_who_comes_is_loaded_and_who_goes_is_discharged(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("old", "p3", BEGIN - 5 * HOUR))
    rig = make()
    await rig.live()
    server.put(patient("p3"))
    server.put(place("bed-p3", "bay", bed=True))
    server.put(stay("e-p3", "p3", "bed-p3"))
    await rig.until(lambda: {"id": "p3"} in rig.bodies("patient"))
    await rig.until(lambda: len(rig.values) == 1)
    server.put(stay("e-p1", "p1", "bed-p1", status="finished"))
    await rig.until(lambda: rig.bodies("discharge") == [{"id": "p1"}])
    server.put(heart_rate("gone", "p1", server.now))
    await rig.passes(100)
    assert len(rig.values) == 1
    assert rig.state == "live"


async def test_a_ward_that_stays_as_it_is_costs_no_request_of_its_own(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    server.asked.clear()
    rig.waits.clear()
    await rig.passes(500)
    assert {(method, urlsplit(url).path) for method, url in server.asked} == {
        ("GET", "/fhir/Observation"), ("POST", "/fhir"),
    }  # fmt: skip
    assert len(server.asked) <= 2 * (len(rig.waits) + 1)


async def test_a_patient_in_a_bed_that_is_new_is_found_soon(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    server.put(heart_rate("o3", "p3", BEGIN - 1_000))
    small_ward(server, ["p3"])
    await rig.passes(150)
    assert [one for one in rig.values if one[0] == "p3"]


async def test_a_stay_that_is_deleted_ends(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    del server.resources["Encounter", "e-p1"]
    await rig.passes(200)
    assert rig.bodies("discharge") == [{"id": "p1"}]


async def test_a_stay_whose_change_was_missed_is_read_soon(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    await rig.passes(100)
    before = rig.bodies("encounter").count({"id": "e-p1"})
    now, server.now = server.now, server.now - 60_000  # written a minute ago, visible only now
    server.put(stay("e-p1", "p1", "bed-p2"))
    server.now = now
    await rig.passes(150)
    assert rig.bodies("encounter").count({"id": "e-p1"}) == before + 1


async def test_one_answer_without_a_patient_discharges_nobody(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    empty = 1

    def slip(_method: str, url: str) -> Answer | None:
        nonlocal empty
        if "/Encounter?location" in url and empty:
            empty -= 1
            return answer(200, {"resourceType": "Bundle", "type": "searchset"})
        return None

    server.fault = slip
    server.put(stay("e-p1", "p1", "bed-p1"))  # its stay changed, so the ward is asked for anew
    await rig.passes(200)
    assert empty == 0
    assert rig.bodies("discharge") == []


async def test_an_empty_ward_is_live_and_says_so(make: Make, server: SmallServer) -> None:
    server.put(place("empty"))
    rig = make(spec={"ward": "Location/empty"})
    await rig.live()
    await rig.passes(100)
    assert rig.text == "no patients on this ward (Location/empty)"
    assert not server.searches("Observation")


async def test_a_ward_that_is_not_there_is_told(make: Make) -> None:
    rig = make(spec={"ward": "Location/nowhere"})
    await rig.until(lambda: rig.state == "denied")
    assert "the server has no Location/nowhere (HTTP 404); check the ward in the configuration" in rig.text


async def test_a_ward_of_test_patients_is_marked(server: SmallServer, make: Make) -> None:
    for name in ("p1", "p2"):
        server.put(patient(name, test=True))
    rig = make()
    await rig.live()
    assert rig.bodies("ward")[-1]["watermark"] == "TEST"
    assert rig.mappers[-1].tests
    server.put(patient("p3"))
    server.put(stay("e-p3", "p3", "bed-p1"))
    await rig.until(lambda: rig.bodies("ward")[-1]["watermark"] is None)
    assert {one["id"] for one in rig.bodies("discharge")} == {"p1", "p2"}
    assert not rig.mappers[-1].tests


async def test_a_mixed_ward_refuses_test_patients(server: SmallServer, make: Make) -> None:
    server.put(patient("p1", test=True))
    rig = make()
    await rig.live()
    assert rig.bodies("ward")[-1]["watermark"] is None
    assert not rig.mappers[-1].tests


async def test_what_was_missed_is_found_within_ten_minutes(server: SmallServer, make: Make) -> None:
    rig = make()
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    await rig.live()
    await rig.passes(100)
    now, server.now = server.now, server.now - 60_000  # written a minute ago, visible only now
    server.put(heart_rate("o1", "p1", server.now))
    server.now = now
    server.put(heart_rate("o2", "p1", server.now))
    await rig.passes(60)
    await rig.passes(640)
    assert len(rig.values) == 3


async def test_a_sign_in_is_shown_until_somebody_has_done_it(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    rig.session.out = "nobody is signed in at test"
    await rig.until(lambda: rig.state == "signed-out")
    assert rig.text == "nobody is signed in at test"
    rig.session.step = SignInStep(
        safe_text("https://login.test/device"), safe_text("ABCD-EFGH"), safe_text("https://login.test/device?c=1"),
        5.0, 600.0, Secret("x"), 0.0,
    )  # fmt: skip
    rig.line.sign_in(cancel=False)
    await rig.until(lambda: rig.links[-1].get("sign_in") is not None)
    shown = rig.links[-1]["sign_in"]
    assert (shown["page"], shown["code"]) == ("https://login.test/device", "ABCD-EFGH")
    assert shown["until"] > rig.clock * 1000
    rig.session.finished.set()
    await rig.live()
    assert rig.links[-1].get("sign_in") is None
    assert (rig.links[-1]["user"], rig.links[-1]["user_ref"]) == ("Nurse Joy", "Practitioner/1")


async def test_a_sign_in_elsewhere_is_noticed(server: SmallServer, make: Make) -> None:
    rig = make()
    rig.session.out = "nobody is signed in at test"
    await rig.until(lambda: rig.state == "signed-out")
    await rig.until(lambda: rig.waits[-1] == 5.0)
    rig.session.out = ""
    await rig.live()


async def test_a_token_that_is_refused_is_made_anew_once(server: SmallServer, make: Make) -> None:
    rig = make()
    rig.session.token = "Bearer stale"
    tokens: list[str] = []

    def check(_method: str, _url: str) -> Answer | None:
        tokens.append(server.headers[-1].get("Authorization", ""))
        return answer(401, outcome("login")) if tokens[-1] == "Bearer stale" else None

    server.fault = check
    await rig.live()
    assert rig.session.refusals == ["Bearer stale"]
    assert tokens.count("Bearer stale") == 1


async def test_missing_scopes_are_told(server: SmallServer, make: Make) -> None:
    rig = make()
    rig.session.lacking = frozenset({"user/Task.cu"})
    await rig.live()
    assert "the sign-in does not allow: user/Task.cu" in rig.text


async def test_what_could_not_be_used_is_counted_in_the_log(server: SmallServer, make: Make) -> None:
    server.unknown = {"CareTeam"}
    rig = make()
    await rig.live()
    await rig.passes(30)
    assert {"source": "test", "reason": "not-available", "what": "CareTeam", "patient": None, "count": 1} in rig.bodies(
        "refused"
    )
    count = len(rig.bodies("refused"))
    await rig.passes(100)
    assert len(rig.bodies("refused")) == count


async def test_a_slow_engine_stops_the_polling(server: SmallServer, make: Make) -> None:
    for number in range(12_000):
        server.put(heart_rate(f"o{number}", "p1", BEGIN - number * 5_000))
    rig = make()
    taken = rig.outlet.take
    rig.outlet.take = lambda most=0: []  # type: ignore[method-assign]
    for _ in range(3_000):
        await rig.until(lambda: True)
        await asyncio.sleep(0)
    asked = len(server.asked)
    for _ in range(1_000):
        await asyncio.sleep(0)
    assert len(server.asked) == asked
    rig.outlet.take = taken  # type: ignore[method-assign]
    await rig.live()
    await rig.until(lambda: len(rig.values) == 12_000)


async def test_a_stumble_of_our_own_is_told_and_survived(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    mapper = rig.mappers[-1]
    take = mapper.take

    def stumble(given: object, received: int) -> Any:
        raise KeyError("Mrs Secret")

    mapper.take = stumble  # type: ignore[method-assign]
    await rig.until(lambda: rig.state == "lost")
    assert "could not be dealt with (KeyError)" in rig.text
    mapper.take = take  # type: ignore[method-assign]
    await rig.live()
