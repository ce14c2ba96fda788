"""The client: headers, what answers mean, what is never said, and what need not be sent again."""

from __future__ import annotations

from typing import Any

import pytest
from small_server import BASE, BEGIN, SmallServer, answer, heart_rate, outcome, patient

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.paging import search
from iomt_tui.security.sign_in.model import SignedOut
from iomt_tui.security.web import Answer, WebError


class Session:
    """Gives one header after the other."""

    def __init__(self, *headers: str) -> None:
        self.headers = list(headers) or [""]
        self.refusals: list[str] = []

    async def authorization(self) -> str:
        if not self.headers:
            raise SignedOut("nobody is signed in")
        return self.headers[0]

    def refused(self, authorization: str) -> None:
        self.refusals.append(authorization)
        self.headers.pop(0)


def client(server: SmallServer, *headers: str) -> FhirClient:
    return FhirClient(server, f"{BASE}/", Session(*headers), now=lambda: BEGIN)


async def fails(server: SmallServer, *headers: str) -> FhirError:
    with pytest.raises(FhirError) as caught:
        await client(server, *headers).get("Patient/1")
    return caught.value


async def found(asker: FhirClient, kind: str, *params: tuple[str, str]) -> list[str]:
    return [one["id"] async for page in search(asker, kind, params) for one in page.resources]


async def test_every_request_says_what_it_wants_and_who_asks() -> None:
    server = SmallServer()
    server.put(patient("1"))
    asker = client(server, "Bearer t")
    await asker.get("Patient/1")
    await asker.put(patient("2"), if_match='W/"7"')
    await asker.post({"resourceType": "Task"}, if_none_exist="identifier=x")
    assert all(sent["Accept"] == "application/fhir+json" for sent in server.headers)
    assert all(sent["Authorization"] == "Bearer t" for sent in server.headers)
    assert server.headers[1]["If-Match"] == 'W/"7"'
    assert server.headers[2]["If-None-Exist"] == "identifier=x"
    assert server.headers[0]["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "signed-out"), (403, "denied"), (404, "gone"), (410, "gone"), (409, "conflict"), (412, "conflict"),
     (400, "invalid"), (405, "invalid"), (422, "invalid"), (429, "busy"), (503, "busy"), (500, "failed"),
     (502, "failed")],
)  # fmt: skip
async def test_what_a_status_means(status: int, kind: str) -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(status, outcome("login", "Mrs Secret has no rights"))
    error = await fails(server)
    assert (error.kind, error.status) == (kind, status)
    assert f"HTTP {status}, login" in error.words
    assert "Secret" not in error.words


@pytest.mark.parametrize("code", ["Mrs Secret", "\x1b[31m", 7, None, ["x"]])
async def test_a_code_that_is_none_is_not_repeated(code: Any) -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(422, outcome(code))
    assert (await fails(server)).words.endswith("(HTTP 422)")


@pytest.mark.parametrize(
    ("told", "wait"),
    [("7", 7.0), ("99999", 600.0), ("Sun, 20 Sep 2026 11:33:30 GMT", None), ("soon", None), ("", None), ("-3", None)],
)
async def test_how_long_a_busy_server_wants_to_be_left_alone(told: str, wait: float | None) -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(429, headers={"retry-after": told})
    error = await fails(server)
    if "GMT" in told:
        assert error.wait is not None
        assert 0 <= error.wait <= 600
    else:
        assert error.wait == wait


async def test_retry_after_as_a_date_counts_by_the_servers_own_clock() -> None:
    server = SmallServer()
    server.date_off = 5 * 3_600_000
    when = {"retry-after": "Mon, 21 Sep 2026 19:13:30 GMT"}  # BEGIN is 14:13:20, so this is in 10 s there
    server.fault = lambda _method, _url: answer(503, headers=when)
    assert (await fails(server)).wait == 10.0


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"{", b'"text"', b"[]", b'{"a": 1}', b"", b"  "])
async def test_what_is_no_fhir(body: bytes) -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(200, body)
    assert (await fails(server)).kind == "not-fhir"


async def test_a_refused_token_is_replaced_once() -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(401)
    error = await fails(server, "Bearer a", "Bearer b", "Bearer c")
    assert error.kind == "signed-out"
    assert [sent["Authorization"] for sent in server.headers] == ["Bearer a", "Bearer b"]
    assert str(await fails(server, "Bearer a")) == "nobody is signed in"


async def test_reading_is_tried_again_on_a_broken_line_and_writing_is_not() -> None:
    server = SmallServer()
    server.put(patient("1"))
    breaks = 1

    def fault(_method: str, _url: str) -> WebError | None:
        nonlocal breaks
        breaks -= 1
        return WebError("broken", "the connection broke off") if breaks >= 0 else None

    server.fault = fault
    assert (await client(server).get("Patient/1")).resource
    breaks = 1
    with pytest.raises(FhirError, match="broke off"):
        await client(server).put(patient("1"))


async def test_an_unchanged_answer_is_not_sent_again() -> None:
    server = SmallServer()
    server.etags = True
    server.put(patient("1"))
    asker = client(server)
    first = await asker.get("Patient/1")
    again = await asker.get("Patient/1")
    assert (first.unchanged, again.unchanged) == (False, True)
    assert first.resource == again.resource
    server.put(patient("1"))
    assert not (await asker.get("Patient/1")).unchanged


async def test_unchanged_since_never_is_an_error() -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(304)
    assert (await fails(server)).kind == "failed"


async def test_all_pages_and_no_total_needed() -> None:
    server = SmallServer()
    server.page, server.totals = 7, False
    for number in range(50):
        server.put(heart_rate(f"o{number}", "p", BEGIN))
    assert len(await found(client(server), "Observation", ("patient", "Patient/p"))) == 50


async def test_a_long_search_is_posted_where_the_server_takes_it() -> None:
    server = SmallServer()
    names = [f"patient-{number:03}-{'x' * 30}" for number in range(60)]
    for name in names:
        server.put(patient(name))
    query = ("_id", ",".join(names))
    asker = client(server)
    assert len(await found(asker, "Patient", query)) == 60
    assert [method for method, _ in server.asked] == ["POST"]
    server.fault = lambda method, _url: answer(405) if method == "POST" else None
    assert len(await found(asker, "Patient", query)) == 60
    assert len(await found(asker, "Patient", query)) == 60
    assert [method for method, _ in server.asked] == ["POST", "POST", "GET", "GET"]


async def test_a_posted_search_that_leaves_something_out_is_asked_by_its_address() -> None:
    server = SmallServer()
    names = [f"patient-{number:03}-{'x' * 30}" for number in range(60)]
    for name in names:
        server.put(patient(name))

    def short(method: str, _url: str) -> Answer | None:
        if method != "POST":
            return None
        entry = [{"resource": server.resources["Patient", names[0]]}]
        return answer(200, {"resourceType": "Bundle", "type": "searchset", "total": 60, "entry": entry})

    server.fault = short
    assert len(await found(client(server), "Patient", ("_id", ",".join(names)))) == 60


async def test_huge_pages_are_asked_for_in_smaller_ones() -> None:
    server = SmallServer()
    for number in range(80):
        server.put(heart_rate(f"o{number}", "p", BEGIN))
    server.fault = lambda _method, url: WebError("too-large", "too large") if "_count=1000" in url else None
    assert len(await found(client(server), "Observation")) == 80


@pytest.mark.parametrize(
    "url",
    ["https://evil.test/fhir/x", "http://ward.test/fhir/x", "https://ward.test:444/x", "https://u:p@ward.test/x",
     "//evil.test/x", "javascript:x", "https://[bad/x"],
)  # fmt: skip
async def test_the_next_page_elsewhere_is_not_asked(url: str) -> None:
    server = SmallServer()
    bundle = {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next", "url": url}]}
    server.fault = lambda _method, _url: answer(200, bundle)
    with pytest.raises(FhirError, match="another address") as caught:
        await found(client(server), "Patient")
    assert caught.value.kind == "not-allowed"
    assert len(server.asked) == 1


async def test_a_search_that_the_server_forgot_is_no_word_on_the_ward() -> None:
    server = SmallServer()
    server.page = 1
    for number in range(3):
        server.put(heart_rate(f"o{number}", "p", BEGIN))
    server.fault = lambda _method, url: answer(410) if "_offset" in url else None
    with pytest.raises(FhirError, match="forgot the search") as caught:
        await found(client(server), "Observation")
    assert caught.value.kind == "failed"


async def test_a_batch_must_answer_each_entry() -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(200, {"resourceType": "Bundle", "type": "batch-response", "entry": []})
    with pytest.raises(FhirError, match="no FHIR"):
        await client(server).batch([{"request": {"method": "GET", "url": "Patient"}}])


async def test_deleting_what_is_not_there_is_done() -> None:
    server = SmallServer()
    server.fault = lambda _method, _url: answer(410)
    await client(server).delete("Subscription/1")
    assert [method for method, _ in server.asked] == ["DELETE"]
