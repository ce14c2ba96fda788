"""What cannot reach the terminal, what cannot become a key, and what a crash does not tell."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.notify import notice
from iomt_tui.tui.terminal import crash
from iomt_tui.tui.terminal.allow import control, foreign
from iomt_tui.tui.terminal.cells import cells, shown
from iomt_tui.tui.terminal.replies import ReplyFilter
from iomt_tui.tui.terminal.tty import ThreadOut, TtyOut

HOSTILE = ["\x1b]52;c;aGk=\x07", "\x9b31m", "\x1b[2J", "\u202eabc", "\x07\x08\r\n\t", "\ud800", "\u200b", "a\u0301" * 9]


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=30) | st.sampled_from(HOSTILE))
def test_any_text_becomes_harmless_cells_of_the_same_width(text: str) -> None:
    row = cells(text)
    assert not foreign(shown(row).encode())
    assert not any(bad in shown(row) for bad in "\x1b\x9b\u202e\u2066\u200b\x00\x07\r\n\t")
    assert len(row) == cell_len(text)


@pytest.mark.parametrize("count", [0, 1, 2, 9_999, 10_000, 10**9])
@pytest.mark.parametrize("priority", Priority)
def test_the_desktop_notification_passes(count: int, priority: Priority) -> None:
    assert control(notice(count, priority))
    assert not foreign(b"before" + notice(count, priority).encode() + b"after")


@pytest.mark.parametrize(
    "data",
    [
        "\x1b]9;iomt-tui: 1 high alarm not acknowledged: OKAFOR\x07",
        "\x1b]9;iomt-tui: 07 OKAFOR high alarm not acknowledged\x07",
        "\x1b]9;iomt-tui: 10000 high alarms not acknowledged\x07",
        "\x1b]9;iomt-tui: 1 high alarm not acknowledged",
        "\x1b]9;iomt-tui: 1 high alarm not acknowledged\x1b\\",
        "\x1b]9;4;1;50\x07",
        "\x1b]777;notify;a;b\x07",
        "\x1b]99;;a\x1b\\",
    ],
)
def test_another_notification_does_not(data: str) -> None:
    assert not control(data)
    assert foreign(b"before" + data.encode() + b"after")


@pytest.mark.parametrize("data", ["\x1b[?1049h", "\x1b[?25l\x1b[?7h", "\x1b[>25u", "\x1b[<u", "\x07", "\x1b[?2026$p"])
def test_control_strings_of_the_driver_pass(data: str) -> None:
    assert control(data)
    assert not foreign(data.encode())


@pytest.mark.parametrize(
    "data", ["\x1b]52;c;aGk=\x07", "\x1b]22;pointer\x07", "\x1b]0;title\x07", "\x1bPq\x1b\\", "text", "\x1b[?9999h", ""]
)
def test_other_control_strings_do_not(data: str) -> None:
    assert not control(data)


@pytest.mark.parametrize(
    "data", [b"\x1b]8;;http://x\x1b\\", b"\xc2\x9b31m", b"\x1bc", b"\x1b[5n\x1b[c", b"\x1b[8;99;99t", b"a\x00", b"\x1b"]
)
def test_foreign_bytes_are_found(data: bytes) -> None:
    assert foreign(b"before" + data + b"after")


def test_whole_reports_are_taken_out() -> None:
    assert ReplyFilter().feed("a\x1b[3;7Rb\x1b[A", awaited=True) == ("ab\x1b[A", [(6, 2)])


@given(st.integers(0, 8), st.integers(0, 8))
def test_a_report_cut_anywhere_is_a_report_and_never_keys(first: int, second: int) -> None:
    report = "\x1b[12;34R"
    one, two = sorted((first, second))
    taken, reports, text = ReplyFilter(), [], ""
    for part in ("x" + report[:one], report[one:two], report[two:] + "y"):
        keys, found = taken.feed(part, awaited=True)
        text += keys
        reports += found
    assert (text, reports) == ("xy", [(33, 11)])


def test_a_report_whose_rest_is_late_is_swallowed_and_escape_stays_a_key() -> None:
    replies = ReplyFilter()
    assert replies.feed("\x1b[12;", awaited=True) == ("", [])
    assert replies.holding
    assert replies.give_up() == ""
    assert replies.feed("34Rz", awaited=True) == ("z", [])
    assert replies.feed("\x1b", awaited=True) == ("", [])
    assert replies.give_up() == "\x1b"
    assert replies.feed("q", awaited=False) == ("q", [])
    assert replies.feed("\x1b", awaited=False) == ("\x1b", [])


def test_an_escape_between_reports_is_a_key_at_once() -> None:
    replies = ReplyFilter()
    assert replies.feed("\x1b", awaited=True) == ("", [])
    assert replies.feed("\x1b[1;1R", awaited=True) == ("\x1b", [(0, 0)])
    assert not replies.holding


def _fail() -> None:
    patient = "OKAFOR NGOZI"
    try:
        raise KeyError(patient)
    except KeyError as error:
        raise ExceptionGroup(f"two for {patient}", [ValueError(patient), TypeError()]) from error


def test_a_redacted_report_names_places_and_types_only(tmp_path: Path) -> None:
    try:
        _fail()
    except ExceptionGroup as error:
        text = crash.redacted(error)
        path = crash.write_report(error, tmp_path / "crashes")
        said = crash.message(error, tmp_path / "other")
    whole = text + path.read_text() + said
    assert "OKAFOR" not in whole
    assert "/home" not in text and str(Path(__file__).parent) not in text
    for word in ("KeyError", "ValueError", "TypeError", "ExceptionGroup", "_fail", "test_terminal_safety.py:"):
        assert word in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "bedside" in said


def test_a_crash_without_a_place_for_its_report_still_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = crash.message(ValueError("x"), tmp_path / "file" / "crashes")
    assert "No report was written" in said
    assert "Start iomt-tui again" in said
    assert "No report was written" in crash.message(ValueError("x"), None)


def available(fd: int) -> bytes:
    """What can be read now."""
    return os.read(fd, 65536) if select.select([fd], [], [], 0)[0] else b""


@pytest.mark.parametrize("kind", [TtyOut, ThreadOut])
async def test_a_terminal_that_does_not_read_blocks_nobody(kind: type[TtyOut] | type[ThreadOut]) -> None:
    master, slave = pty.openpty()
    drained = asyncio.Event()
    if kind is TtyOut:
        os.set_blocking(slave, False)
    out = kind(slave, drained.set, lambda: None)
    out.send(b"x" * 200_000)
    busy = [out.busy]
    out.send(b"\x1b]0;no\x07")
    assert out.refused == 1
    got = 0
    async with asyncio.timeout(5):
        while got < 200_000:
            await asyncio.sleep(0.001)
            got += len(available(master))
    await asyncio.wait_for(drained.wait(), 2)
    busy.append(out.busy)
    assert busy == [True, False]
    out.close(0.1)
    os.close(master)


async def test_a_frame_that_was_cut_off_is_cancelled() -> None:
    master, slave = pty.openpty()
    os.set_blocking(slave, False)
    out = TtyOut(slave, lambda: None, lambda: None)
    out.send(b"x" * 200_000)
    out.drop()
    out.send(b"\x1b[m")
    data = b""
    async with asyncio.timeout(5):
        while not data.endswith(b"\x1b[m"):
            await asyncio.sleep(0.001)
            data += available(master)
    assert data.endswith(b"x\x18\x1b[m")
    out.close(0.1)
    os.close(master)


async def test_a_terminal_that_went_away_is_told_once() -> None:
    master, slave = pty.openpty()
    lost: list[int] = []
    os.set_blocking(slave, False)
    out = TtyOut(slave, lambda: None, lambda: lost.append(1))
    os.close(master)
    out.send(b"x")
    out.send(b"x")
    assert lost == [1]
    assert out.gone
    out.close(0.1)
