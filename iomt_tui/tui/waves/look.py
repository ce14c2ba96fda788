"""What this screen's user chose for the page of waveforms; it stays until the screen closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from iomt_tui.tui.waves.dots import Dots

SPANS: Final = (4_000, 6_000, 8_000, 12_000)
"""How much time may stand side by side, ms; less than the ward keeps."""


@dataclass
class WavesLook:
    """``on`` and ``dots`` are None while the user has said nothing: then the line and the terminal decide."""

    on: bool | None = None
    dots: Dots | None = None
    span: int = SPANS[1]

    def stretch(self, step: int) -> None:
        """More or less time side by side."""
        at = SPANS.index(self.span) + step
        self.span = SPANS[min(max(at, 0), len(SPANS) - 1)]
