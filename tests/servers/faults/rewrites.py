"""Faults that ask the server and change what it said, or ask it twice."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final, Literal

from .exchange import Exchange
from .fault import Fault
from .message import Answer, Headers

UPDATED: Final = re.compile(rb'("lastUpdated"\s*:\s*")([^"]+)(?=")')
DATES: Final = (b"date", b"last-modified")


class _BundleFault(Fault):
    """Changes Bundles and passes everything else on as it is.

    The JSON is written anew, so a decimal may lose zeros at its end.
    """

    async def serve(self, exchange: Exchange) -> None:
        answer = await exchange.forward(plain=True)
        try:
            bundle = json.loads(answer.body)
        except ValueError:
            bundle = None
        if isinstance(bundle, dict) and bundle.get("resourceType") == "Bundle":
            self.change(bundle)
            answer = answer.with_body(json.dumps(bundle, ensure_ascii=False).encode())
        await exchange.send(answer)

    def change(self, bundle: dict[str, Any]) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class DuplicatedAnswer(_BundleFault):
    """Every entry of a Bundle twice: the whole row of them, and again."""

    def change(self, bundle: dict[str, Any]) -> None:
        if "entry" in bundle:
            bundle["entry"] *= 2


@dataclass(frozen=True)
class NextLinkTo(_BundleFault):
    """A Bundle's next page is at ``url``, whether it had one or not: the page of another origin, say."""

    url: str

    def change(self, bundle: dict[str, Any]) -> None:
        others = [link for link in bundle.get("link", []) if link.get("relation") != "next"]
        bundle["link"] = [*others, {"relation": "next", "url": self.url}]


@dataclass(frozen=True)
class DuplicatedRequest(Fault):
    """The server is asked twice, one after the other, as by a middlebox that repeats what it thinks lost.

    ``answer`` says whose answer the client gets: of the second, a PUT with If-Match tells 412 although it was done.
    """

    answer: Literal["first", "second"] = "second"

    async def serve(self, exchange: Exchange) -> None:
        first, second = await exchange.forward(), await exchange.forward()
        await exchange.send(first if self.answer == "first" else second)


@dataclass(frozen=True)
class ClockOff(Fault):
    """The server's clock is so many hours fast: Date, Last-Modified and every ``lastUpdated`` say so.

    Clinical times stay, and so does what a ``_lastUpdated`` in the query asks for. No other byte of a body changes.
    """

    hours: float

    async def serve(self, exchange: Exchange) -> None:
        answer = await exchange.forward(plain=True)
        await exchange.send(replace(answer, headers=self._headers(answer), body=self._body(answer)))

    def _headers(self, answer: Answer) -> Headers:
        return [(name, self._date(value) if name.lower() in DATES else value) for name, value in answer.headers]

    def _date(self, value: bytes) -> bytes:
        then = parsedate_to_datetime(value.decode("ascii")) + timedelta(hours=self.hours)
        return format_datetime(then, usegmt=True).encode()

    def _body(self, answer: Answer) -> bytes:
        return UPDATED.sub(lambda found: found[1] + self._instant(found[2]), answer.body)

    def _instant(self, value: bytes) -> bytes:
        return (datetime.fromisoformat(value.decode("ascii")) + timedelta(hours=self.hours)).isoformat().encode()
