"""What a stretch of the log says, patient by patient and column by column: small, and quick to read for one. Pure.

Made from entries and thrown away freely; it says what they say, without empty ticks, waveforms and ``past``: whoever
asks what was announced, or would have been, asks for the time in which somebody watched.
"""

from __future__ import annotations

import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise, repeat
from operator import sub
from typing import Any, Final, NamedTuple

import orjson

from iomt_tui.ward.events import Entry

_WIDTHS: Final = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))
_NUMBERS: Final = frozenset((int, float))
_LARGEST: Final = 1 << 62  # times beyond are kept with the rest
_ERRORS: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, StopIteration)
_LEVEL: Final = 3  # of zlib
_UNPACKED: Final = 64 * 1024 * 1024  # bytes of one extract: a hostile recording must not fill the memory

Group = list[Any]
"""One reading as in ``obs``: [patient, device, observed_at, values, flags]."""


class Row(NamedTuple):
    """A reading with the place and log time (ms) of its entry."""

    seq: int
    at: int
    group: Group


class Part(NamedTuple):
    """A piece of a log, read for one patient: ``entries`` and ``rows``, each in the log's order, apart from one
    another. An entry is in one of them, or says nothing of the patient."""

    entries: list[Entry]
    rows: list[Row]

    def merged(self) -> Iterator[Entry | Row]:
        """All of it in the log's order."""
        at, rows = 0, self.rows
        for entry in self.entries:
            while at < len(rows) and rows[at].seq < entry.seq:
                yield rows[at]
                at += 1
            yield entry
        yield from rows[at:]


class ExtractError(ValueError):
    """The bytes are no extract; read the entries instead."""


def extract(entries: Iterable[Entry]) -> bytes:
    """What ``entries`` say: readings by patient, and the rest as it is."""
    heard = [e for e in entries if e.kind not in ("past", "wave") and (e.kind != "tick" or e.body != b"{}")]
    try:
        return _extracted(heard, frozenset())
    except _ERRORS:  # an observation of another form is somewhere among them, and is looked for only now
        return _extracted(heard, frozenset(e.seq for e in heard if e.kind == "obs" and not _usual(e)))


def _extracted(entries: list[Entry], odd: frozenset[int]) -> bytes:
    """Raises one of ``_ERRORS`` when readings that are not in ``odd`` are not of the usual form."""
    rows: defaultdict[str, list[tuple[int, int, Group]]] = defaultdict(list)
    rest: list[tuple[int, int, str, str]] = []
    for seq, at, kind, body in entries:
        if kind == "obs" and seq not in odd:
            for group in orjson.loads(body):
                rows[group[0]].append((seq, at, group))
        else:
            rest.append((seq, at, kind, body.decode("latin-1")))
    blobs = [zlib.compress(orjson.dumps(rest), 1), *(_packed(patient, own) for patient, own in rows.items())]
    head = orjson.dumps({"patients": list(rows), "sizes": list(map(len, blobs))})
    return len(head).to_bytes(8, "little") + head + b"".join(blobs)


def _usual(entry: Entry) -> bool:
    try:
        _extracted([entry], frozenset())
    except _ERRORS:
        return False
    return True


def _packed(patient: str, rows: list[tuple[int, int, Group]]) -> bytes:
    shapes: dict[tuple[str, tuple[str, ...], bytes], list[Any]] = {}
    numbers: dict[object, int] = {}
    order, times = [], []
    shape, own, number = ("", (), b""), list[Any](), 0
    for seq, at, (_, device, observed, values, flags) in rows:
        keys = tuple(values)
        if keys != shape[1] or device != shape[0] or flags is not None or shape[2] or not numbers:
            shape = device, keys, b"" if flags is None else orjson.dumps(flags)
            if shape not in shapes:
                _check(patient, device, flags)
            own, number = shapes.setdefault(shape, []), numbers.setdefault(shape, len(numbers))
        own.append(values.values())
        order.append(number)
        times.append((seq, at, observed))
    columns: list[Sequence[float]] = [order, *map(_steps, zip(*times, strict=True))]
    for own in shapes.values():
        columns += zip(*own, strict=True)
    indexed = [_indexed(column) for column in columns]
    head = {
        "shapes": [(device, keys, flags.decode(), len(own)) for (device, keys, flags), own in shapes.items()],
        "rows": len(rows), "columns": [known for known, _ in indexed],
    }  # fmt: skip
    text = orjson.dumps(head)
    return zlib.compress(len(text).to_bytes(8, "little") + text + b"".join(index for _, index in indexed), _LEVEL)


def _check(patient: object, device: object, flags: object) -> None:
    if not (type(patient) is type(device) is str and patient and (flags is None or type(flags) is dict)):
        raise TypeError


def _steps(values: Sequence[int]) -> list[int]:
    if set(map(type, values)) != {int} or not max(map(abs, values)) < _LARGEST:
        raise TypeError
    return [values[0], *map(sub, values[1:], values)]


def _indexed(column: Sequence[float]) -> tuple[list[float], bytes]:
    """The different values of a column, and the place among them of each."""
    if not _NUMBERS.issuperset(map(type, column)):
        raise TypeError
    known = list(dict.fromkeys(column))
    places = dict(zip(known, range(len(known)), strict=True))
    return known, array(_width(len(known)), map(places.__getitem__, column)).tobytes()


def _width(count: int) -> str:
    return next(code for code, most in _WIDTHS if count <= most)


def part_of(blob: bytes, patient: str) -> Part:
    """What an :func:`extract` says of ``patient``. Raises :class:`ExtractError`."""
    try:
        patients, (rest, *own) = _pieces(blob)
        entries = [
            Entry(seq, at, kind, body.encode("latin-1")) for seq, at, kind, body in orjson.loads(_inflated(rest))
        ]
        there = patient in patients
        return Part(entries, _rows(patient, _inflated(own[patients.index(patient)])) if there else [])
    except _ERRORS as error:
        raise ExtractError(f"not an extract ({type(error).__name__})") from error


def alike(one: bytes, other: bytes) -> bool:
    """Whether two extracts say the same, whatever version of zlib packed them."""
    if one == other:
        return True
    try:
        (patients, own), (others, pieces) = _pieces(one), _pieces(other)
        return patients == others and list(map(_inflated, own)) == list(map(_inflated, pieces))
    except _ERRORS:
        return False


def _pieces(blob: bytes) -> tuple[list[str], list[memoryview]]:
    """The patients, and the packed pieces: the rest, then each patient's own."""
    start = 8 + int.from_bytes(blob[:8], "little")
    head = orjson.loads(blob[8:start])
    ends = list(accumulate(head["sizes"], initial=start))
    if ends[-1] != len(blob) or len(ends) != len(head["patients"]) + 2:
        raise ExtractError("cut short")
    data = memoryview(blob)
    return head["patients"], [data[begin:end] for begin, end in pairwise(ends)]


def _inflated(blob: memoryview) -> bytes:
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(blob, _UNPACKED)
    except zlib.error as error:
        raise ExtractError(str(error)) from None
    if not stream.eof:
        raise ExtractError("cut short, or too large")
    return raw


def _rows(patient: str, raw: bytes) -> list[Row]:
    start = 8 + int.from_bytes(raw[:8], "little")
    head = orjson.loads(raw[8:start])
    count, told = head["rows"], iter(head["columns"])
    data = memoryview(raw)

    def column(length: int) -> list[Any]:
        nonlocal start
        known = next(told, ())
        index = array(_width(len(known)))
        stop = start + length * index.itemsize
        index.frombytes(data[start:stop])
        if len(index) != length:
            raise ExtractError("a column is cut short")
        start = stop
        return list(map(known.__getitem__, index))

    order = column(count)
    seqs, ats, observed = (accumulate(column(count)) for _ in range(3))
    shapes = []
    for device, keys, flags, length in head["shapes"]:
        columns = [column(length) for _ in keys]
        values = zip(*columns, strict=True) if columns else repeat((), length)
        shapes.append((device, keys, orjson.loads(flags) if flags else None, values))
    rows = []
    for seq, at, measured, number in zip(seqs, ats, observed, order, strict=True):
        device, keys, flags, values = shapes[number]
        rows.append(Row(seq, at, [patient, device, measured, dict(zip(keys, next(values), strict=True)), flags]))
    return rows
