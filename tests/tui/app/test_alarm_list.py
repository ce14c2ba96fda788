"""The rows of the alarm page: every count is the length of a list (I18), and no filter hides a high alarm."""

from __future__ import annotations

from dataclasses import replace

import pytest
from alarm_ward import over, quiet, write_alarms
from hypothesis import given
from hypothesis import strategies as st
from shown_ward import MINUTE, NOW, WrittenFeed, alarm, write_ward

from iomt_tui.alarms.episodes import episodes
from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.alarms.suppression import PAUSE, SHELVE, STANDBY
from iomt_tui.tui.alarm_list import RECENT, AlarmItem, Order, Section, arranged, chosen, read
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.widgets.alarm_rows import SHORT, about_line, alarm_row, state_words
from iomt_tui.tui.widgets.sections import sections_line
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.missed import Missed


def folded(feed: WrittenFeed) -> Ward:
    ward = Ward()
    ward.apply(feed.entries)
    return ward


def sections(feed: WrittenFeed | None = None, missed: Missed | None = None) -> dict[Section, list[AlarmItem]]:
    return read(folded(feed or write_alarms(WrittenFeed())), NOW, missed)


def beds(items: list[AlarmItem]) -> list[str]:
    return sorted(str(item.bed) for item in items)


def test_each_alarm_is_in_the_section_that_says_what_became_of_it() -> None:
    found = sections()
    assert beds(found[Section.TAKEN]) == ["07", "10"]
    assert beds(found[Section.LATCHED]) == ["03"]
    assert beds(found[Section.SHELVED]) == ["04", "09"], "a shelf without an alarm too"
    assert beds(found[Section.RECENT]) == ["02", "04"]
    parts = (Section.WAITING, Section.TAKEN, Section.SHELVED, Section.LATCHED)
    standing = [item.id for part in parts for item in found[part] if item.standing]
    assert sorted(standing) == sorted(item.id for item in found[Section.FORCE])


ALARMS = st.tuples(
    st.sampled_from(["p0", "p1", "p2"]), st.sampled_from(["hr", "spo2"]), st.sampled_from(["low", "high"]),
    st.sampled_from(list(Priority)), st.sampled_from(["unack", "acked", "latched", "normal"]), st.booleans(),
)  # fmt: skip
QUIETS = st.tuples(
    st.sampled_from([SHELVE, PAUSE, STANDBY]), st.sampled_from(["p0", "p1", "p2"]), st.sampled_from(["hr", "spo2"])
)


@given(st.lists(ALARMS, max_size=12), st.lists(QUIETS, max_size=6))
def test_the_headers_counts_are_the_lengths_of_the_lists(
    alarms: list[tuple[str, str, str, Priority, str, bool]], quiets: list[tuple[str, str, str]]
) -> None:
    feed = write_ward(WrittenFeed())
    for patient, param, kind, priority, state, technical in alarms:
        one = alarm(patient, param, kind, priority, state=state, technical=technical)
        feed.write("alarm", (replace(one, ended=NOW) if state == "normal" else one).body())
    for what, patient, param in quiets:
        place = (param, "low") if what == SHELVE else ("", "")
        feed.write("suppression", quiet(what, patient, *place).body())
    ward = folded(feed)
    header, found = ward.header(NOW), read(ward, NOW, None)
    force = found[Section.FORCE]
    for priority in Priority:
        assert header.counts[priority] == sum(
            item.alarm.priority is priority and not item.alarm.technical for item in force
        )
    assert header.technical == sum(item.alarm.technical for item in force)
    assert header.unacknowledged == sum(item.alarm.state != "acked" for item in force)
    known = {item.id.key for item in found[Section.SHELVED]}
    told = {s.key for p in ward.patients.values() for s in p.suppressions.values() if s.what == SHELVE}
    assert known == {key for key in told if key in ward.patients[key.patient].alarms}


WORDS = st.text("spo2 hrhigh07okafor lowmine[/]", max_size=12)


@given(WORDS)
def test_no_filter_hides_a_high_alarm_and_what_it_keeps_is_counted(query: str) -> None:
    force = sections()[Section.FORCE]
    found = chosen(force, query, ())
    assert {item.id for item in force if item.high} <= {item.id for item in found.shown}
    plain = [item for item in found.shown if not item.high]
    assert len(found.shown) - len(plain) - found.kept >= 0


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("okafor", {"07"}), ("gluc", {"H3"}), ("glucose", {"H3"}), ("oxygen", {"15"}), ("home", {"H3"}),
        ("technical", {"15"}), ("low 06", {"06"}), ("mine", {"10"}), ("spo2 probe", {"15"}), ("zzz", set()),
    ],
)  # fmt: skip
def test_what_may_be_typed(query: str, others: set[str]) -> None:
    found = chosen(sections()[Section.FORCE], query, {"p11"})
    assert {str(item.bed) for item in found.shown if not item.high} == others


def test_the_orders() -> None:
    force = sections()[Section.FORCE]
    by_id = {item.id: item for item in force}
    urgent = [by_id[one].alarm for one in arranged(force, Order.URGENCY)]
    assert [one.priority for one in urgent] == sorted((one.priority for one in urgent), reverse=True)
    newest = [by_id[one].alarm.raised for one in arranged(force, Order.TIME)]
    assert newest == sorted(newest, reverse=True)
    assert [by_id[one].bed for one in arranged(force, Order.BED)][:2] == ["03", "06"]
    assert arranged(reversed(force), Order.URGENCY) == arranged(force, Order.URGENCY)


def test_recent_ends_after_four_hours() -> None:
    feed = write_ward(WrittenFeed())
    for minutes in (RECENT // MINUTE - 1, RECENT // MINUTE + 1):
        one = alarm("p4", "hr" if minutes < RECENT // MINUTE else "rr", "high", Priority.LOW, since=300 * MINUTE)
        feed.write("alarm", over(one, NOW - minutes * MINUTE).body())
    assert [item.id.key.param for item in sections(feed)[Section.RECENT]] == ["hr"]


def missed_of(*alarms: Alarm) -> Missed:
    return Missed(NOW - 60 * MINUTE, NOW, tuple(episodes(alarms)))


def test_missed_ones_are_told_as_they_are_now() -> None:
    standing = alarm("p0", "spo2", "low", Priority.HIGH, value=84, limit=90)
    earlier = alarm("p0", "spo2", "low", Priority.HIGH, value=80, limit=90, episode=0, since=50 * MINUTE)
    gone = alarm("x9", "hr", "high", Priority.LOW, value=112, limit=110, since=40 * MINUTE)
    found = sections(missed=missed_of(over(earlier, NOW - 45 * MINUTE), gone, standing))[Section.MISSED]
    assert len(found) == 3 and len({item.id for item in found}) == 3
    now, before, left = sorted(found, key=lambda item: (item.gone, not item.standing))
    assert now.standing and now.high and not before.standing and not before.high
    assert "over after 5 min 00 s" in state_words(before, "UTC", NOW)
    assert left.gone and left.name == "x9" and "left the ward" in state_words(left, "UTC", NOW)


def test_the_words_of_a_row() -> None:
    words = {str(item.bed) + item.alarm.ref.kind: state_words(item, "UTC", NOW) for item in sections()[Section.FORCE]}
    assert words["07low"] == "nobody yet · escalated, step 2"
    assert words["10high"] == "taken by Kim 10:41, going, 2 min left"
    assert words["03low"] == "now normal, nobody yet"
    assert words["09high"] == "shelved by Kim until 10:57: moving, 15 min left · nobody yet"
    assert words["08high"] == "nobody yet · sound paused by Kim, 1 min 10 s left"
    assert words["16low"] == "standby by Alex until 12:00: CT, 1 h 18 min left · nobody yet"
    assert words["06fast"] == "held back by the HR high alarm · nobody yet"


@pytest.mark.parametrize("width", [1, 5, 20, 43, 61, 80, 104, 120, 300])
def test_every_line_has_its_width_whoever_the_patient_is(width: int) -> None:
    feed = write_alarms(WrittenFeed())
    for patient in ("p0", "p10", "p14"):
        feed.write("patient", {"id": patient, "family": "王" * 90, "given": "[/foo]\x1b]52;c;x\x07", "bed": "[b"})
    ward = folded(feed)
    found = read(ward, NOW, None)
    for items in found.values():
        for item in items:
            rows = alarm_row(item, Measures(), NOW, "UTC", width)
            assert len(rows) == (1 if width >= 104 else 2)
            for row in rows:
                assert row.cell_length == width and row.plain.isprintable()
    numbers = {section: len(items) for section, items in found.items()}
    for section in Section:
        assert sections_line("Alarms", numbers, section, SHORT, ("h", "l"), width).cell_length == width
        line = about_line(ward.header(NOW), section, Order.TIME, "filter “x”: 1 of 2", missed_of(), width)
        assert line.cell_length == width
