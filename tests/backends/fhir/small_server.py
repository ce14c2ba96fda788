"""A FHIR server in a few lines, in memory: what the line asks for, and the faults that tests put between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from iomt_tui.backends.fhir.times import moment
from iomt_tui.security.web import Answer, WebError

BASE = "https://ward.test/fhir"
BEGIN = 1_790_000_000_000  # ms UTC
Resource = dict[str, Any]
#: Answers a request in the server's place (method, URL), or None to let it pass.
Fault = Callable[[str, str], Answer | WebError | None]


def stamp(at: int) -> str:
    """FHIR's text of a time in ms UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer(status: int, body: object = None, headers: Mapping[str, str] | None = None, at: int | None = None) -> Answer:
    """What a server answers."""
    content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
    return Answer(status, dict(headers or {}), content, at, 0.01)


def outcome(code: str, diagnostics: str = "") -> Resource:
    """An OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [{"code": code, "diagnostics": diagnostics}]}


class SmallServer:
    """Keeps resources by type and id; ``now`` is its clock (ms UTC), which stamps what is put."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.date_off = 0  # ms by which the Date header differs from its clock
        self.resources: dict[tuple[str, str], Resource] = {}
        self.asked: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.fault: Fault | None = None
        self.unknown: set[str] = set()  # types that it does not know
        self.page = 10_000
        self.batches = True
        self.totals = True
        self.etags = False

    def put(self, resource: Resource) -> Resource:
        """Stores a resource as its next version."""
        key = (resource["resourceType"], resource["id"])
        before = self.resources.get(key)
        version = int(before["meta"]["versionId"]) + 1 if before else 1
        meta = {**resource.get("meta", {}), "versionId": str(version), "lastUpdated": stamp(self.now)}
        self.resources[key] = {**resource, "meta": meta}
        return self.resources[key]

    def searches(self, kind: str) -> list[str]:
        """The queries of the searches for one type that were asked for by themselves."""
        return [url for method, url in self.asked if method == "GET" and urlsplit(url).path.endswith(f"/fhir/{kind}")]

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] = {}, content: bytes | None = None,
        deadline: float | None = None, most: int | None = None,
    ) -> Answer:  # fmt: skip
        """See :class:`iomt_tui.backends.fhir.client.Asks`."""
        await asyncio.sleep(0)
        self.asked.append((method, url))
        self.headers.append(headers)
        fault = self.fault(method, url) if self.fault else None
        if isinstance(fault, WebError):
            raise fault
        found = fault if fault is not None else self._serve(method, url, headers, content)
        at = self.now + self.date_off
        date = format_datetime(datetime.fromtimestamp(at // 1000, UTC), usegmt=True)
        return found._replace(server_time=at // 1000 * 1000, headers={"date": date, **found.headers})

    async def close(self) -> None:
        """Nothing is open."""

    def _serve(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        parts = urlsplit(url)
        path = parts.path.removeprefix("/fhir").strip("/")
        query = parse_qsl(parts.query, keep_blank_values=True)
        if method == "POST" and not path:
            return self._batch(orjson.loads(content or b"{}"))
        if method == "POST" and path.endswith("/_search"):
            return self._search(path.removesuffix("/_search"), parse_qsl((content or b"").decode()))
        if method == "PUT":
            return answer(200, self.put(orjson.loads(content or b"{}")))
        if path == "metadata":
            return answer(200, {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"})
        if "/" in path:
            return self._read(path, headers)
        return self._search(path, query)

    def _read(self, path: str, headers: Mapping[str, str]) -> Answer:
        kind, _, name = path.partition("/")
        found = self.resources.get((kind, name))
        if found is None:
            return answer(404, outcome("not-found", f"{path} of Mrs Secret"))
        etag = f'W/"{found["meta"]["versionId"]}"'
        if self.etags and headers.get("If-None-Match") == etag:
            return answer(304, headers={"etag": etag})
        return answer(200, found, {"etag": etag} if self.etags else {})

    def _batch(self, bundle: Resource) -> Answer:
        if not self.batches:
            return answer(400, outcome("not-supported"))
        entries = []
        for entry in bundle["entry"]:
            kind, _, query = entry["request"]["url"].partition("?")
            one = self._search(kind, parse_qsl(query))
            entries.append({"response": {"status": f"{one.status} x"}, "resource": orjson.loads(one.body)})
        return answer(200, {"resourceType": "Bundle", "type": "batch-response", "entry": entries})

    def _search(self, kind: str, query: list[tuple[str, str]]) -> Answer:
        if kind in self.unknown:
            return answer(404, outcome("not-supported", "Mrs Secret"))
        found = [one for (name, _), one in self.resources.items() if name == kind]
        for name, value in query:
            found = [one for one in found if _matches(one, name, value)]
        told = dict(query)
        if told.get("_summary") == "count":
            return answer(200, {"resourceType": "Bundle", "type": "searchset", "total": len(found)})
        start, size = int(told.get("_offset", 0)), min(self.page, int(told.get("_count", 10_000)))
        bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "entry": [
            {"fullUrl": f"{BASE}/{kind}/{one['id']}", "resource": one} for one in found[start : start + size]
        ]}  # fmt: skip
        if self.totals:
            bundle["total"] = len(found)
        if start + size < len(found):
            rest = "&".join(f"{n}={v}" for n, v in query if n != "_offset")
            bundle["link"] = [{"relation": "next", "url": f"{BASE}/{kind}?{rest}&_offset={start + size}"}]
        return answer(200, bundle)


def _matches(one: Resource, name: str, value: str) -> bool:
    values = value.split(",")
    if name == "_id":
        return one["id"] in values
    if name == "patient":
        about = one.get("subject") or one.get("patient") or {}
        return about.get("reference") in values
    if name == "status":
        return one.get("status") in values
    if name == "location":
        return any(place["location"]["reference"] in values for place in one.get("location", []))
    if name == "partof":
        return one.get("partOf", {}).get("reference") in values
    if name == "source":
        return one.get("source", {}).get("reference") in values
    if name == "_lastUpdated":
        return _compares(one["meta"]["lastUpdated"], value)
    if name == "date":
        return _compares(one["effectiveDateTime"], value)
    return True


def _compares(text: str, value: str) -> bool:
    at, bound = moment(text).at, moment(value[2:]).at
    return {"ge": at >= bound, "lt": at < bound}[value[:2]]


def patient(name: str, *, test: bool = False) -> Resource:
    """A patient."""
    one: Resource = {"resourceType": "Patient", "id": name, "name": [{"family": name.upper()}]}
    return one | ({"meta": {"security": [{"code": "HTEST"}]}} if test else {})


def stay(name: str, who: str, bed: str, status: str = "in-progress") -> Resource:
    """An encounter of a patient in a bed."""
    return {
        "resourceType": "Encounter", "id": name, "status": status, "class": {"code": "IMP"},
        "subject": {"reference": f"Patient/{who}"},
        "location": [{"location": {"reference": f"Location/{bed}"}, "status": "active"}],
    }  # fmt: skip


def place(name: str, within: str = "", *, bed: bool = False) -> Resource:
    """A place."""
    one: Resource = {"resourceType": "Location", "id": name, "name": name.upper()}
    one |= {"physicalType": {"coding": [{"code": "bd"}]}} if bed else {}
    return one | ({"partOf": {"reference": f"Location/{within}"}} if within else {})


def heart_rate(name: str, who: str, at: int, value: float = 72) -> Resource:
    """A heart rate."""
    return {
        "resourceType": "Observation", "id": name, "status": "final", "effectiveDateTime": stamp(at),
        "subject": {"reference": f"Patient/{who}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "valueQuantity": {"value": value, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
    }  # fmt: skip


def small_ward(server: SmallServer, patients: Iterable[str] = ("p1", "p2")) -> None:
    """A ward ``w`` with a bay, a bed for each patient, and their stays."""
    server.put(place("w"))
    server.put(place("bay", "w"))
    for name in patients:
        server.put(place(f"bed-{name}", "bay", bed=True))
        server.put(patient(name))
        server.put(stay(f"e-{name}", name, f"bed-{name}"))
