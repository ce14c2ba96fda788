"""What a live board costs in bytes and processor time, beside a DataTable and btop in the same run."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator

from iomt_tui.engine.process import log_path

from .report import Figure
from .terminal import Terminal, percentile
from .ward import FedWard, fed_ward, steady

WINDOW = 20.0  # s measured
WARM_UP = 5.0


def board_32() -> Iterator[Figure]:
    """32 patients x 8 vitals at 1 Hz on 200x60."""
    with fed_ward(32) as ward:
        ours = _cost(ward.screen())
        table = _cost(Terminal([sys.executable, "-m", "tests.benchmarks.datatable", str(log_path(ward.dir))], 200, 60,
                               ward.environment()))  # fmt: skip
        yield Figure("board, 32 patients: bytes to the terminal", ours[0], "B/s", 2_000)
        yield Figure("board, 32 patients: processor time", ours[1], "ms/s", 20)
        yield Figure("DataTable, 32 patients: bytes", table[0], "B/s")
        yield Figure("DataTable, 32 patients: processor time", table[1], "ms/s")
        yield Figure("DataTable / board: bytes", table[0] / ours[0], "times", 200, least=True)
        yield Figure("DataTable / board: processor time", table[1] / ours[1], "times", 30, least=True)
        if shutil.which("btop"):
            btop = _btop(ward)
            yield Figure("btop at 1 Hz: bytes", btop, "B/s")
            yield Figure("btop / board: bytes", btop / ours[0], "times", 10, least=True)
        else:
            print("btop is not installed here: not compared", file=sys.stderr)


def board_2000() -> Iterator[Figure]:
    """2,000 patients at 1 Hz on 200x60."""
    with fed_ward(2_000) as ward:
        sent, cpu = _cost(ward.screen())
    yield Figure("board, 2,000 patients: bytes to the terminal", sent, "B/s", 3_000)
    yield Figure("board, 2,000 patients: processor time", cpu, "ms/s", 60)


def idle() -> Iterator[Figure]:
    """A board whose ward has no patients: a clock and a heartbeat."""
    with fed_ward(1, rate=0.001) as ward:
        sent, cpu = _cost(ward.screen(120, 40))
    yield Figure("idle screen: processor time", cpu, "ms/s", 10)
    yield Figure("idle screen: bytes", sent, "B/s")


def latency() -> Iterator[Figure]:
    """From a value in the log to the same value on the terminal, at 1,200 observations a second."""
    with fed_ward(150) as ward:
        screen = ward.screen()
        shown: dict[int, float] = {}
        screen.pump(4.0)

        def look(now: float) -> None:
            rate = heart_rate(screen.lines())
            if rate is not None and rate != shown.get(-1):
                shown[-1] = rate
                shown[rate] = now

        delays: list[float] = []
        begin = time.monotonic()
        screen.pump(40.0, look)  # fewer values than the probe's cycle: each is seen once
        for at, value in ward.probes():
            if at > begin and value in shown:
                delays.append(shown[value] - at)
        keys = key_delays(screen)
        screen.close()
    yield Figure("value in the log to the terminal, median", percentile(delays, 0.5) * 1000, "ms")
    yield Figure("value in the log to the terminal, p99", percentile(delays, 0.99) * 1000, "ms", 250)
    yield Figure("values seen", len(delays), "of 40", 36, least=True)
    yield Figure("key to repaint under load, median", percentile(keys, 0.5) * 1000, "ms")
    yield Figure("key to repaint under load, p99", percentile(keys, 0.99) * 1000, "ms", 50)


def start() -> Iterator[Figure]:
    """From the start of the program to the first board that shows data; the engine is running already."""
    with fed_ward(32) as ward:
        time.sleep(2)
        times = [_first_board(ward) for _ in range(5)]
    yield Figure("start to the first board with data, median of 5", percentile(times, 0.5) * 1000, "ms", 600)


def _first_board(ward: FedWard) -> float:
    screen = ward.screen()
    found: list[float] = []

    def look(now: float) -> bool:
        if not found and heart_rate(screen.lines()) is not None:
            found.append(now)
        return bool(found)

    end = time.monotonic() + 5
    while not found and time.monotonic() < end:
        screen.pump(0.2, look)
    screen.close()
    return found[0] - screen.started if found else float("nan")


def key_delays(screen: Terminal) -> list[float]:
    """Delays from a key that moves the selection to the marker's new place."""
    delays: list[float] = []
    for index in range(60):
        before, pressed = _marker(screen.lines()), time.monotonic()
        screen.type("j" if index % 20 < 10 else "k")
        moved: list[float] = []

        def look(now: float, before: int | None = before, moved: list[float] = moved) -> bool:
            if not moved and _marker(screen.lines()) != before:
                moved.append(now)
            return bool(moved)

        screen.pump(0.5, look)
        if moved:
            delays.append(moved[0] - pressed)
        screen.pump(0.07)
    return delays


def _marker(lines: list[str]) -> int | None:
    return next((row for row, line in enumerate(lines) if line.startswith("▌")), None)


def heart_rate(lines: list[str]) -> int | None:
    """The heart rate that the probe patient's row shows: the first number after its NEWS2."""
    row = next((line for line in lines[2:] if " 001 " in line[:12]), None)
    if row is None:
        return None
    numbers = [word.rstrip("▲▼") for word in row[25:60].split()]
    rates = [int(word) for word in numbers if word.isdecimal() and 60 <= int(word) < 105]
    return rates[0] if rates else None


def _btop(ward: FedWard) -> float:
    config = ward.state / ".config" / "btop"
    config.mkdir(parents=True, exist_ok=True)
    (config / "btop.conf").write_text("#? Config file for btop v. 1.2.13\nupdate_ms = 1000\n")
    return _cost(Terminal([str(shutil.which("btop")), "--utf-force"], 200, 60, ward.environment()))[0]


def _cost(terminal: Terminal) -> tuple[float, float]:
    try:
        return steady(terminal, WARM_UP, WINDOW)
    finally:
        terminal.close()
