"""Numbers as the user wants to read them: the catalogue's unit, or the one chosen in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Final

from iomt_tui.clinical.units import convert, display
from iomt_tui.clinical.vitals import VITALS

_MOST: Final = 20_000  # numbers remembered


class Measures:
    """How each vital is printed. ``units`` as in :func:`iomt_tui.clinical.units.display`."""

    def __init__(self, units: Mapping[str, str] | None = None) -> None:
        self._units = dict(units or {})
        self._printed = {key: display(key, 0.0, self._units)[1] for key in VITALS}
        self._texts: dict[tuple[str, float], str] = {}  # a ward's numbers are few, and printed over and over

    def text(self, key: str, value: float) -> str:
        """``value`` (catalogue unit) without its unit. What is no vital (a score) is a whole number."""
        text = self._texts.get((key, value))
        if text is None:
            if len(self._texts) >= _MOST:
                self._texts.clear()
            text = display(key, value, self._units)[0] if key in VITALS else f"{value:.0f}"
            self._texts[key, value] = text
        return text

    def read(self, key: str, text: str) -> float | None:
        """A number typed in the printed unit, in the catalogue's; None where it is no number."""
        try:
            number = float(text.strip().replace(",", "."))
        except ValueError:
            return None
        unit = self._units.get(key, VITALS[key].unit)
        return convert(key, number, unit) if isfinite(number) else None

    def unit(self, key: str) -> str:
        """The unit as it is printed; "" where there is none."""
        return self._printed.get(key, "")

    def beside(self, key: str, value: float, limit: float) -> str:
        """The number next to a limit it has passed, with one more decimal where rounding would make them equal."""
        text = self.text(key, value)
        vital = VITALS.get(key)
        if vital is None or key in self._units or value == limit or text != self.text(key, limit):
            return text
        return f"{value:.{vital.decimals + 1}f}"
