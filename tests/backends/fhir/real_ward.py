"""A ward on a real server, and the source that watches it, for tests."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
from small_server import heart_rate, place, stay

from iomt_tui.backends.fhir.source import FhirSource
from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.backends.fhir.tools import Opened, Tools, real_tools
from iomt_tui.security.secrets import Secrets
from iomt_tui.security.sign_in.session import session_for
from iomt_tui.security.web import Transport, Web

FHIR = {"Accept": "application/fhir+json", "Content-Type": "application/fhir+json"}
PATIENCE = 60.0  # s until something that must happen has happened; the machine may be busy


class RealWard:
    """Two patients in two beds of a ward of their own, on a server that others use, too."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url
        self.tag = uuid.uuid4().hex[:10]
        headers = FHIR | ({"Authorization": f"Bearer {token}"} if token else {})
        self.http = httpx.Client(base_url=f"{url}/", headers=headers, timeout=60)
        self.begin = int(time.time() * 1000)
        self.count = 0
        self.ward = self.put(place("w"))
        self.put(place("bay", "w"))
        self.put(place("bed-p3", "bay", bed=True))
        self.patients = [self.admit(name) for name in ("p1", "p2")]

    def name(self, name: str) -> str:
        """A name on the server that no other test has; servers choose ids as they like, and the client names them."""
        return f"{name}-{self.tag}"

    def put(self, resource: dict[str, Any]) -> str:
        """Stores a resource of which every id and reference is this ward's own."""
        own = self._own(resource)
        answer = self.http.put(f"{own['resourceType']}/{own['id']}", json=own)
        assert answer.status_code < 300, answer.text
        return str(own["id"])

    def admit(self, name: str) -> str:
        """A new patient in a new bed."""
        self.put(place(f"bed-{name}", "bay", bed=True))
        patient = self.put({"resourceType": "Patient", "id": name, "name": [{"family": name}]})
        self.put(stay(f"e-{name}", name, f"bed-{name}"))
        return patient

    def measure(self, name: str = "p1", at: int | None = None) -> int:
        """A heart rate; each has another value, so that none is missed or counted twice unnoticed."""
        self.count += 1
        when = self.begin + self.count * 10 if at is None else at
        self.put(heart_rate(f"o{self.count}", name, when, 40 + self.count / 10))
        return self.count

    def past(self, many: int) -> None:
        """Heart rates of the last hours, in batches."""
        entries = []
        for _ in range(many):
            self.count += 1
            at = self.begin - self.count * 60_000
            one = self._own(heart_rate(f"o{self.count}", "p1", at, 40 + self.count / 10))
            entries.append({"request": {"method": "PUT", "url": f"Observation/{one['id']}"}, "resource": one})
        answer = self.http.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
        assert answer.status_code < 300, answer.text

    def close(self) -> None:
        self.http.close()

    def _own(self, part: Any) -> Any:
        if isinstance(part, dict):
            own = {key: self._own(value) for key, value in part.items()}
            if isinstance(part.get("reference"), str):
                own["reference"] = self.name(part["reference"])
            if "resourceType" in part:
                own["id"] = self.name(part["id"])
            return own
        return [self._own(one) for one in part] if isinstance(part, list) else part


def quick_tools() -> Tools:
    """The real ones, less patient: a request may take 5 s, and a pause 1."""
    real = real_tools("test")

    def open_quickly(spec: FhirSpec) -> Opened:
        web = Web(Transport(deadline=5.0))
        session = session_for(
            auth=spec.auth, name=spec.name, base=spec.url, web=web, secrets=Secrets(environ={}),
            client_id=spec.client_id,
        )  # fmt: skip
        return Opened(web, session, web.close)

    async def wait(event: asyncio.Event, seconds: float) -> None:
        await real.wait(event, min(seconds, 1.0))

    return replace(real, open=open_quickly, wait=wait)


class Watched:
    """A source on a ward, and everything it said."""

    def __init__(self, ward: RealWard, url: str, **more: Any) -> None:
        base = FhirSpec(name="real", url=url, ward=f"Location/{ward.ward}", poll_least=0.3, poll_most=1.0)
        start = int(time.time() * 1000)
        self.source = FhirSource(replace(base, **more), "W", "UTC", start, "", quick_tools())
        self.said = [(kind, body) for _, kind, body in self.source.begin()]

    def until(self, there: Callable[[], object]) -> None:
        """Takes what the source says until ``there``. Fails after a minute, with how the line stands."""
        end = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < end, (self.links[-1], self.source.problems)
            time.sleep(0.02)  # between two looks, as the engine does
            self.said += [(kind, body) for _, kind, body in self.source.poll(int(time.time() * 1000))]

    @property
    def links(self) -> list[dict[str, Any]]:
        return [body for kind, body in self.said if kind == "link"]

    @property
    def state(self) -> str:
        return str(self.links[-1]["state"])

    @property
    def text(self) -> str:
        return str(self.links[-1]["text"])

    def bodies(self, kind: str) -> list[Any]:
        return [body for one, body in self.said if one == kind]

    @property
    def values(self) -> list[float]:
        """Every heart rate that came, in order of size."""
        past = [reading for piece in self.bodies("history") for reading in piece]
        return sorted(one.values["hr"] for one in [*past, *self.bodies("obs")])
