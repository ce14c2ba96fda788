from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Button, Input

from iomt_tui.resources import bundled
from iomt_tui.tui.theming import DEFAULT, VARIABLES, load_themes

NIGHT = """\
name = "night"
extends = "dark"

[colors]
background = "#000000"

[variables]
sev-high = "#ff8080"
"""


def write(directory: Path, name: str, text: str) -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_theme_takes_the_rest_from_what_it_extends(tmp_path: Path) -> None:
    write(tmp_path, "night.toml", NIGHT)
    loaded = load_themes([tmp_path])
    dark, night = loaded.themes["dark"], loaded.themes["night"]
    assert loaded.failed == ()
    assert (night.background, night.foreground) == ("#000000", dark.foreground)
    assert night.variables == {**dark.variables, "sev-high": "#ff8080"}


def test_a_users_theme_may_replace_and_extend_the_bundled_one_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, "mine.toml", NIGHT.replace('"night"', '"dark"'))
    loaded = load_themes([tmp_path])
    assert loaded.failed == ()
    assert loaded.themes["dark"].background == "#000000"
    assert loaded.themes["dark"].foreground == load_themes().themes["dark"].foreground


def test_themes_may_extend_each_other_in_any_order_of_files(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", 'name = "a"\nextends = "night"\n')
    write(tmp_path, "b.toml", NIGHT)
    assert load_themes([tmp_path]).themes["a"].background == "#000000"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name = \n", 1, "is not TOML"),
        ('name = "night"\n\n[colors\n', 3, "is not TOML"),
        ('name = "Night shift"\n', 1, "lower-case letters"),
        ("name = 3\n", 1, "lower-case letters"),
        ('extends = ["dark"]\n', 1, "extends must be the name of a theme"),
        ('extends = "drak"\n', 1, "extends 'drak', which is no other theme; there are ansi-16, dark"),
        ('name = "x"\nextends = "x"\n', 2, "which is no other theme"),
        (NIGHT.replace("#ff8080", "#ff80"[:4] + "zz"), 8, "is no colour"),
        (NIGHT.replace("#ff8080", "#ff808080"), 8, "lets the background through"),
        (NIGHT.replace("sev-high", "sev-hihg"), 8, "sev-hihg is not known; there are strong"),
        (NIGHT.replace("background", "backgruond"), 5, "[colors] backgruond is not known"),
        (NIGHT.replace('"#000000"', "0"), 5, "must be text in quotes"),
        (NIGHT + 'stale-style = "blink"\n', 9, "is no text style"),
        (NIGHT.replace("[variables]", "[variabels]"), 7, "'variabels' is not known"),
        ('dark = "yes"\nextends = "dark"\n', 1, "dark must be true or false"),
        ('extends = "dark"\ncolors = 1\n', 2, "colors must be a table"),
        ('[colors]\nprimary = "#fff"\nbackground = "#000"\n', 1, "needs foreground, or the theme extends another"),
    ],
)
def test_a_broken_theme_is_told_with_its_line_and_costs_no_other(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = write(tmp_path, "night.toml", text)
    loaded = load_themes([tmp_path])
    (failure,) = loaded.failed
    assert (failure.path, failure.line) == (path, line)
    assert words in failure.reason
    assert str(failure).startswith(f"{path}, line {line}: ")
    assert set(loaded.themes) == set(load_themes().themes)


def test_a_circle_of_themes_is_told_and_not_followed(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        write(tmp_path, f"{one}.toml", f'name = "{one}"\nextends = "{other}"\n')
    failed = load_themes([tmp_path]).failed
    assert [failure.line for failure in failed] == [2, 2]
    assert all("in turn" in failure.reason for failure in failed)


def test_a_broken_theme_of_a_bundled_name_leaves_the_bundled_one(tmp_path: Path) -> None:
    write(tmp_path, "dark.toml", 'name = "dark"\nextends = "dark"\n[colors]\nbackground = "no"\n')
    loaded = load_themes([tmp_path])
    assert loaded.themes["dark"].background == load_themes().themes["dark"].background
    assert len(loaded.failed) == 1


def test_files_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "b.toml").mkdir()
    reasons = [failure.reason for failure in load_themes([tmp_path]).failed]
    assert "UTF-8" in reasons[0] and "cannot be read" in reasons[1]


def test_a_directory_that_is_not_there_holds_no_themes(tmp_path: Path) -> None:
    assert load_themes([tmp_path / "none"]).failed == ()


class Themed(App[None]):
    """Widgets of Textual's own: their style sheets need variables that a theme might lack."""

    CSS = "\n".join(f"#i {{ {'text-style' if name.endswith('-style') else 'color'}: ${name}; }}" for name in VARIABLES)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(VARIABLES)

    def compose(self) -> ComposeResult:
        yield Input(id="i")
        yield Button("ok")


async def test_every_theme_and_every_one_of_textuals_own_defines_every_variable() -> None:
    app = Themed()
    for theme in load_themes().themes.values():
        app.register_theme(theme)
    async with app.run_test() as pilot:
        for name in app.available_themes:
            app.theme = name
            await pilot.pause()
            assert app.current_theme.name == name


def test_bundled_files_are_found_in_a_checkout_and_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (bundled("themes") / f"{DEFAULT}.toml").is_file()
    package = tmp_path / "iomt_tui"
    wheel = package / "_bundled" / "themes"
    wheel.mkdir(parents=True)
    monkeypatch.setattr("iomt_tui.resources._PACKAGE", package)
    assert bundled("themes") == wheel
    (tmp_path / "demo_data").mkdir()
    assert bundled("demo_data") == tmp_path / "demo_data"
    with pytest.raises(FileNotFoundError, match=r"'nothing' are missing .* install it again"):
        bundled("nothing")
