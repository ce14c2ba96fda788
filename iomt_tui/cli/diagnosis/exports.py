"""What may be exported, and whether files can be put where they are to go."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.exits import CliError
from iomt_tui.cli.wards import exports


def export_check(path: Path) -> Check:
    """The permission in the configuration at ``path``, and its directory."""
    config = None
    if path.exists():
        from iomt_tui.cli.config_file import load

        try:
            config = load(path).config
        except CliError:  # told where the configuration is checked
            return Check("exports", "ok", "nothing of a ward of people, as long as the configuration cannot be read")
    found = exports(config)
    allowed = ", ".join(sorted(found.formats)) or "nothing"
    by = f", by {', '.join(found.people)}" if found.people else ""
    words = f"of a ward of people: {allowed}{by}; into {found.directory}"
    place = next((one for one in (found.directory, *found.directory.parents) if one.exists()), found.directory)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return Check("exports", "warn", words, f"{place} cannot be written: change directory of [export]")
    if place == found.directory and os.name == "posix" and place.stat().st_mode & stat.S_IWOTH:
        return Check("exports", "warn", words, "everybody can write there, so nothing is exported: choose another")
    return Check("exports", "ok", words)
