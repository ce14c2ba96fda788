"""What the ward's server knows of a patient, and what it was told: notes, charted vital signs, its own NEWS2. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from textual.content import Content

from iomt_tui.tui.board.words import label, long_age
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.tui.widgets.written_words import line_of, marked, part_lines
from iomt_tui.ward.notes import Note, corrections, crossed
from iomt_tui.ward.view import PatientView
from iomt_tui.ward.writes import VITALS, Written

NOTES: Final = 8
"""The newest notes that are listed."""

STRUCK: Final = "strike $label"
"""What was corrected: never by this style alone."""

_ROWS: Final = 4  # of one note
_DAY: Final = 86_400_000


def moment(at: int, now: int, tz: str) -> str:
    """A time of the ward's clock, and how long ago once that is not today's."""
    time = clock(at, tz, seconds=False)
    return time if now - at < _DAY // 2 else f"{time}, {long_age(now - at)} ago"


def note_lines(view: PatientView, server: str, now: int, tz: str, width: int) -> Iterator[Content]:
    """The newest notes: when, who, from where, what, and how it stands on the server."""
    fixed, also = corrections(view.notes), crossed(view.notes)
    for note in view.notes[:NOTES]:
        said = _corrected(note, fixed.get(note.id), also.get(note.id, ()), now, tz)
        if note in also.get(note.replaces, ()):
            first = fixed[note.replaces]
            said += f"CONFLICT: {first.by or 'somebody'} corrected it before, {moment(first.at, now, tz)}: "
        yield from _note(note, said, view.writes.get(note.id), server, now, tz, width, over=note.id in fixed)
    if len(view.notes) > NOTES:
        yield plain(f"  and {len(view.notes) - NOTES} older", MUTED)


def _corrected(note: Note, fixed: Note | None, also: tuple[Note, ...], now: int, tz: str) -> str:
    """By whom a note was corrected, and by whom also; "" for nobody."""
    if fixed is None:
        return ""
    others = "".join(f", ALSO {moment(one.at, now, tz)} by {one.by or 'somebody'}" for one in also)
    return f"corrected {moment(fixed.at, now, tz)} by {fixed.by or 'somebody'}{others}: "


def _note(
    note: Note, said: str, written: Written | None, server: str, now: int, tz: str, width: int, *, over: bool
) -> Iterator[Content]:
    """One that was corrected (``over``) stays, struck through; ``said``: what its words are to be read with."""
    origin = f", from {note.origin}" if note.origin else ""
    corrects = ", correction" if note.replaces else ""
    head = plain(f"{moment(note.at, now, tz)} {note.by or 'somebody'}{origin}{corrects}: ", "bold")
    if said:
        head = joined(head, plain(said, "bold $warning"))
    text = plain(note.text, STRUCK if over else "")
    yield from (fitted(row, width) for row in joined(head, text).wrap(max(width, 8))[:_ROWS])
    if written is not None:
        yield from line_of(written, server, tz, width, 2)


def charted_lines(view: PatientView, server: str, now: int, tz: str, width: int) -> Iterator[Content]:
    """The vital signs that were charted last, and what became of each."""
    charted = [one for one in view.writes.values() if one.what == VITALS]
    if not charted:
        return
    last = charted[-1]
    head = plain(f"{moment(last.begun, now, tz)}: ", "bold")
    said = marked(last, server, tz, width - head.cell_length)
    if said is not None:
        yield fitted(joined(head, said), width)
    else:
        yield fitted(head, width)
        yield from line_of(last, server, tz, width, 2)
    yield from part_lines(last, width)


def news2_beside(view: PatientView, server: str, tz: str, width: int) -> Iterator[Content]:
    """The server's own score and ours as of its time; a disagreement is said."""
    found = view.server_news2
    if found is None:
        return
    name = server or "server"
    at = f"{clock(found.at, tz, seconds=False)}{f' by {found.by}' if found.by else ''}"
    ours = "not known" if found.ours is None else f"{found.ours} {found.known}/7"
    differ = ": THEY DIFFER" if found.disagrees else ""
    old = f", {long_age(found.age)} ago" if found.age > 3_600_000 else ""
    words = f"{name}: {found.total} at {at}{old}; ours {ours}{differ}"
    style = "bold $warning" if found.disagrees else MUTED
    yield from (fitted(row, width) for row in plain(words, style).wrap(max(width, 8))[:3])


def chart_values(view: PatientView) -> tuple[dict[str, tuple[float, int, str]], tuple[str, ...]]:
    """What can be charted now, exactly as it is shown (vital -> value, observed at, device), and the vitals that were
    left out because their device doubts them."""
    values: dict[str, tuple[float, int, str]] = {}
    doubtful = []
    for key, vital in view.vitals.items():
        if not vital.live or vital.value is None or vital.observed_at is None:
            continue
        if vital.flag:
            doubtful.append(str(label(key)))
        else:
            values[key] = (vital.value, vital.observed_at, vital.device)
    return values, tuple(doubtful)


def chart_list(
    view: PatientView, spoken: Mapping[str, str], doubtful: tuple[str, ...], now: int, width: int
) -> tuple[str, ...]:
    """The values of :func:`chart_values`, device by device, as lines of ``width`` cells. ``spoken``: vital -> words."""
    models = {device.id: str(device.model or device.kind or device.id) for device in view.devices}
    by_device: dict[str, list[str]] = {}
    for key, words in spoken.items():
        vital = view.vitals[key]
        age = long_age(max(now - (vital.observed_at or now), 0))
        said = "now" if (vital.age or 0) < 10_000 else f"{age} old"
        by_device.setdefault(models.get(vital.device, vital.device), []).append(f"{label(key)} {words} ({said})")
    lines = [line for model, each in by_device.items() for line in _packed(f"{model}:", each, width)]
    if doubtful:
        lines += _packed("not charted, their device doubts them:", list(doubtful), width)
    return tuple(lines)


def _packed(head: str, words: list[str], width: int) -> list[str]:
    """``head`` and the words with commas, none of them over two lines."""
    rows = [head]
    for number, word in enumerate(words):
        said = word + ("," if number < len(words) - 1 else "")
        if len(rows[-1]) + 1 + len(said) <= width:
            rows[-1] += f" {said}"
        else:
            rows.append(f"  {said}")
    return rows
