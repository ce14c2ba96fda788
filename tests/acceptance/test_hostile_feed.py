"""Hostile text from a feed, through the engine's log to the terminal; and what stays behind when the user leaves."""

from __future__ import annotations

import os
from pathlib import Path

from live_ward import LiveWard
from real_program import Home, Window, home, pump

HOSTILE = [
    "Ann\x1b]52;c;aGFja2Vk\x07",
    "Bob\x1b]0;title\x1b\\",
    "Cid\x9b31mred\x9c",
    "Dan\x1bP1$r0m\x1b\\",
    "Eve\u202etxet\u2066x\u2069",
    "Fay\u200b\u200dzero\ufeffwidth",
    "O'Neil [/foo] [@click=app.exit]Gus[/]",
    "Hal\r\n\t\x00\x08\x7f\x1b[2J\x1b[H",
    "Ida" + "i\u0301" * 60,
    "Jon" + "x" * 300,
    "Kim\x1b[6n\x1b[c\x1b[5n",
    "Lou\x1b[?1049l\x1bc",
]
FORBIDDEN = [b"\x1b]", b"\x1bP", b"\x1bc", b"\x1b[5n", b"\xc2\x9b", b"\xc2\x9c", b"\xe2\x80\xae", b"\xe2\x81\xa6",
             b"\xe2\x80\x8b", b"\xef\xbb\xbf", b"\x00", b"\t", b"\x7f"]  # fmt: skip


TOUR = ("j", "\r", "\x1b", "G", "\r", "\x1b", "t", "t", "/", "a", "n", "n", "\r", "\x1b", ":", "Ann", "\x1b", "?",
        "\x1b", "a", "\x1b")  # fmt: skip


def patient(index: int, text: str) -> dict[str, object]:
    return {
        "id": f"p{index}", "bed": f"{index:02}" + text[3:], "family": text, "given": text, "sex": "F", "born": "1960",
        "mrn": text, "problem": text, "allergies": [text], "conditions": [text, "[bold]markup"],
    }  # fmt: skip


def devices() -> list[tuple[str, object]]:
    return [
        ("device", {"id": f"m-p{i}", "patient": f"p{i}", "kind": text, "model": text, "firmware": text, "battery": 8,
                    "state": "on", "periods": {"hr": 1.0, "spo2": 1.0}})
        for i, text in enumerate(HOSTILE)
    ]  # fmt: skip


def test_nothing_foreign_reaches_the_terminal_and_no_name_stays_there(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        before = set(os.listdir("/tmp"))
        ward = LiveWard(place, "icu", [patient(i, text) for i, text in enumerate(HOSTILE)], devices())
        try:
            windows = [place.open("--ward", "icu", columns=c, rows=r) for c, r in ((80, 24), (200, 60), (30, 8))]
            for window in windows:
                assert window.shows("Ann", 10) is not None, window.text()
            tour(windows)
            leave(windows, place)
        finally:
            ward.close()
        made = {name for name in set(os.listdir("/tmp")) - before if "iomt" in name.lower()}
        assert made == set()
        assert list(place.temporary.iterdir()) == []


def tour(windows: list[Window]) -> None:
    """Every page and list that shows names."""
    for key in TOUR:
        for window in windows:
            window.type(key)
        pump(windows, 0.3)
    for window in windows:
        assert window.child.poll() is None, window.text()
        assert window.foreign() == []
        raw = bytes(window.raw).replace(b"\x1b[c", b"")
        assert [bad for bad in FORBIDDEN if bad in raw] == []
        assert window.shows("Ann|Lou|Kim", 2) is not None, "the tour ended somewhere else"


def leave(windows: list[Window], place: Home) -> None:
    """A live ward asks once more. Names came only while the alternate screen was up, and none came after it."""
    for window in windows:
        window.type("q")
        assert window.shows("Leave|leave", 2) is not None, window.text()
        pump(windows, 0.4)
        window.type("\r")
        assert window.ended(5) == 0
        assert window.restored() == []
        assert window.left() == ""
        raw = bytes(window.raw)
        up = raw.index(b"\x1b[?1049h")
        for name in (b"Ann", b"Eve", b"Gus", b"Lou"):
            assert name not in raw[:up]
        assert b"\x1b[?1049l" not in raw[up : raw.rindex(b"\x1b[?1049l")], "it left the alternate screen in between"


def test_an_entry_that_is_no_entry_does_not_end_the_screen(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        odd = [("patient", {"id": "p0", "bed": 7, "family": ["x"], "allergies": "none"}), ("device", {"id": "d"})]
        ward = LiveWard(place, "icu", [patient(0, "Ann")], odd)
        try:
            window = place.open("--ward", "icu")
            assert window.shows(r"\b80\b", 10) is not None, window.text()
            assert window.child.poll() is None
        finally:
            ward.close()
