"""What the output stage takes for granted about Textual and Rich. A failure here names what an upgrade has changed."""

from __future__ import annotations

import inspect
import re
import unicodedata

import pytest
from rich.cells import get_character_cell_size, split_graphemes
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import constants, events
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, InlineUpdate, LayoutUpdate
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.strip import SGR_STYLES, Strip
from wcwidth import wcwidth

from iomt_tui.tui.terminal import allow
from iomt_tui.tui.terminal.cells import SIMPLE_RANGES
from iomt_tui.tui.terminal.driver import LEAVE
from iomt_tui.tui.terminal.styles import _OFF, _ON


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_updates_have_the_shapes_that_are_read() -> None:
    assert parameters(LayoutUpdate.__init__) == ["self", "strips", "region"]
    assert parameters(ChopsUpdate.__init__) == ["self", "chops", "spans", "chop_ends"]
    assert {LayoutUpdate, ChopsUpdate, InlineUpdate} == set(CompositorUpdate.__subclasses__())


def test_a_partial_update_is_cropped_as_ours() -> None:
    source = inspect.getsource(ChopsUpdate.render_segments)
    for line in (
        "for end, (x, strip) in zip(ends, line.items()):",
        "if x > x2 or end <= x1:",
        "if x2 > x >= x1 and end <= x2:",
        "strip = strip.crop(0, min(end, x2) - x)",
    ):
        assert line in source


def test_everything_on_screen_goes_through_display() -> None:
    assert parameters(App._display) == ["self", "screen", "renderable"]
    source = inspect.getsource(Screen._compositor_refresh)
    assert "app._display(self, update)" in source
    writers = [name for name, code in inspect.getmembers(App, inspect.isfunction) if "_driver.write(" in _source(code)]
    assert sorted(writers) == [
        "_begin_update",
        "_display",
        "_end_update",
        "_process_messages",
        "_set_pointer_shape",
        "bell",
        "copy_to_clipboard",
    ]


def _source(code: object) -> str:
    try:
        return inspect.getsource(code)  # type: ignore[arg-type]
    except (OSError, TypeError):
        return ""


def test_display_does_nothing_else_that_we_leave_out() -> None:
    source = inspect.getsource(App._display)
    for word in ("_batch_count", "_running", "_closed", "is_headless", "post_display_hook", "cursor_position"):
        assert word in source


def test_private_names_exist() -> None:
    for owner, names in {
        Compositor: ["visible_widgets"],
        StylesCache: ["set_dirty"],
        App: ["_handle_exception", "_fatal_error", "_print_error_renderables", "_close_messages_no_wait"],
    }.items():
        missing = [name for name in names if not hasattr(owner, name)]
        assert not missing, f"{owner.__name__} lacks {missing}"
    app_source = inspect.getsource(App.__init__)
    for name in (
        "_sync_available",
        "_batch_count",
        "_exception_event",
        "_filters",
        "_exit_renderables",
        "_return_code",
    ):
        assert f"self.{name}" in inspect.getsource(App), name
        assert name in app_source or name == "_exception_event"
    assert "_visible_widgets" in inspect.getsource(Compositor.__init__)
    assert "self._layout_required" in inspect.getsource(Screen)
    assert "self._scroll_required" in inspect.getsource(Screen)


def test_visible_widgets_come_front_to_back_and_anew_after_each_layout() -> None:
    source = inspect.getsource(Compositor.visible_widgets.fget)  # type: ignore[attr-defined]
    assert "visible_widgets.sort(key=itemgetter(0), reverse=True)" in source
    for method in (Compositor.reflow, Compositor.reflow_visible):
        assert "self._visible_widgets = None" in inspect.getsource(method)


def test_the_driver_sets_only_what_the_allow_list_knows_and_leave_undoes() -> None:
    source = re.sub(r"(?m)^\s*#.*$", "", inspect.getsource(LinuxDriver))
    written = [text.encode().decode("unicode_escape") for text in re.findall(r'write\("([^"]+)"\)', source)]
    assert len(written) > 15
    for text in written:
        assert allow.control(text), repr(text)
    for mode in re.findall(r'write\("\\x1b\[\?(\d+)h"\)', source):
        if mode not in ("1016", "7", "25", "2048"):
            assert f"\x1b[?{mode}l" in LEAVE
    assert "\x1b[?7h" in LEAVE and "\x1b[?25h" in LEAVE and "\x1b[?2048l" in LEAVE and "\x1b[<u" in LEAVE


def test_the_driver_has_the_seams_that_are_overridden() -> None:
    for name in ("_run_input_thread", "process_message", "start_application_mode", "stop_application_mode"):
        assert name in vars(LinuxDriver), name
    assert "self._writer_thread = WriterThread(self._file)" in inspect.getsource(LinuxDriver.start_application_mode)
    assert "target=self._run_input_thread" in inspect.getsource(LinuxDriver.start_application_mode)
    assert "if self._writer_thread is not None" in inspect.getsource(LinuxDriver.close)
    assert "_post_message" in inspect.getsource(Driver.send_message)


def test_the_parser_knows_cursor_reports_and_times_escapes() -> None:
    parser = XTermParser()
    [report] = list(parser.feed("\x1b[5;7R"))
    assert isinstance(report, events.CursorPosition)
    assert (report.x, report.y) == (6, 4)
    assert isinstance(constants.ESCAPE_DELAY, float)
    assert callable(parser.tick)


def test_styles_mean_what_the_table_says() -> None:
    assert list(_ON) == SGR_STYLES
    assert len(_OFF) == len(_ON)
    style = Style.parse("bold not italic red on blue")
    assert style._attributes & style._set_attributes == 1
    assert Color.parse("red").downgrade(ColorSystem.STANDARD).get_ansi_codes(True) == ("31",)
    assert Segment("a", style)[:3] == ("a", style, None)
    assert Strip([Segment("ab")])._segments == [Segment("ab")]


def test_simple_characters_take_one_cell_for_rich_and_for_terminals() -> None:
    for first, last in SIMPLE_RANGES:
        for point in range(first, last + 1):
            char = chr(point)
            assert get_character_cell_size(char) == 1, hex(point)
            assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp", "Mn", "Me", "Mc"), hex(point)
            assert wcwidth(char) == 1 or 0xE000 <= point <= 0xF8FF, hex(point)


@pytest.mark.parametrize("text", ["王a", "e\u0301x", "\u200d", "👩\u200d⚕\ufe0f!", "\x1b[m"])
def test_graphemes_cover_the_text_and_add_up(text: str) -> None:
    spans, width = split_graphemes(text)
    assert "".join(text[a:b] for a, b, _ in spans) == text
    assert sum(size for _, _, size in spans) == width
