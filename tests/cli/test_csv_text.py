"""CSV that is read back as what it was, and that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.cli.exporting.csv_text import cell_text, csv_bytes

RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        '"=1',
        "'=1",
        ";=1",
        "＝1",
        "  ＠x",
        "\n=cmd|' /C calc'!A0",
    ],
)
def test_text_that_would_be_run_is_text(text: str) -> None:
    assert cell_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "OKAFOR N", "72/min", "%", "3 + 4", "O'Brien", "a=b", "99 %"])
def test_other_text_stays(text: str) -> None:
    assert cell_text(text) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (84.0, "84"),
        (36.7, "36.7"),
        (-2.5, "-2.5"),
        (0, "0"),
        (-0.0, "0"),
        (float("nan"), ""),
        (float("inf"), ""),
        (None, ""),
    ],
)
def test_numbers_are_numbers(number: float | None, text: str) -> None:
    assert cell_text(number) == text


cells = st.none() | st.floats() | st.integers(-(10**6), 10**6) | st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=5))
def test_every_cell_comes_back_and_none_begins_with_what_is_run(rows: list[list[str | float | None]]) -> None:
    content = csv_bytes(rows, [("watermark", "DEMO")]).decode("utf-8")
    read = list(csv.reader(io.StringIO(content, newline="")))
    assert [row[0] for row in read] == ["watermark"] + ["DEMO"] * (len(rows) - 1)
    for row, cells_of in zip(rows, read, strict=True):
        for cell, text in zip(row, cells_of[1:], strict=True):
            assert text == cell_text(cell)
            if isinstance(cell, str):
                assert text.removeprefix("'") == cell.removeprefix("'") or text == f"'{cell}"
                assert not text.lstrip(" \"'\n;").startswith(RUN) or text.startswith("'")


def test_lines_end_as_rfc_4180_wants() -> None:
    assert csv_bytes([["a (b)"], ['x "y", z'], [1.5]]) == b'a (b)\r\n"x ""y"", z"\r\n1.5\r\n'
