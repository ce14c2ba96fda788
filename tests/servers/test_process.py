"""A server that does not start says why, and none outlives its test."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .having import cannot
from .process import ServerError, running

SERVING = 'import os, sys; print(\'{"url": "x", "pid": %d}\' % os.getpid(), flush=True); sys.stdin.read()'
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVING


@pytest.mark.parametrize("program", [SERVING, DEAF])
def test_it_is_gone_afterwards(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servers.process.STOP_SECONDS", 0.1)
    with running([sys.executable, "-c", program], cwd=tmp_path) as told:
        assert told["url"] == "x"
        os.kill(told["pid"], 0)
    with pytest.raises(ProcessLookupError):
        os.kill(told["pid"], 0)


def test_what_it_printed_is_told_when_it_ends_early(tmp_path: Path) -> None:
    program = "import sys; print('[1]'); print('no port', file=sys.stderr); sys.exit(3)"
    with pytest.raises(ServerError, match="no port"), running([sys.executable, "-c", program], cwd=tmp_path):
        pytest.fail("it did not start")


def test_it_has_only_so_much_time(tmp_path: Path) -> None:
    program = "import sys; print('thinking', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program]
    with pytest.raises(ServerError, match="did not start"), running(command, cwd=tmp_path, start_seconds=0.1):
        pytest.fail("it did not start")


def test_what_cannot_be_had_is_skipped_but_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no npm"):
        cannot("no npm")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no npm"):
        cannot("no npm")
