"""A live ward's engine inside the test's own process: patients as the test names them, readings once a second."""

from __future__ import annotations

import threading
import time
from typing import Any

from real_program import Home

from iomt_tui.engine.loop import Engine
from iomt_tui.log.guard import EngineLock
from iomt_tui.log.sqlite import SqliteLog
from iomt_tui.ward.events import Reading

VITALS = {"hr": 80.0, "spo2": 97.0, "rr": 16.0, "temp": 36.9}


class LiveWard:
    """Runs until it is closed. ``bodies``: patients (and anything else) as the log holds them, not yet made safe."""

    def __init__(self, place: Home, name: str, patients: list[dict[str, Any]], more: list[tuple[str, Any]]) -> None:
        self._path = place.log(name)
        self._path.parent.mkdir(parents=True)
        self._patients, self._more = patients, more
        self._ended = threading.Event()
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="engine")
        self._thread.start()
        while not self._path.exists() and self._thread.is_alive():
            time.sleep(0.01)

    def close(self) -> None:
        """Stops it. Raises what its engine failed with."""
        self._ended.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            self._serve()
        except BaseException as failure:
            self.failure = failure

    def _serve(self) -> None:
        lock = EngineLock(self._path)
        assert lock.acquire()
        engine = Engine(SqliteLog(self._path))
        ward = {"name": "Ward \x1b[31m5", "watermark": None, "source": "test", "tz": "UTC", "schema": 1}
        engine.start(ward, _now())
        engine.take((_now(), "patient", body) for body in self._patients)
        for kind, body in self._more:
            engine.take([(_now(), kind, body)])
        while not self._ended.wait(0.05):
            now = _now()
            if now - engine.ticked >= 1000:
                engine.take((now, "obs", Reading(b["id"], f"m-{b['id']}", now, VITALS, None)) for b in self._patients)
                engine.tick(now)
            engine.follow()
        engine.stop(_now())
        lock.release()


def _now() -> int:
    return int(time.time() * 1000)
