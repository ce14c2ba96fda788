"""What the cursor points at in words, or what the signs of the lanes stand for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from textual.content import Content

from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.words import condition
from iomt_tui.tui.charts.clock import local
from iomt_tui.tui.charts.lanes import ALARMS, SIGNS, Sign, rank
from iomt_tui.tui.charts.looks import LABEL
from iomt_tui.tui.medication.marks import legend
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.widgets.rows import wrapped
from iomt_tui.ward.story.happened import Episode, Mark
from iomt_tui.ward.story.trends import TrendView


def words_at(
    views: Sequence[TrendView], span: tuple[int, int] | None, measures: Measures, zone: tzinfo, width: int, rows: int,
    *, plain_letters: bool,
) -> Sequence[Content]:  # fmt: skip
    """``rows`` lines: what happened to the patients of ``views`` in ``span`` (ms, from and to before), each named where
    there are several; without a span the legend."""
    if span is None:
        begins = [view.begins for view in views if view.begins is not None]
        since = [("", f"known since {local(max(begins), zone):%a %H:%M}", LABEL)] if begins else []
        lines = list(legend([*_signs(views, plain_letters=plain_letters), *since], width, rows))
    else:
        lines = _flowed(list(_happened(views, span, measures, zone)), width, rows)
    return [*lines, *[EMPTY] * (rows - len(lines))]


def unread(faults: Iterable[str], width: int, rows: int) -> list[Content]:
    """``rows`` lines in place of what happened where the log could not be read; none where it could."""
    fault = next(filter(None, faults), "")
    if not fault:
        return []
    said = list(wrapped(f"The log could not be read: {fault}", width, "bold $warning"))[:rows]
    return [*said, *[EMPTY] * (rows - len(said))]


def _signs(views: Sequence[TrendView], *, plain_letters: bool) -> Iterator[tuple[str, str, str]]:
    ranks = {rank(one) for view in views for one in view.episodes}
    kinds = {mark.what for view in views for mark in view.marks}
    signs = [ALARMS[n] for n in sorted(ranks, reverse=True)] + [sign for what, sign in SIGNS.items() if what in kinds]
    yield from ((_glyph(sign, plain_letters=plain_letters), sign.words, sign.style) for sign in signs)


def _glyph(sign: Sign, *, plain_letters: bool) -> str:
    return sign.ascii if plain_letters else sign.glyph


def _happened(
    views: Sequence[TrendView], span: tuple[int, int], measures: Measures, zone: tzinfo
) -> Iterator[Content]:  # fmt: skip
    """What was done, then the alarms, the most urgent first: the last ones may have no room."""
    for view in views:
        for mark in view.marks:
            if span[0] <= mark.at < span[1]:
                yield joined(_whose(view, views), _mark(mark, zone))
    alarms = [
        (view, one) for view in views for one in view.episodes
        if one.start < span[1] and (one.end is None or one.end >= span[0])
    ]  # fmt: skip
    for view, one in sorted(alarms, key=lambda pair: -rank(pair[1])):
        yield joined(_whose(view, views), _episode(one, measures, zone))


def _whose(view: TrendView, views: Sequence[TrendView]) -> Content:
    return patient_name(view) if len(views) > 1 else EMPTY


def patient_name(view: TrendView) -> Content:
    """The bed of a patient among others, or the name of one who has none."""
    return plain(f"{view.bed or view.name} ", "bold $accent")


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
