"""The real program exports: the file is there, private, and the ward's log tells of exactly these bytes."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import orjson
from real_program import home

from iomt_tui.engine.process import log_path
from iomt_tui.log.sqlite import SqliteReader
from iomt_tui.ward.exports import EXPORT, Export


def test_the_board_of_a_demo(tmp_path: Path) -> None:
    with home(tmp_path) as place:
        window = place.open("demo", columns=120, rows=40)
        assert window.shows("nobody yet", 15) is not None, window.text()
        window.type("X")
        assert window.shows("Export the board, 24 patients", 5) is not None, window.text()
        window.pump(0.8)
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
