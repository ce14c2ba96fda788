"""The medication chart on the running screen: every dose as what it is, in words, beside the vitals that it needs."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from board_desk import Desk, desk
from medication_ward import BED, HOUR, clock, drug, given, order, write_medication
from shown_ward import MINUTE, NOW, Hands, WrittenFeed, ward_app, write_ward
from textual.pilot import Pilot

from iomt_tui.tui.app import WardApp
from iomt_tui.tui.pages.mar import MarPage


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: Any, **how: Any) -> bool: ...


SIZES = [(80, 24), (120, 40), (200, 60)]


def opened(patient: str = BED, *keys: str) -> Any:
    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, WardApp) and isinstance(app.board.clock, Hands)
        await pilot.pause()
        app.board.choose(patient)
        for key in ("f6", *keys):
            app.board.clock.at += 1
            await pilot.press(key)
        await pilot.pause()
        assert "08 Rossi C" in app.board.lines["head"].content.plain

    return run


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_chart(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = ward_app(write_medication(WrittenFeed()))
    assert snap_compare(app, terminal_size=size, run_before=opened(BED, "j", "h", "h"))


@pytest.mark.parametrize("theme", ["light", "deuteranopia"])
def test_theme(snap_compare: Compare, theme: str) -> None:
    app = ward_app(write_medication(WrittenFeed()), theme=theme)
    assert snap_compare(app, terminal_size=(120, 40), run_before=opened(BED, "j", "j", "j", "h"))


def test_no_color(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ward_app(write_medication(WrittenFeed()))
    assert snap_compare(app, terminal_size=(120, 40), run_before=opened(BED, "j", "j", "j", "h"))


async def chart(d: Desk, patient: str = BED) -> MarPage:
    d.app.board.choose(patient)
    await d.press("f6")
    await d.pilot.pause()
    page = d.app.board.cover
    assert isinstance(page, MarPage)
    return page


def words(d: Desk) -> str:
    return d.line("cover-words")


def row(d: Desk, name: str) -> str:
    return next(line for line in words(d).split("\n") if name in line)


def hour(page: MarPage) -> int | None:
    return page.hour


async def choose(d: Desk, page: MarPage, key: str, at: int) -> None:
    page.order, page.hour = key, at
    d.app.board.painter.paint()
    await d.pilot.pause()


@pytest.mark.parametrize("key", ["C", "f6"])
async def test_it_opens_for_the_chosen_patient_and_closes(key: str) -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        d.app.board.choose(BED)
        await d.press(key)
        assert "08 Rossi C" in d.line("head") and "ALLERGIES: penicillin, latex" in d.line("head")
        assert "▼now" in d.line("head")
        await d.press(key)
        assert d.app.board.cover is None


async def test_drugs_stand_by_kind_and_every_glyph_is_named() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        await chart(d)
        text = words(d)
        places = [
            text.index(name) for name in ("Scheduled", "Digoxin", "Infusions", "Potassium", "As needed", "Morphine")
        ]
        assert places == sorted(places)
        assert "✓" in row(d, "Digoxin") and "▷" in row(d, "Bisoprolol") and "=" in row(d, "Paracetamol")
        for said in ("✓ given", "▷ given late", "▲ late", "= held", "· scheduled", "◉ due", "━ infusion runs"):
            assert said in text, said
        assert "✗" not in text, "nothing was missed in these hours, and nothing that is to come looks so"


async def test_a_dose_is_told_with_who_when_and_why() -> None:
    async with desk((95, 50), feed=write_medication(WrittenFeed())) as d:
        page = await chart(d)
        await choose(d, page, "bis", clock(8))
        assert "08:00 5 mg: GIVEN LATE" in words(d)
        assert "given 09:40 by A. Novak, 1 h 40 min after its time: at imaging" in " ".join(words(d).split())
        await choose(d, page, "par", clock(12))
        assert "HELD by the order: liver tests" in words(d)
        await choose(d, page, "par", clock(6))
        assert "LATE, 4 h 42 min after its time" in words(d)
        await choose(d, page, "par", clock(18))
        assert "18:00 1 g: SCHEDULED" in words(d) and "on time from 17:00 to 19:00" in words(d)
        await choose(d, page, "par", clock(18, day=-1))
        assert "NOT AVAILABLE" in words(d)
        await choose(d, page, "bis", clock(20, day=-1))
        assert "MISSED: nothing that stands was recorded of it" in words(d) and "✗ missed" in words(d)


async def test_a_correction_is_shown_with_the_original() -> None:
    async with desk((95, 50), feed=write_medication(WrittenFeed())) as d:
        page = await chart(d)
        await choose(d, page, "pip", clock(6))
        assert "✓¬" in row(d, "Piperacillin")
        text = words(d)
        assert "GIVEN, corrected: the original is kept" in text
        assert "TAKEN BACK, it said: given 06:05 by A. Novak" in text
        assert "entered in error, says J. Mensah at 06:20: other patient" in text
        assert "given 06:30 by A. Novak" in text


async def test_as_needed_tells_count_next_and_effect_check() -> None:
    async with desk((95, 50), feed=write_medication(WrittenFeed())) as d:
        page = await chart(d)
        assert "pain; today 2, 2 of 4 in 24 h; next from 13:50; EFFECT CHECK DUE since 10:20" in words(d)
        await choose(d, page, "mor", clock(3))
        assert "given 03:00 by A. Novak, checked by J. Mensah" in words(d)
        assert "effect at 03:30, A. Novak: pain 7 to 3 of 10" in " ".join(words(d).split())
        assert "high-alert drug: a second person checks it" in words(d)
        d.feed.write("administration", given("mor", None, NOW - MINUTE, "effect", replaces=f"mor-given-{clock(9, 50)}"))
        d.feed.write("tick", {}, NOW)
        d.news()
        await d.settle()
        assert "EFFECT CHECK DUE" not in words(d)


async def test_an_effect_check_that_is_still_to_come_does_not_warn() -> None:
    async with desk((95, 50), feed=write_medication(WrittenFeed())) as d:
        d.feed.write("administration", given("mor", None, NOW - MINUTE, witness="J. Mensah"))
        d.news()
        await chart(d)
        assert "3 of 4 in 24 h; next from 14:41; effect check at 11:11" in words(d)
        assert "EFFECT CHECK DUE" not in words(d)


async def test_an_order_that_is_over_stays_where_its_doses_are() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        d.feed.write("order", {"id": "dig", "patient": BED, "status": "stopped", "stopped": clock(9)})
        d.feed.write("order", order("old", drug("Heparin"), {"kind": "times", "times": ["08:00"]}, status="stopped",
                                    start=clock(0, day=-3), stopped=clock(0, day=-2)))  # fmt: skip
        d.news()
        page = await chart(d)
        assert "✓" in row(d, "Digoxin") and "Heparin" not in words(d)
        await choose(d, page, "dig", clock(8))
        assert "order stopped" in words(d)


async def test_of_the_day_before_the_course_is_known_by_the_hour() -> None:
    feed = write_medication(WrittenFeed())
    for hour in range(24):
        at = clock(hour, 5, day=-1) + 1_000
        feed.write("obs", [[BED, "d9", at, {"hr": 70 + hour}, None]], at)
    async with desk((95, 50), feed=feed) as d:
        page = await chart(d)
        await choose(d, page, "dig", clock(4, day=-1))
        assert "Sat 14 Mar" in d.line("head")
        assert sum(cell in "▁▂▃▄▅▆▇█" for cell in row(d, "HR (/min)")) > 12, "each hour is as wide as it is"


async def test_an_infusion_is_a_bar_with_its_rate() -> None:
    async with desk((200, 60), feed=write_medication(WrittenFeed())) as d:
        await chart(d)
        assert "┣10 mmol/h━" in row(d, "Potassium") and "┄" in row(d, "Potassium")
        assert "5 mmol/h since 09:00, by A. Novak, planned until 13:10" in words(d)
        d.feed.write(
            "administration", given("pot", None, clock(10, 30), dose={"value": 0, "unit": "mmol/h"}, status="stopped")
        )
        d.news()
        await d.settle()
        assert "■" in row(d, "Potassium") and "┄" not in row(d, "Potassium")
        assert "stopped since 10:30, by A. Novak" in words(d)


async def test_hold_parameters_warn_with_what_was_measured() -> None:
    async with desk((95, 50), feed=write_medication(WrittenFeed())) as d:
        page = await chart(d)
        await choose(d, page, "dig", clock(8))
        assert "hold if Pulse < 60: now HR 134" in words(d) and "HOLD?" not in words(d)
        await choose(d, page, "bis", clock(8))
        assert "▼ HOLD? hold if BP < 110: 109, 13 min ago" in words(d)
        d.feed.write("obs", [[BED, "d9", NOW, {"pulse": 54}, None]], NOW)
        d.news()
        await choose(d, page, "dig", clock(8))
        assert "▼ HOLD? hold if Pulse < 60: now 54" in words(d)
        assert "HR 134 /min" not in words(d), "of two that measure the same, one"
        d.feed.at = NOW + 5 * HOUR
        d.app.board.tick()
        await d.pilot.pause()
        assert "? hold if Pulse < 60: last 54, 5 h ago, not live" in words(d)


async def test_without_monitoring_no_value_is_called_now() -> None:
    feed = write_medication(WrittenFeed())
    feed.silence = 12.0
    async with desk((95, 50), feed=feed) as d:
        page = await chart(d)
        await choose(d, page, "dig", clock(8))
        assert "last HR 134" in words(d) and "now HR" not in words(d)


async def test_the_vital_stands_on_the_time_axis_of_the_doses() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        page = await chart(d)
        await choose(d, page, "dig", clock(10))
        line, doses = row(d, "HR (/min)"), row(d, "doses of the drug")
        now = d.line("head").split("\n")[1].index("▼")
        assert line[now - 1] in "▁▂▃▄▅▆▇█" and line[now:].strip() == ""
        assert doses.index("✓") == row(d, "Digoxin").index("✓")


async def test_hours_shifts_and_days_are_turned_and_home_leads_back() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        page = await chart(d)
        await d.press("l", "right", "left")
        assert hour(page) == clock(11)
        await d.press("left_square_bracket")
        assert hour(page) == clock(3)
        await d.press("pageup")
        assert hour(page) == clock(3, day=-1) and "Sat 14 Mar" in d.line("head")
        await d.press("pagedown", "right_square_bracket")
        assert hour(page) == clock(11)
        for _ in range(30):
            await d.press("h")
        assert hour(page) == clock(5, day=-1)
        await d.press("home")
        assert hour(page) is None and "Sun 15 Mar" in d.line("head").split("\n")[1]
        for _ in range(20):
            await d.press("pageup")
        assert hour(page) == clock(10, day=-14), "as far back as records are kept"


async def test_the_chosen_drug_is_always_seen() -> None:
    feed = write_medication(WrittenFeed())
    for number in range(20):
        feed.write("order", order(f"x{number}", drug(f"Drug {number:02d}"), {"kind": "times", "times": ["09:00"]}))
    async with desk((80, 24), feed=feed) as d:
        page = await chart(d)
        seen = []
        for _ in range(26):
            marked = [line for line in words(d).split("\n") if line.startswith("▌")]
            assert len(marked) == 1
            seen.append(page.order)
            await d.press("j")
        for _ in range(26):
            marked = [line for line in words(d).split("\n") if line.startswith("▌")]
            assert len(marked) == 1
            await d.press("k")
        assert "Scheduled" in words(d).split("\n")[0], "the heading of the first row is seen again"
        assert len(set(seen)) == 26 and "more line" in words(d)
        assert len(words(d).split("\n")) <= d.app.board.page.size.height


async def test_a_hostile_name_is_inert_and_the_grid_keeps_its_columns() -> None:
    feed = write_medication(WrittenFeed())
    hostile = ["O'Neil [/foo] [@click=app.quit]x[/]", "\x1b]52;c;cm0gLXJm\x07 drug", "王小明" * 30, "\u202egnp"]
    for number, name in enumerate(hostile):
        body = order(f"y{number}", drug(name), {"kind": "times", "times": ["08:00"]}, note="[b", route="[/]")
        feed.write("order", body)
        feed.write("administration", given(f"y{number}", clock(8), clock(8), reason="[/x] \x1b[2J", by="[bold"))
    async with desk((80, 24), feed=feed) as d:
        page = await chart(d)
        for number in range(len(hostile)):
            await choose(d, page, f"y{number}", clock(8))
            assert words(d).replace("\n", "").isprintable()
            assert "[/x]" in words(d)
            strips = d.app.screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {80}


async def test_nothing_ordered_and_medicines_at_home_are_said() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        await chart(d, "p0")
        assert "No orders that the ward gives are known for this patient." in words(d)
        await d.press("f6")
        await chart(d, "p16")
        assert "Medicines at home: see adherence." in words(d)


async def test_without_a_patient_it_says_what_to_do_and_a_patient_who_left_closes_it() -> None:
    feed = write_ward(WrittenFeed())
    async with desk(feed=feed) as d:
        d.app.board.roster.standing = ()
        await chart(d)
        feed.write("discharge", {"id": BED})
        d.news()
        await d.settle()
        assert d.app.board.cover is None


async def test_alarm_keys_mean_the_patient_of_the_chart() -> None:
    async with desk(feed=write_medication(WrittenFeed())) as d:
        await chart(d)
        await d.press("a")
        assert "Acknowledge 08 Rossi C: HR 134 > 130?" in d.line("footer")
        await d.press("l", "escape")
        assert isinstance(d.app.board.cover, MarPage)
