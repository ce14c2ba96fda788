"""Walks the hash chain of a log from its base to its head and says where it first fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from iomt_tui.log import extracts
from iomt_tui.log.chain import BrokenChain, Place, Row, checked
from iomt_tui.log.compressed import open_recording
from iomt_tui.log.database import UNREADABLE, telling
from iomt_tui.log.marks import mark
from iomt_tui.log.schema import version
from iomt_tui.log.sqlite import SqliteReader

_PAGE: Final = 2_000
_ROWS: Final = "SELECT seq, at, kind, body, hash FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"
_COMPUTED: Final = ("SELECT count(*) FROM checkpoints", "SELECT count(*) FROM extracts")  # by schema version


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. ``sound`` is the last link that can be trusted."""

    path: Path
    base: Place
    sound: Place
    fault: str  # empty when every entry is what was written
    anchored: int  # up to this place a link noted outside the log vouches too; 0 without any
    wrong: int = 0  # extracts that do not say what the entries do, where they were compared

    @property
    def ok(self) -> bool:
        """Whether nothing was edited, lost or reordered, and what is computed of it is right."""
        return not self.fault and not self.wrong

    @property
    def entries(self) -> int:
        """How many entries are sound."""
        return self.sound.seq - self.base.seq

    def words(self) -> str:
        """One line for people."""
        if not self.fault:
            begins = f"; it begins after entry {self.base.seq}" if self.base.seq else ""
            sound = f"{self.path}: {self.entries} entries, none edited, lost or reordered{begins}."
            return f"{sound} {self._about_extracts()}" if self.wrong else sound
        return f"{self.path}: damaged at entry {self.sound.seq + 1}: {self.fault}. {self.entries} entries are sound."

    def _about_extracts(self) -> str:
        return (
            f"But {self.wrong} of the extracts kept beside them do not say what they do: what-if of one patient cannot "
            "be trusted here. `iomt-tui record` makes a copy with extracts of its own."
        )


def verify(path: Path, anchors: Sequence[Place] = (), *, computed: bool = False) -> Verdict:
    """Checks every entry of the log or recording at ``path``, and the links noted elsewhere if there are any.

    ``computed`` compares the extracts with the entries too. A packed recording is unpacked first. Raises LogError when
    the file cannot be opened at all.
    """
    with closing(open_recording(path)) as reader, telling(path, "read"):
        reader.database.execute("BEGIN")
        found = walk(path, reader.database, anchors)
        if computed and not found.fault:
            found = replace(found, wrong=_wrong(reader))
        return found


def _wrong(reader: SqliteReader) -> int:
    kept = extracts.stretches(reader.database)
    return sum(not extracts.says(reader.database, one, reader.entries(*one)) for one in kept)


def walk(path: Path, db: sqlite3.Connection, anchors: Sequence[Place]) -> Verdict:
    """Checks an open log; ``path`` is what the verdict calls it."""
    sound = base = Place(0, 0, b"")
    wanted = {place.seq: place for place in anchors}
    anchored = 0
    try:
        sound = base = mark(db, "base")
        _vouch_base(base, wanted)
        for rows in sound_pages(db, base):
            anchored = _vouch(rows, wanted, anchored)
            sound = Place(rows[-1][0], rows[-1][1], rows[-1][4])
        _end(db, sound, wanted)
        _computed(db, sound)
    except (BrokenChain, *UNREADABLE) as error:
        if isinstance(error, BrokenChain) and base.seq < error.seq <= sound.seq:
            sound = _before(db, error.seq, base)
        return Verdict(path, base, sound, str(error), min(anchored, sound.seq))
    return Verdict(path, base, sound, "", anchored)


def sound_pages(db: sqlite3.Connection, base: Place) -> Iterator[list[Row]]:
    """The rows behind ``base`` as long as they follow from one another. Raises BrokenChain where they stop to."""
    place = base
    while True:
        rows, fault = _fetch(db, place.seq)
        broken: BrokenChain | None = None
        try:
            checked(place, rows)
        except BrokenChain as found:
            broken = found
            rows = rows[: found.seq - place.seq - 1]
        if rows:
            place = Place(rows[-1][0], rows[-1][1], rows[-1][4])
            yield rows
        if broken or fault:
            raise broken or BrokenChain(place.seq + 1, f"the file cannot be read there ({fault})")
        if not rows:
            return


def _fetch(db: sqlite3.Connection, after: int) -> tuple[list[Row], str]:
    """Rows up to the first that cannot be read, and why it cannot."""
    rows: list[Row] = []
    try:
        rows.extend(db.execute(_ROWS, (after, _PAGE)))
    except UNREADABLE as error:
        return rows, str(error)
    return rows, ""


def _vouch_base(base: Place, wanted: dict[int, Place]) -> None:
    noted = wanted.get(base.seq)
    if noted is not None and noted.hash != base.hash:
        raise BrokenChain(base.seq + 1, "what comes before it is not what was noted outside the log")
    if wanted and base.seq and noted is None:
        raise BrokenChain(base.seq + 1, "the entries before it were dropped, but no note outside the log says so")


def _vouch(rows: list[Row], wanted: dict[int, Place], anchored: int) -> int:
    first = rows[0][0]
    for seq in sorted(seq for seq in wanted if first <= seq <= rows[-1][0]):
        if rows[seq - first][4] != wanted[seq].hash:
            raise BrokenChain(anchored + 1, f"entry {seq} is not the one that was noted outside the log")
        anchored = seq
    return anchored


def _end(db: sqlite3.Connection, sound: Place, wanted: dict[int, Place]) -> None:
    head = mark(db, "head")
    newest = max([head.seq, *wanted])
    if newest > sound.seq:
        raise BrokenChain(sound.seq + 1, f"entries {sound.seq + 1} to {newest} are missing at its end")
    if head != sound:
        raise BrokenChain(sound.seq, "it is not the entry that was written last")


def _computed(db: sqlite3.Connection, sound: Place) -> None:
    """What is computed beside the entries must be there to be written to, whatever it says."""
    try:
        for count in _COMPUTED[: version(db)]:
            db.execute(count).fetchone()
    except UNREADABLE as error:
        raise BrokenChain(sound.seq + 1, f"what is computed of the entries cannot be read ({error})") from error


def _before(db: sqlite3.Connection, seq: int, base: Place) -> Place:
    row = db.execute("SELECT seq, at, hash FROM entries WHERE seq = ?", (seq - 1,)).fetchone()
    return Place(*row) if row else base
