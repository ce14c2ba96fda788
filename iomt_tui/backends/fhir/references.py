"""Who a reference points to (SAFETY H6): resolved exactly, or not at all."""

from __future__ import annotations

import re
from typing import Final

from iomt_tui.backends.fhir.resources import Identifier, Reference, Resource
from iomt_tui.backends.identity import identity

_TAIL: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?$")
_SEARCH: Final = re.compile(r"^([A-Z][A-Za-z]+)\?identifier=([^&]+)$")
_AMBIGUOUS: Final = ""


class Directory:
    """Log ids of resources of one type, by full URL, by relative reference and by business identifier."""

    def __init__(self, kind: str, base: str = "") -> None:
        """``kind``: a resource type such as ``Patient``; ``base``: of the one server that all of them are from, ending
        in "/", "" where several may be mixed."""
        self.kind, self._base = kind, base
        self._by_url: dict[str, str] = {}
        self._by_id: dict[str, str] = {}
        self._by_identifier: dict[str, str] = {}
        self._bare: set[str] = set()  # ids whose entries had no full URL

    def add(self, resource: Resource, full_url: str | None) -> str:
        """The log id of a resource. Two with one id but different full URLs stay two."""
        if self._base and resource.id:
            full_url = f"{self._base}{self.kind}/{resource.id}"
        raw = resource.id or (full_url or "").removeprefix("urn:uuid:")
        known = self._by_url.get(full_url or "")
        if known:
            for one in resource.identifier:
                self._claim(one, known)
            return known
        name = identity(raw)
        if resource.id and resource.id in self._by_id:
            name = identity(f"{full_url or ''}~{raw}")
            self._by_id[resource.id] = _AMBIGUOUS
        elif resource.id:
            self._by_id[resource.id] = name
        if full_url:
            self._by_url[full_url] = name
        elif resource.id:
            self._bare.add(resource.id)
        for one in resource.identifier:
            self._claim(one, name)
        return name

    def _claim(self, one: Identifier, name: str) -> None:
        if not one.value:
            return
        for key in {f"{one.system or ''}|{one.value}", one.value}:
            taken = self._by_identifier.setdefault(key, name)
            if taken != name:
                self._by_identifier[key] = _AMBIGUOUS

    def find(self, reference: Reference | None) -> str:
        """The log id that a reference points to. One that nothing was added for gets an id of its own.

        Raises ValueError, in words, when there is no reference, or it points to another type, into the resource
        itself, or to more than one.
        """
        text = reference.reference if reference else None
        if reference is not None and not text and reference.identifier and reference.identifier.value:
            return self._identified(f"{reference.identifier.system or ''}|{reference.identifier.value}")
        if not text:
            raise ValueError(f"no {self.kind.lower()} is named")
        if text.startswith("#"):
            raise ValueError(f"its {self.kind.lower()} is contained in the resource, so nobody else's")
        if text in self._by_url:
            return self._by_url[text]
        if self._base:
            text = text.removeprefix(self._base)
        if searched := _SEARCH.match(text):
            self._must_be(searched[1])
            return self._identified(searched[2].replace("%7C", "|").replace("%7c", "|"))
        return self._by_tail(text)

    def _by_tail(self, text: str) -> str:
        tail = _TAIL.search(text)
        if tail is None:
            if text.startswith(("urn:uuid:", "urn:oid:")):
                raise ValueError(f"its {self.kind.lower()} {text} is not in the data")
            raise ValueError(f"{text[:60]!r} is not a reference")
        self._must_be(tail[1])
        elsewhere = "://" in text
        if elsewhere and tail[2] not in self._bare:
            return identity(text.split("/_history/")[0])
        known = self._by_id.get(tail[2])
        if known == _AMBIGUOUS:
            raise ValueError(f"more than one {self.kind} has the id {tail[2]}")
        return known or identity(tail[2])

    def _identified(self, key: str) -> str:
        found = self._by_identifier.get(key)
        if not found:
            how = "more than one" if found == _AMBIGUOUS else "no"
            raise ValueError(f"{how} {self.kind.lower()} has the identifier {key[:60]!r}")
        return found

    def _must_be(self, kind: str) -> None:
        if kind != self.kind:
            raise ValueError(f"it is about a {kind}, not a {self.kind}")
