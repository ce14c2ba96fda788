"""The real program exports: the file is there, private, and the ward's log tells of exactly these bytes; without an
engine that allows it there is none."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
from pathlib import Path

import orjson
from real_program import Home, Window, home

from iomt_tui.engine.process import log_path
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.ward.exports import ACTS, EXPORT, Export


def asking(place: Home) -> Window:
    """A demo whose screen has been asked to export the board."""
    window = place.open("demo", columns=120, rows=40)
    assert window.shows("nobody yet", 15) is not None, window.text()
    window.type("X")
    assert window.shows("Export the board, 24 patients", 5) is not None, window.text()
    window.pump(0.8)
    return window


def test_the_board_of_a_demo(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        window = asking(place)
        window.type("j")
        assert window.shows(r"\[j JSON\]", 5) is not None, window.text()
        window.type("\r")
        assert window.shows("exported: DEMO-board-", 10) is not None, window.text()
        (path,) = (place.state / "exports").iterdir()
        log = log_path(place.state / "wards" / "demo")
        reader = SqliteReader(log)
        entries = reader.read(0, 100_000)
        reader.close()
        window.type("q")
        assert window.ended(5) == 0
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (act,) = (data for entry in entries if entry.kind == "act" and (data := entry.data())["do"] == EXPORT)
    told = Export.from_body(act)
    assert (told.name, told.size, told.sha256) == (path.name, len(content), hashlib.sha256(content).hexdigest())
    assert act["user"] == "nurse"
    (outcome,) = (data for entry in entries if entry.kind == "outcome" and (data := entry.data())["op"] == act["op"])
    assert outcome["outcome"] == "applied"
    found = orjson.loads(content)
    assert found["watermark"] == "DEMO" and [one["id"] for one in found["patients"]] == list(told.patients)
    assert isinstance(act["station"], str) and act["station"]


def test_an_engine_that_hangs_makes_no_file_and_the_screen_says_so(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        window = asking(place)
        os.kill(place.engine("demo"), signal.SIGSTOP)
        window.type("\r")
        assert window.shows("NOT exported: no answer of the engine for 1", 15) is not None, window.text()
        window.type("X")
        assert window.shows("NOT exported: no engine runs here", 5) is not None, window.text()
        os.kill(place.engine("demo"), signal.SIGCONT)
        window.pump(2)
        reader = SqliteReader(place.log("demo"))
        entries = reader.read(0, 100_000)
        reader.close()
        assert list((place.state / "exports").iterdir()) == []
    asked, undone = (data for entry in entries if entry.kind == "act" and (data := entry.data())["do"] in ACTS)
    told = {data["op"]: data["outcome"] for entry in entries if entry.kind == "outcome" for data in [entry.data()]}
    assert undone["undoes"] == asked["op"] and told == {asked["op"]: "refused", undone["op"]: "applied"}
