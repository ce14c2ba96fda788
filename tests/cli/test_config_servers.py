"""FHIR servers in the configuration: what is right is used whole, what is wrong not at all, and no secret is in it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from iomt_tui.backends.fhir.spec import FhirSpec
from iomt_tui.cli.config import Config
from iomt_tui.cli.config_file import Loaded, load
from iomt_tui.cli.config_servers import ServerSection, fhir_spec
from iomt_tui.cli.config_text import in_force, template
from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.parser import build_parser
from iomt_tui.cli.servers import chosen_server
from iomt_tui.cli.wards import choose

LEAST = 'url = "https://fhir.example/r4"\nward = "Location/w7"\n'
FULL = """\
[servers.ward7]
url = "https://fhir.example/r4/"
ward = "Encounter?status=in-progress&location=Location/7"
title = "Ward 7"
tz = "Europe/Berlin"
watermark = "TEST"
auth = "backend"
client_id = "board"
scopes = ["system/*.rs"]
issuer = "https://sign.example/"
key_file = "keys/board.pem"
key_id = "k1"
algorithm = "RS384"
ca_file = "/etc/ca.pem"
client_cert = "c.pem"
client_key = "c.key"
pin = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB="
history_hours = 12.5
poll_least = 1
poll_most = 20.0
write = ["ack", "vitals", "ack"]
"""


def written(text: str) -> Path:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def loaded(text: str) -> Loaded:
    return load(written(text))


def test_a_server_reaches_the_backend_whole() -> None:
    path = written(FULL)
    section, spec = chosen_server("ward7")
    folder = path.parent
    assert spec == FhirSpec(
        "ward7", "https://fhir.example/r4", "Encounter?status=in-progress&location=Location/7", "backend", "board",
        ("system/*.rs",), "https://sign.example/", str(folder / "keys/board.pem"), "k1", "RS384",
        ca_file="/etc/ca.pem", client_cert=str(folder / "c.pem"), client_key=str(folder / "c.key"),
        pin="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=",
        history_hours=12.5, poll_least=1, poll_most=20, writes=("ack", "vitals"),
    )  # fmt: skip
    assert (section.title, section.tz, section.watermark) == ("Ward 7", "Europe/Berlin", "TEST")


def test_every_field_of_the_spec_is_a_setting() -> None:
    names = set(FhirSpec.__dataclass_fields__) - {"name"}
    assert names - {"writes"} | {"write", "title", "tz", "watermark"} == set(ServerSection.model_fields)


def test_the_least_is_a_server_that_is_only_read() -> None:
    spec = fhir_spec("a", loaded(f"[servers.a]\n{LEAST}").config.servers["a"], Path("/x"))
    assert spec == FhirSpec("a", "https://fhir.example/r4", "Location/w7")


@pytest.mark.parametrize(
    ("settings", "line", "says"),
    [
        ('ward = "Location/w7"', 4, "url: is missing"),
        ('url = "https://fhir.example/r4"', 4, "ward: is missing"),
        (LEAST.replace("https", "http"), 5, "only https is allowed"),
        (LEAST.replace("//", "//me:SECRET@"), 5, "holds a name or a password"),
        (LEAST.replace("r4", "r4?token=SECRET"), 5, "a '?' or a '#'"),
        (LEAST.replace("fhir.example", "fhir.example:99999"), 5, "the address is not one"),
        (LEAST.replace("https://fhir.example/r4", "SECRET"), 5, "names no host"),
        (LEAST.replace("Location/w7", "Ward/7"), 6, '"Location/ID"'),
        (LEAST.replace("Location/w7", "Location/a/b"), 6, '"Location/ID"'),
        (LEAST.replace("Location/w7", "Encounter?x y"), 6, '"Location/ID"'),
        (LEAST.replace("Location/w7", "Patient?name=SECRET"), 6, '"Location/ID"'),
        (LEAST + 'auth = "basic"', 7, "auth: should be 'none', 'device'"),
        (LEAST + 'auth = "device"', 4, "needs a client_id"),
        (LEAST + 'token_command = ["x"]', 4, 'are for auth = "bearer"'),
        (LEAST + 'auth = "bearer"\ntoken_command = ["x"]\ntoken_env = "T"', 4, "choose one"),
        (LEAST + 'auth = "bearer"\ntoken_env = "eyJhbGciOi.SECRET"', 8, "token_env"),
        (LEAST + 'auth = "bearer"\ntoken_command = [""]', 8, "is not a program"),
        (LEAST + 'auth = "bearer"\ntoken_command = "pass x"', 8, "must be a list"),
        (LEAST + 'client_cert = "x"', 4, "need each other"),
        (LEAST + 'pin = "SECRET"', 7, "base64 SHA-256"),
        (LEAST + "poll_least = 40.0", 4, "more than poll_most"),
        (LEAST + "poll_most = 0.1", 7, "poll_most: should be greater"),
        (LEAST + 'tz = "Mars/One"', 7, "time zone"),
        (LEAST + 'write = ["all"]', 7, "write: should be 'ack'"),
        (LEAST + 'write = "ack"', 7, "must be a list"),
        (LEAST + 'watermark = "REAL"', 7, "'TEST'"),
        (LEAST + 'title = "a\\u001bb"', 7, "a screen cannot show"),
        (LEAST + 'scopes = ["a b"]', 7, "must be scopes"),
        (LEAST + 'algorithm = "HS256"', 7, "'ES384'"),
        (LEAST + 'clientid = "SECRET"', 7, "no setting 'clientid'; did you mean 'client_id'"),
        (LEAST + 'token = "SECRET"', 7, "a secret must not be in this file"),
        (LEAST + 'password = "SECRET"', 7, "a secret must not be in this file"),
        (LEAST + 'client_secret = "SECRET"', 7, "a secret must not be in this file"),
        (LEAST + 'refresh-token = "SECRET"', 7, "a secret must not be in this file"),
        (LEAST + 'bearer = {token = "SECRET"}', 7, "a secret must not be in this file"),
        (LEAST + 'apikey = "SECRET"', 7, "a secret must not be in this file"),
    ],
)
def test_a_server_with_a_mistake_is_not_used_and_the_others_are(
    settings: str, line: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(f"[servers.good]\n{LEAST}[servers.bad]\n{settings}\n[display]\ntheme = 'mono'\n")
    found = load(path)
    assert [(problem.line, problem.server, problem.serious) for problem in found.problems] == [(line, "bad", False)]
    assert says in found.problems[0].text and "THIS SERVER IS NOT USED" in found.problems[0].text
    assert list(found.config.servers) == ["good"] and found.config.display.theme == "mono"
    with pytest.raises(CliError, match=rf"another ward than you mean. Correct .*:{line}") as refused:
        chosen_server("bad")
    assert refused.value.code == Exit.CONFIG
    assert chosen_server("good")[1].url == "https://fhir.example/r4"
    assert choose(build_parser().parse_args([])).name == "ward-7"  # the configured ward opens
    main(["config", "validate"])
    main(["config", "show"])
    main(["whoami", "bad"])
    said = capsys.readouterr()
    assert "SECRET" not in said.out + said.err and "pydantic" not in said.out + said.err


@pytest.mark.parametrize("name", ["demo", "Ward7", "a.b", '"../x"', '""', '"a b"', "x" * 41])
def test_a_name_that_cannot_be_a_directory(name: str) -> None:
    found = loaded(f"[servers.{name}]\n{LEAST}[servers.good]\n{LEAST}")
    if name == "a.b":  # TOML: a section within a section
        assert {problem.server for problem in found.problems} == {"a"}
    else:
        assert "not a name for a server" in found.problems[0].text
    assert list(found.config.servers) == ["good"]


@pytest.mark.parametrize("text", ["servers = 3", "servers = []", "[[servers]]\nurl = 'x'", "[servers]\nurl = 'x'"])
def test_servers_that_are_none(text: str) -> None:
    found = loaded(text)
    assert found.problems and all(problem.server for problem in found.problems)
    assert found.config == Config()


def test_several_mistakes_each_at_its_line() -> None:
    found = loaded(f'[servers.a]\n{LEAST}tz = "X"\nauth = 3\n[servers.b]\nurl = 3\n')
    assert [(problem.line, problem.server) for problem in found.problems] == [(4, "a"), (5, "a"), (6, "b"), (7, "b")]


def test_an_unknown_server_is_told_with_those_there_are() -> None:
    with pytest.raises(CliError, match="config init"):
        chosen_server("x")
    written(f"[servers.a]\n{LEAST}[servers.b]\n{LEAST}")
    with pytest.raises(CliError, match=r"no \[servers\.x\] in .*; there are: a, b") as refused:
        chosen_server("x")
    assert refused.value.code == Exit.USAGE


def test_show_and_init(capsys: pytest.CaptureFixture[str]) -> None:
    found = loaded(FULL)
    shown = "\n".join(in_force(found.config, found.given))
    again = loaded(shown)
    assert again.problems == () and again.config == found.config
    assert 'token_env = ""  # default' in shown and 'title = "Ward 7"\n' in shown
    lines = template().splitlines()
    start = lines.index("# [servers.ward7]")
    end = next(at for at in range(start, len(lines)) if not lines[at])
    example = "\n".join(line.removeprefix("# ") for line in lines[start:end])
    assert set(tomllib.loads(example)["servers"]["ward7"]) == set(ServerSection.model_fields)
    assert loaded(example).problems == ()
    assert main(["config", "validate"]) == Exit.OK
    capsys.readouterr()
