"""Attempts at real servers and real programs: what is delivered, what is not and why, and what leaks nowhere."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from receivers import Behaviour, Receiver, drip, flood, hang_up, never, receiver, status

from iomt_tui.alarms.model import Ref
from iomt_tui.alarms.notification import Errand
from iomt_tui.engine.sending import command, webhook
from iomt_tui.engine.sending.chain import COMMAND, WEBHOOK, Step
from iomt_tui.engine.sending.sender import Result, ThreadSender
from iomt_tui.security.text import safe_text

CANARY = b'{"patient":"CANARY"}'
posix = pytest.mark.skipif(os.name != "posix", reason="programs and modes of POSIX")


def hook(url: str, **more: object) -> Step:
    return Step(**{"level": 1, "to": WEBHOOK, "name": "hook", "url": url, "timeout": 5.0, **more})  # type: ignore[arg-type]


def posted(step: Step) -> str:
    return asyncio.run(webhook.attempt(step, CANARY, "key-1"))


@pytest.mark.parametrize(
    ("behave", "timeout", "why"),
    [
        (status("200 OK"), 5.0, ""),
        (status("204 No Content"), 5.0, ""),
        (flood, 5.0, ""),
        (status("500 Oops CANARY"), 5.0, "refused with HTTP 500"),
        (status("401 No"), 5.0, "refused with HTTP 401"),
        (never, 0.3, "timed out"),
        (drip, 0.3, "timed out"),
        (hang_up, 5.0, "connection broke off"),
        (status("garbage"), 5.0, "connection broke off"),
    ],
)
def test_a_webhook(behave: Behaviour, timeout: float, why: str) -> None:
    with receiver(behave) as server:
        assert posted(hook(server.url, timeout=timeout)) == why
        (request,) = server.requests
    assert request.startswith(b"POST /alarm HTTP/1.1\r\n")
    assert request.endswith(CANARY) and b"Idempotency-Key: key-1" in request


def test_a_redirect_is_not_followed_and_takes_no_token_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_TOKEN", "s3cret")
    with receiver(status("200 OK")) as other, receiver(status("307 Go", f"Location: {other.url}\r\n")) as server:
        assert posted(hook(server.url, token_env="HOOK_TOKEN")) == "redirected (HTTP 307), which is not followed"
        assert b"Authorization: Bearer s3cret" in server.requests[0]
        assert other.requests == []


def test_nobody_is_there() -> None:
    server = Receiver(never)
    server.close()
    assert posted(hook(server.url)) == "connection refused"


def test_no_proxy_of_the_environment_sees_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver(status("200 OK")) as proxy, receiver(status("200 OK")) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        assert posted(hook(server.url)) == ""
        assert proxy.requests == []


def test_garbage_instead_of_tls() -> None:
    with receiver(status("200 OK")) as server:
        assert posted(hook(server.url.replace("http:", "https:"))) == "no TLS connection"
        assert server.requests == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    file = tmp_path / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", file],
        check=True, capture_output=True,
    )  # fmt: skip
    return file


class TlsReceiver(Receiver):
    """The same behind TLS."""

    def __init__(self, certificate: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        super().__init__(status("200 OK"))

    def _one(self, client: object) -> None:
        try:
            secure = self._context.wrap_socket(client, server_side=True)  # type: ignore[arg-type]
        except (OSError, ssl.SSLError):
            return
        super()._one(secure)


def test_only_a_trusted_certificate_gets_the_alarm(certificate: Path) -> None:
    server = TlsReceiver(certificate)
    url = server.url.replace("http:", "https:")
    try:
        assert posted(hook(url)) == "certificate not trusted"
        assert server.requests == []
        assert posted(hook(url, ca_file=str(certificate))) == ""
        assert len(server.requests) == 1
    finally:
        server.close()


@posix
def test_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n")
    file.chmod(0o600)
    with receiver(status("200 OK")) as server:
        assert posted(hook(server.url, token_file=str(file))) == ""
        assert b"Authorization: Bearer from-file\r\n" in server.requests.pop()
        file.chmod(0o640)
        assert posted(hook(server.url, token_file=str(file))) == "others can read the token file; its mode must be 0600"
        file.unlink()
        assert posted(hook(server.url, token_file=str(file))).startswith("the token file cannot be read")
        monkeypatch.delenv("NO_SUCH", raising=False)
        assert posted(hook(server.url, token_env="NO_SUCH")) == "the variable NO_SUCH is not set"
        monkeypatch.setenv("BAD", "a\r\nX: y")
        assert posted(hook(server.url, token_env="BAD")) == "the token is not one line of printable characters"
        assert server.requests == [], "without its token nothing is sent"


# Programs.


def program(tmp_path: Path, body: str, **more: object) -> Step:
    """A Python program of these lines, as a step."""
    file = tmp_path / "page.py"
    file.write_text(f"#!{sys.executable} -I\nimport os, sys, time\n{body}\n")
    file.chmod(0o700)
    return Step(**{"level": 1, "to": COMMAND, "name": "page", "command": (str(file), "ward"), "timeout": 10.0, **more})  # type: ignore[arg-type]


def ran(step: Step) -> str:
    return asyncio.run(command.attempt(step, CANARY, "key-1"))


@posix
def test_a_program_gets_the_alarm_on_its_standard_input_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    out = tmp_path / "seen"
    step = program(
        tmp_path,
        f"open({str(out)!r}, 'w').write(repr((sys.stdin.read(), sys.argv[1:], sorted(os.environ), os.getcwd())))",
    )
    assert ran(step) == ""
    text, argv, names, where = eval(out.read_text())  # written by the program above
    assert (text, argv, where) == (CANARY.decode(), ["ward"], "/")
    assert set(names) <= {"PATH", "LANG", "LC_CTYPE"}


@posix
@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.exit(0)", ""),
        ("sys.exit(1)", "ended with 1"),
        ("sys.stderr.write('no line\\x1b]0;x\\x07 free\\nCANARY'); sys.exit(3)", "ended with 3: no line�]0;x� free"),
        ("sys.stdout.write('x' * 5_000_000); sys.stderr.write('y' * 5_000_000)", ""),
        ("os.kill(os.getpid(), 9)", "killed by signal 9"),
        ("os.close(0); time.sleep(0.05)", ""),
    ],
)
def test_a_program(tmp_path: Path, body: str, why: str) -> None:
    assert ran(program(tmp_path, body)) == why


@posix
def test_a_program_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    body = f"child = os.fork()\nif child: open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child}}')\ntime.sleep(600)"
    assert ran(program(tmp_path, body, timeout=2.0)) == "timed out"
    for pid in pids.read_text().split():
        for _ in range(500):
            stat = Path(f"/proc/{pid}/stat")
            if not stat.exists() or stat.read_text().split()[2] in "ZX":
                break
            threading.Event().wait(0.01)
        else:
            pytest.fail("it still runs")


@posix
def test_a_program_that_leaves_something_running_counts_as_done(tmp_path: Path) -> None:
    body = "if os.fork() == 0:\n    os.setsid()\n    time.sleep(20)"
    assert ran(program(tmp_path, body, timeout=10.0)) == ""


@posix
def test_programs_that_are_none(tmp_path: Path) -> None:
    step = program(tmp_path, "")
    Path(step.command[0]).chmod(0o600)
    assert ran(step) == "the program is not executable"
    Path(step.command[0]).unlink()
    assert ran(step) == "the program is not there"


# The thread.


def errand(number: int, step: str = "hook") -> Errand:
    return Errand(Ref("p", "hr", "low", number, 1), 1, safe_text(step))


def test_nothing_that_hangs_holds_up_the_hand_over_or_another_step() -> None:
    answered = threading.Event()

    def later(client: object, body: bytes) -> None:
        answered.wait(30)
        status("200 OK")(client, body)  # type: ignore[arg-type]

    sender = ThreadSender()
    with receiver(later) as slow, receiver(status("200 OK")) as quick:
        for number in range(20):
            sender.submit(errand(number), hook(slow.url, timeout=30.0), CANARY, "k")
        sender.submit(errand(99, "quick"), hook(quick.url, name="quick"), CANARY, "k")
        results = wait_for(sender, 1)
        assert [(r.errand.step, r.why) for r in results] == [("quick", "")], "the slow ones have not answered yet"
        answered.set()
        results = wait_for(sender, 20)
        assert sorted(r.errand.ref.episode for r in results) == list(range(20))
        assert {r.why for r in results} == {""}
    sender.close()


def wait_for(sender: ThreadSender, count: int) -> list[Result]:
    results: list[Result] = []
    pause = threading.Event()
    for _ in range(1_000):
        results += sender.collect()
        if len(results) >= count:
            break
        pause.wait(0.02)
    return results


def test_the_end_breaks_off_what_is_under_way() -> None:
    sender = ThreadSender()
    with receiver(never) as server:
        sender.submit(errand(1), hook(server.url, timeout=30.0), CANARY, "k")
        for _ in range(1_000):
            if server.requests:
                break
            threading.Event().wait(0.01)
        sender.close()
    assert sender.collect() == []
    assert not any(thread.name == "sending" for thread in threading.enumerate())


def test_no_word_about_a_patient_or_an_address_is_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    sender = ThreadSender()
    with receiver(status("500 CANARY")) as server:
        sender.submit(errand(1), hook(server.url + "?k=CANARY"), CANARY, "k")
        (result,) = wait_for(sender, 1)
    sender.close()
    said = capfd.readouterr()
    assert "CANARY" not in caplog.text + said.out + said.err + str(result)
    assert str(server.port) not in caplog.text
