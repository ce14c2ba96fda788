"""The figures of alarm fatigue, each by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iomt_tui.alarms.burden import Burden, Place, burden, floods
from iomt_tui.alarms.episodes import episodes
from iomt_tui.alarms.model import Alarm, Key, Priority, Ref

HOUR, MINUTE = 3_600_000, 60_000


def episode(
    raised: int, ended: int | None = None, acked: int | None = None, *, number: int = 1, key: Key | None = None,
    priority: Priority = Priority.LOW, technical: bool = False,
) -> list[Alarm]:  # fmt: skip
    key = key or Key("p1", "spo2", "low")
    first = Alarm(Ref(*key, number, 1), "unack", priority, technical, 88.0, 90.0, raised - 5_000, raised)
    out = [first]
    if acked is not None:
        out.append(replace(first, state="acked", by="N", acked_at=acked))
    if ended is not None:
        out.append(replace(out[-1], state="normal", ended=ended))
    return out


def counted(*told: list[Alarm], hours: float = 10.0) -> Burden:
    alarms = [alarm for own in told for alarm in own]
    return burden(alarms, {"p1": "01", "p2": "02"}, int(hours * HOUR), 10 * HOUR, {"d1": "monitor"})


def test_an_episode_is_what_its_announcements_add_up_to() -> None:
    first, *_ = episode(10_000)
    risen = replace(first, ref=first.ref._replace(rev=2), priority=Priority.HIGH, raised=20_000)
    acked = replace(risen, state="acked", by="N", acked_at=25_000)
    over = replace(acked, state="normal", ended=30_000)
    closed = replace(over, ended=99_000)
    (found,) = episodes([first, risen, acked, over, closed])
    assert (found.onset, found.raised, found.ended) == (5_000, 10_000, 30_000)
    assert (found.priority, found.revisions, found.by, found.acked_at) == (Priority.HIGH, 2, "N", 25_000)


def test_what_was_taken_back_is_no_acknowledgement() -> None:
    first, acked = episode(10_000, acked=12_000)
    acked = replace(acked, intent="going", until=192_000)
    back = replace(first, ref=first.ref._replace(rev=2), raised=14_000, undone_by="KIM")
    assert [(e.by, e.acked_at, e.answer) for e in episodes([first, acked, back])] == [("", None, None)]
    assert (counted([first, acked, back]).acknowledged, counted([first, acked, back]).ack_median_ms) == (0, None)
    again = replace(back, state="acked", by="M", acked_at=44_000, intent="doctor", note="x", until=60_000)
    assert counted([first, acked, back, again]).ack_median_ms == 30_000
    (found,) = episodes([first, acked, back, again, replace(again, state="normal", ended=50_000)])
    assert found.answer is not None
    assert (found.by, found.acked_at, found.answer.intent, found.answer.until) == ("M", 44_000, "doctor", 60_000)
    # The first one stands when a later one is taken back.
    third = replace(back, ref=first.ref._replace(rev=3), raised=70_000)
    (found,) = episodes([first, acked, replace(back, undone_by=""), replace(again, undone_by=""), third])
    assert (found.by, found.acked_at) == ("N", 12_000)


def test_nothing_announced_has_no_shares() -> None:
    found = counted(hours=0.0)
    assert (found.alarms, found.per_patient_hour, found.ack_median_ms, found.self_resolved, found.again) == (
        0, None, None, None, None,
    )  # fmt: skip


def test_alarms_per_patient_hour_and_technical_ones() -> None:
    other = Key("p2", "d1", "no-data")
    found = counted(episode(MINUTE, 2 * MINUTE), episode(MINUTE, key=other, technical=True))
    assert (found.alarms, found.technical, found.per_patient_hour) == (2, 1, 0.2)
    assert found.sensors == (("spo2", 1), ("monitor", 1))
    assert found.beds == (("01", 1), ("02", 1))


def test_the_median_time_to_acknowledge_counts_every_announcement() -> None:
    again = episode(HOUR)[0]
    rearmed = replace(again, ref=again.ref._replace(rev=2), raised=2 * HOUR)
    found = counted(
        episode(0, 40_000, 10_000, key=Key("p2", "hr", "high")),
        [again, replace(again, acked_at=HOUR + 20_000, by="N", state="acked"), rearmed,
         replace(rearmed, acked_at=2 * HOUR + 60_000, by="N", state="acked")],
    )  # fmt: skip
    assert (found.ack_median_ms, found.acknowledged) == (20_000, 2)


@pytest.mark.parametrize(
    ("ended", "acked", "share"),
    [(14_999, None, 1.0), (15_000, None, 0.0), (14_000, 3_000, 0.0), (10_000, 12_000, 1.0)],
)
def test_resolved_by_itself_within_15_seconds(ended: int, acked: int | None, share: float) -> None:
    assert counted(episode(0, ended, acked)).self_resolved == share


def test_what_lasts_is_not_counted_as_resolved_or_not() -> None:
    assert counted(episode(0)).self_resolved is None


def test_again_within_five_minutes_and_standing_for_more_than_an_hour() -> None:
    found = counted(episode(0, MINUTE), episode(6 * MINUTE, 80 * MINUTE, number=2), episode(90 * MINUTE, number=3))
    assert found.again == pytest.approx(1 / 3)
    assert found.standing == 2


def test_three_times_in_a_minute_is_chattering() -> None:
    at = [0, 20_000, 59_999]
    assert counted(*(episode(t, t + 1, number=i) for i, t in enumerate(at))).chattering == (
        (Key("p1", "spo2", "low"), 3),
    )
    assert counted(*(episode(t, t + 1, number=i) for i, t in enumerate([0, 20_000, 60_000]))).chattering == ()


def test_the_mix_and_the_share_of_the_top_beds() -> None:
    told = [episode(i * HOUR, key=Key(f"q{i}", "hr", "low"), priority=Priority.HIGH) for i in range(5)]
    found = counted(*told, *(episode(i * MINUTE, number=i) for i in range(5)))
    assert found.mix == {Priority.HIGH: 5, Priority.MEDIUM: 0, Priority.LOW: 5}
    assert found.beds[0] == ("01", 5)
    assert found.top_beds == 0.9


def test_a_flood_begins_above_ten_and_ends_below_five() -> None:
    assert floods(range(0, 10 * 1000, 1000), HOUR) == ()
    (one,) = floods(range(0, 12 * 1000, 1000), HOUR)
    assert (one.start, one.alarms, one.peak) == (10_000, 12, 12)
    assert one.end == 7_000 + 10 * MINUTE  # then only the last four are left
    (lasting,) = floods(range(0, 12 * 1000, 1000), MINUTE)
    assert lasting.end is None


def test_nine_in_ten_acknowledgements_came_within() -> None:
    found = counted(*(episode(i * HOUR, acked=i * HOUR + (i + 1) * 1_000, number=i) for i in range(10)))
    assert (found.ack_median_ms, found.ack_p90_ms) == (5_500, 9_000)
    assert counted(episode(0, acked=7_000)).ack_p90_ms == 7_000
    assert counted(episode(0)).ack_p90_ms is None


def test_what_was_raised_before_counts_only_as_standing() -> None:
    told = [*episode(0, acked=9_000), *episode(HOUR, key=Key("p2", "hr", "low"), acked=HOUR + 4_000, ended=2 * HOUR)]
    found = burden(told, {}, HOUR, 3 * HOUR, {}, since=HOUR)
    assert (found.alarms, found.acknowledged, found.ack_median_ms, found.standing) == (1, 1, 4_000, 1)
    over = burden(episode(0, 2 * HOUR), {}, HOUR, 5 * HOUR, {}, since=3 * HOUR)
    assert (over.alarms, over.standing) == (0, 0), "it was over before"


def test_where_the_most_come_from_and_what_was_kept_quiet() -> None:
    told = [alarm for i in range(3) for alarm in episode(i * HOUR, number=i)]
    told += episode(0, key=Key("p1", "d1", "no-data"), technical=True)
    found = burden(told, {"p1": "01"}, HOUR, HOUR, {"d1": "monitor"}, suppressed={"pause": 5})
    assert found.worst == (Place("01", "spo2", False), 3)
    assert found.suppressed == {"pause": 5}
    assert counted().worst is None
