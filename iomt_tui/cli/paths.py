"""Where the program keeps its files, and how it makes directories that only their owner may read.

``IOMT_TUI_CONFIG`` names the configuration file, ``IOMT_TUI_STATE`` the directory for logs and reports. Without them
the platform's usual places are used (XDG directories on Linux).
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from iomt_tui.cli.exits import CliError, Exit

CONFIG_VARIABLE: Final = "IOMT_TUI_CONFIG"
STATE_VARIABLE: Final = "IOMT_TUI_STATE"
_APP: Final = "iomt-tui"
_WARD_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def config_file() -> Path:
    """The configuration file, whether it exists or not."""
    if named := os.environ.get(CONFIG_VARIABLE):
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path(_APP, appauthor=False) / "config.toml"


def theme_dir() -> Path:
    """Where the user's own themes are: beside the configuration file."""
    return config_file().parent / "themes"


def state_dir() -> Path:
    """The directory for event logs and crash reports, whether it exists or not."""
    if named := os.environ.get(STATE_VARIABLE):
        return Path(named).expanduser()
    from platformdirs import user_state_path

    return user_state_path(_APP, appauthor=False)


def ward_dir(name: str) -> Path:
    """The directory of a ward's event log. Raises CliError when ``name`` could leave the state directory."""
    if not _WARD_NAME.fullmatch(name):
        raise CliError(
            f"{name[:64]!r} is not a ward's name: use lower-case letters, digits, '-', '_' and '.', for example ward-7",
            Exit.USAGE,
        )
    return state_dir() / "wards" / name


def known_wards() -> list[str]:
    """The names of the wards that have an event log here, sorted."""
    try:
        return sorted(entry.name for entry in (state_dir() / "wards").iterdir() if entry.is_dir())
    except OSError:
        return []


def slug(name: str) -> str:
    """The directory name for a ward's display name: "Ward 7" -> "ward-7"."""
    plain = re.sub(r"[\s_-]+", "-", name.lower()).strip("-")
    if re.fullmatch(r"[a-z0-9-]{1,48}", plain):
        return plain
    from hashlib import blake2b

    # Characters are lost here, and two names must not end in one directory.
    kept = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return f"{kept or 'ward'}-{blake2b(name.encode(), digest_size=4).hexdigest()}"


def make_private(path: Path) -> Path:
    """Makes ``path`` and its parents; only its owner may enter ``path``. Raises CliError when that fails."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid():
            path.chmod(0o700)
    except OSError as error:
        raise CliError(
            f"cannot make the directory {path}: {error.strerror}. Choose another with {STATE_VARIABLE}=DIRECTORY"
        ) from error
    return path
