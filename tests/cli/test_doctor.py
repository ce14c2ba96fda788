"""``doctor``: what works here, what does not, what to do. No secrets, no patients."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path

import orjson
import pytest

from iomt_tui.cli.diagnosis.audio import audio_checks
from iomt_tui.cli.diagnosis.files import config_checks, private, state_checks
from iomt_tui.cli.diagnosis.keyring_check import keyring_check
from iomt_tui.cli.diagnosis.terminal import colours, terminal_checks
from iomt_tui.cli.diagnosis.wards import refused_check, ward_checks
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.paths import ward_dir
from iomt_tui.engine.process import log_path
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import draft

WIDE = os.terminal_size((120, 40))


def by_topic(env: dict[str, str], size: os.terminal_size = WIDE, *, tty: bool = True) -> dict[str, str]:
    found = terminal_checks(env, size, stdin_tty=tty, screen_tty=tty, encoding="utf-8")
    return {check.topic: check.status for check in found}


@pytest.mark.parametrize(
    ("env", "status"),
    [
        ({"COLORTERM": "truecolor"}, "ok"),
        ({"TERM": "tmux-256color"}, "ok"),
        ({"NO_COLOR": "1"}, "ok"),
        ({"TERM": "xterm"}, "warn"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="TERM")
def test_colours(env: dict[str, str], status: str) -> None:
    assert colours(env).status == status


@pytest.mark.skipif(os.name != "posix", reason="TERM")
def test_terminals() -> None:
    assert by_topic({"TERM": "xterm-256color"}) == {"terminal": "ok", "size": "ok", "colours": "ok"}
    assert by_topic({"TERM": "dumb"})["terminal"] == "fail"
    assert by_topic({"TERM": "dumb"}, tty=False)["terminal"] == "warn"
    assert by_topic({"TERM": "xterm"}, os.terminal_size((60, 20)))["size"] == "warn"
    assert "line" in by_topic({"TERM": "xterm", "SSH_TTY": "/dev/pts/1"})
    assert "line" in by_topic({"TERM": "xterm", "TMUX": "x"})


def test_a_keyring_that_hangs_is_left_behind() -> None:
    never = threading.Event()
    check = keyring_check(lambda: str(never.wait(5)), 0.05)
    never.set()
    assert check.status == "warn"
    assert "0.05 s" in check.text


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("keyring.backends.SecretService.Keyring", "ok"),
        ("keyring.backends.macOS.Keyring", "ok"),
        ("keyring.backends.chainer.ChainerBackend", "warn"),
        ("keyring.backends.fail.Keyring", "warn"),
        ("keyrings.alt.file.PlaintextKeyring", "warn"),
    ],
)
def test_only_real_keyrings_are_trusted(name: str, status: str) -> None:
    module, _, kind = name.rpartition(".")
    backend = type(kind, (), {"__module__": module})()
    check = keyring_check(lambda: backend)
    assert check.status == status
    assert name in check.text


def test_a_keyring_that_fails_tells_only_the_kind_of_error() -> None:
    def fail() -> str:
        raise RuntimeError("secret-canary")

    check = keyring_check(fail)
    assert "RuntimeError" in check.text
    assert "canary" not in check.text


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_files_that_others_can_read_are_told(tmp_path: Path) -> None:
    for mode, status in ((0o600, "ok"), (0o640, "fail"), (0o604, "fail")):
        file = tmp_path / "f"
        file.write_text("")
        file.chmod(mode)
        assert private(file, 0o600).status == status
    assert "chmod 0600" in private(file, 0o600).next


def test_a_state_directory_below_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tmp_path.joinpath("file").chmod(0o600)
    assert [check.status for check in state_checks(tmp_path / "file" / "x")] == ["fail"]


def test_configuration_problems_are_told(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    assert [check.status for check in config_checks(path)] == ["ok"]
    for text, status in (("", "ok"), ("x = 1", "warn"), ("[ward]\nbeds = 0", "fail"), ("x", "fail")):
        path.write_text(text)
        assert [check.status for check in config_checks(path)] == [status]


def test_refused_input_is_counted_by_reason() -> None:
    check = refused_check("ward x", Counter({"unknown-unit": 2, "sensor-off": 5}))
    assert check.text == "input refused: 5 sensor off, 2 unit not known"


def _ward(name: str) -> Path:
    path = log_path(ward_dir(name))
    log = SqliteLog(path)
    log.append(
        [draft(1, "ward", {"name": "W", "watermark": "TEST", "source": "s", "tz": "UTC", "schema": 1})], durable=True
    )
    log.append([draft(2, "patient", {"id": "p", "family": "CANARY", "given": "Anna", "mrn": "MRN-4711"})], durable=True)
    log.append(
        [draft(3, "refused", {"source": "s", "reason": "unknown-unit", "what": "x", "patient": None, "count": 3})],
        durable=True,
    )
    log.close()
    return path


def test_a_ward_without_an_engine_is_not_monitored() -> None:
    _ward("icu")
    found = list(ward_checks())
    assert [check.status for check in found] == ["ok", "warn", "ok"]
    assert "3 entries" in found[0].text
    assert "NOT MONITORING" in found[1].text
    assert "3 unit not known" in found[2].text


def test_notice_and_look_alikes_are_told_without_names() -> None:
    log = SqliteLog(_ward("icu"), create=False)
    log.append([draft(4, "engine", {"state": "started", "notice": "The log was repaired."})], durable=True)
    log.append([draft(5, "patient", {"id": "q", "family": "C\u0410NARY", "given": "Alba"})], durable=True)  # Cyrillic A
    log.close()
    found = {check.text: check.status for check in ward_checks()}
    assert found["The log was repaired."] == "warn"
    assert found["2 patients have a name that looks like another's"] == "warn"
    assert not [text for text in found if "NARY" in text]


def test_a_damaged_log_is_told() -> None:
    import sqlite3

    path = _ward("icu")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE entries SET at = at + 1 WHERE seq = 2")
    db.close()
    assert "fail" in [check.status for check in ward_checks()]
    assert main(["log", "verify", "ward:icu"]) == Exit.FOUND


def test_an_extract_that_does_not_belong_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    log = SqliteLog(_ward("icu"), create=False)
    log.save_checkpoint(1, 10, b"state")
    assert main(["log", "verify", "ward:icu"]) == Exit.OK
    log.database.execute("UPDATE extracts SET hash = zeroblob(32)")
    log.close()
    assert main(["log", "verify", "ward:icu"]) == Exit.FOUND
    assert "none edited, lost or reordered. But 1 of the extracts" in capsys.readouterr().out


def test_the_whole_of_it_tells_no_patient(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "x.Keyring")
    _ward("icu")
    main(["doctor", "--json"])
    out = capsys.readouterr().out
    topics = {check["topic"] for check in orjson.loads(out)["checks"]}
    assert topics >= {
        "version",
        "packages",
        "terminal",
        "configuration",
        "state",
        "source",
        "themes",
        "ward icu",
        "keyring",
    }
    main(["doctor"])
    plain = capsys.readouterr().out
    assert len(plain.splitlines()) == len(orjson.loads(out)["checks"])
    for canary in ("CANARY", "Anna", "MRN-4711"):
        assert canary not in out + plain


@pytest.mark.parametrize(
    ("section", "status", "words"),
    [
        ("", "ok", "bell on a live ward"),
        ('output = "off"', "warn", "no alarm sounds"),
        ('output = "command"\ncommand = ["/no/such/player"]', "fail", "is no program here"),
        ('output = "command"\ncommand = ["sh"]', "ok", "sh plays"),
    ],
)
def test_audio(tmp_path: Path, section: str, status: str, words: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"[audio]\n{section}\n")
    (check,) = audio_checks(config)
    assert check.status == status and words in check.text
