"""HAPI FHIR, the reference server: its JPA server for R4 on an H2 database in memory, with WebSocket subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .hapi_build import ENVIRONMENT, TARGET, built, java
from .process import running

START_SECONDS = 180.0  # 10 on two quiet cores
_QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # one collector thread, no second compiler
_JVM = (
    "-Xms256m",
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
def hapi(port: int = 0, strict: bool = False, heap: str = "768m", quick: bool = True) -> Iterator[Server]:
    """An empty server, built at the first use.

    ``heap`` is what it may use of the memory: 20,000 Observations want 2g, and with too little it all but stands still.
    ``quick`` to start, rather than fast for long.

    It makes an empty placeholder of what a reference names and is not there; a ``strict`` one refuses such a write,
    as HAPI does unless it is told otherwise.
    """
    setting = f"-Dreferences={'strict' if strict else 'placeholders'}"
    command = [java(), *_JVM, f"-Xmx{heap}", *(_QUICK if quick else ()), setting, "tests.hapi.Main", str(port)]
    environment = {**ENVIRONMENT, "CLASSPATH": built()}
    with running(command, cwd=TARGET, env=environment, start_seconds=START_SECONDS) as told:
        yield Server(str(told["url"]))
