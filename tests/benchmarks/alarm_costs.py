"""How soon an alarm and a key are on the terminal, however much else arrives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .report import Figure
from .screen_costs import key_delays
from .terminal import percentile
from .ward import fed_ward

CRISIS = 0.36  # s between two patients who lose saturation
MEASURED = 45.0  # s
_HIGH = re.compile(r"(\d+) HIGH", re.IGNORECASE)


def alarm_latency() -> Iterator[Figure]:
    """At 1,200 and 20,000 observations a second: from the engine's decision to the alarm on the terminal."""
    yield from _under(150, 250)
    yield from _under(2_500, 500)


def _under(patients: int, limit: float) -> Iterator[Figure]:
    """``patients`` with 8 values a second each. The header counts alarms: a higher count shows the newest one."""
    with fed_ward(patients, crisis=CRISIS) as ward:
        screen = ward.screen()
        seen: list[tuple[float, int]] = []

        def look(now: float) -> None:
            found = _HIGH.search(screen.lines()[0])
            if found and (not seen or int(found[1]) > seen[-1][1]):
                seen.append((now, int(found[1])))

        screen.pump(6.0, look)
        begin = screen.started + 6.0
        screen.pump(MEASURED, look)
        decided = [(at, high) for at, high in ward.alarms() if begin < at < begin + MEASURED - 1.0]
        shown = [next((now for now, count in seen if count >= high), None) for _, high in decided]
        keys = key_delays(screen)
        screen.close()
    delays = [now - at for (at, _), now in zip(decided, shown, strict=True) if now is not None]
    where = f"{patients * 8:,} observations/s"
    yield Figure(f"{where}: alarm to the terminal, median", percentile(delays, 0.5) * 1000, "ms")
    yield Figure(f"{where}: alarm to the terminal, p99", percentile(delays, 0.99) * 1000, "ms", limit)
    yield Figure(f"{where}: alarms shown", len(delays), f"of {len(decided)}", max(len(decided), 80), least=True)
    yield Figure(f"{where}: key to repaint, median", percentile(keys, 0.5) * 1000, "ms")
    yield Figure(f"{where}: key to repaint, p99", percentile(keys, 0.99) * 1000, "ms", 50)
