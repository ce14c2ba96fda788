"""What published resources are called, and how they say that nobody real is meant."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from iomt_tui.backends.fhir.exchange import DEMO
from iomt_tui.backends.fhir.writing.ids import legal
from iomt_tui.backends.fhir.writing.pieces import coding, dicts, inside
from iomt_tui.backends.fhir.writing.server import Resource
from iomt_tui.ward.events import Reading

PREFIX: Final = "iomt-demo-"
#: v3-ActReason: test data, about nobody.
REASONS: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
HTEST: Final = "HTEST"
_NAMED: Final = ("id", "patient", "device", "order", "replaces")


class Names:
    """The names of one published ward; each seed has its own, so that two lie side by side on a server."""

    def __init__(self, seed: int) -> None:
        self.ward = f"ward-{seed}"
        self.prefix = f"{PREFIX}{seed}-"

    def id(self, *parts: str) -> str:
        """The id of a resource: readable where FHIR allows it, else a digest."""
        plain = self.prefix + "-".join(parts)
        return plain if legal(plain) else self.digest(*parts)

    def digest(self, *parts: str) -> str:
        """An id that follows from what it is about, and from nothing else."""
        whole = "".join(f"{len(part)}:{part}" for part in parts)
        return self.prefix + hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def renamed(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A body of the log with the ids that patients, devices, orders and records have on the server."""
        new = {key: self._own(value) if key in _NAMED else value for key, value in body.items()}
        if "fills" in new:
            new["fills"] = [[self._own(fill), *rest] for fill, *rest in new["fills"]]
        return new

    def reading(self, reading: Reading) -> Reading:
        """The same for a reading."""
        return reading._replace(patient=self.id(reading.patient), device=self.id(reading.device))

    def labelled(self, resource: Resource) -> Resource:
        """The resource marked as test data of this ward."""
        meta = resource.get("meta") or {}
        tags = [*dicts(meta.get("tag")), coding(DEMO, self.ward)]
        return resource | {"meta": meta | {"security": [coding(REASONS, HTEST, "test health data")], "tag": tags}}

    def _own(self, value: Any) -> Any:
        return self.id(value) if isinstance(value, str) and value else value


def ours(resource: Resource, ward: str = "") -> bool:
    """Whether a resource was published by this program (of that ``ward``, else of any), by its id and its tag."""
    tags = {one.get("code") for one in dicts(inside(resource, "meta", "tag")) if one.get("system") == DEMO}
    return str(resource.get("id") or "").startswith(PREFIX) and (ward in tags if ward else bool(tags))


def is_test(resource: Resource) -> bool:
    """Whether it says that it is about nobody."""
    return any(one.get("code") == HTEST for one in dicts(inside(resource, "meta", "security")))


def pointer(kind: str, id_: str, display: str = "") -> Resource:
    """A reference to a published resource."""
    return {"reference": f"{kind}/{id_}"} | ({"display": display} if display else {})
