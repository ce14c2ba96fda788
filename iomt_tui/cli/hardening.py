"""What a process that holds patient data does first (SAFETY S11, S12, S16)."""

from __future__ import annotations

import os
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4
_OPENERS: Final = frozenset({"BROWSER", "EDITOR", "VISUAL"})  # programs a library may start in the user's name


def clean_environment() -> list[str]:
    """Takes every variable away that steers Textual or makes it start programs. Returns the names taken.

    ``TEXTUAL_DRIVER`` imports any object and ``TEXTUAL_PRESS`` types keys, so this comes before textual is imported.
    """
    names = sorted(name for name in os.environ if name.upper().startswith("TEXTUAL") or name.upper() in _OPENERS)
    for name in names:
        del os.environ[name]
    return names


def protect_process() -> None:
    """Files for their owner only; no core dump and no tracing by other processes of the same user."""
    os.umask(0o077)
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
