"""``login``, ``logout`` and ``whoami``: what they say, what they keep, and what they never show."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sign_in_server import BASE, CANARY, ISSUER, Keyring, Server

from iomt_tui.cli.commands.login import invitation
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.main import main
from iomt_tui.security.secret import Secret
from iomt_tui.security.sign_in.model import SignInStep
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import WebError

Said = pytest.CaptureFixture[str]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server whose answers every command gets; its code is polled for without waiting."""
    made = Server()
    made.told[f"{ISSUER}/device"]["interval"] = 0.001

    class Line:
        def __init__(self, _: object) -> None:
            self.request = made.request

        async def close(self) -> None:
            pass

    monkeypatch.setattr("iomt_tui.security.web.Web", Line)
    return made


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """The machine's keyring."""
    made = Keyring()
    monkeypatch.setattr("iomt_tui.security.keyrings.backend", lambda _: made)
    return made


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without one."""

    def none(_: object) -> object:
        raise RuntimeError

    monkeypatch.setattr("iomt_tui.security.keyrings.backend", none)


@pytest.fixture(autouse=True)
def no_secret_is_shown(capsys: Said, own_directories: Path) -> Iterator[None]:
    """After every test: neither what was printed nor any file holds one."""
    yield
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err
    files = [path for path in own_directories.rglob("*") if path.is_file()]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]


def configured(auth: str = "device", more: str = "") -> None:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f'[servers.w]\nurl = "{BASE}"\nward = "Location/1"\nauth = "{auth}"\nclient_id = "terminal"\n{more}'
    path.write_text(text, "utf-8")


def ran(capsys: Said, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err
    return code, said.out, said.err


def test_a_person_signs_in_is_shown_and_signs_out(server: Server, keyring: Keyring, capsys: Said) -> None:
    configured()
    assert ran(capsys, "whoami", "w") == (Exit.FOUND, "w: nobody is signed in, as far as is kept here\n", "")
    server.polls = ["authorization_pending"]
    code, out, err = ran(capsys, "login", "w")
    assert code == Exit.OK
    assert out == (
        "w: signed in as Nurse One (Practitioner/n1)\n"
        "kept in the Secret Service keyring; 'iomt-tui logout w' ends it\n"
    )  # fmt: skip
    assert f"Open   {ISSUER}/go\ntype   WDJB-MJHT\n" in err and "holds for 10 min" in err
    server.asked.clear()
    code, out, err = ran(capsys, "whoami", "w")
    assert (code, err) == (Exit.OK, "")
    assert out == "w: signed in as Nurse One (Practitioner/n1)\nfrom the Secret Service keyring\n"
    assert server.asked == []  # what is refreshed here would be worth nothing to an engine
    assert ran(capsys, "logout", "w") == (Exit.OK, "w: signed out, and deleted here\n", "")
    assert not keyring.held
    assert [form["token_type_hint"] for url, form in server.forms if url.endswith("/revoke")] == ["refresh_token"]
    assert not server.counted["refresh_token"]
    assert ran(capsys, "logout", "w")[0:2] == (
        Exit.OK, "w: nothing was kept here; a running engine ends its own sign-in with the ward\n"
    )  # fmt: skip


def test_what_was_not_granted_is_told(server: Server, keyring: Keyring, capsys: Said) -> None:
    configured(more='write = ["ack"]\n')
    server.scope = "user/*.rs"
    for command in ("login", "whoami"):
        code, _, err = ran(capsys, command, "w")
        assert code == Exit.OK
        assert "not granted: user/Provenance.cu, user/Task.cu. What needs it will not work" in err


@pytest.mark.usefixtures("no_keyring")
def test_a_sign_in_that_cannot_be_kept_is_ended_again(server: Server, capsys: Said) -> None:
    configured()
    code, out, err = ran(capsys, "login", "w")
    assert code == Exit.FOUND
    assert out == "w: signed in as Nurse One (Practitioner/n1)\n"
    assert err.startswith("Nothing here can keep the sign-in (it fails (RuntimeError)), so it will only be tried out.")
    assert "'iomt-tui connect w' will ask itself" in err
    assert [form["token_type_hint"] for url, form in server.forms if url.endswith("/revoke")] == [
        "refresh_token", "access_token"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("poll", "says"), [("access_denied", "declined"), ("expired_token", "not used in time"), ("invalid_scope", "scope")]
)
def test_a_refusal_is_one_line(server: Server, keyring: Keyring, capsys: Said, poll: str, says: str) -> None:
    configured()
    server.polls = [poll]
    code, out, err = ran(capsys, "login", "w")
    assert (code, out) == (Exit.SOURCE, "")
    assert says in err.splitlines()[-1] and err.splitlines()[-1].startswith("iomt-tui: w ")
    assert not keyring.held


def test_a_server_that_cannot_be_reached_is_one_line(server: Server, keyring: Keyring, capsys: Said) -> None:
    configured()
    server.told = {f"{BASE}/.well-known/smart-configuration": WebError("unreachable", "connection refused")}
    assert ran(capsys, "login", "w") == (Exit.SOURCE, "", "iomt-tui: connection refused\n")


def test_a_sign_out_that_the_server_did_not_confirm_is_told(server: Server, keyring: Keyring, capsys: Said) -> None:
    configured()
    ran(capsys, "login", "w")
    server.told = {}
    code, out, err = ran(capsys, "logout", "w")
    assert (code, out) == (Exit.FOUND, "w: signed out, and deleted here\n")
    assert "may hold there until it expires" in err and not keyring.held


def test_a_bearer_token_is_read_unseen_and_kept(
    server: Server, keyring: Keyring, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured("bearer")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CANARY}\n"))
    code, out, _ = ran(capsys, "login", "w")
    assert (code, keyring.held) == (Exit.OK, {("iomt-tui", "w.token"): CANARY})
    assert "the token is kept in the Secret Service keyring" in out
    assert ran(capsys, "whoami", "w") == (Exit.OK, "w: a bearer token\nfrom the Secret Service keyring\n", "")
    code, out, err = ran(capsys, "logout", "w")
    assert (code, out) == (Exit.OK, "w: signed out, and deleted here\n")
    assert "stays valid" in err and not keyring.held
    assert server.asked == []


@pytest.mark.parametrize("typed", ["", "a b\n", "\n", "ü\n"])
def test_what_is_no_token_is_not_kept(
    typed: str, keyring: Keyring, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured("bearer")
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    code, _, err = ran(capsys, "login", "w")
    assert code == Exit.USAGE and "not a token" in err and not keyring.held


@pytest.mark.usefixtures("no_keyring")
def test_a_bearer_token_without_a_keyring_is_not_asked_for(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    configured("bearer")
    monkeypatch.setattr("sys.stdin", None)
    code, _, err = ran(capsys, "login", "w")
    assert code == Exit.SOURCE and "token_command" in err


@pytest.mark.usefixtures("no_keyring")
def test_a_token_in_a_variable_is_warned_of(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    configured("bearer", 'token_env = "WARD_T"\n')
    monkeypatch.setenv("WARD_T", CANARY)
    code, out, err = ran(capsys, "whoami", "w")
    assert (code, out) == (Exit.OK, "w: a bearer token\nfrom the variable WARD_T\n")
    assert "other programs of this user can read" in err
    code, _, err = ran(capsys, "login", "w")
    assert code == Exit.USAGE and "comes from the variable WARD_T" in err


def test_a_server_without_sign_in(server: Server, capsys: Said) -> None:
    configured("none")
    assert ran(capsys, "whoami", "w") == (Exit.OK, "w: the server asks for no sign-in\n", "")
    assert ran(capsys, "login", "w")[0] == Exit.USAGE
    assert ran(capsys, "logout", "w")[0] == Exit.OK
    assert server.asked == []


@pytest.mark.usefixtures("no_keyring")
def test_a_board_is_tried(server: Server, capsys: Said, tmp_path: Path) -> None:
    from joserfc.jwk import ECKey

    key = tmp_path / "key.pem"
    key.write_bytes(ECKey.generate_key("P-384").as_pem(private=True))
    key.chmod(0o600)
    configured("backend", f'key_file = "{key}"\n')
    server.scope = "system/Patient.rs"
    for command in ("login", "whoami"):
        code, out, err = ran(capsys, command, "w")
        assert code == Exit.OK and out.startswith("w: signed in as this program, terminal\n")
        assert "not granted: system/AllergyIntolerance.rs" in err
    assert f"from the key in {key}" in out
    key.chmod(0o644)
    code, _, err = ran(capsys, "login", "w")
    assert code == Exit.SOURCE and "others can read" in err


def test_an_error_of_our_own_shows_no_secret(
    server: Server, keyring: Keyring, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crash report is looked through after every test."""
    configured()

    async def fail(*given: Any) -> None:
        token = given[3].access.reveal()
        assert token.startswith(CANARY)
        raise RuntimeError(token)

    monkeypatch.setattr("iomt_tui.security.sign_in.person.identify", fail)
    code, _, err = ran(capsys, "login", "w")
    assert code == Exit.INTERNAL and "RuntimeError" in err
    reports = list((Path(os.environ["IOMT_TUI_STATE"]) / "crash").iterdir())
    assert len(reports) == 1 and "identify" not in reports[0].name


def test_the_invitation_has_a_code_where_a_terminal_can_show_one(monkeypatch: pytest.MonkeyPatch) -> None:
    page = safe_text(f"{ISSUER}/go")
    step = SignInStep(page, safe_text("ABCD"), safe_text(f"{page}?c=ABCD"), 5, 600, Secret(CANARY), 0)

    class Screen(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    plain = "\n".join(invitation(step))
    assert "█" not in plain and f"{ISSUER}/go" in plain and "ABCD" in plain
    monkeypatch.setattr("sys.stderr", Screen())
    monkeypatch.setenv("TERM", "xterm-256color")
    lines = list(invitation(step))
    assert sum("\x1b[30;107m" in line for line in lines) > 15
    monkeypatch.setenv("NO_COLOR", "1")
    lines = list(invitation(step))
    assert not [line for line in lines if "\x1b" in line] and sum("██" in line for line in lines) > 25
    assert CANARY not in plain + "".join(lines)
