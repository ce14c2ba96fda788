"""``doctor`` on the escalation chain: what is missing is seen, and a TEST alarm goes through it when asked for."""

from __future__ import annotations

import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import orjson
import pytest

from iomt_tui.cli.diagnosis.escalation import escalation_checks
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.main import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="programs and modes of POSIX")


@pytest.fixture
def posted() -> Iterator[tuple[str, list[bytes]]]:
    got: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path == "/ok" else 500)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing on stderr."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


def written(text: str) -> Path:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def found(path: Path, *, send: bool = False) -> list[tuple[str, str]]:
    return [(check.status, check.text) for check in escalation_checks(path, send=send)]


def test_screens_only_is_worth_a_warning(tmp_path: Path) -> None:
    statuses = [status for status, _ in found(tmp_path / "none.toml")]
    assert statuses == ["warn", "ok", "ok"]


def test_what_is_missing_is_seen_without_sending(posted: tuple[str, list[bytes]], tmp_path: Path) -> None:
    url, got = posted
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    token.chmod(0o644)
    path = written(
        f'[[escalation]]\nlevel = 1\nto = "webhook"\nurl = "{url}/ok"\ntoken_file = "{token}"\n'
        f'[[escalation]]\nlevel = 2\nto = "command"\ncommand = ["{tmp_path}/no"]\n'
        f'[[escalation]]\nlevel = 2\nto = "command"\ncommand = ["{sys.executable}"]\n'
        '[[escalation]]\nlevel = 9\nto = "screen"\n'
    )
    told = found(path)
    assert [status for status, _ in told] == ["fail", "fail", "fail", "ok"]
    assert "line 15 of the configuration" in told[0][1]
    assert "mode must be 0600" in told[1][1]
    assert "not there or not executable" in told[2][1]
    token.chmod(0o600)
    assert found(path)[1] == ("ok", "level 1, webhook: posts to 127.0.0.1 with a bearer token")
    assert got == []
    assert "s3cret" not in str(found(path))


def test_a_test_alarm_goes_through_every_step_and_says_that_it_is_one(
    posted: tuple[str, list[bytes]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, got = posted
    out = tmp_path / "got"
    script = tmp_path / "page.py"
    script.write_text(f"#!{sys.executable}\nimport sys\nopen({str(out)!r}, 'w').write(sys.stdin.read())\n")
    script.chmod(0o700)
    path = written(
        f'[[escalation]]\nlevel = 1\nto = "webhook"\nurl = "{url}/ok"\n'
        f'[[escalation]]\nlevel = 2\nto = "webhook"\nurl = "{url}/broken"\n'
        f'[[escalation]]\nlevel = 3\nto = "command"\ncommand = ["{script}"]\n'
    )
    told = [each for each in found(path, send=True) if "TEST" in each[1]]
    assert [status for status, _ in told] == ["ok", "fail", "ok"]
    assert "refused with HTTP 500" in told[1][1]
    schema = json_schema("escalation")
    for body in (*got, out.read_bytes()):
        document = orjson.loads(body)
        jsonschema.validate(document, schema)
        assert (document["watermark"], document["patient"]["bed"]) == ("TEST", "TEST")
    assert main(["doctor", "--send-test"]) == 1
    assert len(got) == 4
    assert "the TEST alarm was not delivered" in capsys.readouterr().out
