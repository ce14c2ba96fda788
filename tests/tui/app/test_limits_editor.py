"""The limits editor: what is changed is listed, what is asked is what is written, and nothing is set by accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from board_desk import Desk, desk
from shown_ward import MINUTE, WrittenFeed, write_ward

from iomt_tui.alarms.settings import Setting
from iomt_tui.clinical.limits import Limit
from iomt_tui.tui.limit_draft import Field
from iomt_tui.tui.pages.limit_editor import LimitEditor
from iomt_tui.tui.pages.limits import LimitsPage

HOUR = 60 * MINUTE


def measured() -> WrittenFeed:
    """The first patient's saturation, once a second for ten minutes: it falls below 90 for a while."""
    feed = write_ward(WrittenFeed())
    for second in range(600):
        at = feed.at - 600_000 + second * 1000
        value = 88.0 if 200 <= second < 260 else 86.0 if 400 <= second < 420 else 95.0
        feed.write("obs", [["p0", "d0", at, {"spo2": value}, None]], at)
    feed.entries.sort(key=lambda entry: entry.at)
    feed.entries = [entry._replace(seq=number) for number, entry in enumerate(feed.entries, 1)]
    return feed


async def opened(d: Desk, vital: str = "spo2") -> LimitEditor:
    """The editor of one vital of the first patient, its past read."""
    await d.press("j", "i")
    page = d.app.board.cover
    assert isinstance(page, LimitsPage)
    page.selected = vital
    await d.press("enter")
    await settled(d)
    editor = d.app.board.cover
    assert isinstance(editor, LimitEditor)
    return editor


async def settled(d: Desk) -> None:
    """Until what was begun in threads is done, and what that began."""
    for _ in range(3):
        await d.settle()
    d.app.board.painter.paint()


def page(d: Desk) -> str:
    return d.line("cover-words")


async def test_a_patients_limits_are_listed_with_their_origin() -> None:
    async with desk() as d:
        await d.press("j", "i")
        assert "Alarm limits of 07 Okafor N" in d.line("head")
        row = next(line for line in page(d).splitlines() if "SpO2" in line)
        assert "now 84" in row and "!! 90" in row and "!!! 85" in row and "default" in row
        await d.press("i")
        assert d.app.board.cover is None


async def test_what_is_turned_is_tried_on_the_past() -> None:
    async with desk(feed=measured()) as d:
        editor = await opened(d)
        editor.selected = Field(2, "low")
        await d.press("left", "left", "left")
        await settled(d)
        assert "87   was 90" in page(d)
        lines = page(d).splitlines()
        held = next(line for line in lines if line.lstrip().startswith("as the limits held"))
        tried = next(line for line in lines if line.lstrip().startswith("with these limits"))
        before, after = int(held.split()[4]), int(tried.split()[3])
        assert 0 < after < before and "would have been missed" in page(d)
        assert f"[87: {after}]" in page(d) and f"90: {before}" in page(d)


async def test_saving_lists_every_change_and_wants_a_reason_and_an_end() -> None:
    async with desk() as d:
        editor = await opened(d)
        editor.selected = Field(2, "low")
        await d.press("left", "left", "S")
        assert "SpO2 below, medium priority: 90 → 88" in d.line("ask")
        await d.press("enter")
        await d.settle()
        assert d.feed.done == [] and "w write the reason first" in d.line("footer")
        await d.press("w", *"usual for him", "enter", "left", "enter", pause=1.5)
        await d.settle()
        (act,) = d.feed.done
        assert (act["do"], act["patient"], act["vital"], act["reason"]) == ("limits", "p0", "spo2", "usual for him")
        assert act["until"] == d.feed.at + 24 * HOUR
        assert {(row["priority"], row["low"]) for row in act["limits"]} == {(3, 85.0), (2, 88.0)}
        d.feed.write("outcome", {"op": act["op"], "outcome": "applied", "by": "Test", "at": d.feed.at})
        d.news()
        assert "limits changed: 07 Okafor N" in d.line("footer")


async def test_a_looser_high_limit_must_end_and_cannot_be_switched_off() -> None:
    async with desk() as d:
        editor = await opened(d)
        editor.selected = Field(3, "low")
        await d.press("backspace", "S")
        assert "Cannot be set" in d.line("footer") and "switched off" in page(d)
        await d.press("backspace", "left", "S")
        assert "for 24 h" in d.line("ask"), "no way to let it stand"
        await d.press("right", "right")
        assert "until changed" not in d.line("ask")


async def test_the_default_limits_take_a_setting_back() -> None:
    feed = write_ward(WrittenFeed())
    rows = (Limit("spo2", 80.0, None, 3, 0, 0, "set by Kim"),)
    feed.write("limits", Setting("p0", "spo2", rows, "Kim", "trial", feed.at, feed.at + HOUR, "wide").body())
    async with desk(feed=feed) as d:
        assert "△" in d.app.board.board.render_line(1).text
        await opened(d)
        await d.press("d", "S", "w", *"over", "enter", "enter", pause=1.5)
        await d.settle()
        (act,) = d.feed.done
        assert act["limits"] is None and act["reason"] == "over"


async def test_who_set_limits_stands_on_the_patients_page() -> None:
    feed = write_ward(WrittenFeed())
    rows = (Limit("spo2", 85.0, None, 3, 0, 0, "set by Kim"),)
    feed.write("limits", Setting("p0", "hr", (), "Kim", "pacing [x]", feed.at, None, "").body())
    feed.write("limits", Setting("p0", "spo2", rows, "Kim", "trial", feed.at, feed.at + HOUR, "").body())
    async with desk(feed=feed, size=(80, 50)) as d:
        await d.press("j", "enter")
        assert "HR: the low alarm limit is OFF" in page(d) and "Kim, until 11:42: trial" in page(d)
        assert "pacing [x]" in page(d)
        await d.press("escape")
        assert "▽" in d.app.board.board.render_line(1).text


async def test_a_number_is_typed_in_the_unit_that_is_shown() -> None:
    async with desk(units={"temp": "[degF]"}) as d:
        editor = await opened(d, "temp")
        editor.selected = Field(2, "high")
        await d.press("enter", *"101.3", "enter")
        assert editor.draft.value(editor._field) == 38.5
        await d.press("enter", *"warm", "enter")
        assert editor.draft.value(editor._field) == 38.5 and "is no number" in d.line("footer")


async def test_limits_around_the_present_value() -> None:
    async with desk() as d:
        editor = await opened(d, "hr")
        await d.press("b")
        low, high = editor.draft.rows[1].low, editor.draft.rows[1].high
        assert (low, high) == (94.0, 148.0)
        editor = await opened(d)
        await d.press("b")
        assert "There is no rule" in d.line("footer") and editor.draft.changed == ()


async def test_the_whole_ward_is_said_before_it_is_meant() -> None:
    async with desk() as d:
        editor = await opened(d)
        editor.selected = Field(2, "low")
        await d.press("right", "W", "S")
        assert "limits of the whole ward" in d.line("head") and "the whole ward?" in d.line("footer")
        await d.press("w", *"policy", "enter", "enter", pause=1.5)
        await d.settle()
        assert d.feed.done[0]["patient"] == ""


async def test_nothing_is_set_from_a_recording_or_a_reader_and_nothing_changed_is_nothing() -> None:
    async with desk(read_only=True) as d:
        await opened(d)
        await d.press("left", "S")
        assert "only shows" in d.line("footer") and d.app.board.desk.hand.armed is None
    async with desk() as d:
        await opened(d)
        await d.press("S")
        assert "Nothing is changed" in d.line("footer")


async def test_a_past_that_cannot_be_read_is_said_and_the_limits_can_still_be_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from iomt_tui.log.api import LogError

    def broken(feed: WrittenFeed) -> Any:
        raise LogError("ward.db: disk I/O error. Check the disk.")

    monkeypatch.setattr(WrittenFeed, "another", broken)
    async with desk() as d:
        await opened(d)
        assert "Not read: ward.db: disk I/O error" in page(d)
        await d.press("left", "S")
        assert "Change the limits of 07 Okafor N?" in d.line("footer")


async def test_escape_leads_back_step_by_step_and_a_patient_who_leaves_closes_it() -> None:
    async with desk() as d:
        await opened(d)
        await d.press("left", "S", "escape", "escape")
        assert isinstance(d.app.board.cover, LimitsPage) and d.app.board.cover.selected == "spo2"
        await d.press("enter")
        d.feed.write("discharge", {"id": "p0"})
        d.news()
        assert d.app.board.cover is None


Compare = Callable[..., bool]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(snap_compare: Compare, size: tuple[int, int]) -> None:
    from shown_ward import ward_app
    from textual.pilot import Pilot

    app = ward_app(measured())

    async def turned(pilot: Pilot[None]) -> None:
        await pilot.press("j", "i", "j", "j", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        cover = app.board.cover
        assert isinstance(cover, LimitEditor)
        cover.selected = Field(2, "low")
        await pilot.press("left", "left")
        for _ in range(3):
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=turned)
