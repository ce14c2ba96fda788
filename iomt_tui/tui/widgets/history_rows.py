"""A patient's alarms over time in words: one line a step, a heading a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from textual.content import Content

from iomt_tui.alarms.model import Ref
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.header import clock, zone
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.severity import SIGN, ink, severity_of
from iomt_tui.tui.widgets.voice import ScreenVoice
from iomt_tui.tui.widgets.written_words import line_of
from iomt_tui.ward import transitions as steps
from iomt_tui.ward.story.step_words import step_about, step_words
from iomt_tui.ward.transitions import Transition
from iomt_tui.ward.writes import Written


def history_head(called: str, state: str, number: int, dropped: int, width: int) -> Content:
    """Whose steps these are, how many, and how they end."""
    older = f", {dropped} older ones are not kept" if dropped else ""
    count = f" · {number} steps{older}" if number else ""
    words = joined(plain(" Alarm history ", "bold"), plain(called, "bold $accent"), plain(f" · {state}{count}", MUTED))
    return spread(words, plain(" esc back ", MUTED), width)


def history_lines(
    found: Iterable[Transition], measures: Measures, tz: str, width: int, written: Mapping[Ref, Written] | None = None,
    server: str = "",
) -> list[Content]:  # fmt: skip
    """The steps as they are given; a heading wherever the day of the ward's clock changes. ``written``: how the
    acknowledgements of the last day stand on the ward's ``server``."""
    out: list[Content] = []
    day, voice = "", ScreenVoice(measures, tz)
    for one in found:
        its = f"{datetime.fromtimestamp(one.at / 1000, zone(tz)):%Y-%m-%d}"
        if its != day:
            out.append(joined(plain(f"{its} ", "bold $accent"), plain("─" * max(0, width - 11), "dim")))
            day = its
        out += _row(one, voice, width)
        if one.what == steps.TAKEN and one.alarm is not None and written and one.alarm.ref in written:
            out += line_of(written[one.alarm.ref], server, tz, width, 14)
    return out


def _row(one: Transition, voice: ScreenVoice, width: int) -> list[Content]:
    time = plain(f"{clock(one.at, voice.tz)}  ", MUTED)
    sign = EMPTY
    if one.alarm is not None:
        severity = severity_of(one.alarm)
        sign = plain(f"{SIGN[severity]:<3} ", ink(severity))
    about = plain(step_about(one, voice), "bold")
    said = plain(step_words(one, voice))
    start = joined(time, sign or plain("    "), about, plain("  "))
    if start.cell_length + said.cell_length <= width:
        return [fitted(joined(start, said), width)]
    rest = [joined(plain(" " * 14), line) for line in said.wrap(max(1, width - 14))[:3]]
    return [fitted(line, width) for line in (start, *rest)]
