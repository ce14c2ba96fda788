"""Which patients a user of this machine called their own: ids only, in a small private file beside the ward's log."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from iomt_tui.log.private_json import load_json, save_json

PINS: Final = "mine.json"
"""The file's name in the ward's directory."""

MOST: Final = 5_000


class PinFile:
    """A list of patient ids at ``path``, mode 0600. It outlives restarts; a patient who comes back is mine again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> frozenset[str]:
        """The ids kept; none when there is no such file or it is none of ours: pins are a convenience."""
        found = load_json(self._path)
        return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()

    def save(self, ids: Collection[str]) -> None:
        """Keeps ``ids`` in place of those before, all or nothing. Raises LogError."""
        save_json(self._path, sorted(ids)[:MOST])
