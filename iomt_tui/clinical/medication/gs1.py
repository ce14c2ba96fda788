"""GS1 element strings: application identifiers, check digits and dates. Pure.

Source: GS1 General Specifications, release 24: 3.2 (application identifiers), 7.8 (element strings and FNC1), 7.9
(check digit), 7.12 (century of a two-digit year).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

GS: Final = "\x1d"
"""What stands for FNC1 behind an element of variable length."""

MARKED: Final = ("]d2", "]C1", "]e0", "]Q3", "]J1")
"""Symbology identifiers (ISO/IEC 15424) of GS1 DataMatrix, GS1-128, DataBar, GS1 QR and DotCode."""


class CodeError(ValueError):
    """A code that means nothing: a sentence that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An application identifier: its length in characters, and whether that is exact."""

    name: str
    length: int
    fixed: bool = True
    digits: bool = True


def _text(name: str, most: int) -> Identifier:
    return Identifier(name, most, fixed=False, digits=False)


IDENTIFIERS: Final[Mapping[str, Identifier]] = {
    "00": Identifier("shipping container", 18), "01": Identifier("GTIN", 14), "02": Identifier("content", 14),
    "10": _text("batch", 20), "11": Identifier("production date", 6), "12": Identifier("due date", 6),
    "13": Identifier("packaging date", 6), "15": Identifier("best before", 6), "16": Identifier("sell by", 6),
    "17": Identifier("expiry", 6), "20": Identifier("variant", 2), "21": _text("serial number", 20),
    "22": _text("consumer variant", 20), "30": Identifier("count", 8, fixed=False), "37": Identifier("count", 8, False),
    "240": _text("additional identification", 30), "241": _text("customer's number", 30),
    "250": _text("second serial number", 30), "251": _text("source", 30), "400": _text("order number", 30),
    "410": Identifier("ship to", 13), "414": Identifier("location", 13), "710": _text("PZN", 20),
    "711": _text("CIP", 20), "712": _text("national number", 20), "713": _text("national number", 20),
    "714": _text("national number", 20), "715": _text("NDC", 20), "716": _text("AIC", 20),
    "7003": Identifier("expiry with time", 10), "8003": _text("returnable asset", 30),
    "8004": _text("individual asset", 30), "8017": Identifier("provider", 18), "8018": Identifier("recipient", 18),
    "8019": Identifier("service instance", 10, fixed=False), "8020": _text("payment slip", 25),
    "90": _text("internal", 30), **{str(number): _text("internal", 90) for number in range(91, 100)},
}  # fmt: skip
"""The application identifiers of medicines, patients and their packaging; any other is refused, not skipped."""

_PLAIN: Final = re.compile(r"[!-~ ]+")
_IN_WORDS: Final = re.compile(r"\(([0-9]{2,4})\)([^(]*)")
_CHECKED: Final = frozenset({"00", "01", "02", "410", "414", "8017", "8018"})
_DATES: Final = frozenset({"11", "12", "13", "15", "16", "17"})


@dataclass(frozen=True, slots=True)
class Elements:
    """What an element string holds: application identifier -> value as it was scanned."""

    values: Mapping[str, str] = field(default_factory=dict)


def check_digit(digits: str) -> int:
    """The check digit behind ``digits``: weights 3 and 1 from the right, modulo 10."""
    return -sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits))) % 10


def checks(number: str) -> bool:
    """Whether the last digit of ``number`` is its check digit."""
    return is_digits(number) and len(number) > 1 and check_digit(number[:-1]) == int(number[-1])


def is_digits(text: str) -> bool:
    """Whether ``text`` is ASCII digits; a digit of another script is none here."""
    return text.isascii() and text.isdigit()


def gtin14(number: str) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits. Raises CodeError: another length, or a wrong check digit."""
    if not is_digits(number) or len(number) not in (8, 12, 13, 14):
        raise CodeError("A GTIN has 8, 12, 13 or 14 digits; this one does not. Scan it again.")
    if not checks(number):
        raise CodeError(f"The check digit of GTIN {number} is wrong: it was read badly. Scan it again.")
    return number.zfill(14)


def day_of(value: str, today: date) -> date:
    """The day of a YYMMDD; day 00 is the last of the month, the century the one within -49 to +50 years of ``today``.

    Raises CodeError when there is no such day.
    """
    if not is_digits(value) or len(value) != 6:
        raise CodeError("A date in this code is not six digits (year, month, day). Scan it again.")
    year, month, day = int(value[:2]), int(value[2:4]), int(value[4:])
    ahead = year - today.year % 100
    century = today.year // 100 + (-1 if ahead >= 51 else 1 if ahead <= -50 else 0)
    try:
        year += century * 100
        return date(year, month, day or monthrange(year, month)[1])
    except (ValueError, IndexError):  # monthrange raises IllegalMonthError, of both
        raise CodeError(f"{value} in this code is no date (year, month, day). Scan it again.") from None


def elements(text: str) -> Elements:
    """The elements of a string as scanned, or written with its identifiers in parentheses. Raises CodeError."""
    found: dict[str, str] = {}
    for identifier, value in _written(text) if text.startswith("(") else _scanned(text):
        _judge(identifier, value)
        if found.setdefault(identifier, value) != value:
            raise CodeError(f"({identifier}) stands in this code twice, with two values. Scan one code at a time.")
    if not found:
        raise CodeError("The code is empty. Scan it again.")
    return Elements(found)


def _written(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for match in _IN_WORDS.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        yield match[1], match[2].strip()
    if at != len(text):
        raise CodeError("The parentheses of this code do not hold application identifiers. Scan the pack itself.")


def _scanned(text: str) -> Iterator[tuple[str, str]]:
    rest = text.strip(GS)
    while rest:
        identifier = next((rest[:size] for size in (2, 3, 4) if rest[:size] in IDENTIFIERS), "")
        if not identifier:
            raise CodeError(_unknown(rest))
        known, rest = IDENTIFIERS[identifier], rest[len(identifier) :]
        if known.fixed:
            value, rest = rest[: known.length], rest[known.length :]
            if GS in value:
                raise CodeError(_short(identifier))
        else:
            value, _, rest = rest.partition(GS)
        yield identifier, value
        rest = rest.lstrip(GS)


def _unknown(rest: str) -> str:
    begun = rest[:2]
    if is_digits(begun):
        return f"The application identifier {begun} is not known here: nothing behind it can be trusted."
    return "What follows in this code is no application identifier: a separator may be missing. Check the scanner."


def _short(identifier: str) -> str:
    return f"The code is cut short in its {IDENTIFIERS[identifier].name} ({identifier}). Scan it again."


def _judge(identifier: str, value: str) -> None:
    """Raises CodeError unless ``value`` is what its identifier asks for."""
    known = IDENTIFIERS.get(identifier)
    if known is None:
        raise CodeError(_unknown(identifier))
    if not value or (known.fixed and len(value) < known.length):
        raise CodeError(_short(identifier))
    if len(value) > known.length:
        raise CodeError(f"The {known.name} ({identifier}) is too long: a separator is missing. Check the scanner.")
    if known.digits and not is_digits(value):
        raise CodeError(f"The {known.name} ({identifier}) is not all digits: it was read badly. Scan it again.")
    if not _PLAIN.fullmatch(value):
        raise CodeError(f"The {known.name} ({identifier}) has characters that no code has. Scan it again.")
    if identifier in _CHECKED and not checks(value):
        raise CodeError(f"The check digit of the {known.name} ({identifier}) is wrong: read badly. Scan it again.")
    if identifier in _DATES:
        day_of(value, date(2000, 1, 1))
