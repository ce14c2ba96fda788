"""Which exceptions are the world's and not the program's, and what to say of them."""

from __future__ import annotations

import errno
import sys
from typing import Final

from iomt_tui.cli.exits import CliError, Exit

_SERVERS: Final = (
    ("iomt_tui.security.web", "WebError"),
    ("iomt_tui.security.sign_in.model", "SignedOut"),
    ("iomt_tui.security.private_files", "SecretError"),
)
"""Modules and exceptions whose words are for people and hold no secret."""


def known_error(error: Exception) -> CliError | None:
    """``error`` as one line and an exit code; None for an error of the program's own."""
    if isinstance(error, CliError):
        return error
    log_api = sys.modules.get("iomt_tui.log.api")
    if log_api is not None and isinstance(error, log_api.LogError):
        return CliError(str(error), Exit.LOG)
    for module, kind in _SERVERS:
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(error, getattr(loaded, kind)):
            return CliError(str(error), Exit.SOURCE)
    replay = sys.modules.get("iomt_tui.backends.replay.errors")
    if replay is not None and isinstance(error, replay.SourceError):
        return CliError(str(error), Exit.SOURCE)
    if isinstance(error, OSError) and error.filename is not None:
        return CliError(f"{error.filename}: {error.strerror}", Exit.SOURCE)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        return CliError(f"the output could not be written: {error.strerror}", Exit.SOURCE)
    if isinstance(error, MemoryError):
        return CliError("this machine has not enough memory for it", Exit.SOURCE)
    return None
