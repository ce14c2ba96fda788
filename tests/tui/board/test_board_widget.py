from __future__ import annotations

import random
from dataclasses import replace

import pytest
from board_app import BoardApp
from board_wards import NOW, FixtureWard, patient, score, vital, vitals, ward
from textual.geometry import Region
from textual.strip import Strip

from iomt_tui.security.text import SafeText
from iomt_tui.tui.board.widget import WardBoard
from iomt_tui.ward.view import Freshness


def crowd(count: int) -> FixtureWard:
    return FixtureWard(
        patient(f"{index:04d}", f"NAME{index}", 50, "F", score(0), vitals(70, 97, 14, (120, 80), 36.6))
        for index in range(count)
    )


def lines(board: WardBoard) -> list[str]:
    return [board.render_line(y).text for y in range(board.size.height)]


def raise_heart_rate(source: FixtureWard, name: str, value: float) -> None:
    view = source.views[name]
    source.views[name] = replace(view, vitals={**view.vitals, "hr": vital("hr", value)})


async def test_rows_stand_below_a_fixed_heading_in_the_order_given() -> None:
    app = BoardApp(ward())
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert lines(app.board)[0].split()[:2] == ["bed", "patient"]
        app.board.action_last()
        await pilot.pause()
        shown = lines(app.board)
        assert shown[0].split()[:2] == ["bed", "patient"]
        assert [row.split("▌")[-1].split()[0].strip("⌂") for row in shown[-3:]] == ["H1", "H4", "H5"]


async def test_the_selection_is_a_patient_and_not_a_row() -> None:
    """SAFETY H5: 1,000 interleavings of sorting, discharge, arrival and keys never move it to another patient."""
    source, rng = crowd(40), random.Random(5)
    app = BoardApp(source)
    async with app.run_test(size=(80, 12)):
        board = app.board
        board.selected = "p-0020"
        for _ in range(1_000):
            before = board.selected
            there = rng.sample(source.ids, rng.randrange(5, 40))
            if rng.random() < 0.7:
                board.set_order(there)
                assert board.selected == (before if before in there else None)
                board.selected = board.selected or rng.choice(there)
            else:
                rng.choice((board.action_select_next, board.action_page_up, board.action_first))()
                assert board.selected in board.order
            chosen = [row for row in lines(board) if row.startswith("▌")]
            assert len(chosen) == 1 and board.selected is not None
            assert board.selected.removeprefix("p-") in chosen[0]


async def test_who_left_is_not_replaced_by_a_neighbour() -> None:
    source = crowd(5)
    app = BoardApp(source, selected="p-0002")
    async with app.run_test() as pilot:
        app.board.set_order([name for name in source.ids if name != "p-0002"])
        await pilot.pause()
        assert app.board.selected is None
        assert app.heard == [("selected", "p-0002"), ("selected", None)]


async def test_the_wheel_looks_around_without_choosing() -> None:
    app = BoardApp(crowd(50), selected="p-0001")
    async with app.run_test(size=(80, 10)) as pilot:
        app.board.scroll_to(y=30, animate=False)
        await pilot.pause()
        assert app.board.selected == "p-0001"
        assert app.board.hidden_above.patients == 30
        app.board.set_order(tuple(reversed(app.board.order)))
        await pilot.pause()
        assert app.board.scroll_offset.y == 30  # who is not in view does not drag the view along


async def test_a_click_selects_and_a_double_click_opens() -> None:
    app = BoardApp(crowd(5))
    async with app.run_test() as pilot:
        await pilot.click(WardBoard, offset=(20, 3))
        assert app.board.selected == "p-0002"
        await pilot.click(WardBoard, offset=(20, 0))  # the heading
        await pilot.click(WardBoard, offset=(20, 9))  # below the last row
        assert app.board.selected == "p-0002"
        await pilot.click(WardBoard, offset=(20, 3), times=2)
        assert app.heard[-1] == ("opened", "p-0002")


async def test_only_rows_in_view_are_asked_for() -> None:
    source = crowd(2_000)
    app = BoardApp(source)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        source.asked.clear()
        raise_heart_rate(source, "p-0003", 88)
        raise_heart_rate(source, "p-1500", 88)
        assert app.board.refresh_patients(source.ids, NOW) == 1
        assert len(set(source.asked)) == 29
        app.board.selected = "p-1500"
        await pilot.pause()
        assert any("1500" in row and " 88 " in row for row in lines(app.board))


async def test_what_looks_the_same_is_not_painted_again() -> None:
    app = BoardApp(ward())
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        assert app.board.refresh_patients(None, NOW) == 0
        raise_heart_rate(app.ward, "p-01", 63)
        assert app.board.refresh_patients(["p-01", "p-02", "gone"], NOW) == 1


@pytest.mark.parametrize("mode", ["list", "tiles"])
@pytest.mark.parametrize("no_color", [False, True])
async def test_the_direct_path_paints_what_textual_would(
    mode: str, no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app = BoardApp(ward(), mode=mode, selected="p-12")  # type: ignore[arg-type]
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        painted: list[tuple[int, int, Strip]] = []
        app.board.paint = lambda x, y, strip: painted.append((x, y, strip))
        for name in ("p-07", "p-12", "p-01"):
            raise_heart_rate(app.ward, name, 61)
            app.board.refresh_patients([name], NOW)
        assert painted
        for x, y, strip in painted:
            crop = Region(x, y, strip.cell_length, 1)
            (stock,) = app.board.render_lines(crop)
            assert list(stock.simplify()) == list(strip.simplify())


async def test_rows_that_change_places_go_the_direct_path_and_are_not_drawn_again() -> None:
    app = BoardApp(ward())
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        board, turned = app.board, list(reversed(app.ward.ids))
        painted: dict[int, Strip] = {}
        board.paint = lambda x, y, strip: painted.update({y: strip})
        app.ward.asked.clear()
        raise_heart_rate(app.ward, "p-07", 61)
        board.set_order(turned)
        board.refresh_patients({"p-07"}, NOW)
        assert app.ward.asked == ["p-07"]
        assert [board.patient_at(0, y) for y in sorted(painted)] == turned == list(board.in_view)
        for y, strip in painted.items():
            (stock,) = board.render_lines(Region(0, y, strip.cell_length, 1))
            assert list(stock.simplify()) == list(strip.simplify())
        painted.clear()
        board.refresh_patients({"p-07"}, NOW)
        board.set_order(turned[:-3])  # leaves lines empty, which is Textual's to do
        board.refresh_patients(set(), NOW)
        assert not painted


async def test_hidden_rows_are_counted_and_a_high_alarm_among_them_is_told() -> None:
    app = BoardApp(ward())
    async with app.run_test(size=(80, 8)) as pilot:
        await pilot.pause()
        assert app.board.hidden_above == (0, False)
        assert app.board.hidden_below == (14, False)
        app.board.action_last()
        await pilot.pause()
        assert app.board.hidden_above == (14, True)


async def test_while_nobody_monitors_the_board_says_so_and_strikes_its_numbers() -> None:
    app = BoardApp(ward())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.board.halted = SafeText("NOT MONITORING · engine silent for 4 s")
        await pilot.pause()
        assert lines(app.board)[0].startswith(" NOT MONITORING · engine silent for 4 s")
        struck = [segment.text for segment in app.board.render_line(8) if segment.style and segment.style.strike]
        assert "74" in "".join(struck) and "121/70" in "".join(struck)
        app.board.halted = SafeText("")
        await pilot.pause()
        assert "patient" in lines(app.board)[0]
        assert not [segment for segment in app.board.render_line(8) if segment.style and segment.style.strike]


async def test_a_flash_changes_only_the_marks_of_unacknowledged_high_alarms() -> None:
    app = BoardApp(ward())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = [app.board.render_line(y) for y in range(24)]
        app.board.lit = False
        after = [app.board.render_line(y) for y in range(24)]
        assert [y for y in range(24) if before[y] != after[y]] == [1, 3]
        assert [strip.text for strip in before] == [strip.text for strip in after]


async def test_modes_sizes_and_themes_can_change_at_any_time() -> None:
    app = BoardApp(ward(), selected="p-15")
    async with app.run_test(size=(80, 24)) as pilot:
        for width, height in ((200, 60), (20, 5), (1, 1), (300, 100), (37, 3), (80, 24)):
            await pilot.resize_terminal(width, height)
            for mode in ("tiles", "list"):
                app.board.mode = mode
                await pilot.pause()
                assert all(app.board.render_line(y).cell_length == app.board.size.width for y in range(height))
        styles = set()
        for theme in ("dark", "light", "mono", "ansi-16", "textual-dark"):
            app.theme = theme
            await pilot.pause()
            styles.add(next(iter(app.board.render_line(1))).style)
        assert len(styles) == 5
        assert app.board.selected == "p-15"


async def test_an_empty_board_says_why() -> None:
    app = BoardApp(FixtureWard([]))
    async with app.run_test(size=(60, 8)) as pilot:
        await pilot.pause()
        assert "No patients yet." in lines(app.board)[1]
        app.board.mode = "tiles"
        app.board.action_select_next()
        assert app.board.selected is None


async def test_a_row_ages_without_news_of_it() -> None:
    app = BoardApp(ward())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view = app.ward.views["p-01"]
        old = {key: found._replace(freshness=Freshness.EXPIRED, age=90_000) for key, found in view.vitals.items()}
        app.ward.views["p-01"] = replace(view, vitals=old)
        assert app.board.refresh_patients(None, NOW + 90_000) >= 1
        row = next(line for line in lines(app.board) if "NOVAK" in line)
        assert "last SpO2 95 % 1 min ago" in row and " 62 " not in row


async def test_tiles_move_up_and_down_by_a_row_of_tiles() -> None:
    app = BoardApp(ward(), mode="tiles", selected="p-07")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.board.action_select_down()
        assert app.board.selected == "p-12"  # three tiles side by side
        app.board.action_select_up()
        app.board.action_open()
        await pilot.pause()
        assert app.heard[-1] == ("opened", "p-07")
