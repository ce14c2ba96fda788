"""The burden board: how much the alarms of a stretch of time ask of people, and what to do about the worst. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from textual.content import Content

from iomt_tui.alarms.burden import TARGET, Burden, Flood
from iomt_tui.alarms.suppression import INHIBIT, PAUSE, SHELVE, STANDBY
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.log.lookback import HOUR, Found
from iomt_tui.tui.board.words import label
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.burden_advice import ENOUGH, advice
from iomt_tui.tui.widgets.header import clock, zone
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.strip import lasting

WINDOWS: Final = ((24 * HOUR, "24 h"), (8 * HOUR, "8 h, a shift"), (HOUR, "1 h"))
"""What the board looks back on, ms, and what that is called."""

_NAME: Final = 25  # cells of a row's name
_WIDEST: Final = 132
_SUPPRESSED: Final = ((PAUSE, "paused"), (SHELVE, "shelved"), (STANDBY, "standby"), (INHIBIT, "inhibited"))
_MOST_FLOODS: Final = 5


def heading(window: str, found: Found | None, tz: str, change_key: str, width: int) -> list[Content]:
    """The lines that stay above: which time, of whom, and what turns to another."""
    words = joined(plain(f" Alarm burden, last {window}", "bold"))
    if found is not None:
        people = f"{found.patients} patient" + ("" if found.patients == 1 else "s")
        words = joined(words, plain(f" · {_from_to(found, tz)} · {people}", MUTED))
    hint = joined(plain(f" · {change_key}", "bold $accent"), plain(" other time", MUTED))
    again = joined(plain(" · enter", "bold $accent"), plain(" read again", MUTED))
    for end in (joined(hint, again), hint):
        if words.cell_length + end.cell_length <= width:
            return [fitted(joined(words, end), width)]
    return [fitted(words, width)]


def _from_to(found: Found, tz: str) -> str:
    """From when to when, with the days where they differ."""
    start, end = (datetime.fromtimestamp(at / 1000, zone(tz)) for at in (found.start, found.end))
    form = "%H:%M" if start.date() == end.date() else "%a %H:%M"
    return f"{start:{form}}–{end:{form}}"


def burden_lines(found: Found, tz: str, whatif_key: str, width: int) -> list[Content]:
    """The figures, ``width`` cells a line. ``whatif_key``: what shows what other limits would do; "" for none."""
    width, burden = min(width, _WIDEST), found.burden
    out = list(_limits_of(found, tz, width))
    if not burden.alarms:
        out += [fitted(plain("No alarm was announced in this time.", "bold"), width), *_standing(burden, width)]
        return out + _suppressed(burden, width)
    out += wrapped(advice(burden, whatif_key), width, "bold")
    out += [EMPTY, *_figures(burden, width), *_suppressed(burden, width)]
    out += [*_title("Priorities, beside what they should be", width), *_mix(burden, width)]
    out += _tops(burden, width)
    return [*out, *_title("Floods: more than 10 alarms in 10 min", width), *_floods(burden, tz, width)]


def _limits_of(found: Found, tz: str, width: int) -> Iterator[Content]:
    """What the figures cannot tell."""
    if found.begins > found.start:
        reaches = f"The log reaches back {lasting(found.end - found.begins)} only, to {clock(found.begins, tz)}."
        yield from wrapped(reaches, width, "bold $warning")
    if found.unreadable:
        yield from wrapped(
            f"{found.unreadable} entries of the log could not be understood and are not counted.",
            width,
            "bold $warning",
        )
    if 0 < found.burden.alarms < ENOUGH:
        yield from wrapped(f"Fewer than {ENOUGH} alarms: counts are given, no shares.", width, MUTED)


def _title(words: str, width: int) -> list[Content]:
    rule = plain("─" * max(0, width - len(words) - 1), "dim")
    return [EMPTY, fitted(joined(plain(f"{words} ", "bold $accent"), rule), width)]


def _row(name: str, words: str, width: int) -> Content:
    return fitted(joined(fitted(plain(name, MUTED), _NAME), plain(words, "bold")), width)


def _figures(burden: Burden, width: int) -> Iterator[Content]:
    hours, rate = burden.patient_hours, burden.per_patient_hour
    technical = f", {burden.technical} technical" if burden.technical else ""
    yield _row("Alarms", f"{burden.alarms}{technical}; {hours:.1f} patient hours", width)
    known = rate is not None and hours >= 1
    yield _row("Per patient and hour", f"{rate:.2f}" if known else "not known: under 1 patient hour", width)
    yield _row("Acknowledged", f"{burden.acknowledged} of {burden.alarms}{_waits(burden)}", width)
    yield _row("Over by itself in 15 s", _share(burden.self_resolved, burden.over, " that are over"), width)
    yield _row("Again within 5 min", _share(burden.again, burden.alarms, ""), width)
    yield from _standing(burden, width)
    yield _row("Chattering", _chattering(burden), width)


def _standing(burden: Burden, width: int) -> Iterator[Content]:
    yield _row("Standing over 1 h", str(burden.standing), width)


def _waits(burden: Burden) -> str:
    if burden.ack_median_ms is None or burden.ack_p90_ms is None:
        return ""
    median, p90 = (lasting(round(ms)) for ms in (burden.ack_median_ms, burden.ack_p90_ms))
    if burden.acknowledged < ENOUGH:
        return f", median {median}"
    return f", median {median}, 90% by {p90}"


def _share(share: float | None, whole: int, of: str) -> str:
    if share is None:
        return "not known: none is over"
    return f"{round(share * whole)} of {whole}{of}" + (f" ({share:.0%})" if whole >= ENOUGH else "")


def _chattering(burden: Burden) -> str:
    if not burden.chattering:
        return "none"
    key, most = burden.chattering[0]
    return f"{len(burden.chattering)}, the worst {sensor(key.param)} {key.kind}, {most} times in 1 min"


def sensor(name: str) -> str:
    """What people call a vital sign; a device's kind is their own word already."""
    return str(label(name)) if name in VITALS or name == "news2" else name


def _suppressed(burden: Burden, width: int) -> list[Content]:
    times = ", ".join(f"{word} {burden.suppressed.get(what, 0) / 60_000:.0f}" for what, word in _SUPPRESSED)
    return [_row("Suppressed, patient min", times, width)]


def _mix(burden: Burden, width: int) -> Iterator[Content]:
    cells = min(40, max(8, width - 46))
    for priority, target in TARGET.items():
        count = burden.mix.get(priority, 0)
        share = count / burden.alarms
        percent = f"{share:>4.0%}" if burden.alarms >= ENOUGH else "   –"
        yield fitted(
            joined(
                plain(f"  {priority.name.lower():<8}", "bold"), bar(share, cells),
                plain(f" {percent}", "bold"), plain(f"  should be {target:>3.0%}", MUTED), plain(f"{count:>6}", "bold"),
            ),
            width,
        )  # fmt: skip


def bar(share: float, cells: int) -> Content:
    """A bar of ``cells``, ``share`` (0 to 1) of it full, to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + ("▏▎▍▌▋▊▉"[rest - 1] if rest else "")
    return joined(plain(drawn, "$accent"), plain("·" * (cells - len(drawn)), "dim"))


def _tops(burden: Burden, width: int) -> list[Content]:
    share = f", {burden.top_beds:.0%} of all" if burden.top_beds is not None and burden.alarms >= ENOUGH else ""
    beds = [(f"bed {name}", count) for name, count in burden.beds]
    sensors = [(sensor(name), count) for name, count in burden.sensors]
    if width < 90:
        return [
            *_title(f"Most from these beds{share}", width), *_top(beds, burden.alarms, width),
            *_title("Most from these sensors", width), *_top(sensors, burden.alarms, width),
        ]  # fmt: skip
    half = (width - 4) // 2
    left = [*_title(f"Most from these beds{share}", half), *_top(beds, burden.alarms, half)]
    right = [*_title("Most from these sensors", half), *_top(sensors, burden.alarms, half)]
    rows = max(len(left), len(right))
    left, right = ([*side, *[EMPTY] * (rows - len(side))] for side in (left, right))
    return [joined(fitted(one, half), plain("    "), fitted(two, half)) for one, two in zip(left, right, strict=True)]


def _top(counted: list[tuple[str, int]], whole: int, width: int) -> Iterator[Content]:
    cells = min(24, max(6, width - 30))
    for name, count in counted:
        number = plain(f"{count:>6}", "bold")
        yield fitted(joined(plain("  "), fitted(plain(name), 18), bar(count / whole, cells), number), width)


def _floods(burden: Burden, tz: str, width: int) -> Iterator[Content]:
    if not burden.floods:
        yield plain("  none", "bold")
    for flood in burden.floods[-_MOST_FLOODS:]:
        yield fitted(plain(f"  {flood_words(flood, tz)}", "bold"), width)
    if len(burden.floods) > _MOST_FLOODS:
        yield fitted(plain(f"  and {len(burden.floods) - _MOST_FLOODS} before", MUTED), width)


def flood_words(flood: Flood, tz: str) -> str:
    """When, for how long, how many, and how many in the worst ten minutes."""
    begun = clock(flood.start, tz, seconds=False)
    peak = f"{flood.alarms} alarms, {flood.peak} in 10 min at most"
    if flood.end is None:
        return f"{begun}, not ended; {peak}"
    return f"{begun}–{clock(flood.end, tz, seconds=False)} ({lasting(flood.end - flood.start)}); {peak}"
