"""What a live board of 32 patients looks like at the far end of 9,600 baud: how old its values are, how quick its keys.

The age of a heart rate on the screen is the time since the log last had that value; the newest is up to a second old
by itself, since each patient has one a second.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson

from iomt_tui.log.sqlite import SqliteReader

from .report import Figure
from .slow_line import SlowLine
from .terminal import percentile
from .ward import FedWard, fed_ward

PATIENTS = 32
KEYS = 40
BETWEEN_KEYS = 0.9  # s
HALF_PAINTED = 0.2  # s that a number may need until its last digit is there
LONGEST = 5.0  # s that a key is waited for


@dataclass
class Seen:
    """What the terminal showed: (time, bed, heart rate), and how long each key took."""

    values: list[tuple[float, str, int]] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    painted: float = float("nan")  # s from the start to the first board with data
    sent: float = 0.0  # bytes a second afterwards


def line_120() -> Iterator[Figure]:
    """120x40: all 32 rows."""
    yield from _figures(120, 40)


def line_80() -> Iterator[Figure]:
    """80x24."""
    yield from _figures(80, 24)


def _figures(columns: int, rows: int) -> Iterator[Figure]:
    with fed_ward(PATIENTS) as ward:
        seen = measure(ward, columns, rows, KEYS)
        ages = ages_of(ward, seen)
    where = f"9,600 baud, {columns}x{rows}"
    yield Figure(f"{where}: first board with data", seen.painted, "s")
    yield Figure(f"{where}: bytes afterwards", seen.sent, "B/s")
    yield Figure(f"{where}: age of a shown value, median", percentile(ages, 0.5), "s")
    yield Figure(f"{where}: age of a shown value, oldest", max(ages, default=float("nan")), "s", 3)
    yield Figure(f"{where}: key to repaint, median", percentile(seen.keys, 0.5) * 1000, "ms")
    yield Figure(f"{where}: key to repaint, p95", percentile(seen.keys, 0.95) * 1000, "ms", 500)


def measure(ward: FedWard, columns: int, rows: int, keys: int, between: float = BETWEEN_KEYS) -> Seen:
    """Looks at the ward over a slow line while moving the selection ``keys`` times, ``between`` seconds apart."""
    screen = SlowLine(ward.command(), columns, rows, ward.environment())
    seen = Seen()
    try:
        _first_paint(screen, seen, columns, rows)
        sent, begin = screen.bytes, time.monotonic()
        for index in range(keys):
            _look(screen, seen, between)
            _press(screen, seen, "j" if index % 12 < 6 else "k")
        seen.sent = (screen.bytes - sent) / (time.monotonic() - begin)
    finally:
        screen.close()
    return seen


def _first_paint(screen: SlowLine, seen: Seen, columns: int, rows: int) -> None:
    """Reads until the last row has data, and then some."""
    fits = min(PATIENTS, rows - 5)
    screen.pump(60.0, lambda _: len(heart_rates(screen.lines())) >= fits)
    seen.painted = time.monotonic() - screen.started
    screen.type("j")
    screen.pump(3.0)


def _look(screen: SlowLine, seen: Seen, seconds: float) -> None:
    def note(now: float) -> None:
        seen.values += [(now, bed, rate) for bed, rate in heart_rates(screen.lines()).items()]

    screen.pump(seconds, note)


def _press(screen: SlowLine, seen: Seen, key: str) -> None:
    before, pressed = _marker(screen), time.monotonic()
    screen.type(key)
    screen.pump(LONGEST, lambda _: _marker(screen) not in (before, None))
    seen.keys.append(time.monotonic() - pressed)


def _marker(screen: SlowLine) -> int | None:
    return next((row for row, line in enumerate(screen.lines()) if line.startswith("▌")), None)


def heart_rates(lines: list[str]) -> dict[str, int]:
    """Bed -> the heart rate shown, where one is."""
    top = next((row for row, line in enumerate(lines) if line[5:8] == "bed"), None)
    if top is None:
        return {}
    at = lines[top].find("HR")
    found = {}
    for line in lines[top + 1 :]:
        value = re.fullmatch(r"\s*(\d{2,3})[▲▼p ]?", line[at - 1 : at + 3])
        if value and re.fullmatch(r"\d{3} ", line[5:9]):
            found[line[5:8]] = int(value[1])
    return found


def ages_of(ward: FedWard, seen: Seen) -> list[float]:
    """Seconds since the log last had each value that was shown; digits of which half is repainted are no value yet."""
    had = _logged(ward)
    ages, since = [], dict[str, tuple[int, float]]()
    for now, bed, rate in seen.values:
        if since.get(bed, (None, 0.0))[0] != rate:
            since[bed] = (rate, now)
        if now - since[bed][1] >= HALF_PAINTED:
            at = next((at for at, value in reversed(had.get(bed, ())) if at <= now and value == rate), None)
            ages.append(now - at if at is not None else float("inf"))
    return ages


def _logged(ward: FedWard) -> dict[str, list[tuple[float, int]]]:
    """Bed -> its heart rates with the monotonic time at which the engine took each."""
    offset = time.time() - time.monotonic()
    had: dict[str, list[tuple[float, int]]] = {}
    reader, after = SqliteReader(ward.log), 0
    while entries := reader.read(after):
        after = entries[-1].seq
        for entry in entries:
            if entry.kind == "obs":
                for patient, _, _, values, _ in orjson.loads(entry.body):
                    rate = int(values["hr"])
                    had.setdefault(patient.removeprefix("bed"), []).append((entry.at / 1000 - offset, rate))
    reader.close()
    return had
