"""Records of a delimited text file: one bad line costs one line, never the file."""

from __future__ import annotations

import csv
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, Final, NamedTuple

LONGEST: Final = 65_536  # characters in a line; no row of vital signs is near it
JOINED: Final = 16  # lines that one quoted cell may run over


class Line(NamedTuple):
    """A line without its end. ``ended`` is false for a last line that stops without a line end."""

    number: int
    text: str
    ended: bool


class Record(NamedTuple):
    """The cells of one record and the line it begins on."""

    number: int
    cells: list[str]
    ended: bool


Refuse = Callable[[str, int, str], None]  # reason, line, words


def lines(stream: IO[str], refuse: Refuse) -> Iterator[Line]:
    """Lines in order; one that is too long is refused and skipped, a file that breaks off ends there."""
    number = 0
    while True:
        number += 1
        try:
            text = stream.readline(LONGEST + 1)
            if len(text) > LONGEST and not text.endswith("\n"):
                refuse("line-too-long", number, f"longer than {LONGEST} characters, skipped")
                while text and not text.endswith("\n"):
                    text = stream.readline(LONGEST)
                continue
        except (OSError, EOFError, zlib.error) as error:
            refuse("cut-short", number, f"the file breaks off here ({error}); what came before is used")
            return
        if not text:
            return
        ended = text.endswith("\n")
        yield Line(number, text[:-1] if ended else text, ended)


def split(text: str, delimiter: str) -> list[str]:
    """The cells of one line; a quote that is never closed is an ordinary character."""
    if '"' not in text:
        return text.split(delimiter)
    if text.count('"') % 2:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return text.split(delimiter)


def records(source: Iterator[Line], delimiter: str, width: int) -> Iterator[Record]:
    """Records of ``source``. A cell with an open quote may run over lines when the result has ``width`` cells."""
    waiting: deque[Line] = deque()
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        if line.text.count('"') % 2:
            yield _joined(line, source, waiting, delimiter, width)
        elif line.text.strip():
            yield Record(line.number, split(line.text, delimiter), line.ended)


def _joined(line: Line, source: Iterator[Line], waiting: deque[Line], delimiter: str, width: int) -> Record:
    text, quotes, taken = line.text, line.text.count('"'), 0
    while quotes % 2 and taken < JOINED:
        if taken == len(waiting):
            following = next(source, None)
            if following is None:
                break
            waiting.append(following)
        text += "\n" + waiting[taken].text
        quotes += waiting[taken].text.count('"')
        taken += 1
    cells = split(text, delimiter) if quotes % 2 == 0 else []
    if len(cells) != width:
        return Record(line.number, split(line.text, delimiter), line.ended)
    ended = waiting[taken - 1].ended
    for _ in range(taken):
        waiting.popleft()
    return Record(line.number, cells, ended)
