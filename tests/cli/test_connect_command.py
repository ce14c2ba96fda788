"""``connect``: which server, which ward, and how its engine is to run it. The engine itself is tested elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from iomt_tui.cli import screen
from iomt_tui.cli.engines import Attaching
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.paths import ward_dir
from iomt_tui.engine.spec import WardSpec
from iomt_tui.settings import Settings

SERVER = """
[servers.hospital]
url = "https://fhir.example/r4/"
ward = "Location/7"
title = "Ward 7 East"
tz = "Europe/Berlin"
auth = "device"
client_id = "board"
write = ["ack", "note"]
"""


class Started:
    """What an engine would be started with."""

    def __init__(self) -> None:
        self.specs: list[tuple[WardSpec, Path]] = []
        self.settings = Settings()

    def attach(self, spec: WardSpec, directory: Path) -> Attaching:
        self.specs.append((spec, directory))
        return Attaching(directory / "ward.db")

    def show(self, attaching: Attaching, settings: Settings) -> int:
        self.settings = settings
        return Exit.OK


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """A terminal that shows everything, and no engine."""
    there = Started()
    monkeypatch.setattr("iomt_tui.cli.engines.attach_or_start", there.attach)
    monkeypatch.setattr(screen, "show_live", there.show)
    for module in ("connect", "open_ward"):
        monkeypatch.setattr(f"iomt_tui.cli.commands.{module}.require_screen", lambda: None)
    return there


def configured(text: str) -> Path:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def failed(arguments: list[str], code: Exit, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == code
    return capsys.readouterr().err


def test_a_configured_server_is_opened_and_outlives_its_screens(started: Started) -> None:
    configured(SERVER + '[limits.spo2]\npriority = "medium"\nlow = 92\n[retention]\ndays = 3\n')
    assert main(["connect", "hospital"]) == Exit.OK
    ((spec, directory),) = started.specs
    assert directory == ward_dir("hospital")
    assert (spec.source, spec.name, spec.tz, spec.watermark) == ("fhir", "Ward 7 East", "Europe/Berlin", "")
    assert (spec.fresh, spec.ends_with_screens, spec.retention_days) == (False, False, 3.0)
    assert spec.limits["spo2"]
    assert spec.fhir is not None
    assert (spec.fhir.name, spec.fhir.url, spec.fhir.writes) == ("hospital", "https://fhir.example/r4", ("ack", "note"))
    assert started.settings.ward == "hospital"
    assert WardSpec.load(spec.dump()) == spec


def test_the_ward_section_may_name_the_server(started: Started) -> None:
    configured(f'[ward]\nname = "Anything"\nsource = "fhir:hospital"\n{SERVER}')
    assert main([]) == Exit.OK
    assert main(["connect", "hospital"]) == Exit.OK
    alone, connected = started.specs
    assert alone == connected


def test_read_only_writes_nothing_to_the_server(started: Started) -> None:
    configured(f'[ward]\nsource = "fhir:hospital"\n{SERVER}')
    for arguments in (["connect", "hospital", "--read-only"], ["--read-only"]):
        assert main(arguments) == Exit.OK
        fhir = started.specs[-1][0].fhir
        assert fhir is not None and fhir.writes == ()
        assert started.settings.read_only


@pytest.mark.parametrize(
    ("text", "arguments", "code", "words"),
    [
        ("", ["connect", "hospital"], Exit.CONFIG, "no server is configured"),
        (SERVER, ["connect"], Exit.USAGE, "name a server"),
        (SERVER, ["connect", "other"], Exit.USAGE, "there are: hospital"),
        (SERVER, ["connect", "hospital", "--auth", "bearer"], Exit.USAGE, "go with --url"),
        (SERVER, ["connect", "hospital", "--url", "https://x.example"], Exit.USAGE, "not both"),
        (SERVER.replace("Location/7", "Bed/7"), ["connect", "hospital"], Exit.CONFIG, "another ward than you mean"),
        (f'[ward]\nname = "Hospital"\n{SERVER}', ["connect", "hospital"], Exit.CONFIG, "would have one log"),
        ('[ward]\nsource = "fhir:nowhere"\n', [], Exit.USAGE, "there is no [servers.nowhere]"),
    ],
)
def test_what_cannot_be_opened_is_said_and_nothing_is_started(
    started: Started, capsys: pytest.CaptureFixture[str], text: str, arguments: list[str], code: Exit, words: str
) -> None:
    if text:
        configured(text)
    assert words in failed(arguments, code, capsys)
    assert started.specs == []


LAB = ["connect", "--url", "http://127.0.0.1:8103/fhir/R4", "--ward", "Encounter?status=in-progress"]


def test_a_lab_server_by_its_address_is_marked_and_ends_with_its_screens(started: Started) -> None:
    assert main([*LAB, "--name", "Lab ward"]) == Exit.OK
    assert main([*LAB[:-1], "Location/2"]) == Exit.OK
    (spec, directory), (_, other) = started.specs
    assert (spec.source, spec.name, spec.watermark) == ("fhir", "Lab ward", "TEST")
    assert (spec.fresh, spec.ends_with_screens) == (False, True)
    assert spec.fhir is not None
    assert (spec.fhir.name, spec.fhir.auth, spec.fhir.ward) == (
        "127.0.0.1:8103", "none", "Encounter?status=in-progress",
    )  # fmt: skip
    assert directory != other


def test_a_token_comes_from_the_environment_with_a_warning(
    started: Started, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "IOMT_TUI_TOKEN, and that is not set" in failed([*LAB, "--auth", "bearer"], Exit.USAGE, capsys)
    monkeypatch.setenv("IOMT_TUI_TOKEN", "s3cr3t-token")
    assert main([*LAB, "--auth", "bearer"]) == Exit.OK
    told = capsys.readouterr()
    assert "every program that you start here can read it" in told.err
    ((spec, _),) = started.specs
    assert spec.fhir is not None and spec.fhir.token_env == "IOMT_TUI_TOKEN"
    assert "s3cr3t-token" not in spec.dump() + told.err + told.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["connect", "--url", "http://fhir.example/r4", "--ward", "Location/1"], "https"),
        (["connect", "--url", "https://fhir.example/r4"], "needs --ward"),
        (["connect", "--url", "https://fhir.example/r4", "--ward", "Ward/1"], "Location/ID"),
        (["connect", "--url", "https://me:pw@fhir.example/r4", "--ward", "Location/1"], "holds a name or a password"),
    ],
)
def test_an_address_that_cannot_be_used_is_not_repeated(
    started: Started, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    told = failed(arguments, Exit.USAGE, capsys)
    assert words in told
    assert "me:pw" not in told
    assert started.specs == []


def test_no_secret_can_be_given_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--token", "--password", "--secret"):
        with pytest.raises(SystemExit):
            main(["connect", "--url", "https://x.example", option, "s3cr3t"])
    assert "s3cr3t" not in capsys.readouterr().out


def test_the_engine_runs_a_servers_ward_in_the_foreground(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configured(SERVER)
    served: list[Any] = []

    def serve(spec: WardSpec, directory: Path, stopping: object) -> bool:
        served.append((spec.fhir and spec.fhir.name, directory))
        return True

    monkeypatch.setattr("iomt_tui.engine.process.serve", serve)
    assert main(["engine", "--ward", "hospital"]) == Exit.OK
    configured(f'[ward]\nsource = "fhir:hospital"\n{SERVER}')
    assert main(["engine"]) == Exit.OK
    assert served == [("hospital", ward_dir("hospital"))] * 2
    assert main(["engine", "--ward", "elsewhere"]) == Exit.CONFIG
