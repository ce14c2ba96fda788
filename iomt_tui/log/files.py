"""The log's files on disk: private from the first byte, never through a symbolic link, never on a network share."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import Final

from iomt_tui.log.api import LogError

COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a database; it gives them the database's own permissions."""

_NETWORK: Final = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "9p",
        "glusterfs",
        "lustre",
        "ncpfs",
        "fuse.sshfs",
    )
)
_NOFOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


def beside(path: Path, ending: str) -> Path:
    """The file next to ``path`` whose name is that of ``path`` with ``ending`` behind it."""
    return path.with_name(path.name + ending)


def private_directory(path: Path) -> None:
    """Makes ``path`` and what is missing above it, readable by its owner only. Raises LogError."""
    missing = [place for place in (path, *path.parents) if not place.exists()]
    try:
        for place in reversed(missing):
            place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise LogError(f"Cannot make the directory {path}: {error.strerror}. Choose another place.") from error


def open_private(path: Path, flags: int) -> int:
    """A descriptor of ``path``, a plain file of our own with mode 0600, made when ``flags`` has O_CREAT.

    Raises LogError when it is a symbolic link, no plain file, or belongs to another user.
    """
    refuse_links(path)
    try:
        descriptor = os.open(path, flags | _NOFOLLOW | getattr(os, "O_NONBLOCK", 0), 0o600)
    except OSError as error:
        raise LogError(f"Cannot open {path}: {error.strerror}. Check its permissions and the disk.") from error
    try:
        _make_private(path, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _make_private(path: Path, descriptor: int) -> None:
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        raise LogError(f"{path} is not a plain file. Choose another place for the log.")
    if hasattr(os, "geteuid") and state.st_uid != os.geteuid():
        raise LogError(f"{path} belongs to another user. Choose another place for the log.")
    if hasattr(os, "fchmod") and state.st_mode & 0o777 & ~0o600:
        os.fchmod(descriptor, 0o600)


def refuse_links(path: Path) -> None:
    """Raises LogError when the log or a file beside it is a symbolic link: it would be written to elsewhere."""
    for place in (path, *(beside(path, ending) for ending in COMPANIONS)):
        if place.is_symlink():
            raise LogError(f"{place} is a symbolic link. Give the real path of the log, or remove the link.")


def refuse_network(path: Path) -> None:
    """Raises LogError when ``path`` lies on a network file system, where SQLite's locks do not hold."""
    kind = _file_system(path)
    if kind in _NETWORK:
        raise LogError(f"{path} lies on a network share ({kind}), which can corrupt the log. Choose a local disk.")


def _file_system(path: Path) -> str:
    """The type of the file system under ``path``; empty where the system does not tell (not Linux)."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    here = path.parent.resolve()
    best, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        mounted = Path(before.split()[4].replace("\\040", " "))
        if (here == mounted or mounted in here.parents) and len(mounted.parts) >= best:
            best, kind = len(mounted.parts), after.split()[0]
    return kind


def give_name(path: Path, name: Path) -> None:
    """Gives the file ``path`` another name too. Raises FileExistsError rather than replace what has it."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:  # a file system without second names
        with (
            path.open("rb") as source,
            os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy,
        ):
            shutil.copyfileobj(source, copy)


def sync_directory(path: Path) -> None:
    """Makes names in directory ``path`` survive a power cut, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
