"""The medication round at a real board: what is listed, what is asked, and that nothing is recorded by accident."""

from __future__ import annotations

from typing import Any, cast

import pytest
from board_desk import Desk, desk
from dose_ward import HOUR, administration, answer, every, order, write_doses
from shown_ward import MINUTE, NOW, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.model import Priority
from iomt_tui.tui.dose_list import DoseId, Section
from iomt_tui.tui.pages.round import RoundPage

TEN = NOW - NOW % HOUR
PARA = DoseId("p0", "p0-para", TEN)


def ward() -> WrittenFeed:
    return write_doses(WrittenFeed())


def page(d: Desk) -> RoundPage:
    return cast("RoundPage", d.app.board.cover)


def rows(d: Desk) -> str:
    return d.app.board.lines["cover-words"].content.plain


async def choose(d: Desk, one: DoseId) -> None:
    """Moves the choice to a row by keys alone."""
    for _ in range(60):
        if page(d).selected == one:
            return
        await d.press("down")
    raise AssertionError(f"{one} is not listed: {page(d).ids()}")


async def news(d: Desk) -> None:
    d.news()
    await d.pilot.pause(0.1)


async def test_the_round_lists_what_is_overdue_first_and_counts_what_it_lists() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        dues = [cast("DoseId", one) for one in page(d).ids()]
        assert dues[0] == DoseId("p0", "p0-pip", TEN - 2 * HOUR), "late comes first"
        assert dues[1].order == "p8-ami" and dues[1].due == TEN - 22 * HOUR, "then what was missed"
        shown = rows(d)
        for words in ("late, 2 h 42 min over", "missed, 22 h 42 min over", "due, 42 min ago", "due soon, in 18 min"):
            assert words in shown
        for section in Section:
            assert f"{section} {len(page(d).ids())}" in d.line("head"), section
            assert page(d).section is section
            await d.press("l")
        assert "1 late, 1 missed" in d.line("head") and "1 overdue" in d.line("header")
        await d.press("f5")
        assert d.app.board.cover is None


async def test_a_dose_to_come_never_looks_like_one_that_was_missed() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r", "l", "l", "l")
        assert page(d).section is Section.NEXT
        shown = rows(d)
        assert "scheduled, in" in shown and "✗" not in shown and "over" not in shown and "missed" not in shown


async def test_a_row_says_what_speaks_against_giving_it() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        shown = rows(d)
        assert "heart rate 68 /min, 0 min ago: hold if below 70" in shown
        assert "allergy to penicillin: Piperacillin/tazobactam is of the class penicillin" in shown
        assert "HIGH ALERT" in shown


async def test_order_filter_and_sections_are_keys() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r", "o")
        assert page(d).ids()[0] == DoseId("p7", "p7-biso", TEN), "bed 05 comes before 06"
        await d.press("slash", *"okafor", "enter")
        assert {cast("DoseId", one).patient for one in page(d).ids()} == {"p0"}
        assert "filter “okafor”: 2 of 6" in d.line("head")
        await d.press("escape")
        assert len(page(d).ids()) == 6
        await d.press("escape")
        assert d.app.board.cover is None


async def test_given_takes_a_choice_and_a_confirmation_and_is_shown_when_the_engine_says_so() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter", "enter", "enter")
        await d.settle()
        assert d.feed.done == [], "enter alone records nothing"
        assert "Record for 07 Okafor N: Paracetamol 1000 mg oral due 10:00?" in d.line("footer")
        await d.press("g")
        assert "records GIVEN at 10:42 by Test: 07 Okafor N: Paracetamol 1000 mg oral due 10:00" in d.line("ask")
        await d.press("enter")
        await d.settle()
        (act,) = d.feed.done
        assert (act["do"], act["patient"], act["order"], act["due"], act["what"], act["at"]) == (
            "dose", *PARA, "given", NOW,
        )  # fmt: skip
        assert "being recorded…" in rows(d) and PARA in page(d).ids(), "not given before the engine says so"
        await d.press("enter")
        assert "being recorded already" in d.line("footer")
        assert answer(d.feed) == ["applied"]
        await news(d)
        assert "recorded: 07 Okafor N: Paracetamol" in d.line("footer")
        await d.press("l", "l", "l", "l")
        assert page(d).section is Section.GIVEN and PARA in page(d).ids()
        assert "given 10:42 by Test" in rows(d)


@pytest.mark.parametrize("key", ["enter", "g"])
async def test_a_held_key_and_a_paste_record_nothing(key: str) -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter", "g", pause=0.02)
        for _ in range(40):
            await d.press(key, pause=0.03)
        d.app.board.keyboard.pasted("g\rg\rg\r")
        await d.press("enter", pause=0.03)
        await d.settle()
        assert d.feed.done == []


async def test_two_desks_record_one_dose_once() -> None:
    feed = ward()
    async with desk(feed=feed) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter", "g")
        kim = {"op": "kim1", "user": "Kim", "do": "dose", "patient": "p0", "order": "p0-para", "due": TEN,
               "what": "given", "at": NOW - 60_000, "reason": "", "witness": ""}  # fmt: skip
        assert answer(feed, [kim]) == ["applied"]
        await d.press("enter")
        await d.settle()
        assert answer(feed) == ["already"]
        await news(d)
        assert "NOT RECORDED: already given by Kim at 10:41" in d.line("footer")
        given = [r for r in d.app.session.ward.patients["p0"].medication.of("p0-para") if r.due == TEN]
        assert [r.by for r in given] == ["Kim"]


async def test_not_given_needs_a_reason() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter", "r", "enter")
        await d.settle()
        assert d.feed.done == [] and "w write the reason first" in d.line("footer")
        await d.press("w", *"nausea", "enter", "enter")
        await d.settle()
        assert (d.feed.done[0]["what"], d.feed.done[0]["reason"]) == ("refused", "nausea")
        assert answer(d.feed) == ["applied"]


@pytest.mark.parametrize(("key", "what"), [("h", "held"), ("d", "delayed"), ("m", "not-available")])
async def test_each_answer_is_what_is_recorded(key: str, what: str) -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter", key, "w", *"because", "enter", "enter")
        await d.settle()
        assert d.feed.done[0]["what"] == what
        assert answer(d.feed) == ["applied"]


async def test_a_high_alert_drug_takes_a_second_person_who_is_not_the_first() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, DoseId("p1", "p1-insulin", TEN + HOUR))
        await d.press("enter", "g")
        assert "high-alert drug" in d.line("ask") and "p who checked it with you?" in d.line("footer")
        await d.press("p", *"test", "enter", "enter")
        await d.settle()
        assert d.feed.done == [] and "another person than you" in d.line("footer")
        await d.press("p", "ctrl+u", *"Sam", "enter", "enter")
        await d.settle()
        assert d.feed.done[0]["witness"] == "Sam"
        assert answer(d.feed) == ["applied"]


async def test_out_of_its_window_and_against_a_warning_it_takes_a_reason() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, DoseId("p0", "p0-pip", TEN - 2 * HOUR))
        await d.press("enter", "g", "enter")
        await d.settle()
        asked = d.line("ask")
        assert "2 h 42 min after it was due at 08:00" in asked and "allergy to penicillin" in asked
        assert d.feed.done == []
        await d.press("w", *"ok", "enter", "enter")
        await d.settle()
        assert answer(d.feed) == ["applied"]


async def test_what_was_done_earlier_is_recorded_so_and_nothing_of_the_future() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter", "g", "right", "left", "left", "left")
        assert "at 10:27, 15 min ago" in d.line("ask")
        await d.press("enter")
        await d.settle()
        assert d.feed.done[0]["at"] == NOW - 15 * MINUTE
        await d.press("enter")


async def test_as_needed_knows_its_maximum_its_interval_and_its_effect() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r", "h")
        assert page(d).section is Section.NEEDED
        assert "effect to check now, 1 of 8 in 24 h" in rows(d) and "given 2 times in 24 h, the maximum is 2" in rows(d)
        await choose(d, DoseId("p5", "p5-oxy", None))
        await d.press("enter", "g", "w", *"pain", "enter", "enter")
        await d.settle()
        assert d.feed.done == [] and "it cannot be recorded so" in d.line("footer")
        assert "NOT POSSIBLE: given 2 times in 24 h" in d.line("ask")
        await d.press("escape")
        await choose(d, DoseId("p1", "p1-morphine", None))
        await d.press("enter", "g")
        assert "at least 1 h is ordered" in d.line("ask")
        await d.press("e", "w", *"pain 2 of 10", "enter", "enter")
        await d.settle()
        (act,) = d.feed.done
        assert (act["what"], act["effect"], act["reason"], act["witness"]) == ("effect", "pain 2 of 10", "", "")
        assert answer(d.feed) == ["applied"]
        await news(d)
        assert "not before 11:22" in rows(d)


async def test_an_infusion_that_runs_can_be_stopped() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r", "h")
        await choose(d, DoseId("p12", "p12-hep", None))
        assert "running since 05:45" in rows(d)
        await d.press("enter", "o", "p", *"Sam", "enter", "w", *"bleeding", "enter", "enter")
        await d.settle()
        assert d.feed.done[0]["dose"] == {"value": 0.0, "unit": "[iU]/h"}
        assert answer(d.feed) == ["applied"]
        await news(d)
        assert DoseId("p12", "p12-hep", None) not in page(d).ids()


async def test_taking_back_corrects_and_keeps_the_original() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r", "l", "l", "l", "l")
        mine = DoseId("p14", "p14-panto", TEN - 2 * HOUR)
        await choose(d, mine)
        await d.press("enter", "b", "enter")
        await d.settle()
        assert d.feed.done == [] and "w write the reason first" in d.line("footer")
        assert "entered in error" in d.line("ask") and "by Kim" in d.line("ask")
        await d.press("w", *"wrong bed", "enter", "enter")
        await d.settle()
        (act,) = d.feed.done
        assert act["what"] == "error" and act["replaces"] == f"a-p14-panto-{TEN - 2 * HOUR}-given-Kim"
        assert answer(d.feed) == ["applied"]
        await news(d)
        kept = d.app.session.ward.patients["p14"].medication.of("p14-panto")
        assert [r.what for r in kept] == ["given", "error"]
        assert mine not in page(d).ids()


async def test_records_that_contradict_each_other_are_both_offered() -> None:
    feed = ward()
    feed.write("administration", administration("p0", "para", TEN, NOW - MINUTE))
    feed.write("administration", administration("p0", "para", TEN, NOW - MINUTE, what="refused", by="Sam", reason="no"))
    async with desk(feed=feed) as d:
        await d.press("r")
        assert page(d).ids()[0] == PARA and "conflicting records: given by Kim and refused by Sam" in rows(d)
        await choose(d, PARA)
        await d.press("enter")
        assert "take back given by Kim" in d.line("ask") and "take back refused by Sam" in d.line("ask")
        await d.press("f", "w", *"was given", "enter", "enter")
        await d.settle()
        assert d.feed.done[0]["replaces"] == f"a-p0-para-{TEN}-refused-Sam"
        assert answer(d.feed) == ["applied"]


async def test_the_choice_keeps_its_dose_when_rows_come_and_go() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter")
        d.feed.write("order", order("p6", "abc", "Aciclovir", (400, "mg"), every(6, TEN - 48 * HOUR - HOUR), NOW))
        d.feed.write("administration", administration("p7", "biso", TEN, NOW - MINUTE, what="held", reason="pulse"))
        await news(d)
        assert page(d).selected == PARA and "Paracetamol" in d.line("footer")
        await d.press("g", "enter")
        await d.settle()
        assert d.feed.done[0]["order"] == "p0-para"


async def test_alarms_go_on_above_the_round_and_their_key_works() -> None:
    async with desk(feed=ward()) as d:
        await d.press("r")
        await choose(d, PARA)
        worse = alarm("p4", "spo2", "low", Priority.HIGH, value=70, limit=90, since=0)
        d.feed.write("alarm", worse.body())
        await news(d)
        assert d.standing("strip") == ["strip"] and "acknowledge" in d.line("strip")
        await d.press("A", "enter")
        await d.settle()
        assert d.feed.done[0]["do"] == "ack" and d.feed.done[0]["ref"][0] in ("p0", "p4", "p9")
        assert isinstance(d.app.board.cover, RoundPage) and page(d).selected == PARA


async def test_a_screen_that_only_shows_records_nothing() -> None:
    async with desk(feed=ward(), read_only=True) as d:
        await d.press("r")
        await choose(d, PARA)
        await d.press("enter", "g", "enter")
        await d.settle()
        assert d.feed.done == [] and "read_only" in d.line("footer")


HOSTILE = [
    "[/b]Aspirin[bold",
    "\x1b]52;c;eA==\x07Digoxin",
    "\u202edrug",
    "王" * 60,
    "x" * 300,
    "$accent [@click=app.quit]",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_hostile_drug_is_only_a_name(name: str, size: tuple[int, int]) -> None:
    feed = write_ward(WrittenFeed())
    feed.write("order", order("p0", "bad", name, (1, name), every(6, TEN - 48 * HOUR), NOW, note=name))
    async with desk(feed=feed, size=size) as d:
        await d.press("r", "down", "enter", "g", "w", *"ok", "enter")
        for part in ("cover-words", "ask", "footer", "head"):
            text = d.line(part)
            assert "\x1b" not in text and "\u202e" not in text and "\x07" not in text, part
        await d.press("enter")
        await d.settle()
        assert d.app.is_running and len(d.feed.done) == 1
        await d.press("escape", "escape", "k", "enter")
        assert d.app.is_running


async def test_a_list_without_room_is_not_confirmed() -> None:
    async with desk(feed=ward(), size=(40, 16)) as d:
        await d.press("r")
        await choose(d, DoseId("p0", "p0-pip", TEN - 2 * HOUR))
        await d.press("enter", "g", "w", *"ok", "enter", "enter")
        await d.settle()
        told: Any = d.app.board.desk.hand.armed
        assert d.feed.done == [] and told is not None and "no room for all of it" in told.missing
