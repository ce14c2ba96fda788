"""QR codes: the same modules in every form, and nothing but blocks and spaces."""

from __future__ import annotations

import pytest

from iomt_tui.security.sign_in.qr import QUIET, qr_blocks, qr_lines, qr_rows

ADDRESS = "https://sign.example/device?user_code=WDJB-MJHT"


def test_the_modules_are_a_code_with_its_quiet_zone() -> None:
    rows = qr_rows(ADDRESS)
    size = len(rows)
    assert {len(row) for row in rows} == {size} and (size - 2 * QUIET - 17) % 4 == 0
    inner = [row[QUIET:-QUIET] for row in rows[QUIET:-QUIET]]
    assert sum(map(sum, rows)) == sum(map(sum, inner))  # light all round
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    for across, down in ((0, 0), (len(inner) - 7, 0), (0, len(inner) - 7)):
        assert ["".join(str(int(x)) for x in row[across : across + 7]) for row in inner[down : down + 7]] == finder


@pytest.mark.parametrize("quiet", [0, 1, 4])
def test_half_blocks_are_the_same_modules(quiet: int) -> None:
    back = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}
    rows: list[tuple[bool, ...]] = []
    for line in qr_lines(ADDRESS, quiet):
        rows += [tuple(back[char][0] for char in line), tuple(back[char][1] for char in line)]
    wanted = qr_rows(ADDRESS, quiet)
    assert tuple(rows[: len(wanted)]) == wanted and not any(map(any, rows[len(wanted) :]))


def test_full_blocks_are_the_same_modules_inverted() -> None:
    wanted = qr_rows(ADDRESS, 2)
    lines = qr_blocks(ADDRESS)
    assert tuple(tuple(line[at : at + 2] == "  " for at in range(0, len(line), 2)) for line in lines) == wanted
    assert set("".join(lines)) == {"█", " "}


def test_an_ordinary_address_fits_a_terminal() -> None:
    assert len(qr_lines(ADDRESS)) <= 20 and len(qr_lines(ADDRESS)[0]) <= 80
    assert len(qr_blocks(ADDRESS)[0]) <= 80


def test_what_is_too_long_is_no_code() -> None:
    assert not qr_rows("x" * 3_000) and not qr_lines("x" * 3_000) and not qr_blocks("x" * 3_000)


def test_another_address_is_another_code() -> None:
    assert qr_rows(ADDRESS) != qr_rows(ADDRESS + "x")
