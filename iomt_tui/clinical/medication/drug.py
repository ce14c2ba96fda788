"""A drug as ordered, and an amount of it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from iomt_tui.clinical.medication.reading import items, mapping, number, words
from iomt_tui.security.text import SafeText

#: No dose of any drug in any unit is more: 24 million units of penicillin G a day is about the most.
MOST: Final = 1e8


class Quantity(NamedTuple):
    """An amount in a UCUM unit."""

    value: float
    unit: SafeText

    def __str__(self) -> str:
        return f"{self.value:.10g} {spoken(self.unit)}".strip()

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {"value": self.value, "unit": self.unit}

    @classmethod
    def from_body(cls, data: Any, what: str = "dose", low: float = 1e-9) -> Quantity:
        """From JSON. Raises ValueError; an amount below ``low`` or above :data:`MOST` is absurd."""
        data = mapping(data, what)
        return cls(number(data.get("value"), low, MOST, what), words(data.get("unit"), 20))


def spoken(unit: SafeText) -> str:
    """A UCUM unit as a drug chart writes it: "units" for [iU], "micrograms" for ug (ISMP: no µg, no U)."""
    plain = unit.replace("[iU]", "units").replace("{", "").replace("}", "")
    return "micrograms" + plain[2:] if plain == "ug" or plain.startswith("ug/") else plain


class Drug(NamedTuple):
    """``classes`` are lower-case words; ``gtin`` are its packages' GTIN-14, ``ndc`` its national code; ``strength`` is
    what one tablet, ampoule or puff holds, None where nobody says."""

    code: SafeText
    system: SafeText
    name: SafeText
    form: SafeText
    classes: tuple[SafeText, ...]
    high_alert: bool
    critical: bool
    gtin: tuple[SafeText, ...]
    ndc: SafeText
    strength: Quantity | None = None

    def body(self) -> dict[str, Any]:
        """As JSON."""
        body = self._asdict()
        if self.strength is None:
            del body["strength"]
        else:
            body["strength"] = self.strength.body()
        return body

    @classmethod
    def from_body(cls, data: Any) -> Drug:
        """From JSON. Raises ValueError on a drug without a name."""
        data = mapping(data, "drug")
        name = words(data.get("name"), 60)
        if not name.strip():
            raise ValueError("the drug has no name")
        strength = data.get("strength")
        return cls(
            code=words(data.get("code"), 40), system=words(data.get("system"), 80), name=name,
            form=words(data.get("form"), 40),
            classes=tuple(words(str(c).casefold(), 40) for c in items(data.get("classes", []), "drug classes", 20)),
            high_alert=bool(data.get("high_alert")), critical=bool(data.get("critical")),
            gtin=tuple(words(g, 14) for g in items(data.get("gtin", []), "gtin", 40)), ndc=words(data.get("ndc"), 20),
            strength=None if strength is None else Quantity.from_body(strength, "strength"),
        )  # fmt: skip
