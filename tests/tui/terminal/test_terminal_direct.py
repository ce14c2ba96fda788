"""The direct path: rows that go past the compositor, and when they may."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rich.color import ColorSystem
from textual.geometry import Offset
from textual.widgets import Static

sys.path.insert(0, str(Path(__file__).parent))
from apps import Ask, Board, StagedApp, StagedDriver, StockApp

from iomt_tui.tui.terminal.stage import StageApp


def staged() -> Any:
    app: Any = StagedApp()
    app.erases_with_background = False
    app.animation_level = "none"
    app.driver_class = StagedDriver
    app.console._color_system = ColorSystem.TRUECOLOR
    return app


async def settled(app: Any, pilot: Any) -> None:
    """Waits until the terminal shows all that is wanted and has answered the last chunk."""
    await pilot.pause(0.1)
    while not app.stage.settled or app.stage.in_flight:
        await pilot.pause()


def text_of(app: Any) -> str:
    return str(app._driver.judge.text())


async def test_rows_put_directly_show_and_survive_what_the_compositor_does_later() -> None:
    app = staged()
    async with app.run_test(headless=False, size=(80, 24)) as pilot:
        await settled(app, pilot)
        board = app.query_one(Board)
        assert app.direct_ok(board)
        before, repaints = app.stage.counters.bytes, app.stage.counters.repaints
        board.values[3][1] = 987
        app.put_line(board, 3, board.render_line(3))
        app.flush_direct()
        await settled(app, pilot)
        assert "987" in text_of(app)
        assert app.stage.counters.bytes - before < 60
        assert app.stage.counters.repaints == repaints
        app.push_screen(Ask())
        await settled(app, pilot)
        app.pop_screen()
        await settled(app, pilot)
        assert "987" in text_of(app)
        expected = [strip.text for strip in app.screen._compositor.render_strips()]
        assert app._driver.judge.screen.display == expected


async def test_covered_moved_and_hidden_widgets_go_by_the_compositor() -> None:
    app = staged()
    async with app.run_test(headless=False, size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        board = app.query_one(Board)
        assert app.direct_ok(board)
        app.push_screen(Ask())
        await pilot.pause(0.1)
        assert not app.direct_ok(board)
        app.pop_screen()
        await pilot.pause(0.1)
        assert app.direct_ok(board)
        with app.batch_update():
            assert not app.direct_ok(board)
        cover = Static("over")
        cover.styles.position = "absolute"
        cover.styles.layer = "above"
        app.screen.styles.layers = ("default", "above")
        cover.styles.offset = Offset(5, 3)
        cover.styles.width = 10
        await app.screen.mount(cover)
        await pilot.pause(0.1)
        assert not app.direct_ok(board)
        await cover.remove()
        await pilot.pause(0.1)
        assert app.direct_ok(board)
        app.notify("toast")
        board.display = False
        await pilot.pause(0.1)
        assert not app.direct_ok(board)


async def test_headless_and_stock_apps_have_no_stage() -> None:
    app: Any = StagedApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.stage is None
        assert not app.direct_ok(app.query_one(Board))
        app.flush_direct()
    assert not issubclass(StockApp, StageApp)


async def test_a_key_makes_its_answer_urgent_and_the_caret_is_where_text_goes() -> None:
    app = staged()
    async with app.run_test(headless=False, size=(80, 40)) as pilot:
        await pilot.pause(0.1)
        app.query_one("Input").focus()
        await pilot.press("x")
        await settled(app, pilot)
        assert app._key_at > 0
        assert app.stage.cursor is not None
        cursor = app._driver.judge.screen.cursor
        assert (cursor.x, cursor.y) == tuple(app.cursor_position)


async def test_what_several_parts_put_together_is_one_frame_and_what_is_urgent_does_not_wait() -> None:
    app = staged()
    async with app.run_test(headless=False, size=(80, 24)) as pilot:
        await settled(app, pilot)
        board, counters = app.query_one(Board), app.stage.counters
        frames = counters.frames
        with app.one_frame():
            for row in (2, 3):
                _change(app, board, row)
                app.flush_direct()
                assert counters.frames == frames
        assert counters.frames == frames + 1
        await settled(app, pilot)
        with app.one_frame():
            _change(app, board, 4)
            app.flush_direct(urgent=True)
            assert counters.frames == frames + 2
        assert counters.frames == frames + 2
        assert all(str(900 + row) in text_of(app) for row in (2, 3, 4))


def _change(app: Any, board: Board, row: int) -> None:
    board.values[row][1] = 900 + row
    app.put_line(board, row, board.render_line(row))
