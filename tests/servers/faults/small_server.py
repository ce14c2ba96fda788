"""A FHIR server as small as one can be, for the proxy's own tests; it tells what really reached it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

WHEN: Final = "Fri, 02 Jan 2026 10:00:00 GMT"
BUNDLE: Final = {
    "resourceType": "Bundle",
    "meta": {"lastUpdated": "2026-01-02T10:00:00.500Z"},
    "type": "searchset",
    "link": [{"relation": "self", "url": "http://here/Patient"}, {"relation": "next", "url": "http://here/2"}],
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "a", "meta": {"lastUpdated": "2026-01-01T23:30:00+00:00"}}},
        {"resource": {"resourceType": "Patient", "id": "é", "birthDate": "1950-01-01"}},
    ],
}
BIG: Final = 20_000_000  # bytes: more than the loopback interface holds in flight


class SmallServer(ThreadingHTTPServer):
    """Answers every GET with the Bundle, ``/fhir/big`` with BIG bytes, and a write with its own body."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.counts = False  # an ETag with the number of the request
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []  # method, path, headers, body

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/fhir/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: SmallServer

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append((self.command, self.path, headers, body))
        if self.path.endswith("/big"):
            self._answer(b" " * BIG)
        else:
            self._answer(body or json.dumps(BUNDLE, ensure_ascii=False).encode())

    do_PUT = do_POST = do_HEAD = do_GET  # noqa: N815

    def _answer(self, body: bytes) -> None:
        self.send_response_only(200)
        self.send_header("Date", WHEN)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        if self.server.counts:
            self.send_header("ETag", f'W/"{len(self.server.got)}"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def small_server() -> Iterator[SmallServer]:
    """One that runs until the block ends."""
    with SmallServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
