"""A line comes back from every fault, says what happened in words, and loses no value."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest
from line_fixtures import line_maker, small_ward_server  # noqa: F401 (fixtures)
from line_rig import Rig
from small_server import (
    BEGIN,
    Fault,
    SmallServer,
    answer,
    heart_rate,
    outcome,
)

from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.model import SignInStep
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import Answer, WebError

HOUR = 3_600_000
Make = Callable[..., Rig]


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
