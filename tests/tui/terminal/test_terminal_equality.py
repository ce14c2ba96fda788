"""What the output stage shows equals, cell by cell, what stock Textual shows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.color import ColorSystem
from textual.pilot import Pilot
from textual.strip import Strip

sys.path.insert(0, str(Path(__file__).parent))
from apps import Ask, Board, StagedApp, StagedDriver, StockApp, StockDriver
from judge import Cell

SIZES = [(80, 24), (200, 60), (20, 5)]


@pytest.fixture(autouse=True)
def _colours_by_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stock Textual keeps the first colour system's codes in each style; several in one process would mix."""

    def render_style(cls: Any, style: Any, text: str, color_system: ColorSystem) -> str:
        ansi = cls.render_ansi(style, color_system)
        return f"\x1b[{ansi}m{text}\x1b[0m" if ansi else text

    monkeypatch.setattr(Strip, "render_style", classmethod(render_style))
    monkeypatch.delenv("NO_COLOR", raising=False)


async def rest(pilot: Pilot[None]) -> list[list[Cell]]:
    """The screen when nothing has changed for a while."""
    driver: Any = pilot.app._driver
    calm, fed = 0, -1
    for _ in range(100):
        await asyncio.sleep(0.02)
        calm = calm + 1 if driver.judge.fed == fed else 0
        fed = driver.judge.fed
        if calm == 2:
            break
    cells: list[list[Cell]] = driver.judge.cells()
    return cells


async def acts(pilot: Pilot[None], seen: dict[str, list[list[Cell]]]) -> None:
    app = pilot.app
    seen["start"] = await rest(pilot)
    await pilot.press("tab", "down", "down", "down")
    board = app.query_one(Board)
    board.scroll_to(y=9, animate=False)
    await pilot.pause()
    board.values[10][2] = 999
    board.refresh()
    seen["changed"] = await rest(pilot)
    app.push_screen(Ask())
    seen["modal"] = await rest(pilot)
    await pilot.press("tab", "x", "王")
    seen["typed"] = await rest(pilot)
    app.pop_screen()
    seen["popped"] = await rest(pilot)
    for width, height in ((60, 20), (101, 33)):
        driver: Any = app._driver
        driver.judge.screen.resize(height, width)
        await pilot.resize_terminal(width, height)
        seen[f"{width}x{height}"] = await rest(pilot)


async def screens(app: Any, driver: type, size: tuple[int, int], system: ColorSystem) -> dict[str, list[list[Cell]]]:
    app.driver_class = driver
    app.console._color_system = system
    seen: dict[str, list[list[Cell]]] = {}
    async with app.run_test(headless=False, size=size) as pilot:
        await acts(pilot, seen)
    return seen


async def same(size: tuple[int, int], system: ColorSystem, theme: str, bce: bool = False) -> None:
    results = []
    for kind, driver in ((StockApp, StockDriver), (StagedApp, StagedDriver)):
        app: Any = kind()
        app.erases_with_background = bce
        app.theme = theme
        app.animation_level = "none"
        results.append(await screens(app, driver, size, system))
    stock, staged = results
    for name in stock:
        for y, (want, have) in enumerate(zip(stock[name], staged[name], strict=True)):
            assert have == want, f"{name}, row {y}"
    assert len(stock) == 7
    assert any(cell[0] not in (" ", "") for line in stock["start"] for cell in line)


@pytest.mark.parametrize("size", SIZES)
async def test_sizes(size: tuple[int, int]) -> None:
    await same(size, ColorSystem.TRUECOLOR, "textual-dark")


@pytest.mark.parametrize("system", [ColorSystem.STANDARD, ColorSystem.EIGHT_BIT])
async def test_colour_systems(system: ColorSystem) -> None:
    await same((80, 24), system, "textual-dark")


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_themes(theme: str) -> None:
    await same((80, 24), ColorSystem.TRUECOLOR, theme)


async def test_a_terminal_that_erases_with_the_background() -> None:
    await same((80, 24), ColorSystem.TRUECOLOR, "textual-dark", bce=True)


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark"])
async def test_no_color(theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await same((80, 24), ColorSystem.TRUECOLOR, theme)
