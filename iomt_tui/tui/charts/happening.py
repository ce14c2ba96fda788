"""What the cursor points at in words, or what the signs of the lanes stand for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from textual.content import Content

from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.charts.clock import local
from iomt_tui.tui.charts.lanes import ALARMS, SIGNS, Sign, rank
from iomt_tui.tui.charts.looks import LABEL
from iomt_tui.tui.medication.marks import legend
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.ward.story.happened import Episode, Mark
from iomt_tui.ward.story.trends import TrendView


def words_at(
    view: TrendView, span: tuple[int, int] | None, measures: Measures, zone: tzinfo, width: int, rows: int, *,
    plain_letters: bool,
) -> Sequence[Content]:  # fmt: skip
    """``rows`` lines: what happened in ``span`` (ms, from and to before); without one the legend."""
    if span is None:
        since = [] if view.begins is None else [("", f"known since {local(view.begins, zone):%a %H:%M}", LABEL)]
        lines = list(legend([*_signs(view, plain_letters=plain_letters), *since], width, rows))
    else:
        lines = _flowed(list(_happened(view, span, measures, zone)), width, rows)
    return [*lines, *[EMPTY] * (rows - len(lines))]


def _signs(view: TrendView, *, plain_letters: bool) -> Iterator[tuple[str, str, str]]:
    ranks = {rank(one) for one in view.episodes}
    kinds = {mark.what for mark in view.marks}
    signs = [ALARMS[n] for n in sorted(ranks, reverse=True)] + [sign for what, sign in SIGNS.items() if what in kinds]
    yield from ((_glyph(sign, plain_letters=plain_letters), sign.words, sign.style) for sign in signs)


def _glyph(sign: Sign, *, plain_letters: bool) -> str:
    return sign.ascii if plain_letters else sign.glyph


def _happened(view: TrendView, span: tuple[int, int], measures: Measures, zone: tzinfo) -> Iterator[Content]:
    for mark in view.marks:
        if span[0] <= mark.at < span[1]:
            yield _mark(mark, zone)
    for one in view.episodes:
        if one.start < span[1] and (one.end is None or one.end >= span[0]):
            yield _episode(one, measures, zone)


def _episode(one: Episode, measures: Measures, zone: tzinfo) -> Content:
    sign = ALARMS[rank(one)]
    until = f"–{local(one.end, zone):%H:%M}" if one.end is not None else " on, in force"
    said = str(condition(one.alarm, measures)).removeprefix("was ")
    return joined(
        plain(f"{sign.words.split()[0].upper()} ", sign.style), plain(said, "bold"),
        plain(f" {local(one.start, zone):%H:%M}{until}", LABEL),
    )  # fmt: skip


def _mark(mark: Mark, zone: tzinfo) -> Content:
    sign = SIGNS[mark.what]
    said = " ".join(part for part in (mark.about, mark.words) if part)
    by = f" by {mark.by}" if mark.by else ""
    return joined(
        plain(f"{local(mark.at, zone):%H:%M} ", LABEL), plain(f"{sign.words} ", sign.style), plain(f"{said}{by}")
    )


def _flowed(parts: list[Content], width: int, rows: int) -> list[Content]:
    """The parts side by side over ``rows`` lines; what has no room is counted."""
    if not parts:
        return [plain("Nothing happened here.", LABEL)]
    lines: list[Content] = []
    for number, part in enumerate(parts):
        left = len(parts) - number
        if lines and lines[-1].cell_length + 3 + part.cell_length <= width - (9 if left > 1 else 0):
            lines[-1] = joined(lines[-1], plain("   "), part)
        elif len(lines) < rows:
            lines.append(fitted(part, width) if part.cell_length > width else part)
        else:
            lines[-1] = fitted(joined(fitted(lines[-1], width - 9).rstrip(), plain(f"  +{left} more", LABEL)), width)
            break
    return lines
