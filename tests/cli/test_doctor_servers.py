"""``doctor`` asks each configured FHIR server what it is, without a patient, a secret or more than five seconds."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from iomt_tui.cli.diagnosis import servers
from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.diagnosis.servers import server_checks

STATEMENT: dict[str, Any] = {
    "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "software": {"name": "Lab FHIR"},
    "rest": [{"resource": [{"type": "Task", "interaction": [{"code": "update"}]},
                           {"type": "Provenance", "interaction": [{"code": "update"}]},
                           {"type": "Communication", "interaction": [{"code": "read"}]}]}],
}  # fmt: skip


class Lab(ThreadingHTTPServer):
    """A server on loopback that answers with ``body``; with none, not before it is let go."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.body: bytes | None = orjson.dumps(STATEMENT)
        self.date = ""
        self.asked: list[tuple[str, str]] = []
        self.go = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/fhir"


class _Handler(BaseHTTPRequestHandler):
    server: Lab

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization", "")))
        if self.server.body is None:
            self.server.go.wait(20)
            return
        self.send_response_only(200)
        if self.server.date:
            self.send_header("Date", self.server.date)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def lab() -> Iterator[Lab]:
    there = Lab()
    thread = threading.Thread(target=there.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield there
    there.go.set()
    there.shutdown()
    thread.join()
    there.server_close()


def looked(lab: Lab, more: str = "") -> list[Check]:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[servers.lab]\nurl = "{lab.url}"\nward = "Location/1"\n{more}', "utf-8")
    return list(server_checks(path))


def told(found: list[Check]) -> list[tuple[str, str]]:
    assert {check.topic for check in found} <= {"server lab"}
    return [(check.status, check.text) for check in found]


def test_a_server_that_is_well(lab: Lab) -> None:
    assert told(looked(lab, 'write = ["ack"]\n')) == [
        ("ok", "answers, no TLS, on this machine, FHIR 4.0.1, Lab FHIR"), ("ok", "no sign-in is configured"),
    ]  # fmt: skip
    assert lab.asked == [("/fhir/metadata", "")]


def test_what_it_does_not_take_is_told_before_anybody_writes(lab: Lab) -> None:
    found = told(looked(lab, 'write = ["ack", "note", "dose"]\n'))
    assert ("fail", "does not take Communication, which writing 'note' needs") in found
    assert ("warn", "does not say that it takes MedicationAdministration, which writing 'dose' needs") in found


def test_a_server_that_tells_nothing_of_what_it_takes_is_not_accused(lab: Lab) -> None:
    lab.body = orjson.dumps(STATEMENT | {"rest": [{"resource": [{"type": "Task"}]}]})
    assert all(status == "ok" for status, _ in told(looked(lab, 'write = ["ack", "note"]\n')))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"fhirVersion": "5.0.0"}', "speaks FHIR 5.0.0; R4 (4.0.x) is needed"),
        (b"<html>Please sign in</html>", "a web page instead of data"),
        (b"[]", "not with a CapabilityStatement"),
        (b'{"fhirVersion": "4.0.1", "rest": [7, {"resource": {"type": 1}}], "software": 3}', "answers, no TLS"),
        (b'{"fhirVersion": "4.0.1", "rest": 5}', "answers, no TLS"),
        (b'{"fhirVersion": 4, "rest": null}', "speaks FHIR 4"),
    ],
)
def test_a_server_that_is_something_else(lab: Lab, body: bytes, words: str) -> None:
    lab.body = body
    found = told(looked(lab, 'write = ["ack"]\n'))
    assert words in found[0][1]


def test_a_clock_that_is_off(lab: Lab) -> None:
    lab.date = "Sun, 01 Mar 2020 09:00:00 GMT"
    assert any(status == "warn" and "s behind this machine's" in text for status, text in told(looked(lab)))


def test_a_server_that_hangs_costs_its_time_alone(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.body = None
    monkeypatch.setattr(servers, "_ASKING", 0.2)
    assert told(looked(lab))[0] == ("fail", "the server did not answer in time")


def test_a_server_that_is_not_there(lab: Lab) -> None:
    url = lab.url
    gone = Lab()
    gone.server_close()
    assert url != gone.url
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[servers.lab]\nurl = "{gone.url}"\nward = "Location/1"\n', "utf-8")
    assert next(server_checks(path)).status == "fail"


def test_a_token_is_told_of_and_not_shown(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_TOKEN", "s3cr3t-token")
    found = told(looked(lab, 'auth = "bearer"\ntoken_env = "LAB_TOKEN"\n'))
    assert ("ok", "a token is kept here") in found
    assert "s3cr3t" not in repr(found)
    assert lab.asked == [("/fhir/metadata", "")]
    monkeypatch.delenv("LAB_TOKEN")
    assert ("warn", "a token is not kept here") in told(looked(lab, 'auth = "bearer"\ntoken_env = "LAB_TOKEN"\n'))


def test_without_a_configuration_no_server_is_asked(tmp_path: Path) -> None:
    assert list(server_checks(tmp_path / "none.toml")) == []
