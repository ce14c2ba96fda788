"""Requests of a client, put together to its looks at the server."""

from __future__ import annotations

from math import isnan

from .fhir_polls import BATCH, OBSERVATIONS, OTHER, PAGE, Request, looks, most

BASE = "/fhir"


def asked(begun: float, path: str, method: str = "GET", took: float = 0.1) -> Request:
    return Request(method, BASE + path, begun, begun + took)


def search(begun: float, took: float = 0.1) -> Request:
    return asked(begun, "/Observation?subject=Patient/1&_lastUpdated=ge2026", took=took)


def test_the_kind_of_each_request() -> None:
    assert search(0).kind(BASE) == OBSERVATIONS
    assert asked(0, "/Observation/_search", "POST").kind(BASE) == OBSERVATIONS
    assert asked(0, "/Observation", "POST").kind(BASE) == OTHER  # a write
    assert asked(0, "", "POST").kind(BASE) == BATCH
    assert asked(0, "?_getpages=abc&_getpagesoffset=1000").kind(BASE) == PAGE
    assert asked(0, "/Encounter?location=Location/1").kind(BASE) == OTHER


def test_a_pause_ends_a_look() -> None:
    found = looks([search(0), asked(0.11, "", "POST"), search(2), asked(2.2, "?_getpages=a"), search(10)], BASE)
    assert [look.kinds for look in found] == [(OBSERVATIONS, BATCH), (OBSERVATIONS, PAGE), (OBSERVATIONS,)]
    assert [look.beside_pages for look in found] == [2, 1, 1]


def test_a_request_under_way_is_no_pause() -> None:
    assert len(looks([search(0, took=3), asked(3.01, "", "POST")], BASE)) == 1
    assert len(looks([search(0, took=3), asked(1, "", "POST"), asked(3.4, "?_getpages=a")], BASE)) == 1


def test_each_search_for_observations_is_a_look_of_its_own() -> None:
    assert len(looks([search(0), asked(0.1, "", "POST"), search(0.2), search(0.3)], BASE)) == 3


def test_a_look_at_the_ward_is_told_apart() -> None:
    first, second = looks([asked(0, "/Location/1"), search(0.2), asked(0.4, "", "POST"), search(5)], BASE)
    assert not first.polls
    assert first.beside_pages == 3
    assert second.polls


def test_nothing_measured_keeps_no_limit() -> None:
    assert looks([], BASE) == []
    assert isnan(most([]))
    assert most([1, 3]) == 3
