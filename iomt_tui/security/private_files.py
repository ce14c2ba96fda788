"""Files that hold secrets: read only when nobody else can read or change them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from iomt_tui.security.secret import Secret

#: Bytes of a key or a token at most.
LONGEST: Final = 64 * 1024
#: Rights that nobody but the owner may have.
PRIVATE: Final = 0o077
#: systemd gives a credential to its service by an access list, which shows as a right of the group.
CREDENTIAL: Final = 0o037


class SecretError(Exception):
    """A secret that is there and cannot be used. The words say why and what to do, and hold nothing of it."""


def read_private(path: Path, *, what: str, forbidden: int = PRIVATE) -> Secret | None:
    """What the file holds, None when there is none. Raises :class:`SecretError` when others have rights on it.

    ``what`` calls it in the message. The mode is that of the opened file, so that it cannot change in between.
    """
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            _check(os.fstat(file.fileno()), path, what, forbidden)
            content = file.read(LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretError(f"{what} {path} cannot be read: {error.strerror}") from None
    if len(content) > LONGEST:
        raise SecretError(f"{what} {path} is too large to be one")
    try:
        return Secret(content.decode("utf-8").strip())
    except UnicodeDecodeError:
        raise SecretError(f"{what} {path} is not text") from None


def _check(status: os.stat_result, path: Path, what: str, forbidden: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise SecretError(f"{what} {path} is not a file")
    if os.name != "posix":
        return
    if status.st_mode & forbidden:
        mode = stat.S_IMODE(status.st_mode)
        raise SecretError(f"{what} {path} has mode {mode:04o}, so that others can read it; chmod 0600 it, and renew it")
    if status.st_uid not in (0, os.getuid()):
        raise SecretError(f"{what} {path} belongs to another user of this machine")
