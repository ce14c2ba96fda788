"""Runs the program as its users do: a fresh interpreter, no terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence


def run_program(
    arguments: Sequence[str], *, env: dict[str, str] | None = None, timeout: float = 30
) -> subprocess.CompletedProcess[str]:
    """``iomt-tui`` with ``arguments``; ``env`` is added to this process's."""
    return subprocess.run(
        [sys.executable, "-m", "iomt_tui", *arguments],
        env=os.environ | (env or {}), stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
        timeout=timeout, check=False,
    )  # fmt: skip
