"""No raw string reaches anything of Textual's that reads markup (SAFETY S1, S2, TERMINAL findings 3 and 4).

The proof has three parts. (1) Only ``tui/text.py`` makes content, so every other module shows what came through
``plain``. (2) No module uses a widget, an attribute or a call of Textual's that takes a ``str`` and reads it as markup,
nor makes Rich text or prints. (3) ``plain`` is inert for any string, which a property test shows. What is drawn as
``Segment`` (the board, the output stage) is no markup by construction; controls are removed where text enters and
stopped again at the output stage.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import iomt_tui.tui
from iomt_tui.tui.text import fitted, joined, lines, plain, spread, worded

ROOM = Path(iomt_tui.tui.__file__).parent
DOOR = ROOM / "text.py"

_NAMES = (
    "Static Label Button Checkbox RadioButton RadioSet Input TextArea Select Option OptionList SelectionList Tree"
    " DataTable Collapsible Tab Tabs TabPane TabbedContent Header Footer Markdown MarkdownViewer Log RichLog Rule Link"
    " Digits Pretty Sparkline ProgressBar Placeholder Toast Tooltip ContentSwitcher ListView ListItem Welcome"
)
WIDGETS = frozenset(_NAMES.split())
"""Widgets that show, or may show, a string as markup."""

MAKERS = frozenset({"Content", "Text", "Markdown", "Syntax", "Table", "Panel", "Group"})
CALLS = frozenset({"notify", "from_markup", "from_text", "render_markup", "to_content", "visualize", "print"})
HITS = {"Hit": 1, "DiscoveryHit": 0}
"""Lines of the command palette: which argument is shown."""

ATTRIBUTES = frozenset({"border_title", "border_subtitle", "tooltip", "sub_title", "placeholder", "loading"})


def offences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and kind of everything that could show a string without going through the door."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            yield from ((node.lineno, f"import of {name.name}") for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module in ("rich.markup", "textual.markup", "rich.text"):
            yield node.lineno, f"import of {node.module}"
        elif isinstance(node, ast.Call):
            yield from _call(node)
        elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES and isinstance(node.ctx, ast.Store):
            yield node.lineno, f"assignment to {node.attr}"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in ("render", "__rich__"):
            returned = ast.unparse(node.returns) if node.returns else "nothing"
            if returned != "Content":
                yield node.lineno, f"{node.name}() returns {returned}"


def _call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    owner = getattr(node.func.value, "id", "") if isinstance(node.func, ast.Attribute) else ""
    if name in WIDGETS or name in MAKERS or owner in MAKERS or name in CALLS:
        yield node.lineno, f"call of {owner}{'.' if owner else ''}{name}"
    for keyword in node.keywords:
        if keyword.arg in ATTRIBUTES or (keyword.arg == "markup" and ast.unparse(keyword.value) != "False"):
            yield node.lineno, f"{name}({keyword.arg}=…)"
    if name in HITS and not _through_the_door(node.args[HITS[name]]):
        yield node.lineno, f"{name} shows something else"
    if name in HITS and any(keyword.arg == "help" for keyword in node.keywords):
        yield node.lineno, f"{name} has a help, which is read as markup"
    if name == "update" and node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr):
        yield node.lineno, "update of a string"


def _through_the_door(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("plain", "joined", "spread", "_line")


ALLOWED = {"text.py": {"call of Content", "call of Content.styled", "call of Content.assemble", "call of app.notify"}}
"""What the door itself does. (The stage prints its last words, which hold no data: see below.)"""

LAST_WORDS = {"terminal/stage.py": {"call of print"}}


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOM)))
def test_only_the_door_makes_content_and_no_sink_of_markup_is_used(path: Path) -> None:
    name = str(path.relative_to(ROOM))
    allowed = ALLOWED.get(name, set()) | LAST_WORDS.get(name, set())
    found = {(line, kind) for line, kind in offences(ast.parse(path.read_text("utf-8"))) if kind not in allowed}
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "from textual.widgets import Static",
        "Static(view.name)",
        "widgets.Label(f'{view.bed}')",
        "Content(view.name)",
        "Content.from_markup(view.name)",
        "Text.from_markup(x)",
        "Text(x)",
        "from rich.text import Text",
        "self.app.notify(view.name)",
        "app.notify(x, markup=True)",
        "self.border_title = view.name",
        "self.tooltip = view.name",
        "Hit(1, x, y, tooltip=view.name)",
        "self.query_one('#a').update(f'{view.name}')",
        "Hit(1, view.name, run)",
        "DiscoveryHit(plain(x), run, help=view.name)",
        "print(view.name)",
        "def render(self) -> str: return self.view.name",
        "def render(self): return self.view.name",
    ],
)
def test_the_check_sees(source: str) -> None:
    assert list(offences(ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["plain(view.name)", "self.show(plain(f'{view.bed}'))", "def render(self) -> Content: return self.x"]
)
def test_the_check_lets_the_door_pass(source: str) -> None:
    assert not list(offences(ast.parse(source)))


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text("[]/@=click'\"\\#$ab\x1b\x9b\u202e\u200b\n\x00", max_size=40),
    st.sampled_from(["O'Neil [/foo]", "\x1b]52;c;cm0gLXJm\x07", "[@click=app.quit]x[/]", "[b", "$sev-high", "王小明"]),
)


@given(HOSTILE, st.sampled_from(["", "bold", "bold $sev-high reverse"]))
def test_what_passes_the_door_is_inert(text: str, style: str) -> None:
    content = plain(text, style)
    assert content.plain.isprintable()
    assert {str(span.style) for span in content.spans} <= {style}
    if text.isprintable():
        assert content.plain == text


@given(st.lists(st.tuples(HOSTILE, st.sampled_from(["", "bold"])), max_size=5))
def test_words_in_many_styles_are_what_plain_ones_joined_are(parts: list[tuple[str, str]]) -> None:
    assert worded(*parts).is_same(joined(*[plain(text, style) for text, style in parts]))


@given(HOSTILE, HOSTILE, st.integers(0, 40))
def test_joining_and_fitting_read_no_markup_either(one: str, two: str, cells: int) -> None:
    both = joined(plain(one, "bold"), plain(two), between=" ")
    assert {str(span.style) for span in both.spans} <= {"bold"}
    assert fitted(both, cells).cell_length == cells
    assert lines([plain(one), plain(two)]).plain.count("\n") == 1
    assert spread(plain(one), plain(two), cells).cell_length == cells
