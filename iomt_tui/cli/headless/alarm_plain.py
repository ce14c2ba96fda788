"""A stretch's alarms in words: what ``alarms --plain`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Final

from iomt_tui.cli.headless.alarm_documents import (
    AlarmsDocument,
    BurdenDocument,
    ComparisonDocument,
    EpisodeDocument,
    MissedDocument,
)
from iomt_tui.cli.headless.plain import WATERMARK
from iomt_tui.cli.headless.words import duration, promise
from iomt_tui.times import clock_time, milliseconds, time_of_day

_LENGTHS: Final = ((15.0, "under 15 seconds"), (60.0, "under 1 minute"), (300.0, "under 5 minutes"))
_QUIET: Final = {"pause": "paused", "shelve": "shelved", "standby": "standby", "inhibit": "inhibited"}
_LONGER: Final = "5 minutes and more"


def report_lines(found: AlarmsDocument, zone: tzinfo) -> Iterator[str]:
    """The episodes, the burden, and the comparison where there is one."""
    start, end = (clock_time(_ms(at), zone) for at in (found.start, found.end))
    yield f"{WATERMARK[found.watermark]}{found.ward}, alarms from {start} to {end}."
    if found.unreadable:
        yield f"NOTICE: {found.unreadable} entries of the log could not be understood."
    for one in found.episodes:
        yield _episode(one, zone)
    yield ""
    yield from _burden(found.burden, zone)
    for compared in found.whatif or ():
        yield ""
        yield from _comparison(compared, zone)
    if found.whatif == []:
        yield ""
        yield "What if: none of the vital signs in the file was measured; nothing to conclude."


def _ms(text: str) -> int:
    return milliseconds(datetime.fromisoformat(text))


def _day_time(text: str, zone: tzinfo) -> str:
    return clock_time(_ms(text), zone).rpartition(" ")[0]


def _episode(one: EpisodeDocument, zone: tzinfo) -> str:
    sort = f"technical, {one.priority}" if one.technical else one.priority
    ended = f"ended {time_of_day(_ms(one.ended), zone)}" if one.ended else "not ended"
    again = f", announced {one.announced} times" if one.announced > 1 else ""
    seen = "nobody acknowledged it"
    if one.acked_at:
        until = f" until {time_of_day(_ms(one.until), zone)}" if one.until else ""
        seen = f"acknowledged by {one.by or 'somebody'} {time_of_day(_ms(one.acked_at), zone)}{until}"
        seen += promise(one.intent, one.note)
        if one.written is not None:
            seen += f" (on the server: {one.written.state})"
    place = f"bed {one.bed}" if one.bed else f"patient {one.patient}"
    return (
        f"{_day_time(one.raised, zone)}  {place}, {sort}: {one.text}; onset {time_of_day(_ms(one.onset), zone)}, "
        f"{ended}{again}, {seen}"
    )


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{share:.0%}"


def _row(name: str, text: str) -> str:
    return f"  {name:<32}{text}"


def _burden(found: BurdenDocument, zone: tzinfo) -> Iterator[str]:
    yield f"Burden: {found.alarms} alarms ({found.technical} technical) in {found.patient_hours:.1f} patient hours."
    if not found.alarms:
        yield _suppressed(found)
        return
    rate = found.per_patient_hour
    yield _row("alarms per patient and hour", "not known" if rate is None else f"{rate:.2f}")
    waited = found.ack_median_s
    median = f", median after {duration(round(waited * 1000))}" if waited is not None else ""
    if found.ack_p90_s is not None:
        median += f", nine in ten within {duration(round(found.ack_p90_s * 1000))}"
    yield _row("acknowledged", f"{found.acknowledged}{median}")
    yield _row("over by itself within 15 s", f"{_percent(found.self_resolved)} of {found.over} that are over")
    yield _row("again within 5 minutes", _percent(found.again))
    worst = f", at worst {found.chattering[0].most} times in a minute" if found.chattering else ""
    yield _row("chattering", f"{len(found.chattering)}{worst}")
    yield _row("standing for more than an hour", str(found.standing))
    mix = (f"{found.mix[p] / found.alarms:.0%} {p} (target {share:.0%})" for p, share in found.target.items())
    yield _row("priorities", ", ".join(mix))
    beds = ", ".join(f"{one.name} {one.alarms}" for one in found.beds)
    yield _row("five worst beds", f"{_percent(found.top_beds)} of all: {beds}")
    yield _row("most from", ", ".join(f"{one.name} {one.alarms}" for one in found.sensors))
    yield _suppressed(found)
    for flood in found.floods:
        until = f"to {_day_time(flood.end, zone)}" if flood.end else "not ended"
        yield _row(
            "flood", f"{_day_time(flood.start, zone)} {until}, {flood.alarms} alarms, {flood.peak} in ten minutes"
        )


def _suppressed(found: BurdenDocument) -> str:
    minutes = found.suppressed_patient_min
    return _row("suppressed patient minutes", ", ".join(f"{_QUIET[what]} {minutes[what]:.0f}" for what in _QUIET))


def _comparison(found: ComparisonDocument, zone: tzinfo) -> Iterator[str]:
    watched = duration(round(found.watched_s * 1000))
    yield f"What if, {found.vital}: a value was known for {found.coverage:.0%} of {watched}."
    if not found.conclusive:
        yield "  Too little to conclude anything: at least 80 % is needed. The counts below are of what was measured."
    yield f"  {'':<32}{'today':>10}{'candidate':>12}"
    yield f"  {'alarms':<32}{found.today.alarms:>10}{found.candidate.alarms:>12}"
    yield f"  {'alarm minutes':<32}{found.today.minutes:>10.1f}{found.candidate.minutes:>12.1f}"
    for priority, count in found.today.mix.items():
        yield f"  {priority:<32}{count:>10}{found.candidate.mix[priority]:>12}"
    late = f", by up to {duration(round(found.latest_s * 1000))}" if found.later else ""
    yield _row("later", f"{found.later}{late}")
    yield _row("at a lower priority", str(found.quieter))
    yield _row("only with the candidate", str(found.added))
    yield _row("not judged: reach into a gap", str(found.unsure))
    yield from _missed(found.missed, zone)


def _missed(missed: Sequence[MissedDocument], zone: tzinfo) -> Iterator[str]:
    yield _row("missed", str(len(missed)))
    groups: dict[str, list[MissedDocument]] = {}
    for one in missed:
        groups.setdefault(next((words for s, words in _LENGTHS if one.length_s < s), _LONGER), []).append(one)
    for words in (*(words for _, words in _LENGTHS), _LONGER):
        if own := groups.get(words):
            deepest = max(own, key=lambda one: one.depth)
            yield _row(f"  {words}", f"{len(own)}, deepest {_deepest(deepest, zone)}")


def _deepest(one: MissedDocument, zone: tzinfo) -> str:
    return f"{one.worst:g}, {one.depth:g} beyond its limit ({_day_time(one.onset, zone)})"
