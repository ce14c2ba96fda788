"""Answers too big to be taken in, made while they are sent: the proxy never holds more than a block of them."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Final

from .exchange import Exchange
from .fault import Fault

MEGABYTE: Final = 1_000_000
JSON: Final = (b"Content-Type", b"application/fhir+json; charset=utf-8")
HEAD: Final = b'{"resourceType":"Bundle","id":"huge","type":"searchset","entry":['
TAIL: Final = b"]}"
ENTRY: Final = (
    b'{"fullUrl":"Observation/huge-%09d","resource":{"resourceType":"Observation","id":"huge-%09d","status":"final",'
    b'"code":{"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"}]},'
    b'"subject":{"reference":"Patient/huge"},"effectiveDateTime":"2026-01-01T00:00:00Z","valueQuantity":'
    b'{"value":72,"unit":"beats/minute","system":"http://unitsofmeasure.org","code":"/min"}},"search":{"mode":"match"}}'
)
PER_BLOCK: Final = 100


@dataclass(frozen=True)
class HugeBundle(Fault):
    """A Bundle of heart rates of at least that many megabytes, valid to its end.

    Chunked, so that its size is no more than a surprise; ``tells_length`` announces it by Content-Length.
    """

    megabytes: float = 200
    tells_length: bool = False

    async def serve(self, exchange: Exchange) -> None:
        length = (b"Content-Length", b"%d" % self.length)
        await exchange.stream([JSON, length] if self.tells_length else [JSON], _yielding(self._blocks()))

    @property
    def length(self) -> int:
        """Bytes of the body."""
        return len(HEAD) + self._entries * (len(ENTRY % (0, 0)) + 1) - 1 + len(TAIL)

    @property
    def _entries(self) -> int:
        return 1 + int(self.megabytes * MEGABYTE) // (len(ENTRY % (0, 0)) + 1)

    def _blocks(self) -> Iterator[bytes]:
        yield HEAD
        for start in range(0, self._entries, PER_BLOCK):
            numbers = range(start, min(start + PER_BLOCK, self._entries))
            yield (b"," if start else b"") + b",".join(ENTRY % (number, number) for number in numbers)
        yield TAIL


@dataclass(frozen=True)
class GzipBomb(Fault):
    """``Content-Encoding: gzip``, a thousandth of its size on the wire: an empty Bundle with as much white space."""

    megabytes: int = 1000

    async def serve(self, exchange: Exchange) -> None:
        await exchange.stream([JSON, (b"Content-Encoding", b"gzip")], _yielding(self._blocks()))

    def _blocks(self) -> Iterator[bytes]:
        packer = zlib.compressobj(level=9, wbits=zlib.MAX_WBITS | 16)  # 16: with gzip's header and trailer
        yield packer.compress(HEAD)
        for _ in range(self.megabytes):
            yield packer.compress(b" " * MEGABYTE)
        yield packer.compress(TAIL) + packer.flush()


async def _yielding(blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The blocks that are not empty; between two the proxy's other connections get their turn."""
    for block in blocks:
        await asyncio.sleep(0)
        if block:
            yield block
