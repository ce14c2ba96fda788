"""Runs the benchmarks whose name contains one of the arguments, all without arguments; exits 1 on a missed limit."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))  # for ``servers``, which tests find there too

from . import (
    alarm_costs,
    engine_costs,
    fhir_costs,
    flood_costs,
    line_costs,
    page_costs,
    screen_costs,
    seek_costs,
    trend_costs,
    wave_costs,
    whatif_costs,
)
from .report import Figure

PARTS = (
    engine_costs.throughput, screen_costs.start, screen_costs.board_32, screen_costs.board_2000, screen_costs.idle,
    screen_costs.latency, alarm_costs.alarm_latency, flood_costs.flood, line_costs.line_120, line_costs.line_80,
    engine_costs.a_day, seek_costs.seek, whatif_costs.what_if, trend_costs.trends, page_costs.overview,
    wave_costs.waves, fhir_costs.fhir,
)  # fmt: skip


def main() -> int:
    """Prints a line per figure as it is measured."""
    figures: list[Figure] = []
    for part in PARTS:
        if len(sys.argv) == 1 or any(word in part.__name__ for word in sys.argv[1:]):
            for figure in part():
                print(figure.line(), flush=True)
                figures.append(figure)
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
