"""Each fault in what is said: answers of the proxy's own, floods, and the server's answers changed."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from datetime import datetime
from typing import Any, Literal

import httpx
import pytest

from . import (
    ClockOff,
    DuplicatedAnswer,
    DuplicatedRequest,
    FaultProxy,
    GzipBomb,
    Html,
    HugeBundle,
    NextLinkTo,
    RedirectTo,
    Status,
)
from .small_server import BUNDLE, SmallServer

ELSEWHERE = "http://198.51.100.7/fhir/page/2"


@pytest.mark.parametrize("code", [401, 403, 404, 410, 412, 422, 429, 500, 503])
def test_a_status_brings_its_headers_and_an_outcome(
    code: int, proxy: FaultProxy, client: httpx.Client, server: SmallServer
) -> None:
    proxy.set(Status(code, {"Retry-After": "3"}))
    answer = client.get("/Patient")
    assert (answer.status_code, answer.headers["retry-after"]) == (code, "3")
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert server.got == []


def test_a_status_may_have_a_body_of_its_own_or_none(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(Status(200, {"content-type": "text/plain"}, b"no JSON"), times=1)
    proxy.set(Status(204), times=1)
    answer = client.get("/Patient")
    assert (answer.content, answer.headers.get_list("content-type")) == (b"no JSON", ["text/plain"])
    assert client.get("/Patient").content == b""
    assert client.head("/Patient").status_code == 200


def test_html_comes_as_a_success(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(Html())
    answer = client.get("/Patient")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    assert 'type="password"' in answer.text
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_a_redirect_and_a_next_page_lead_elsewhere(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(RedirectTo(ELSEWHERE), times=1)
    proxy.set(NextLinkTo(ELSEWHERE))
    answer = client.get("/Patient")
    assert (answer.status_code, answer.headers["location"]) == (302, ELSEWHERE)
    bundle = client.get("/Patient").json()
    assert bundle.pop("link") == [BUNDLE["link"][0], {"relation": "next", "url": ELSEWHERE}]  # type: ignore[index]
    assert bundle == {key: value for key, value in BUNDLE.items() if key != "link"}
    assert client.put("/Patient/a", content=b'{"resourceType":"Patient"}').content == b'{"resourceType":"Patient"}'
    assert client.put("/Patient/a", content=b"no JSON").content == b"no JSON"


def test_entries_come_twice(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(DuplicatedAnswer())
    ids = [entry["resource"]["id"] for entry in client.get("/Patient").json()["entry"]]
    assert ids == ["a", "é", "a", "é"]
    assert client.put("/x", content=b'{"resourceType":"Bundle"}').json() == {"resourceType": "Bundle"}


@pytest.mark.parametrize("answer", ["first", "second"])
def test_the_server_is_asked_twice_and_the_client_hears_one(
    answer: Literal["first", "second"], proxy: FaultProxy, client: httpx.Client, server: SmallServer
) -> None:
    server.counts = True
    proxy.set(DuplicatedRequest(answer), times=1)
    heard = client.put("/Patient/a", content=b"{}")
    assert heard.headers["etag"] == {"first": 'W/"1"', "second": 'W/"2"'}[answer]
    assert [(method, body) for method, _, _, body in server.got] == [("PUT", b"{}")] * 2
    assert len(proxy.requests) == 1
    client.put("/Patient/a", content=b"{}")
    assert len(server.got) == 3


@pytest.mark.parametrize("hours", [-1, 0.5, 24 * 365])
def test_a_clock_that_is_off_shows_in_dates_and_nowhere_else(
    hours: float, proxy: FaultProxy, client: httpx.Client, server: SmallServer
) -> None:
    right, off = client.get("/Patient"), None
    proxy.set(ClockOff(hours))
    off = client.get("/Patient")
    assert "accept-encoding" not in server.got[-1][2]
    dates = [datetime.strptime(answer.headers["date"], "%a, %d %b %Y %H:%M:%S GMT") for answer in (right, off)]
    assert (dates[1] - dates[0]).total_seconds() == hours * 3600

    def updates(bundle: Any) -> list[datetime]:
        metas = [bundle.pop("meta"), bundle["entry"][0]["resource"].pop("meta")]
        return [datetime.fromisoformat(meta["lastUpdated"]) for meta in metas]

    before, after = right.json(), off.json()
    assert [(b - a).total_seconds() / 3600 for a, b in zip(updates(before), updates(after), strict=True)] == [hours] * 2
    assert before == after


@pytest.mark.parametrize("tells_length", [False, True])
def test_a_huge_bundle_is_valid_and_as_big_as_told(tells_length: bool, proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(HugeBundle(megabytes=1, tells_length=tells_length))
    answer = client.get("/Observation")
    assert answer.headers.get("content-length") == (str(len(answer.content)) if tells_length else None)
    assert 1_000_000 <= len(answer.content) == HugeBundle(1).length < 1_002_000
    ids = [entry["resource"]["id"] for entry in answer.json()["entry"]]
    assert len(ids) == len(set(ids)) > 2000


def test_a_huge_bundle_is_never_held(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(HugeBundle(megabytes=20))
    tracemalloc.start()
    try:
        with client.stream("GET", "/Observation") as answer:
            assert sum(len(part) for part in answer.iter_raw()) > 20_000_000
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_client_may_leave_a_huge_bundle(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(HugeBundle(), times=1)
    with client.stream("GET", "/Observation") as answer:
        assert next(answer.iter_raw()).startswith(b'{"resourceType":"Bundle"')
    assert client.get("/Patient").json() == BUNDLE


def test_a_bomb_is_small_on_the_wire_and_a_bundle_inside(proxy: FaultProxy, client: httpx.Client) -> None:
    proxy.set(GzipBomb(megabytes=5))
    with client.stream("GET", "/Patient") as answer:
        assert answer.headers["content-encoding"] == "gzip"
        wire = b"".join(answer.iter_raw())
    inside = zlib.decompress(wire, zlib.MAX_WBITS | 16)
    assert len(inside) > 5_000_000 > 500 * len(wire)
    assert json.loads(inside)["resourceType"] == "Bundle"
