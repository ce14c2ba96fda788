"""What becomes of a dose: 5,000 random histories against an oracle, DST nights among them (SAFETY H28)."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from medication_samples import DAY, HOUR, MINUTE, MONDAY, order, record

from iomt_tui.clinical.medication.administration import Administration
from iomt_tui.clinical.medication.expansion import expand, zone_of
from iomt_tui.clinical.medication.lists import RoundRow as Row
from iomt_tui.clinical.medication.lists import by_bed, by_time, chart, counts, waiting
from iomt_tui.clinical.medication.order import Order
from iomt_tui.clinical.medication.status import LOOKS, Dose, Status, doses
from iomt_tui.clinical.medication.windows import window
from iomt_tui.security.text import safe_text, text_width

UTC_ZONE = zone_of("UTC")
#: Nights on which the clocks change, and an ordinary one.
NIGHTS = [
    (ZoneInfo("Europe/Berlin"), datetime(2026, 3, 29, tzinfo=UTC)),
    (ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25, tzinfo=UTC)),
    (ZoneInfo("America/New_York"), datetime(2026, 3, 8, 6, tzinfo=UTC)),
    (ZoneInfo("America/New_York"), datetime(2026, 11, 1, 6, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 15, tzinfo=UTC)),
    (ZoneInfo("Asia/Kolkata"), datetime(2026, 7, 1, tzinfo=UTC)),
]
PLANS: list[dict[str, Any]] = [
    {"kind": "times", "times": ["08:00"]},
    {"kind": "times", "times": ["02:30", "08:00", "14:00", "20:00"]},
    {"kind": "times", "times": ["00:00", "02:00", "04:00"]},
    {"kind": "every", "hours": 1},
    {"kind": "every", "hours": 6},
    {"kind": "every", "hours": 24},
    {"kind": "once", "stat": True},
    {"kind": "once", "stat": False},
]
#: The margin of each plan in minutes, and after how many its dose is missed: written down by hand from CLINICAL 7.
MARGINS = [(120, 720), (60, 270), (30, 90), (15, 45), (60, 300), (120, 720), (30, 720), (60, 720)]


def history(rng: Random, due: int) -> list[Administration]:
    """What people recorded of one dose: things done and undone, twice, late, in contradiction."""
    made: list[Administration] = []
    for i in range(rng.choice([0, 0, 1, 1, 1, 2, 3, 4])):
        what = rng.choice(["given", "given", "given", "refused", "held", "not-available", "delayed", "error", "effect"])
        target = rng.choice([None, *made]) if made else None
        if what in ("error", "effect") and target is None:
            what = "given"
        replaces = target.id if target is not None and (what in ("error", "effect") or rng.random() < 0.5) else None
        at = due + rng.choice([-13, -3, -1, 0, 0, 1, 2, 5]) * HOUR + rng.randrange(-40, 40) * MINUTE
        made.append(record(what, due, at, id=f"r{i}", replaces=replaces, effect="x" if what == "effect" else ""))
        if rng.random() < 0.1:
            made.append(made[-1])  # delivered twice
    return list({r.id: r for r in made}.values())


def oracle(one: Order, number: int, due: int, own: list[Administration], now: int) -> str:
    """The status in the simplest words: settle what stands, then look at the clock."""
    undone = set()
    for r in own:
        if r.what != "effect" and r.replaces:
            undone.add(r.replaces)
    stands = [r for r in own if r.id not in undone and r.what in ("given", "refused", "held", "not-available")]
    margin, missed = (minutes * MINUTE for minutes in MARGINS[number])
    if len(stands) > 1:
        return "conflict"
    if stands:
        if stands[0].what != "given" or number >= 6:
            return stands[0].what
        off = stands[0].at - due
        return "given-early" if off < -margin else "given-late" if off > margin else "given"
    if one.status == "cancelled" or (one.status == "stopped" and one.stopped is not None and due >= one.stopped):
        return "cancelled"
    if any(h.since <= due and (h.until is None or due < h.until) for h in one.holds):
        return "held"
    for limit, word in ((due - margin, "future"), (due, "due-soon"), (due + margin + 1, "due"), (due + missed, "late")):
        if now < limit:
            return word
    return "missed"


def test_five_thousand_histories_have_no_wrong_state() -> None:
    rng = Random(28)
    seen: dict[str, int] = {}
    judged = 0
    while judged < 5_000:
        zone, night = rng.choice(NIGHTS)
        begins = int(night.timestamp()) * 1000 - 12 * HOUR
        number = rng.randrange(len(PLANS))
        plan = dict(PLANS[number])
        if plan["kind"] == "every":
            plan["first"] = begins + rng.randrange(0, 120) * MINUTE
        elif plan["kind"] == "once":
            plan["at"] = begins + rng.randrange(0, 1_440) * MINUTE
        stop = begins + rng.randrange(0, 30) * HOUR
        state = rng.choice(["active"] * 6 + ["stopped", "cancelled"])
        holds = [{"from": stop, "to": stop + 5 * HOUR, "reason": "theatre"}] if rng.random() < 0.15 else []
        one = order(
            plan, start=begins - 9 * DAY, status=state, holds=holds, stopped=None if state == "active" else stop
        )
        slots = expand(one, zone, begins, begins + 30 * HOUR)
        own = {slot.due: history(rng, slot.due) for slot in slots}
        now = begins + rng.randrange(-60, 2_400) * MINUTE + rng.choice([0, 1, -1])
        if slots and rng.random() < 0.5:  # to the millisecond at an edge
            margin, missed = (minutes * MINUTE for minutes in MARGINS[number])
            now = rng.choice(slots).due + rng.choice([-margin, 0, margin, missed]) + rng.choice([0, 1, -1])
        records = [r for made in own.values() for r in made]
        found = doses(one, records, zone, begins, begins + 30 * HOUR, now)
        assert [d.due for d in found] == [s.due for s in slots], "none doubled, none lost"
        for dose in found:
            expected = oracle(one, number, dose.due, own[dose.due], now)
            assert dose.status.value == expected, (plan, dose.due, now, own[dose.due])
            assert dose.status is not Status.CONFLICT or len(dose.records) > 1, "both are shown"
            seen[expected] = seen.get(expected, 0) + 1
            judged += 1
    assert len(seen) == 13 and min(seen.values()) >= 5, f"every state has come up: {seen}"


def only(found: list[Dose]) -> Dose:
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("state", ["active", "stopped", "on-hold"])
def test_a_future_dose_is_never_late_or_missed(state: str) -> None:
    one = order(status=state, stopped=MONDAY + 99 * DAY if state == "stopped" else None)
    now = MONDAY + 5 * DAY
    for dose in doses(one, [], UTC_ZONE, now, now + 20 * DAY, now):
        assert dose.due > now and dose.status in (Status.FUTURE, Status.DUE_SOON)


def test_each_status_has_a_word_and_a_glyph_of_its_own() -> None:
    assert set(LOOKS) == set(Status)
    for column in zip(*LOOKS.values(), strict=True):
        assert len(set(column)) == len(Status)
    for look in LOOKS.values():
        assert safe_text(look.glyph) == look.glyph and text_width(safe_text(look.glyph)) == 1
        assert look.ascii.isascii() and len(look.ascii) == 1


@pytest.mark.parametrize(
    ("plan", "timing", "minutes"),
    [
        ({"kind": "times", "times": ["08:00"]}, "", 120),
        ({"kind": "times", "times": ["08:00"], "days": ["mon"]}, "", 120),
        ({"kind": "times", "times": ["08:00"]}, "time-critical", 30),
        ({"kind": "times", "times": ["08:00", "20:00"]}, "", 60),
        ({"kind": "every", "hours": 4, "first": MONDAY}, "", 60),
        ({"kind": "every", "hours": 3, "first": MONDAY}, "", 45),
        ({"kind": "every", "hours": 1, "first": MONDAY}, "time-critical", 15),
    ],
)
def test_windows_are_those_of_ismp(plan: dict[str, Any], timing: str, minutes: int) -> None:
    one = order(plan, timing=timing)
    slot = expand(one, UTC_ZONE, MONDAY + 7 * DAY, MONDAY + 15 * DAY)[0]
    times = window(one, slot)
    assert (slot.due - times.opens, times.late - slot.due) == (minutes * MINUTE, minutes * MINUTE) and times.covered


def test_what_is_not_covered_is_neither_on_nor_off_time() -> None:
    one = order({"kind": "once", "at": MONDAY, "stat": True})
    dose = only(doses(one, [record(due=MONDAY, at=MONDAY + 5 * HOUR)], UTC_ZONE, MONDAY, MONDAY + DAY, MONDAY + DAY))
    assert dose.status is Status.GIVEN and not dose.window.covered


def test_a_record_in_error_opens_the_dose_again_and_keeps_the_original() -> None:
    due = MONDAY + 8 * HOUR
    given = record(due=due, at=due, id="a")
    back = record("error", due, due + MINUTE, id="b", replaces="a")
    dose = only(doses(order(), [given, back], UTC_ZONE, MONDAY, MONDAY + DAY, due + HOUR))
    assert dose.status is Status.DUE and dose.corrected and dose.records == ()


def test_what_was_recorded_for_a_time_no_more_ordered_is_still_shown() -> None:
    due = MONDAY + 9 * HOUR
    found = doses(order(), [record(due=due, at=due)], UTC_ZONE, MONDAY, MONDAY + DAY, due)
    assert [(d.due - MONDAY, d.scheduled) for d in found] == [(8 * HOUR, True), (9 * HOUR, False)]


def test_rounds_counts_and_the_chart() -> None:
    one, other = order(), order({"kind": "every", "hours": 6, "first": MONDAY + HOUR}, id="o2")
    now = MONDAY + 10 * HOUR + 30 * MINUTE  # 8:00 is late; of 1:00 missed, 7:00 late, 13:00 still to come
    found = [d for o in (one, other) for d in doses(o, [], UTC_ZONE, MONDAY, MONDAY + DAY, now)]
    assert counts(found) == (0, 2, 1, 0)
    rows = [Row("02" if d.order is one else "01", d) for d in waiting(found)]
    assert [(r.bed, (r.dose.due - MONDAY) // HOUR) for r in by_time(rows)] == [("01", 7), ("02", 8), ("01", 1)]
    assert [r.bed for r in by_bed(rows, ["02", "01"])] == ["02", "01", "01"]
    prn = record(at=MONDAY + 7 * HOUR + 5, id="x")
    grid = chart([one, other], found, [prn], MONDAY + 6 * HOUR, 3)
    assert [[(len(c.doses), len(c.others)) for c in row.cells] for row in grid] == [
        [(0, 0), (0, 1), (1, 0)],
        [(0, 0), (1, 0), (0, 0)],
    ]
