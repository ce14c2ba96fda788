"""Answers that a server may call unchanged (304): a bounded memory of what it said, by URL."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final, NamedTuple

_MANY: Final = 64
_LARGEST: Final = 256 << 10  # bytes as received


class Keeping(NamedTuple):
    """What a URL gave, and the opaque tag that the server put on it."""

    etag: str
    resource: dict[str, Any]


class Kept:
    """The answers with an ETag that were used last."""

    def __init__(self) -> None:
        self._by_url: OrderedDict[str, Keeping] = OrderedDict()

    def get(self, url: str) -> Keeping | None:
        """What is kept of ``url``."""
        found = self._by_url.get(url)
        if found is not None:
            self._by_url.move_to_end(url)
        return found

    def keep(self, url: str, etag: str, resource: dict[str, Any], size: int) -> None:
        """Keeps an answer of ``size`` bytes, unless it is too large or has no tag."""
        self._by_url.pop(url, None)
        if etag and size <= _LARGEST:
            self._by_url[url] = Keeping(etag, resource)
            while len(self._by_url) > _MANY:
                self._by_url.popitem(last=False)
