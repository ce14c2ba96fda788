"""A barcode scanner on a real terminal: what it types at once and in pieces is a scan, what a hand types is keys."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from live_ward import LiveWard
from real_program import Window, home

from iomt_tui.clinical.medication.gs1 import check_digit

PATIENTS = [
    {"id": "p1", "bed": "01", "family": "Okafor", "given": "N", "born": "1954", "mrn": "100001"},
    {"id": "p2", "bed": "02", "family": "Lindqvist", "given": "A", "born": "1968", "mrn": "100002"},
]
DRUG = "]d2010035123456789" + str(check_digit("0035123456789")) + "17310100" + "10qaAqEzHDV/:"
"""Its letters leave, acknowledge, sound, filter and open the palette."""

GAP = 0.004  # s between two writes of a scanner


def scan(window: Window, text: str, size: int) -> None:
    for begin in range(0, len(text), size):
        window.type(text[begin : begin + size])
        time.sleep(GAP)


@pytest.mark.parametrize("size", [1000, 5])
def test_a_scan_on_a_real_terminal(tmp_path: Path, size: int) -> None:
    with home(tmp_path) as place:
        place.config.write_text('[scanner]\nuse = "on"\nmax_gap_ms = 100\n')
        ward = LiveWard(place, "live", PATIENTS, [])
        try:
            window = place.open("--ward", "live", columns=120, rows=30)
            assert window.shows("Lindqvist", 15) is not None, window.text()
            scan(window, DRUG + "\r\n", size)
            assert window.shows("Scanned: Drug: GTIN 0035123456789", 5) is not None, window.text()
            assert "10qaAqEzHDV" not in window.text().replace("batch qaAqEzHDV/:", "")
            scan(window, "MRN:100002\r\n", size)
            assert window.shows("Scanned: the wristband of 02 Lindqvist A", 5) is not None, window.text()
            for key in "/MRN:100001":
                window.type(key)
                window.pump(0.15)
            assert window.shows("MRN:100001", 5) is not None, window.text()
            assert window.child.poll() is None
            assert not window.foreign()
        finally:
            ward.close()
