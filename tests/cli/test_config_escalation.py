"""The escalation chain in the configuration: what is right is handed to the engine, what is wrong is told and seen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iomt_tui.cli.config import Config
from iomt_tui.cli.config_file import Loaded, load
from iomt_tui.cli.config_text import in_force, template
from iomt_tui.cli.main import main
from iomt_tui.cli.parser import build_parser
from iomt_tui.cli.wards import choose, configured_spec, settings
from iomt_tui.engine.sending.chain import USUAL, Step
from iomt_tui.engine.spec import WardSpec

RIGHT = """\
[ward]
name = "Ward 9"

[[escalation]]
level = 1
to = "screen"

[[escalation]]
level = 2
to = "webhook"
url = "https://pager.example/x"
token_file = "token"
priorities = ["high"]
identify = "name"

[[escalation]]
level = 2
to = "webhook"
url = "http://127.0.0.1:8080/"
timeout = 3.5

[[escalation]]
level = 3
to = "command"
name = "pager"
command = ["/bin/page", "--ward", "9"]
"""


def written(text: str) -> Path:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def loaded(text: str) -> Loaded:
    return load(written(text))


def test_the_chain_reaches_the_engine() -> None:
    path = written(RIGHT)
    found = load(path)
    assert found.problems == ()
    spec = WardSpec.load(configured_spec(found.config).dump())
    assert spec.escalation == (
        Step(1, "screen", "screen"),
        Step(2, "webhook", "webhook", url="https://pager.example/x", token_file=str(path.parent / "token"),
             priorities=(3,), identify="name"),
        Step(2, "webhook", "webhook 2", url="http://127.0.0.1:8080/", timeout=3.5),
        Step(3, "command", "pager", command=("/bin/page", "--ward", "9")),
    )  # fmt: skip
    assert spec.notice == ""


def test_without_one_there_is_the_usual_chain() -> None:
    assert configured_spec(Config()).escalation == USUAL == WardSpec().escalation
    args = build_parser().parse_args([])
    assert settings(args, None, "w").notify == settings(args, Config(), "w").notify == {(2, 1), (2, 2), (2, 3)}
    quiet = Config.model_validate({"display": {"notify": False}})
    assert settings(args, quiet, "w").notify == frozenset()
    high = loaded('[[escalation]]\nlevel = 3\nto = "notify"\npriorities = ["high"]\n').config
    assert settings(args, high, "w").notify == {(3, 3)}


@pytest.mark.parametrize(
    ("step", "line", "says"),
    [
        ('level = 4\nto = "screen"', 7, "level: should be less than or equal to 3"),
        ('level = 1\nto = "fax"', 8, "to: should be 'screen'"),
        ('to = "screen"', 6, "level: is missing"),
        ('level = 1\nto = "webhook"', 6, "a webhook needs a url"),
        ('level = 1\nto = "command"', 6, "a command needs a command"),
        ('level = 1\nto = "command"\ncommand = "page"', 9, "command: must be a list"),
        ('level = 1\nto = "command"\ncommand = [""]', 9, "is not a program"),
        ('level = 1\nto = "webhook"\nurl = "http://pager.example/"', 9, "must begin with https://"),
        ('level = 1\nto = "webhook"\nurl = "https://me:SECRET@pager.example/"', 9, "holds a name or a password"),
        ('level = 1\nto = "webhook"\nurl = "https://[SECRET/"', 9, "is not an address"),
        ('level = 1\nto = "webhook"\nurl = "https:///SECRET"', 9, "is not an address"),
        ('level = 1\nto = "screen"\npriorities = []', 9, "priorities"),
        ('level = 1\nto = "webhook"\nurl = "https://a/"\ntoken_file = "a"\ntoken_env = "SECRET"', 6, "choose one"),
    ],
)
def test_a_wrong_step_is_left_out_told_once_and_seen(
    step: str, line: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written('[[escalation]]\nlevel = 1\nto = "notify"\nname = "first"\n\n[[escalation]]\n' + step + RIGHT[23:])
    chosen = choose(build_parser().parse_args([]))
    (problem,) = chosen.problems
    assert problem.line == line
    assert says in problem.text and problem.text.endswith("THIS STEP IS LEFT OUT of the escalation chain")
    assert problem.text.startswith("escalation step 2")
    said = capsys.readouterr().err
    assert said.count(str(path)) == 1 and "SECRET" not in said
    assert chosen.config is not None
    spec = configured_spec(chosen.config, chosen.problems)
    assert [each.name for each in spec.escalation] == ["first", "screen", "webhook", "webhook 2", "pager"]
    assert f"line {line} of the configuration" in spec.notice


@pytest.mark.parametrize(
    "setting", ["timeout = 99", "attempts = 0", 'identify = "mrn"', 'name = "\\u001b"', "tiemout = 3"]
)
def test_a_step_goes_on_without_a_setting_that_it_can_do_without(setting: str) -> None:
    found = loaded(f'[[escalation]]\nlevel = 1\nto = "webhook"\nurl = "https://a/"\n{setting}\n')
    (problem,) = found.problems
    assert problem.line == 5 and not problem.left_out
    (step,) = configured_spec(found.config, found.problems).escalation
    assert step == Step(1, "webhook", "webhook", url="https://a/")
    assert configured_spec(found.config, found.problems).notice == ""


def test_several_wrong_steps_each_at_their_line() -> None:
    found = loaded(
        '[[escalation]]\nlevel = 9\nto = "screen"\n[[escalation]]\nlevel = 2\nto = "notify"\n'
        '[[escalation]]\nlevel = 2\nto = "webhook"\n[[escalation]]\nlevel = "x"\nto = 3\n'
    )
    assert [problem.line for problem in found.problems] == [2, 7, 11, 12]
    assert [step.level for step in found.config.escalation] == [2]


@pytest.mark.parametrize(
    "text", ["escalation = 3", 'escalation = "x"', "escalation = [3, 4]", "[escalation]\nlevel = 1"]
)
def test_a_chain_that_is_none(text: str) -> None:
    found = loaded(text)
    assert found.problems and all(problem.left_out for problem in found.problems)
    assert found.config.escalation == []


def test_show_and_init(capsys: pytest.CaptureFixture[str]) -> None:
    found = loaded(RIGHT)
    shown = "\n".join(in_force(found.config, found.given))
    again = loaded(shown)
    assert again.problems == () and again.config == found.config
    lines = template().splitlines()
    start = lines.index("# [[escalation]]")
    example = "\n".join(line.removeprefix("# ") for line in lines[start:])
    step = loaded(example)
    assert step.problems == ()
    assert [each.to for each in step.config.escalation] == ["webhook"]
    assert set(step.given["escalation"][0]) == set(step.config.escalation[0].model_dump())
    assert main(["config", "validate"]) == 0
