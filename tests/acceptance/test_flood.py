"""SAFETY H26: 500 alarms within 10 s. None is lost, and the most urgent one is on top in every frame."""

from __future__ import annotations

import json
import re
import subprocess
import time
from bisect import bisect_right
from dataclasses import dataclass, field

from benchmarks.flooded import ILL, LASTS, PATIENTS, alarms
from benchmarks.ward import FedWard, flooded_ward
from real_program import Window

from iomt_tui.alarms.model import Alarm, Priority
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.ward.fold import Ward

WITHIN = 1_000  # ms until a screen shows what the log has
SEED = 3
SIGNS = {"!!!": Priority.HIGH, "!!": Priority.MEDIUM, "!": Priority.LOW}
TOP = re.compile(r" (!{1,3}) +(.*?) · (\d{3}) Family\3 G · ")
COUNTED = re.compile(r"(\d+) (high|medium|low)")


@dataclass
class Frames:
    """What the header and the strip said in each frame, and when."""

    at: list[int] = field(default_factory=list)  # ms
    header: list[str] = field(default_factory=list)
    strip: list[str] = field(default_factory=list)

    def look(self, lines: list[str]) -> None:
        self.at.append(int(time.time() * 1000))
        self.header.append(lines[0])
        self.strip.append(lines[1])


def test_the_most_urgent_alarm_of_a_flood_is_on_top_and_none_is_lost() -> None:
    with flooded_ward(SEED) as ward:
        window, frames = Window(ward.command(), 200, 60, ward.environment()), Frames()
        try:
            assert window.shows("No alarm in force", 15) is not None, window.text()
            window.look = frames.look
            ward.flood()
            window.pump((LASTS + 2 * WITHIN) / 1000)
            told = [alarm for alarm in _announced(ward) if alarm.state == "unack"]
            nothing_lost(ward, window, told)
            on_top(frames, told)
        finally:
            window.close()


def _announced(ward: FedWard) -> list[Alarm]:
    reader = SqliteReader(ward.log)
    entries, folded = [], Ward()
    while more := reader.read(folded.seq):
        folded.apply(more)
        entries += more
    reader.close()
    return [Alarm.from_body(entry.data()) for entry in entries if entry.kind == "alarm"]


def nothing_lost(ward: FedWard, window: Window, told: list[Alarm]) -> None:
    """Each of the 500 is in the log, in the document, and in the counts of the header."""
    wanted = set(alarms(SEED))
    assert len(wanted) == 500
    assert wanted <= {(alarm.ref.patient, alarm.ref.param) for alarm in told}
    ran = subprocess.run(
        ward.command("snapshot", "--json"), env=ward.environment(), capture_output=True, text=True, check=True
    )
    shown = json.loads(ran.stdout)
    listed = {(patient["id"], alarm["param"]) for patient in shown["patients"] for alarm in patient["alarms"]}
    assert wanted <= listed
    counts = {word: int(number) for number, word in COUNTED.findall(window.lines()[0])}
    assert counts == {word: shown["counts"][word] for word in ("high", "medium", "low")}
    assert counts["high"] >= PATIENTS and sum(counts.values()) >= 500


def on_top(frames: Frames, told: list[Alarm]) -> None:
    """In every frame the strip's alarm is as urgent as the header's counts, and as the log's a second ago."""
    known = {(a.ref.patient, a.priority, a.ref.param) for a in told}
    times = [alarm.raised for alarm in told]
    worst = [max(alarm.priority for alarm in told[: i + 1]) for i in range(len(told))]
    seen = []
    for at, header, strip in zip(frames.at, frames.header, frames.strip, strict=True):
        top = TOP.match(strip)
        counts = [word for _, word in COUNTED.findall(header)]
        if top is None:
            assert "No alarm in force" in strip and not counts, (header, strip)
            priority = None
        else:
            priority = SIGNS[top[1]]
            assert priority.name.lower() == counts[0], (header, strip)
            assert any((f"p{top[3]}", priority, param) in known for param in (*ILL, "news2")), strip
        before = bisect_right(times, at - WITHIN)
        assert not before or (priority is not None and priority >= worst[before - 1]), (at, header, strip)
        seen.append(priority)
    assert len(seen) > LASTS // 500, "it was not looked at often enough"
    assert {Priority.HIGH, Priority.MEDIUM, None} <= set(seen), "the flood was over before it was looked at"
