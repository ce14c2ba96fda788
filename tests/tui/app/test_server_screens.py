"""A ward from a server under a user's hands: the line, the sign-in, and how writes stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from board_desk import desk
from server_ward import (
    PAGE,
    asked,
    link,
    page,
    said,
    write_acked,
    write_link,
    write_server_doses,
    write_server_ward,
)
from shown_ward import MINUTE, NOW, WrittenFeed, alarm

from iomt_tui.alarms.model import Priority
from iomt_tui.log.player import Player
from iomt_tui.security.sign_in.qr import qr_lines
from iomt_tui.security.text import safe_text
from iomt_tui.tui.pages.alarm_history import AlarmHistoryPage
from iomt_tui.tui.pages.alarms import AlarmPage
from iomt_tui.tui.pages.mar import MarPage
from iomt_tui.tui.pages.sign_in import SignInPage
from iomt_tui.ward import link as states

WANTS = "the server wants a sign-in"


def out(**more: Any) -> WrittenFeed:
    """A ward where nobody is signed in."""
    more = {"user": "", "user_ref": "", "text": WANTS} | more
    return write_server_ward(WrittenFeed(), states.SIGNED_OUT, **more)


# The line.


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (states.CONNECTING, "CONNECTING"), (states.LOADING, "LOADING"), (states.LOST, "SERVER LOST 40 s"),
        (states.SIGNED_OUT, "SIGNED OUT"), (states.DENIED, "DENIED"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("width", [40, 80, 200])
async def test_a_line_that_is_not_live_is_in_the_header_at_every_width(state: str, word: str, width: int) -> None:
    async with desk((width, 24), write_server_ward(WrittenFeed(), state)) as d:
        assert word in d.line("header")
        assert 1 <= len(d.line("banner").splitlines()) <= 3
        write_link(d.feed)
        d.news()
        assert word not in d.line("header")
        assert "banner" not in d.standing("banner")


async def test_a_lost_server_does_not_stop_the_monitoring() -> None:
    async with desk((80, 24), write_server_ward(WrittenFeed(), states.LOST, text="the server cannot be reached")) as d:
        assert not d.app.board.painter.halted
        words = " ".join(d.line("banner").split())
        assert "has not answered for 40 s: the server cannot be reached." in words
        assert "look at the bedside monitors" in words
        d.feed.silence = 12.0
        d.app.board.tick()
        assert "NOT MONITORING" in d.line("banner")
        assert "SERVER LOST" not in d.line("header")


async def test_a_load_shows_how_far_it_is_at_most_four_times_a_second() -> None:
    feed = write_server_ward(WrittenFeed(), states.LOADING, done=100, total=1_000, since=2_000)
    async with desk((120, 40), feed) as d:
        assert "100 of 1,000 (10 %)" in d.line("banner")
        assert "about 18 s more" in d.line("banner")
        write_link(feed, states.LOADING, done=300, total=1_000)
        d.news()
        assert "300 of 1,000" in d.line("banner")  # a second has passed since the first
        write_link(feed, states.LOADING, done=500, total=1_000)
        d.news()
        assert "300 of 1,000" in d.line("banner")
        d.hands.at += 0.3
        d.app.board.painter.paint(tick=True)
        assert "500 of 1,000" in d.line("banner")
        write_link(feed)
        d.news()
        assert "banner" not in d.standing("banner")


async def test_no_alarm_is_not_said_of_a_ward_that_is_being_loaded() -> None:
    feed = WrittenFeed()
    feed.write("ward", {"name": "Ward 7", "watermark": None, "source": "fhir", "tz": "UTC", "schema": 1})
    feed.write("engine", {"state": "started", "version": "1"})
    write_link(feed, states.LOADING, done=1, total=9)
    async with desk((80, 24), feed) as d:
        assert "No patient is known yet." in d.line("strip")
        feed.write("patient", {"id": "p0", "bed": "1", "family": "Okafor", "given": "Ngozi"})
        write_link(feed, states.LOADING, done=2, total=9)
        d.news()
        assert "not every alarm is known" in d.line("strip")
        write_link(feed)
        d.news()
        assert "No alarm in force." in d.line("strip")


async def test_a_recording_asks_nobody_to_sign_in() -> None:
    feed = out(sign_in=asked(NOW))
    feed.player = Player(feed.at - 60 * MINUTE, feed.at, lambda: 0.0, at=feed.at)
    async with desk((80, 24), feed) as d:
        assert "banner" not in d.standing("banner")
        await d.press("L")
        await d.settle()
        assert feed.done == []


# Signing in.


async def test_only_a_key_opens_the_sign_in_and_it_asks_for_a_code_once() -> None:
    feed = out()
    async with desk((80, 24), feed) as d:
        write_link(feed, states.SIGNED_OUT, text=WANTS, sign_in=asked(feed.at))
        d.news()
        assert "middle" in d.standing("middle")
        write_link(feed, states.SIGNED_OUT)
        d.news()
        await d.press("L")
        await d.settle()
        assert isinstance(d.app.board.cover, SignInPage)
        assert [(act["do"], act["cancel"]) for act in feed.done] == [("signin", False)]
        assert "Asking HOSPITAL for a code" in page(d)
        write_link(feed, states.SIGNED_OUT, text=WANTS, sign_in=asked(feed.at))
        said(d)
        assert "W  D  J  B  -  M  J  H  T" in page(d)
        await d.press("enter")
        await d.settle()
        assert len(feed.done) == 1  # the code waits already
        assert "SpO2 84 < 90" in d.line("strip")  # alarms go on


async def test_signed_in_stays_on_the_screen_until_the_person_goes_back() -> None:
    feed = out(sign_in=asked(NOW))
    async with desk((80, 24), feed) as d:
        await d.press("L")
        write_link(feed, states.SIGNED_OUT, text=WANTS)
        d.news()
        assert "Waiting for HOSPITAL" in page(d)
        write_link(feed, states.LOADING)
        d.news()
        assert "Waiting for HOSPITAL" in page(d)
        write_link(feed, user="Kim, RN")
        d.news()
        assert "✓ Signed in as Kim, RN; esc goes back." in page(d)
        assert d.app.board.desk.user == "Kim, RN"
        await d.press("escape")
        assert d.app.board.cover is None


async def test_a_code_that_expired_or_was_denied_can_be_asked_for_anew() -> None:
    feed = out(sign_in=asked(NOW, rest=1_000))
    async with desk((80, 24), feed) as d:
        await d.press("L")
        feed.at += 2_000
        d.app.board.tick()
        assert "The code has expired" in page(d)
        await d.press("enter")
        await d.settle()
        assert [act["cancel"] for act in feed.done] == [False]
        write_link(feed, states.SIGNED_OUT, text=WANTS, sign_in=asked(feed.at))
        d.news()
        write_link(feed, states.SIGNED_OUT, text="signing in failed: it was declined")
        d.news()
        assert "✗ Not signed in: signing in failed: it was declined" in page(d)
        assert "Enter asks for a new code." in page(d)


async def test_a_sign_in_can_be_given_up() -> None:
    feed = out(sign_in=asked(NOW))
    async with desk((80, 24), feed) as d:
        await d.press("L", "x")
        await d.settle()
        assert [act["cancel"] for act in feed.done] == [True]


async def test_who_only_looks_may_sign_in_and_do_nothing_else() -> None:
    feed = out()
    async with desk((80, 24), feed, read_only=True) as d:
        await d.press("L")
        await d.settle()
        assert [act["do"] for act in feed.done] == ["signin"]
        await d.press("escape", "j", "enter", "N", "F", "a", "enter")
        await d.settle()
        assert [act["do"] for act in feed.done] == ["signin"]


@pytest.mark.parametrize("size", [(40, 10), (60, 16), (80, 24), (120, 40)])
async def test_address_and_code_are_there_at_every_size(size: tuple[int, int]) -> None:
    async with desk(size, out(sign_in=asked(NOW))) as d:
        await d.press("L")
        words = "".join(page(d).split())
        assert "WDJB-MJHT" in words
        assert "id.hospital.example/device" in words
        assert ("█" in page(d)) is (size[0] >= 80)


async def test_without_a_direct_address_the_qr_code_is_of_the_page() -> None:
    async with desk((120, 40), out(sign_in=replace(asked(NOW), direct=safe_text("")))) as d:
        await d.press("L")
        assert "The code on the right opens that page." in page(d)
        for line in qr_lines(str(PAGE)):
            assert line.rstrip() in page(d)


# Acting.


async def test_what_is_done_carries_the_name_of_who_is_signed_in() -> None:
    feed = write_server_ward(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await d.press("A", "enter")
        await d.settle()
        assert [(act["do"], act["user"]) for act in feed.done] == [("ack", "Kim, RN")]
        write_link(feed, states.SIGNED_OUT, user="", user_ref="")
        d.news()
        assert d.app.board.desk.user == "Test"


# How writes stand.


async def test_every_state_has_words_and_a_sign_of_its_own_on_the_alarm_page() -> None:
    async with desk((120, 60), write_acked(write_server_ward(WrittenFeed()))) as d:
        await d.press("v")
        for words in (
            "… not yet confirmed by HOSPITAL", "⇄ already taken by Lee, RN at 10:32",
            "≠ changed on HOSPITAL: look again",
            "✗ HOSPITAL contradicts it", "✗ HOSPITAL does not allow it", "✗ HOSPITAL does not take it",
            "✗ not delivered in 10 min: tell them by phone",
        ):  # fmt: skip
            assert words in page(d)
        assert " ✓" in page(d)
        assert "5 NOT WRITTEN · 1 unconfirmed" in d.line("header")


async def test_the_strip_says_how_an_acknowledgement_stands() -> None:
    feed = WrittenFeed()
    write_acked(write_server_ward(feed))
    for one in (("p0", "spo2", "low"), ("p9", "hr", "high"), ("p5", "spo2", "low")):
        over = replace(alarm(*one, Priority.HIGH), state="normal", ended=feed.at)
        feed.write("alarm", over.body())
    async with desk((160, 40), feed) as d:
        view = d.app.board.painter.strip_view
        assert view is not None
        await d.press("v", "l", "l")
        assert "taken" in d.line("head")
        assert "confirmed by HOSPITAL" in page(d) or "unconfirmed" in page(d)


async def test_the_board_marks_who_has_an_alarm_that_the_server_does_not_know() -> None:
    async with desk((200, 60), write_acked(write_server_ward(WrittenFeed()))) as d:
        rows = [strip.text for strip in d.app.screen._compositor.render_strips()]
        board = "\n".join(rows)
        for mark in ("…Kim", "✓Kim", "⇄Kim", "✗Kim"):
            assert mark in board
        assert "Mbeki T ✗" in board


async def test_a_dose_that_the_server_contradicts_is_to_do_and_can_be_taken_back() -> None:
    feed = write_server_doses(WrittenFeed())
    async with desk((120, 40), feed) as d:
        await d.press("r")
        assert "Pantoprazole" in page(d)
        assert "HOSPITAL contradicts it, look and decide: given 09:40 by Lee, RN there" in page(d)
        await d.press("slash")
        await d.press(*"panto", pause=0.0)
        await d.press("enter", "down", "enter", "b", "w")
        await d.press(*"given twice", pause=0.0)
        await d.press("enter", "enter")
        await d.settle()
        (act,) = feed.done
        assert (act["do"], act["what"], act["patient"]) == ("dose", "error", "p14")


async def test_the_chart_says_how_a_record_stands() -> None:
    feed = write_server_doses(WrittenFeed())
    async with desk((120, 40), feed) as d:
        board = d.app.board
        board.open_cover(MarPage(board, "p14"))
        await d.press("h", "h")
        assert "HOSPITAL contradicts it" in " ".join(page(d).split())


# Scores.


async def test_the_servers_score_stands_beside_ours() -> None:
    feed = write_server_ward(WrittenFeed())
    async with desk((100, 60), feed) as d:
        rows = "\n".join(strip.text for strip in d.app.screen._compositor.render_strips())
        assert "13≠" in rows
        await d.press("j", "enter")
        assert "HOSPITAL: 5 at 10:41 by EHR; ours 13 7/7: THEY DIFFER" in page(d)
        feed.write("score", {"patient": "p0", "score": "news2", "total": 13, "at": feed.at, "by": "EHR"})
        d.news()
        d.app.board.tick()
        assert "THEY DIFFER" not in page(d)


def test_the_link_of_the_tests_is_what_the_log_holds() -> None:
    one = link(NOW, states.SIGNED_OUT, sign_in=asked(NOW))
    assert type(one).from_body(one.body()) == one


async def test_the_history_says_how_an_acknowledgement_stands() -> None:
    feed = write_acked(write_server_ward(WrittenFeed()))
    async with desk((120, 40), feed) as d:
        board = d.app.board
        board.open_cover(AlarmHistoryPage(board, "p8", "06 Schmidt L", AlarmPage(board)))
        await d.settle()
        assert "taken by Kim" in page(d)
        assert "✗ HOSPITAL contradicts it, look and decide: the task was cancelled by Alex" in page(d)
