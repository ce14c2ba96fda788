"""A proxy between a client and a FHIR server that does what networks, middleboxes and servers do on bad days.

with FaultProxy("http://127.0.0.1:8080/fhir") as proxy:
    proxy.set(Status(412), when=lambda method, path: method == "PUT", times=1)
    ...  # a client at proxy.url
    proxy.clear()
"""

from __future__ import annotations

from .answers import Html, RedirectTo, Status
from .fault import Fault
from .floods import GzipBomb, HugeBundle
from .network import Drip, HalfOpen, Latency, RefuseConnections, Reset, Truncated, WrongLength
from .plan import Rule, Seen, When
from .proxy import FaultProxy
from .rewrites import ClockOff, DuplicatedAnswer, DuplicatedRequest, NextLinkTo

__all__ = [
    "ClockOff",
    "Drip",
    "DuplicatedAnswer",
    "DuplicatedRequest",
    "Fault",
    "FaultProxy",
    "GzipBomb",
    "HalfOpen",
    "Html",
    "HugeBundle",
    "Latency",
    "NextLinkTo",
    "RedirectTo",
    "RefuseConnections",
    "Reset",
    "Rule",
    "Seen",
    "Status",
    "Truncated",
    "When",
    "WrongLength",
]
