"""The devices of the ward and of a patient, under a person's hands."""

from __future__ import annotations

from board_desk import Desk, desk
from device_ward import write_devices
from shown_ward import MINUTE, WrittenFeed

from iomt_tui.tui.pages.story_devices import DevicesPage
from iomt_tui.tui.pages.ward_devices import WardDevicesPage


def head_of(at: Desk) -> str:
    assert at.app.board.cover is not None
    return "\n".join(line.plain for line in at.app.board.cover.head(100))


async def test_what_fails_next_stands_first_and_leads_to_its_patient() -> None:
    async with desk(feed=write_devices(WrittenFeed())) as at:
        await at.press("K")
        page = at.app.board.cover
        assert isinstance(page, WardDevicesPage)
        order = [str(one.id) for one in page.exported().devices]
        assert order[0] == "cgm-h3"
        assert order.index("cuff-12") < order.index("patch-7") < order.index("oxi-7") < order.index("d7")
        assert page.exported().spare == 1
        await at.press("down", "enter")
        opened = at.app.board.cover
        assert isinstance(opened, DevicesPage) and opened.patient == page.exported().devices[0].patient == "p2"
        await at.press("escape")
        assert at.app.board.cover is None


async def test_the_page_of_a_patient_says_what_is_wrong_in_words() -> None:
    async with desk(feed=write_devices(WrittenFeed())) as at:
        at.app.board.board.selected = "p0"
        await at.press("8")
        page = at.app.board.cover
        assert isinstance(page, DevicesPage)
        words = "\n".join(line.plain for line in page.lines(100) or [])
        assert "weak signal 12 %" in words and "battery 14 %" in words and "old-patch replaced by patch-7" in words
        assert "\x1b" not in words and "[/b]" in words
        await at.press("1")
        assert not isinstance(at.app.board.cover, DevicesPage)


async def test_while_nobody_monitors_no_device_looks_live() -> None:
    async with desk(feed=write_devices(WrittenFeed())) as at:
        await at.press("K")
        head = head_of(at)
        assert "NOT LIVE" not in head
        at.feed.silence = 60.0
        at.app.board.tick()
        assert at.app.board.painter.halted
        for key in ("K", "8"):
            await at.press(key)
            if at.app.board.cover is None:
                await at.press(key)
            assert "NOT LIVE" in head_of(at)


async def test_it_moves_with_time() -> None:
    feed = write_devices(WrittenFeed())
    async with desk(feed=feed) as at:
        await at.press("K")
        page = at.app.board.cover
        assert isinstance(page, WardDevicesPage)
        assert not any(one.id == "patch-7" and one.troubles[0].name == "SILENT" for one in page.exported().devices)
        feed.at += 20 * MINUTE
        feed.write("tick", {})
        at.news()
        await at.settle()
        assert any(one.id == "patch-7" and one.troubles[0].name == "SILENT" for one in page.exported().devices)
