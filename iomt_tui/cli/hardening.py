"""What a process that holds patient data does first (SAFETY S11, S12, S16)."""

from __future__ import annotations

import os
import sys
from typing import Final

from iomt_tui.cli.exits import CliError, Exit

_PR_SET_DUMPABLE: Final = 4
_ATTACKS: Final = frozenset({"TEXTUAL_DRIVER", "TEXTUAL_PRESS"})  # imports any object; types keys
_OPENERS: Final = frozenset({"BROWSER", "EDITOR", "VISUAL"})  # programs a library may start in the user's name


def refuse_attacks() -> None:
    """Raises CliError when a variable is set that would run code or type keys: nobody sets those by accident."""
    found = sorted(name for name in os.environ if name.upper() in _ATTACKS)
    if found:
        raise CliError(
            f"{' and '.join(found)} would have code run or keys typed in this program, so it does not start. "
            f"Take it out of the environment: unset {' '.join(found)}",
            Exit.CONFIG,
        )


def clean_environment() -> list[str]:
    """Takes every variable away that steers Textual or makes it start programs. Returns the names taken.

    Comes before textual is imported, which reads them at once.
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
