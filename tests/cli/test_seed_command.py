"""``seed`` and ``demo --fhir``: the simulated ward on a real server, and never among real patients."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from servers.npm_servers import Server

from iomt_tui.cli import demo_server, screen
from iomt_tui.cli.engines import Attaching, running_engine, stop_engine
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.paths import ward_dir
from iomt_tui.cli.publishing import Progress
from iomt_tui.log.guard import ScreenPresence
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.settings import Settings

PATIENCE = 120.0  # s; the machine may be busy
QUICK = ["--hours", "0.1"]


def patients(url: str, ward: int) -> list[dict[str, Any]]:
    tag = f"https://iomt-tui.org/fhir/demo|ward-{ward}"
    answer = httpx.get(f"{url}/Patient", params={"_tag": tag}, timeout=30).json()
    return [entry["resource"] for entry in answer.get("entry", [])]


def test_it_says_how_to_open_what_it_wrote_and_takes_it_away(
    medplum_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    ward = ["seed", "--url", medplum_server.url, "--beds", "3", "--seed", "501"]
    assert main([*ward, *QUICK]) == Exit.OK
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "Location/iomt-demo-501-ward", "Group/iomt-demo-501-group", "List/iomt-demo-501-list",
        "Encounter?status=in-progress&service-provider=Organization/iomt-demo-501-org",
    ]  # fmt: skip
    assert f"iomt-tui connect --url {medplum_server.url} --ward Location/iomt-demo-501-ward" in told.err
    assert len(patients(medplum_server.url, 501)) == 3
    assert main([*ward, "--remove"]) == Exit.OK
    assert "removed" in capsys.readouterr().err
    assert patients(medplum_server.url, 501) == []


def test_it_refuses_a_server_that_holds_somebody_who_may_be_real(
    medplum_server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    httpx.put(f"{medplum_server.url}/Patient/real-1", json={"resourceType": "Patient", "id": "real-1"})
    monkeypatch.setattr("iomt_tui.backends.fhir.publishing.strangers.loopback", lambda _: False)
    assert main(["seed", "--url", medplum_server.url, "--beds", "2", "--seed", "502", *QUICK]) == Exit.SOURCE
    assert "not marked as test data" in capsys.readouterr().err
    assert patients(medplum_server.url, 502) == []


@pytest.mark.parametrize("url", ["http://fhir.example.org/r4", "https://me:secret@fhir.example.org/r4", "nothing"])
def test_an_address_that_must_not_be_written_to_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", "--url", url]) == Exit.USAGE
    error = capsys.readouterr().err
    assert error.startswith("iomt-tui: --url: ")
    assert "secret" not in error


@pytest.mark.parametrize("more", [["--read-only"], ["--every", "0s"], ["--step", "10ms"], ["--scenario", "none"]])
def test_what_makes_no_sense_is_refused(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", "--url", "http://127.0.0.1:1/fhir", *more]) == Exit.USAGE
    assert capsys.readouterr().err.count("\n") == 1


def test_a_server_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", "--url", "http://127.0.0.1:1/fhir", "--beds", "2"]) == Exit.SOURCE
    assert "refused" in capsys.readouterr().err


def test_a_token_comes_from_its_variable_and_is_shown_nowhere(
    medplum_server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ward = ["seed", "--url", medplum_server.url, "--beds", "2", "--seed", "503", "--auth", "bearer", *QUICK]
    assert main(ward) == Exit.USAGE
    assert "IOMT_TUI_TOKEN" in capsys.readouterr().err
    monkeypatch.setenv("IOMT_TUI_TOKEN", "abc.def.ghi")
    assert main(ward) == Exit.OK
    told = capsys.readouterr()
    assert "abc.def.ghi" not in told.out + told.err


def test_a_token_that_is_not_accepted_is_told(
    protected_server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOMT_TUI_TOKEN", "abc.def.ghi")
    assert main(["seed", "--url", protected_server.url, "--beds", "2", "--auth", "bearer", *QUICK]) == Exit.SOURCE
    error = capsys.readouterr().err
    assert "does not accept the token" in error
    assert "abc" not in error


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_feeds_until_it_is_ended(medplum_server: Server, end: signal.Signals) -> None:
    seed = str(510 + int(end))
    arguments = ["seed", "--url", medplum_server.url, "--beds", "2", "--seed", seed, "--feed", "--every", "1s", *QUICK]
    program = subprocess.Popen(
        [sys.executable, "-m", "iomt_tui", *arguments], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert program.stderr is not None
    try:
        lines = iter(program.stderr.readline, "")
        assert any("round 1" in line or "feeds it" in line for line in lines)
        assert any("round" in line for line in lines)
        program.send_signal(end)
        assert program.wait(PATIENCE) == Exit.OK
        assert "written in all" in program.stderr.read()
    finally:
        program.kill()
        program.wait()
        program.stderr.close()


def test_progress_is_one_line_on_a_terminal_and_a_line_now_and_then_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    on_terminal = Progress(terminal, lambda: 0.0)
    on_terminal.tell("1")
    on_terminal.tell("2")
    on_terminal.end()
    on_terminal.end()
    assert terminal.getvalue() == "\r\x1b[Kiomt-tui: 1\r\x1b[Kiomt-tui: 2\n"
    elsewhere, times = io.StringIO(), iter([0.0, 3.0, 10.0])
    other = Progress(elsewhere, lambda: next(times))
    for words in ("1", "2", "3"):
        other.tell(words)
    other.end()
    assert elsewhere.getvalue() == "iomt-tui: 1\niomt-tui: 3\n"


class Shown:
    """What would be on the screens: everything in the ward's log until somebody has a heart rate."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.entries: list[tuple[str, Any]] = []

    def live(self, attaching: Attaching, settings: Settings) -> int:
        """In place of ``show_live``."""
        self.settings = settings
        log = attaching.wait()
        reader, presence = SqliteReader(log), ScreenPresence(log)
        presence.attach()
        end, seq = time.monotonic() + PATIENCE, 0
        try:
            while not any(kind == "obs" for kind, _ in self.entries):
                if time.monotonic() > end:
                    pytest.fail(f"nothing was measured: {self.entries[-3:]}")
                for entry in reader.read(seq):
                    seq = entry.seq
                    self.entries.append((entry.kind, entry.data()))
                time.sleep(0.05)  # between two looks, as screens do
        finally:
            presence.detach()
            reader.close()
        return Exit.OK


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    there = Shown()
    monkeypatch.setattr(screen, "show_live", there.live)
    monkeypatch.setattr(demo_server, "require_screen", lambda: None)
    yield there
    stop_engine(ward_dir(demo_server.DEMO_FHIR))


@pytest.mark.skipif(os.name != "posix", reason="starts and stops engines")
def test_the_demo_goes_by_way_of_a_server_and_leaves_no_process(
    medplum_server: Server, shown: Shown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds: list[subprocess.Popen[bytes]] = []
    started = demo_server.spawn

    def spawn(*args: Any) -> subprocess.Popen[bytes]:
        feeds.append(started(*args))
        return feeds[-1]

    monkeypatch.setattr(demo_server, "spawn", spawn)
    assert main(["demo", "--fhir", medplum_server.url, "--beds", "4", "--seed", "520"]) == Exit.OK
    first = next(body for kind, body in shown.entries if kind == "ward")
    assert (first["watermark"], first["source"]) == ("DEMO", "fhir")
    people = {body["id"] for kind, body in shown.entries if kind == "patient"}
    assert people == {f"iomt-demo-520-sim-{n:04d}" for n in range(1, 5)}
    assert running_engine(ward_dir(demo_server.DEMO_FHIR)) is None
    assert [feed.returncode for feed in feeds] == [0]
    capsys.readouterr()


def test_a_demo_on_a_server_has_no_speed(shown: Shown, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--fhir", "http://127.0.0.1:1/fhir", "--speed", "5"]) == Exit.USAGE
    assert "--speed" in capsys.readouterr().err
    assert shown.entries == []
