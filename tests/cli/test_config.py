"""The configuration: documented where it is declared, and wrong lines told with file and line."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.cli.config import Config
from iomt_tui.cli.config_file import load, validated
from iomt_tui.cli.config_lines import line_of
from iomt_tui.cli.config_text import in_force, template, toml_value
from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.cli.main import main
from iomt_tui.cli.parser import build_parser
from iomt_tui.cli.wards import choose, configured_spec, settings, station
from iomt_tui.clinical.units import choices
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.engine.spec import WardSpec
from iomt_tui.ward.exports import NONE_ALLOWED, Permission

WRONG = """\
[ward]
name = "Ward\\u001b 7"
tz = "Mars/One"

[display]
them = "x"
theme = 3
units = { glucose = 4 }
flash = "yes"

[limits]
spo2 = 1

[keymap]
"board.filter" = 4
quit = "q"
"""


def written(text: str) -> Path:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_the_template_changes_nothing_and_becomes_the_defaults_when_uncommented() -> None:
    assert load(written(template())).config == Config()
    bare = [
        line[2:] if line.startswith("# ") and " = " in line and line[2].islower() else line
        for line in template().splitlines()
    ]
    kept = [line for line in bare if not line.startswith("#")]
    loaded = load(written("\n".join(kept)))
    assert loaded.problems == ()
    assert loaded.config == Config()
    assert loaded.given["ward"]["beds"] == 24
    assert set(loaded.given["display"]) == set(Config().display.model_dump())


def test_every_setting_is_described_in_the_template() -> None:
    lines = template().splitlines()
    for section in (Config().ward, Config().display, Config().retention):
        for name in section.model_dump():
            place = next(number for number, line in enumerate(lines) if line.startswith(f"# {name} = "))
            assert lines[place - 1].startswith("# ")
            assert len(lines[place - 1]) > 20


def test_each_wrong_line_is_told_and_the_rest_counts() -> None:
    path = written(WRONG)
    loaded = load(path)
    assert [(problem.line, problem.serious) for problem in loaded.problems] == [
        (2, True), (3, True), (6, False), (7, False), (8, False), (9, False), (12, False), (15, False),
    ]  # fmt: skip
    said = [str(problem) for problem in loaded.problems]
    assert said[0].startswith(f"{path}:2: ward.name = ")
    assert "time zone" in said[1]
    assert "did you mean 'theme'? It was" in said[2]
    assert "text in quotes" in said[3]
    assert "true or false" in said[5]
    assert all("\x1b" not in line and "pydantic" not in line for line in said)
    assert loaded.config.keymap == {"quit": "q"}
    assert loaded.config.display.theme == ""


def test_what_is_not_toml_stops_with_its_line() -> None:
    written("[ward]\nname = \n")
    with pytest.raises(CliError, match="line 2") as stopped:
        load(Path(os.environ["IOMT_TUI_CONFIG"]))
    assert stopped.value.code == Exit.CONFIG


@pytest.mark.parametrize("text", ["ward = 3", "display = []", "keymap = 'x'", "retention = true", "[ward.name]\nx = 1"])
def test_a_section_that_is_none(text: str) -> None:
    loaded = load(written(text))
    assert len(loaded.problems) == 1
    assert loaded.config == Config()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * 1_000_001])
def test_a_file_that_is_no_configuration(content: bytes) -> None:
    path = written("")
    path.write_bytes(content)
    with pytest.raises(CliError) as stopped:
        load(path)
    assert stopped.value.code == Exit.CONFIG


toml = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["ward", "display", "keymap", "retention", "escalation", "x"]), toml))
def test_any_file_gives_a_configuration_and_a_line_for_each_problem(given_: dict[str, object]) -> None:
    loaded = validated(Path("c"), "", given_)
    assert isinstance(loaded.config, Config)
    assert all(str(problem).count("\n") == 0 for problem in loaded.problems)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 2),
        (("b", "c"), 4),
        (("b", "d.e"), 5),
        (("b", "f", "g"), 6),
        (("h", "i"), 8),
        (("b", "zz"), 3),
        (("zz",), 1),
    ],
)  # fmt: skip
def test_lines_are_found(path: tuple[str, ...], line: int) -> None:
    text = '# x = 1\na = 1\n[b] # note\nc = 2\n"d.e" = 3\nf.g = 4\n[ h ]\ni=5\n'
    assert line_of(text, path) == line


@pytest.mark.parametrize("value", ["a", 'q"\\\n', 3, 2.5, True, {}, {"spo2": "%", "a.b": "c"}, "°C"])
def test_values_are_toml(value: object) -> None:
    assert tomllib.loads(f"x = {toml_value(value)}") == {"x": value}


def test_units_are_judged_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    path = written('[display.units]\ntemp = "[degF]"\nglucose = "mmol/l"\nhrt = "bpm"\nspo2 = "kPa"\n')
    loaded = load(path)
    assert loaded.config.display.units == {"temp": "[degF]"}
    said = [str(problem) for problem in loaded.problems]
    assert [problem.line for problem in loaded.problems] == [3, 4, 5]
    assert said[0].startswith(f"{path}:3: display.units.glucose = 'mmol/l'") and "choose mg/dL or mmol/L" in said[0]
    assert "not a vital sign; known are hr, pulse" in said[1]
    assert "choose %" in said[2]
    inline = load(written('[display]\nunits = { glucose = "mmol/L", weight = "stone" }\n'))
    assert inline.config.display.units == {"glucose": "mmol/L"}
    assert [problem.line for problem in inline.problems] == [2]


@pytest.mark.parametrize("key", VITALS)
def test_every_unit_that_can_be_shown_may_be_chosen(key: str) -> None:
    for unit in choices(key):
        assert Config.model_validate({"display": {"units": {key: unit}}}).display.units == {key: unit}


@pytest.mark.parametrize(
    ("env", "theme"),
    [
        ({"TERM": "linux"}, "ansi-16"),
        ({"TERM": "screen"}, "ansi-16"),
        ({"TERM": "vt100"}, "ansi-16"),
        ({"TERM": "xterm"}, "ansi-16"),
        ({"TERM": "xterm-256color"}, "dark"),
        ({"TERM": "tmux-256color"}, "dark"),
        ({"TERM": "xterm-kitty"}, "dark"),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "linux", "NO_COLOR": "1"}, "dark"),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="TERM")
def test_few_colours_have_a_theme_of_their_own(
    env: dict[str, str], theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    args = build_parser().parse_args([])
    assert settings(args, None, "w").theme == theme
    assert settings(args, Config(), "w").theme == theme
    assert settings(args, Config.model_validate({"display": {"theme": "dark"}}), "w").theme == "dark"
    assert settings(build_parser().parse_args(["--theme", "dark"]), None, "w").theme == "dark"


def test_show_marks_defaults_and_is_toml(capsys: pytest.CaptureFixture[str]) -> None:
    written('[display]\ntheme = "mono"\n')
    assert main(["config", "show"]) == Exit.OK
    out = capsys.readouterr().out
    assert 'theme = "mono"\n' in out
    assert "flash = true  # default" in out
    assert tomllib.loads(out)["display"]["theme"] == "mono"
    assert list(in_force(Config(), {}))


def test_init_writes_once_and_for_the_owner_only(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(os.environ["IOMT_TUI_CONFIG"])
    assert main(["config", "init"]) == Exit.OK
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("[display]\n", "utf-8")
    assert main(["config", "init"]) == Exit.CONFIG
    assert path.read_text("utf-8") == "[display]\n"
    assert "left as it is" in capsys.readouterr().err


def test_validate_prints_problems_and_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "validate"]) == Exit.CONFIG
    written(WRONG)
    assert main(["config", "validate"]) == Exit.FOUND
    assert capsys.readouterr().out.count("config.toml:") == 8
    written("")
    assert main(["config", "validate"]) == Exit.OK


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[keymap]\nsort = "a"\n', "reserved for 'acknowledge'"),
        ('[keymap]\nnope = "x"\n', "there is no action 'nope'"),
        ('[display]\ntheme = "nope"\n', "theme: there is no 'nope'; there are ansi-16, dark"),
    ],
)
def test_validate_knows_keys_and_themes(text: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    written(text)
    assert main(["config", "validate"]) == Exit.FOUND
    assert words in capsys.readouterr().out


def test_a_wrong_ward_is_not_opened_but_another_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    written(WRONG)
    with pytest.raises(CliError, match="another ward than you mean") as stopped:
        choose(build_parser().parse_args([]))
    assert stopped.value.code == Exit.CONFIG
    assert choose(build_parser().parse_args(["--ward", "icu"])).name == "icu"
    capsys.readouterr()


def test_a_wrong_display_is_told_and_the_ward_opens(capsys: pytest.CaptureFixture[str]) -> None:
    path = written('[ward]\nname = "Ward 9"\n[display]\ntheme = 3\n')
    chosen = choose(build_parser().parse_args([]))
    assert chosen.name == "ward-9"
    assert f"{path}:4: display.theme" in capsys.readouterr().err


def test_without_a_file_the_demo_is_the_ward() -> None:
    chosen = choose(build_parser().parse_args([]))
    assert (chosen.name, chosen.config) == ("demo", None)


def test_the_command_line_wins_over_the_configuration() -> None:
    written('[display]\ntheme = "light"\nspark_minutes = 60\nuser = "N. Meyer"\nunits = { glucose = "mmol/L" }\n')
    args = build_parser().parse_args(["--theme", "mono", "--no-flash", "--read-only"])
    made = settings(args, choose(args).config, "w")
    assert (made.theme, made.flash, made.mouse, made.read_only, made.user) == ("mono", False, True, True, "N. Meyer")
    assert (made.spark_window_ms, dict(made.units)) == (3_600_000, {"glucose": "mmol/L"})
    assert made.theme_dirs == (Path(os.environ["IOMT_TUI_CONFIG"]).parent / "themes",)


def test_a_simulated_ward_always_carries_its_watermark() -> None:
    """SAFETY H27."""
    spec = configured_spec(Config.model_validate({"ward": {"name": "Ward 9", "beds": 3, "scenario": "night"}}))
    assert (spec.watermark, spec.name, spec.beds, spec.scenario) == ("DEMO", "Ward 9", 3, "night")
    assert not spec.fresh
    assert not spec.ends_with_screens


def test_an_unknown_scenario_lists_those_there_are() -> None:
    with pytest.raises(CliError, match="night"):
        configured_spec(Config.model_validate({"ward": {"scenario": "storm"}}))


LIMITS = """\
[limits.spo2]
priority = "medium"
low = 92
[[limits.hr]]
priority = "high"
high = 135
[[limits.hr]]
high = 115
delay = 3
"""


def test_the_wards_own_limits_go_to_the_engine_whole() -> None:
    loaded = load(written(LIMITS))
    assert loaded.problems == ()
    rows = configured_spec(loaded.config).rows()
    assert [(x.priority, x.low, x.high, x.delay_s) for x in rows["spo2"]] == [(3, 85, None, 0), (2, 92, None, 5)]
    assert [(x.priority, x.low, x.high, x.delay_s) for x in rows["hr"]] == [(3, 40, 135, 0), (2, 50, 115, 3)]
    assert WardSpec.load(configured_spec(loaded.config).dump()).rows() == rows
    shown = "\n".join(in_force(loaded.config, loaded.given))
    assert tomllib.loads(shown)["limits"] == tomllib.loads(LIMITS)["limits"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[limits.spo2]\nlow = "x"\n', 2, "limits.spo2: low = 'x': must be a number from 10 to 100 %"),
        ('[limits.spo2]\npriority = "hihg"\nlow = 92\n', 2, "priority = 'hihg': must be low, medium, high"),
        ("[limits.mood]\nlow = 3\n", 1, "'mood' is not a vital sign"),
        ("[limits.spo2]\nlow = 92\ndelay = 15\n", 1, "delay 15 s: an alarm of this priority at most 5 s"),
        ('[limits.spo2]\npriority = "high"\nlow = 80\n', 1, "a ward's limits may only be tighter there"),
        ('[[limits.spo2]]\npriority = "high"\nlow = "off"\n', 1, "low 85 of high priority is switched off"),
        ("[ward]\n\n[[limits.hr]]\nlow = 55\n[[limits.hr]]\nlow = 56\n", 3, "its medium limits twice"),
    ],
)
def test_limits_that_a_ward_may_not_have_are_told_and_not_used(text: str, line: int, said: str) -> None:
    loaded = load(written(text))
    (problem,) = loaded.problems
    assert (problem.line, problem.serious) == (line, False)
    assert said in problem.text
    assert not configured_spec(loaded.config).rows().get("spo2")
    assert main(["config", "validate"]) == Exit.FOUND


def test_a_table_that_changes_nothing_is_no_setting_of_the_ward() -> None:
    loaded = load(written("[limits.spo2]\nlow = 90\n[limits.hr]\n"))
    assert (loaded.problems, configured_spec(loaded.config).rows()) == ((), {})


def test_a_ward_of_people_is_exported_only_as_it_is_written_there() -> None:
    args = build_parser().parse_args([])
    assert settings(args, None, "demo").export.formats == frozenset()
    assert settings(args, None, "demo").export.directory == Path(os.environ["IOMT_TUI_STATE"]) / "exports"
    written('[export]\nformats = ["csv", "svg"]\ndirectory = "~/out"\n')
    config = choose(args).config
    found = settings(args, config, "demo").export
    assert found.formats == {"csv", "svg"} and found.directory == Path(os.environ["HOME"]) / "out"


@pytest.mark.parametrize(
    "line",
    ['formats = ["csv", "pdf"]', 'formats = "csv"', "formats = [1]", 'directory = "out"', 'directory = "~root/x"'],
)
def test_a_mistake_lets_nothing_more_be_exported(line: str) -> None:
    loaded = load(written(f"[export]\n{line}\n"))
    assert [problem.line for problem in loaded.problems] == [2]
    assert loaded.config == Config()


def test_the_engine_is_started_with_the_same_permission() -> None:
    assert configured_spec(Config()).exports == NONE_ALLOWED
    config = load(written('[export]\nformats = ["csv"]\npeople = ["kim"]\n')).config
    assert configured_spec(config).exports == Permission(("csv",), ("kim",))
    assert settings(build_parser().parse_args([]), config, "demo").export.people == ("kim",)


@pytest.mark.parametrize(
    ("environ", "terminal", "place"),
    [
        ({}, "/dev/pts/3", "desk pts/3"), ({}, "", "desk"),
        ({"SSH_CONNECTION": "10.0.0.5 50000 10.0.0.1 22"}, "/dev/pts/3", "desk pts/3 from 10.0.0.5"),
        ({"SSH_CONNECTION": "\x1b]0;x"}, "", "desk from \ufffd]0;x"),
    ],
)  # fmt: skip
def test_from_where_somebody_acts(environ: dict[str, str], terminal: str, place: str) -> None:
    assert station(environ, terminal, "desk") == place
