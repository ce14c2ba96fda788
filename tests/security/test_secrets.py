"""Secrets: where they are looked for, where they are never kept, and that they show themselves to nobody."""

from __future__ import annotations

import copy
import logging
import os
import pickle
import stat
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from sign_in_server import CANARY, Keyring, secrets

from iomt_tui.security import keyrings
from iomt_tui.security.private_files import SecretError, read_private
from iomt_tui.security.secret import Secret
from iomt_tui.security.secrets import MEMORY, Found
from iomt_tui.security.token_command import token_from

posix = pytest.mark.skipif(os.name != "posix", reason="modes and process groups")


@dataclass
class _Holder:
    token: Secret


def test_a_secret_masks_itself() -> None:
    secret = Secret(CANARY)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", f"{secret:>40}", "%s %r" % (secret, secret)]  # noqa: UP031
    shown += [repr([secret]), repr(_Holder(secret)), str(asdict(_Holder(secret))), repr(Found(secret, "x"))]
    assert not [text for text in shown if CANARY in text]
    assert secret.reveal() == CANARY == copy.deepcopy(secret).reveal() == copy.copy(secret).reveal()
    assert secret == Secret(CANARY) and secret != Secret("x") and secret != CANARY and not Secret("")


def test_a_secret_leaves_no_other_way() -> None:
    secret = Secret(CANARY)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError) as refused:
            pickle.dumps(secret, protocol)
        assert CANARY not in str(refused.value)
    with pytest.raises(TypeError):
        hash(secret)
    import orjson

    with pytest.raises(TypeError):
        orjson.dumps({"a": secret})
    assert not hasattr(secret, "__dict__")


def test_a_log_line_holds_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("x").warning("token %s %r", Secret(CANARY), [Secret(CANARY)])
    assert "***" in caplog.text and CANARY not in caplog.text


def _credential(folder: Path, value: str = CANARY, mode: int = 0o400) -> dict[str, str]:
    path = folder / "w.token"
    path.write_text(f"{value}\n", "utf-8")
    path.chmod(mode)
    return {"CREDENTIALS_DIRECTORY": str(folder)}


def test_the_chain_has_its_order(tmp_path: Path) -> None:
    keyring = Keyring()
    keyring.set_password("iomt-tui", "w.token", "from-keyring")
    command = [sys.executable, "-c", "print('from-command')"]
    environ = {"T": "from-variable"}
    full = secrets(keyring, _credential(tmp_path) | environ, command=command, variable="T")
    assert full.get("w.token") == Found(Secret(CANARY), "the service's credentials")
    assert secrets(keyring, environ, command=command, variable="T").get("w.token") == (
        Secret("from-keyring"), "the Secret Service keyring", ""
    )  # fmt: skip
    assert secrets(None, environ, command=command, variable="T").get("w.token") == (
        Secret("from-command"), "token_command", ""
    )  # fmt: skip
    found = secrets(None, environ, variable="T").get("w.token")
    assert found and found.secret.reveal() == "from-variable" and "other programs" in found.warning
    last = secrets()
    assert last.get("w.token") is None
    assert last.put("w.token", "remembered") == "" == last.place()
    assert last.get("w.token") == last.kept("w.token") == (Secret("remembered"), MEMORY, "")
    assert last.delete("w.token") and last.get("w.token") is None and not last.delete("w.token")


def test_a_keyring_keeps_and_forgets() -> None:
    keyring = Keyring()
    one = secrets(keyring)
    assert one.place() == one.put("w.token", CANARY) == "the Secret Service keyring"
    assert keyring.held == {("iomt-tui", "w.token"): CANARY}
    found = secrets(keyring).kept("w.token")
    assert found and found.secret.reveal() == CANARY
    assert secrets(keyring).delete("w.token") and not keyring.held
    assert not secrets(keyring).delete("w.token")


def test_what_a_keyring_does_not_take_is_remembered_and_is_the_newest() -> None:
    class Full(Keyring):
        def set_password(self, service: str, name: str, value: str) -> None:
            raise RuntimeError(value)

    Full.__module__, Full.__qualname__ = Keyring.__module__, Keyring.__qualname__
    keyring = Full()
    keyring.held["iomt-tui", "w.token"] = "old"
    one = secrets(keyring)
    assert one.put("w.token", CANARY) == ""
    assert one.no_keyring == "it fails (RuntimeError)"
    found = one.kept("w.token")
    assert found and found.secret.reveal() == CANARY
    assert one.delete("w.token") and not keyring.held  # asked again, since it answered at once


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("keyring.backends.chainer.ChainerBackend", "chains several"),
        ("keyring.backends.fail.Keyring", "no keyring"),
        ("keyring.backends.null.Keyring", "keeps nothing"),
        ("keyrings.alt.file.PlaintextKeyring", "plain file"),
        ("keyrings.alt.file.EncryptedKeyring", "plain file"),
        ("keyrings.cryptfile.cryptfile.CryptFileKeyring", "terminal"),
        ("evil.keyring.backends.SecretService.Keyring", "not known"),
        ("keyring.backends.SecretService.Keyring2", "not known"),
    ],
)
def test_other_keyrings_are_refused_by_name_and_never_written_to(name: str, why: str) -> None:
    keyring = Keyring()
    module, _, kind = name.rpartition(".")
    other = type(kind, (Keyring,), {"__module__": module, "__qualname__": kind})()
    other.held = keyring.held
    one = secrets(other)
    assert one.put("w.token", CANARY) == "" and keyring.held == {}
    assert why in one.no_keyring and name in one.no_keyring


def test_every_trusted_class_is_there() -> None:
    """The names are keyring's own; a renamed class would switch keyrings off unseen."""
    import importlib.util

    for name in keyrings.TRUSTED:
        module, _, kind = name.rpartition(".")
        spec = importlib.util.find_spec(module)
        assert spec is not None and spec.origin is not None
        assert f"class {kind}(" in Path(spec.origin).read_text("utf-8")


def test_a_keyring_that_hangs_costs_its_limit_once() -> None:
    never, asked = threading.Event(), []

    class Locked(Keyring):
        def get_password(self, service: str, name: str) -> str | None:
            asked.append(name)
            never.wait(30)
            return CANARY

    Locked.__module__, Locked.__qualname__ = Keyring.__module__, Keyring.__qualname__
    one = secrets(Locked(), {"T": "from-variable"}, variable="T", limit=0.05)
    try:
        for _ in range(3):
            found = one.get("w.token")
            assert found and found.secret.reveal() == "from-variable"
        assert one.put("w.token", "x") == ""
    finally:
        never.set()
    assert asked == ["w.token"]
    assert "0.05 s" in one.no_keyring


def test_a_variable_cannot_have_another_class_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(keyrings.NoKeyring, match="not known"):
        keyrings.backend({"PYTHON_KEYRING_BACKEND": "os.system"})
    with pytest.raises(keyrings.NoKeyring, match="plain file"):
        keyrings.backend({"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"})


@posix
@pytest.mark.parametrize("mode", [0o404, 0o604, 0o420, 0o410, 0o777])
def test_a_credential_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    environ = _credential(tmp_path, mode=mode)
    with pytest.raises(SecretError) as refused:
        secrets(None, environ).get("w.token")
    assert f"{mode:04o}" in str(refused.value) and CANARY not in str(refused.value)


@posix
def test_a_credential_as_systemd_gives_it(tmp_path: Path) -> None:
    found = secrets(None, _credential(tmp_path, mode=0o440)).get("w.token")
    assert found and found.secret.reveal() == CANARY


@posix
def test_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert read_private(path, what="the key") is None
    path.write_text(CANARY)
    for mode in (0o640, 0o604, 0o620, 0o440):
        path.chmod(mode)
        with pytest.raises(SecretError, match="chmod 0600") as refused:
            read_private(path, what="the key")
        assert CANARY not in str(refused.value)
    path.chmod(0o600)
    assert read_private(path, what="the key") == Secret(CANARY)
    path.write_bytes(b"x" * 70_000)
    with pytest.raises(SecretError, match="too large"):
        read_private(path, what="the key")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SecretError, match="not text"):
        read_private(path, what="the key")
    with pytest.raises(SecretError):
        read_private(tmp_path, what="the key")
    os.mkfifo(tmp_path / "fifo", 0o600)
    with pytest.raises(SecretError, match="not a file"):
        read_private(tmp_path / "fifo", what="the key")
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".x", "a..b", "a\0", "x" * 101])
def test_names_that_leave_the_directory_are_refused(name: str, tmp_path: Path) -> None:
    one = secrets(None, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    for ask in (one.get, one.kept, one.delete):
        with pytest.raises(ValueError, match="not a secret's name"):
            ask(name)


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["/no/such/program"], "cannot be started"),
        (_python(""), "printed nothing"),
        (_python(f"print('{CANARY}'); raise SystemExit(3)"), "ended with 3"),
        (_python("print('x' * 1_000_000)"), "far more than a token"),
    ],
)
def test_a_command_that_gives_no_token(command: list[str], says: str) -> None:
    with pytest.raises(SecretError, match=says) as refused:
        token_from(command, dict(os.environ))
    assert CANARY not in str(refused.value)


@posix
def test_a_command_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    file = tmp_path / "child"
    program = f"sleep 60 & echo $! > {file}; echo {CANARY}; sleep 60"
    with pytest.raises(SecretError, match="within 2 s") as refused:
        token_from(["/bin/sh", "-c", program], dict(os.environ), 2)
    assert CANARY not in str(refused.value)
    child = int(file.read_text())
    with pytest.raises(ProcessLookupError):
        _wait_gone(child)


def _wait_gone(pid: int) -> None:
    """Raises ProcessLookupError once the process is gone; a zombie, that nobody here can reap, counts as gone."""
    for _ in range(2_000):
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            raise ProcessLookupError
        threading.Event().wait(0.005)


def test_a_command_gets_no_shell_and_not_the_variable_of_the_token() -> None:
    code = "import os, sys; print('|'.join([sys.argv[1], os.environ.get('T', 'none'), os.environ.get('U', '')]))"
    one = secrets(None, {"T": CANARY, "U": "u"}, command=[*_python(code), "$(id)"], variable="T")
    found = one.get("w.token")
    assert found and found.secret.reveal() == "$(id)|none|u"


def test_what_a_command_says_to_people_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    code = f"import sys; print('{CANARY}', file=sys.stderr); print('token')"
    assert token_from(_python(code), dict(os.environ)).reveal() == "token"
    assert CANARY not in "".join(capfd.readouterr())


def test_crash_reports_hold_no_secret() -> None:
    from iomt_tui.cli.crash import crash_line, crash_report

    def fail(secret: Secret, plain: Any) -> None:
        raise RuntimeError(secret, plain)

    with pytest.raises(RuntimeError) as failed:
        fail(Secret(CANARY), secrets(None, {"T": CANARY}, variable="T").get("w.token"))
    error = failed.value
    assert CANARY not in crash_report(error) + crash_line(error) + str(error) + repr(error)
