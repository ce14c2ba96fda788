"""The rival: the same ward on Textual's own DataTable, as one would write it first. ``python … LOG``."""

from __future__ import annotations

import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from iomt_tui.log.feed import LiveFeed
from iomt_tui.ward.fold import Ward

BLOCKS = " ▁▂▃▄▅▆▇█"
EVERY = 0.05  # s: as often as the engine commits, so that a reading is painted as it comes
COLUMNS = ("bed", "name", "news2", "hr", "hr trend", "spo2", "spo2 trend", "rr", "bp", "temp", "glucose", "pi")


class Table(App[None]):
    """One row per patient, every cell of a changed patient updated as its reading arrives."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.feed, self.ward = LiveFeed(path), Ward()
        self.recent: dict[str, list[list[float]]] = {}

    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for name in COLUMNS:
            table.add_column(name, key=name, width=30 if "trend" in name else None)
        self.set_interval(EVERY, self.pump)

    def pump(self) -> None:
        delivery = self.feed.poll()
        if delivery.reset:
            self.ward = Ward()
        changed = self.ward.apply(delivery.entries) - {""}
        table = self.query_one(DataTable)
        for patient in sorted(changed):
            cells = self.cells(patient)
            if patient not in table.rows:
                table.add_row(*cells, key=patient)
            else:
                for name, cell in zip(COLUMNS, cells, strict=True):
                    table.update_cell(patient, name, cell)

    def cells(self, patient: str) -> list[str]:
        view = self.ward.view(patient, self.ward.now)
        values = {key: vital.value or 0.0 for key, vital in view.vitals.items()}
        recent = self.recent.setdefault(patient, [[], []])
        for series, key, low, high in ((recent[0], "hr", 40, 160), (recent[1], "spo2", 80, 100)):
            series.append(max(0.0, min(1.0, (values.get(key, 0) - low) / (high - low))))
            del series[:-30]
        hr, spo2 = ("".join(BLOCKS[int(x * 8)] for x in series) for series in recent)
        g = values.get
        return [view.bed, view.name, view.news2.text(), f"{g('hr', 0):.0f}", hr, f"{g('spo2', 0):.0f}", spo2,
                f"{g('rr', 0):.0f}", f"{g('nibp_sys', 0):.0f}/{g('nibp_dia', 0):.0f}", f"{g('temp', 0):.1f}",
                f"{g('glucose', 0):.0f}", f"{g('pi', 0):.1f}"]  # fmt: skip


if __name__ == "__main__":
    Table(Path(sys.argv[1])).run()
