"""Where the files are that come with the program: themes and demo data."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The directory ``name`` (``themes``, ``demo_data``): inside an installed wheel, else beside a source checkout.

    Raises FileNotFoundError when neither has it.
    """
    places = (_PACKAGE / "_bundled" / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"the program's own files {name!r} are missing (looked in {places[0]} and {places[1]}); install it again"
    )
