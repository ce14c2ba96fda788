"""When each user of this machine last looked at a ward: log times, in a small private file beside the ward's log."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from iomt_tui.log.private_json import load_json, save_json

LOOKS: Final = "looks.json"
"""The file's name in the ward's directory."""

MOST: Final = 200
"""Users that are kept, those who looked last."""


class LookFile:
    """User name -> log time (ms) of the last look, at ``path``, mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, user: str) -> int | None:
        """When ``user`` last looked; None when that is not known."""
        return self._all().get(user)

    def save(self, user: str, at: int) -> None:
        """Notes that ``user`` looked at log time ``at``. Raises LogError."""
        looks = sorted((self._all() | {user: at}).items(), key=lambda look: look[1])
        save_json(self._path, dict(looks[-MOST:]))

    def _all(self) -> dict[str, int]:
        found = load_json(self._path)
        if not isinstance(found, dict):
            return {}
        return {user: at for user, at in found.items() if isinstance(at, int) and not isinstance(at, bool)}
