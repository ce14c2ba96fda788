"""The window: never beyond now, the cursor always inside it, zoom around the cursor."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.charts.window import DAY, HOUR, LONGEST, MINUTE, SHORTEST, WINDOWS, Window, length

NOW = 1_773_571_327_000

moves = st.lists(
    st.sampled_from(["pan", "back", "left", "right", "in", "out", "longer", "shorter", "at"]), min_size=1, max_size=30
)


def moved(window: Window, move: str) -> Window:
    return {
        "pan": lambda: window.panned(window.span // 2, NOW), "back": lambda: window.panned(-window.span // 2, NOW),
        "left": lambda: window.pointed(-window.span // 7, NOW), "right": lambda: window.pointed(window.span // 7, NOW),
        "in": lambda: window.zoomed(1 / 1.5, NOW), "out": lambda: window.zoomed(1.5, NOW),
        "longer": lambda: window.usual(1, NOW), "shorter": lambda: window.usual(-1, NOW),
        "at": lambda: window.at(NOW - 3 * DAY, NOW),
    }[move]()  # fmt: skip


@given(moves)
def test_it_never_reaches_beyond_now_and_keeps_to_its_bounds(steps: list[str]) -> None:
    window = Window()
    for step in steps:
        window = moved(window, step)
        assert window.until(NOW) <= NOW
        assert SHORTEST <= window.span <= LONGEST
        assert window.cursor is None or window.cursor <= NOW
        if window.cursor is not None:
            assert window.until(NOW) - window.span <= window.cursor <= window.until(NOW)


def test_it_goes_along_with_now_until_it_is_moved_back() -> None:
    window = Window(HOUR)
    assert window.follows(NOW) and window.follows(NOW + DAY)
    back = window.panned(-HOUR, NOW)
    assert not back.follows(NOW) and back.until(NOW + DAY) == NOW - HOUR
    assert back.panned(2 * HOUR, NOW).follows(NOW + DAY)


def test_a_moment_of_the_past_that_is_shown_is_its_end() -> None:
    back = Window(HOUR).panned(-HOUR, NOW)
    assert back.until(NOW - DAY) == NOW - DAY


def test_zoom_leaves_the_cursor_where_it_stands() -> None:
    window = Window(4 * HOUR, NOW - DAY, NOW - DAY - HOUR)
    closer = window.zoomed(0.5, NOW)
    assert closer.span == 2 * HOUR and closer.until(NOW) - (closer.cursor or 0) == HOUR // 2


def test_usual_lengths_one_after_the_other() -> None:
    window, seen = Window(WINDOWS[0]), []
    for _ in range(8):
        seen.append(length(window.span))
        window = window.usual(1, NOW)
    assert seen == ["1 h", "4 h", "12 h", "24 h", "72 h", "7 d", "7 d", "7 d"]
    assert Window(5 * HOUR).usual(1, NOW).span == 12 * HOUR and Window(5 * HOUR).usual(-1, NOW).span == 4 * HOUR
    assert length(2 * HOUR + 45 * MINUTE) == "2 h 45 min" and length(20 * MINUTE) == "20 min"
