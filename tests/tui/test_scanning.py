"""A scanner is told from a hand: no character of a scan is a key, and no key of a hand is lost."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.settings import ScannerSettings
from iomt_tui.tui.scanning import MOST, Burst, ScanFilter, Scanned

ON = ScannerSettings(use="on")
CODE = "]d20100351234567897172705001" + "0aAqjE"
PASTE = "\x1b[200~"


def typed(filter_: ScanFilter, *pieces: str, expected: bool = False) -> list[str | Burst]:
    """What comes out of pieces that came at once, and of the quiet behind them."""
    out: list[str | Burst] = []
    for piece in pieces:
        out += filter_.feed(piece, expected)
    while filter_.waiting:
        out += filter_.quiet()
    return together(out)


def together(parts: list[str | Burst]) -> list[str | Burst]:
    out: list[str | Burst] = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        else:
            out.append(part)
    return out


def by_hand(filter_: ScanFilter, text: str) -> list[str | Burst]:
    """The same with a pause behind each key."""
    return together([part for char in text for part in typed(filter_, char)])


@pytest.mark.parametrize("end", ["\r", "\n", "\t", "\r\n"])
def test_a_burst_is_one_scan_in_one_piece_or_in_many(end: str) -> None:
    for pieces in ([CODE + end], [*CODE, *end], [CODE[:5], CODE[5:], end]):
        assert typed(ScanFilter(ON), *pieces) == [Burst(CODE, whole=True)]


def test_two_scans_in_one_piece_are_two() -> None:
    assert typed(ScanFilter(ON), f"{CODE}\rP:1234567\r") == [Burst(CODE, whole=True), Burst("P:1234567", whole=True)]


def test_the_same_characters_typed_slowly_are_keys() -> None:
    assert by_hand(ScanFilter(ON), CODE + "\r") == [CODE + "\r"]


@given(st.lists(st.text("abqE07\r ", min_size=1, max_size=7), max_size=8))
def test_no_key_of_a_hand_is_lost_or_moved(pieces: list[str]) -> None:
    """Fewer characters at once than a scan has, whatever the reads."""
    short = [piece for piece in pieces if max(map(len, piece.split("\r"))) < ON.least]
    filter_ = ScanFilter(ON)
    out = [part for piece in short for part in typed(filter_, piece)]
    assert "".join(part for part in out if isinstance(part, str)) == "".join(short)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8, max_size=200), st.data())
def test_every_code_in_any_pieces_is_one_scan(code: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(1, len(code)), max_size=4)))
    pieces = [code[a:b] for a, b in zip([0, *cuts], [*cuts, len(code)], strict=True) if a < b]
    assert typed(ScanFilter(ON), *pieces, "\r") == [Burst(code, whole=True)]


def test_a_scan_is_looked_for_only_where_one_is_expected() -> None:
    auto = ScannerSettings()
    assert typed(ScanFilter(auto), CODE + "\r") == [CODE + "\r"]
    assert typed(ScanFilter(auto), CODE + "\r", expected=True) == [Burst(CODE, whole=True)]
    off = ScannerSettings(use="off", prefix="~")
    assert typed(ScanFilter(off), "~" + CODE + "\r", expected=True) == ["~" + CODE + "\r"]


def test_with_a_prefix_no_key_waits_but_the_prefix() -> None:
    filter_ = ScanFilter(ScannerSettings(prefix="~"))
    assert filter_.feed("a", False) == ["a"]
    assert not filter_.waiting
    assert filter_.feed("~", False) == []
    assert filter_.quiet() == ["~"]
    assert typed(filter_, "j~" + CODE + "\rq") == ["j", Burst(CODE, whole=True), "q"]


def test_a_control_character_as_prefix_in_either_protocol() -> None:
    for sent in ("\x02", "\x1b[98;5u"):
        assert typed(ScanFilter(ScannerSettings(prefix="\x02")), sent + CODE + "\r") == [Burst(CODE, whole=True)]


def test_a_suffix_of_its_own_and_none() -> None:
    assert typed(ScanFilter(replace(ON, suffix="#")), CODE + "#") == [Burst(CODE, whole=True)]
    assert typed(ScanFilter(replace(ON, suffix="none")), CODE) == [Burst(CODE, whole=True)]


def test_a_scan_without_its_end_is_a_cut_one_and_never_keys() -> None:
    assert typed(ScanFilter(ON), CODE) == [Burst(CODE, whole=False)]
    assert typed(ScanFilter(ON), CODE, "\x1b[A") == [Burst(CODE, whole=False), "\x1b[A"]
    assert typed(ScanFilter(ON), CODE, "é") == [Burst(CODE, whole=False), "é"]


def test_what_is_far_too_long_is_cut_and_its_rest_is_dropped() -> None:
    assert typed(ScanFilter(ON), "x" * 5000, "y" * 50, "\r") == [Burst("x" * MOST, whole=False)]
    filter_ = ScanFilter(ON)
    assert typed(filter_, "x" * 5000) == [Burst("x" * MOST, whole=False)]
    assert typed(filter_, "a") == ["a"]


def test_reports_of_the_terminal_within_a_scan_do_not_break_it() -> None:
    for report in ("\x1b[<35;10;10M", "\x1b[I", "\x1b[O", "\x1b[12;40R", "\x1b[48;30;100;900;1600t"):
        assert typed(ScanFilter(ON), CODE[:9] + report + CODE[9:] + "\r") == [report, Burst(CODE, whole=True)]


def test_fnc1_as_the_kitty_protocol_types_it() -> None:
    assert typed(ScanFilter(ON), CODE + "\x1b[93;5u" + "21X\r") == [Burst(CODE + "\x1d21X", whole=True)]


def test_a_paste_is_left_to_who_knows_pastes() -> None:
    assert typed(ScanFilter(ON), PASTE + CODE + "\r") == [PASTE + CODE + "\r"]
    assert typed(ScanFilter(ON), "\x1b[20", "0~" + CODE + "\r") == ["\x1b[200~" + CODE + "\r"]


def test_a_scan_right_behind_another_key() -> None:
    assert typed(ScanFilter(ON), "\x1b[A" + CODE + "\r") == ["\x1b[A", Burst(CODE, whole=True)]
    filter_ = ScanFilter(ON)
    assert typed(filter_, "\x1b") == ["\x1b"]
    assert typed(filter_, CODE + "\r") == [Burst(CODE, whole=True)]


def test_a_key_held_down_repeats_as_it_does_without_a_scanner() -> None:
    filter_ = ScanFilter(ON)
    out = [filter_.feed("j", False) for _ in range(12)]
    assert out == [[], [], ["jjj"], *[["j"]] * 9]
    assert filter_.feed("k", False) == []
    assert filter_.quiet() == ["k"]


def test_a_scan_is_not_written_down(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        message = Scanned("P:1234567", whole=True)
        logging.getLogger().warning("%r", message)
    assert "1234567" not in caplog.text
    assert "1234567" not in repr(list(message.__rich_repr__()))
