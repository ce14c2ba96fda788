from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.board.geometry import Grid
from iomt_tui.tui.board.standing import Standing, Window

grids = st.builds(
    Grid, top=st.integers(0, 1), columns=st.integers(1, 5), width=st.integers(1, 60), height=st.integers(1, 14)
)
wards = st.integers(0, 60).map(lambda count: tuple(f"p{index}" for index in range(count)))
windows = st.builds(Window, scroll=st.integers(0, 200), lines=st.integers(0, 80))


@given(wards, grids, windows)
def test_every_patient_is_recognisable_or_counted_as_hidden(order: tuple[str, ...], grid: Grid, window: Window) -> None:
    """SAFETY H18: nobody is neither seen nor counted."""
    standing = Standing(order, grid)
    seen = len(standing.recognisable(window))
    above, below = standing.above(window, ()), standing.below(window, ())
    assert above.patients + seen + below.patients == len(order)


@given(wards, grids, windows, st.data())
def test_a_hidden_high_alarm_is_told(order: tuple[str, ...], grid: Grid, window: Window, data: st.DataObject) -> None:
    standing = Standing(order, grid)
    high = data.draw(st.sets(st.sampled_from(order))) if order else set()
    seen = {order[index] for index in standing.recognisable(window)}
    told = standing.above(window, high).high or standing.below(window, high).high
    assert told == bool(high - seen)


@given(wards.filter(bool), grids, windows.filter(lambda window: window.lines > 0), st.data())
def test_revealing_a_patient_shows_its_first_line_and_moves_no_more_than_needed(
    order: tuple[str, ...], grid: Grid, window: Window, data: st.DataObject
) -> None:
    standing = Standing(order, grid)
    patient = data.draw(st.sampled_from(order))
    moved = Window(standing.reveal(patient, window), window.lines)
    assert moved.scroll >= 0
    assert standing.index[patient] in standing.recognisable(moved)
    _, first = grid.place(standing.index[patient])
    whole = first >= window.scroll and first + min(grid.height, window.lines) <= window.scroll + window.lines
    assert (moved.scroll == window.scroll) == whole


@given(wards, grids, st.data())
def test_a_patient_is_found_at_every_cell_it_is_drawn_in(
    order: tuple[str, ...], grid: Grid, data: st.DataObject
) -> None:
    standing = Standing(order, grid)
    for index, patient in enumerate(order):
        x, line = grid.place(index)
        across, down = data.draw(st.integers(0, grid.width - 1)), data.draw(st.integers(0, grid.height - 1))
        assert standing.at(x + across, line + down) == patient
        break
    assert standing.at(grid.columns * grid.width, 0) is None
    assert standing.at(0, grid.lines(len(order))) is None


@given(wards.filter(bool), grids, windows, st.integers(-100, 100), st.data())
def test_a_step_stays_on_the_board(
    order: tuple[str, ...], grid: Grid, window: Window, by: int, data: st.DataObject
) -> None:
    standing = Standing(order, grid)
    start = data.draw(st.sampled_from(order))
    reached = standing.step(start, by, window)
    assert reached is not None
    assert standing.index[reached] == min(max(standing.index[start] + by, 0), len(order) - 1)
