"""HAPI FHIR, the reference server: its JPA server for R4 on an H2 database in memory, with WebSocket subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .hapi_build import ENVIRONMENT, TARGET, built, java
from .process import running

START_SECONDS = 180.0  # 10 on two quiet cores
# Quick to start rather than fast for long: one collector thread, no second compiler.
_JVM = ("-Xms256m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")


@dataclass(frozen=True)
class Server:
    """A FHIR R4 server; ``url`` is its base, such as ``http://127.0.0.1:40123/fhir``."""

    url: str

    @property
    def websocket(self) -> str:
        """Where ``bind <Subscription's id>`` is answered by ``bound <id>``, and then by ``ping <id>`` at changes."""
        return "ws" + self.url.removeprefix("http").removesuffix("/fhir") + "/websocket"


@contextmanager
def hapi(port: int = 0, strict: bool = False, reuse_seconds: int = 0) -> Iterator[Server]:
    """An empty server, built at the first use.

    It makes an empty placeholder of what a reference names and is not there; a ``strict`` one refuses such a write,
    as HAPI does unless it is told otherwise. ``reuse_seconds`` is how long a search is answered by what the same one
    found before; HAPI's own default is 60.
    """
    settings = [f"-Dreferences={'strict' if strict else 'placeholders'}", f"-Dreuse={reuse_seconds * 1000}"]
    command = [java(), *_JVM, *settings, "tests.hapi.Main", str(port)]
    environment = {**ENVIRONMENT, "CLASSPATH": built()}
    with running(command, cwd=TARGET, env=environment, start_seconds=START_SECONDS) as told:
        yield Server(str(told["url"]))
