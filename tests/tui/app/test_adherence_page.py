"""Adherence on the running screen: the list, a patient's calendar and figures, the vital beside the doses."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from board_desk import Desk, desk
from medication_ward import ALONE, HOME, TIMES, clock, drug, order, write_medication
from shown_ward import WrittenFeed, ward_app, write_ward

from iomt_tui.clinical.medication.ranking import ranked
from iomt_tui.tui.pages.adherence import AdherencePage
from iomt_tui.tui.pages.adherence_patient import AdherencePatientPage


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: Any, **how: Any) -> bool: ...


SIZES = [(80, 24), (120, 40), (200, 60)]
IDS = [f"{width}x{height}" for width, height in SIZES]


@pytest.mark.parametrize("size", SIZES, ids=IDS)
def test_list(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(ward_app(write_medication(WrittenFeed())), terminal_size=size, press=["f7", "j"])


@pytest.mark.parametrize("size", SIZES, ids=IDS)
def test_patient(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = ward_app(write_medication(WrittenFeed()))
    assert snap_compare(app, terminal_size=size, press=["f7", "j", "enter"])


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    app = ward_app(write_medication(WrittenFeed()), theme=theme)
    assert snap_compare(app, terminal_size=(120, 40), press=["f7", "j", "enter"])


def test_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ward_app(write_medication(WrittenFeed()))
    assert snap_compare(app, terminal_size=(120, 40), press=["f7", "j", "enter"])


def words(d: Desk) -> str:
    return d.line("cover-words")


async def patient(d: Desk, who: str = HOME) -> str:
    await d.press("f7")
    page = d.app.board.cover
    assert isinstance(page, AdherencePage)
    page.selected = who
    await d.press("enter")
    assert isinstance(d.app.board.cover, AdherencePatientPage)
    return words(d)


@pytest.mark.parametrize("key", ["I", "f7"])
async def test_the_list_has_the_lowest_first_with_formulas(key: str) -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        await d.press(key)
        text = words(d)
        assert text.index("Takahashi") < text.index("Andersson")
        ward = d.app.session.ward
        views = [ward.adherence(one, d.feed.at) for one in (HOME, ALONE)]
        assert ranked((view.patient, view.assessment) for view in views) == [HOME, ALONE]
        for view in views:
            assert view.assessment.taken.formula in text and view.assessment.on_time.formula in text
        assert views[0].assessment.pdc is not None and views[0].assessment.pdc.formula in text
        assert views[0].assessment.taken_or_told.formula in text, "what is only reported stands apart"
        assert "REFILL OVERDUE: Amlodipine" in text and "misses at present" in text
        assert "misses more in the evening" in text
        assert "2 patients, lowest first" in d.line("head")
        await d.press(key)
        assert d.app.board.cover is None


async def test_enter_opens_and_escape_leads_back_to_the_choice() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        await d.press("f7", "enter")
        assert isinstance(d.app.board.cover, AdherencePage), "nobody is chosen"
        await d.press("j", "j", "enter")
        assert "H1 Andersson E" in d.line("head")
        await d.press("escape")
        page = d.app.board.cover
        assert isinstance(page, AdherencePage) and page.selected == ALONE
        await d.press("enter", "f7")
        assert d.app.board.cover is page


async def test_observed_and_reported_are_kept_apart() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        text = await patient(d)
        drugs = {one.drug: one for one in d.app.session.ward.adherence(HOME, d.feed.at).assessment.drugs}
        ramipril = drugs["Ramipril"]
        assert ramipril.taken_or_told.part == ramipril.taken.part + 4
        assert ramipril.taken.formula in text and ramipril.taken_or_told.formula in text
        assert ramipril.pdc is not None and ramipril.mpr is not None
        assert f"{ramipril.pdc.formula}, adherent" in text and ramipril.mpr.formula in text
        assert "PDC of all drugs = 70 covered days / 89 days = 79 %" in text
        assert "PDC of antihypertensive" in text and "any of Ramipril, Amlodipine covers a day" in text
        assert "longest run of misses: 5 doses one after the other, Thu 12 Mar to Sat 14 Mar" in text
        assert "(chance alone: below 0.01 %)" in text
        assert text.count("  critical ") == 1


async def test_the_calendar_has_a_glyph_and_a_letter_a_day() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        text = await patient(d)
        calendar = text.split("\n")[1:8]
        assert [line[1:3] for line in calendar] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
        marks = [line[i : i + 2] for line in calendar for i in range(4, 4 + 13 * 3, 3)]
        known = [mark for mark in marks if mark.strip()]
        assert len(known) == 90
        assert {"■A", "◧P", "?U", "·-", "■a"} <= set(known)
        assert known.count("■a") == 2, "days of which all was only reported"
        for said in ("■A all taken", "◧P some missed", "□N none taken", "?U not known", "a p some of it only reported"):
            assert said in text
        await d.press("o")
        calendar = words(d).split("\n")[1:8]
        marks = [line[i : i + 2] for line in calendar for i in range(4, 4 + 6 * 3, 3)]
        assert sum(bool(mark.strip()) for mark in marks) == 30 and "last 30 days" in d.line("head")


async def test_doses_stand_beside_the_vital_that_they_treat() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        lines = (await patient(d)).split("\n")
        at = next(i for i, line in enumerate(lines) if line.startswith("non-invasive systolic pressure"))
        course, doses = lines[at + 1], lines[at + 2]
        assert len(doses.rstrip()) == len(course.rstrip()) and set(doses[14:].strip()) <= set("■◧□?·")
        assert "Median 138 mmHg on" in lines[at + 3] and "153 mmHg on" in lines[at + 3]
        assert "Not proof of a cause." in " ".join(lines[at + 3 : at + 5])


async def test_too_few_days_are_not_compared() -> None:
    feed = write_ward(WrittenFeed())
    feed.write("order", order("ram", drug("Ramipril", "antihypertensive"), TIMES, HOME, home=True))
    doses = [[day * 1_440 + hour * 60, day * 1_440 + hour * 60] for day in range(20) for hour in (8, 20)]
    feed.write("intake", {"patient": HOME, "order": "ram", "from": clock(0, day=-20), "source": "dispenser",
                          "device": "x", "doses": doses, "gaps": []})  # fmt: skip
    async with desk(feed=feed) as d:
        assert "fewer than 5 of one kind, not compared" in await patient(d)


async def test_what_is_not_known_is_not_computed() -> None:
    feed = write_ward(WrittenFeed())
    feed.write("order", order("ram", drug("Ramipril", "statin"), TIMES, HOME, home=True))
    async with desk(feed=feed) as d:
        await d.press("f7")
        assert "  ? % H2 Takahashi K" in words(d)
        assert "no fills known: PDC and MPR cannot be computed" in words(d)
        await d.press("f7")
        text = await patient(d)
        assert text.count("no fills known: PDC and MPR cannot be computed") == 2
        assert "no doses known: doses taken cannot be computed" in text
        assert "None of the vitals that these drugs are to change was measured." in text
        assert "0 %" not in text and "adherent" not in text


async def test_nobody_at_home_is_said() -> None:
    async with desk() as d:
        await d.press("f7")
        assert "Nobody takes anything at home that was told of." in words(d)


async def test_what_is_told_while_it_is_open_counts() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        await d.press("f7")
        before = d.app.session.ward.adherence(HOME, d.feed.at).assessment.taken
        d.feed.write("intake", {"patient": HOME, "order": "ram", "due": clock(20, day=-1), "at": clock(21, day=-1),
                                "source": "smart-cap", "device": "cap"})  # fmt: skip
        d.news()
        await d.settle()
        d.app.board.tick()
        await d.pilot.pause()
        after = d.app.session.ward.adherence(HOME, d.feed.at).assessment.taken
        assert after.part == before.part + 1
        assert after.formula in words(d) and before.formula not in words(d)


async def test_a_hostile_drug_is_inert() -> None:
    feed = write_ward(WrittenFeed())
    for number, name in enumerate(["O'Neil [/foo]", "\x1b]52;c;cm0gLXJm\x07", "王小明" * 40, "[@click=app.quit]x[/]"]):
        what = drug(name, "[/b]", "antihypertensive")
        feed.write("order", order(f"h{number}", what, TIMES, HOME, home=True))
        feed.write("dispense", {"id": f"f{number}", "patient": HOME, "drug": what, "at": clock(9, day=-60),
                                "days_supply": 30, "quantity": 30})  # fmt: skip
    async with desk((80, 24), feed=feed) as d:
        await d.press("f7")
        assert words(d).replace("\n", "").isprintable()
        await d.press("f7")
        text = await patient(d)
        assert text.replace("\n", "").isprintable() and "O'Neil [/foo]" in text
        for _ in range(4):
            assert {strip.cell_length for strip in d.app.screen._compositor.render_strips()} == {80}
            await d.press("pagedown")


async def test_a_patient_who_left_closes_the_page() -> None:
    feed = write_medication(WrittenFeed())
    async with desk(feed=feed) as d:
        await patient(d)
        feed.write("discharge", {"id": HOME})
        d.news()
        await d.settle()
        assert d.app.board.cover is None


async def test_enter_confirms_what_is_asked_before_it_opens() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        await d.press("f7", "a", "enter")
        await d.settle()
        assert [act["do"] for act in d.feed.done] == ["ack"]
