"""HAPI FHIR, the reference server: its JPA server for R4 on an H2 database in memory, with WebSocket subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .hapi_build import ENVIRONMENT, TARGET, built, java
from .process import running

START_SECONDS = 180.0  # 10 on two quiet cores
# Quick to start rather than fast for long: one collector thread, no second compiler.
_JVM = (
    "-Xms256m",
    "-Xmx768m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)


@dataclass(frozen=True)
class Server:
    """A FHIR R4 server; ``url`` is its base, such as ``http://127.0.0.1:40123/fhir``."""

    url: str

    @property
    def reusing(self) -> str:
        """The same server as HAPI comes: a search within 60 s of the same one finds what that one found.

        Unless it says ``Cache-Control: no-cache``, which at ``url`` every request does.
        """
        return self.url.removesuffix("/fhir") + "/reusing"

    @property
    def websocket(self) -> str:
        """Where ``bind <Subscription's id>`` is answered by ``bound <id>``, and then by ``ping <id>`` at changes."""
        return "ws" + self.url.removeprefix("http").removesuffix("/fhir") + "/websocket"


@contextmanager
def hapi(port: int = 0, strict: bool = False) -> Iterator[Server]:
    """An empty server, built at the first use.

    It makes an empty placeholder of what a reference names and is not there; a ``strict`` one refuses such a write,
    as HAPI does unless it is told otherwise.
    """
    setting = f"-Dreferences={'strict' if strict else 'placeholders'}"
    command = [java(), *_JVM, setting, "tests.hapi.Main", str(port)]
    environment = {**ENVIRONMENT, "CLASSPATH": built()}
    with running(command, cwd=TARGET, env=environment, start_seconds=START_SECONDS) as told:
        yield Server(str(told["url"]))
