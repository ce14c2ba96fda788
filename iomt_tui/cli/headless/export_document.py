"""The shape of the JSON that a screen's page without a model of its own is exported as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from iomt_tui.cli.headless.documents import Watermark

PAGE: Final = "iomt-tui/page/1"


@dataclass(frozen=True, slots=True)
class ScreenDocument:
    """A page as it stood on a screen, line by line."""

    schema: Literal["iomt-tui/page/1"]
    """Name and version of this shape."""
    watermark: Watermark
    """"" only for live patients. DEMO, REPLAY and TEST are not patients under care."""
    monitoring: bool
    """Whether an engine watches the ward now. If not, or in a recording, nothing here may be taken for present."""
    ward: str
    """The ward's name."""
    at: str
    """The moment, ISO 8601 UTC."""
    page: str
    """The page's name."""
    patients: list[str]
    """Ids of those of whom it may tell."""
    lines: list[str]
    """What stood there."""
