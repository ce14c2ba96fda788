"""What a scanned code is: a drug, a patient's wristband, or nothing that can be trusted, and why. Pure.

A scanner types what it reads (a keyboard wedge). Codes that say what they are (a GS1 symbology identifier, FNC1,
parentheses) are read as that; then the site's own templates; then what bare digits can only be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from iomt_tui.clinical.medication import ndc as ndcs
from iomt_tui.clinical.medication.gs1 import GS, MARKED, CodeError, checks, day_of, elements, gtin14, is_digits
from iomt_tui.clinical.medication.templates import first

LONGEST: Final = 256
"""Characters of a code; more is no code."""

SOON: Final = 30
"""Days before its expiry from which a pack is said to expire soon."""

WRISTBANDS: Final = ("P:{id}", "PAT|{id}|*", "PAT|{id}", "MRN:{id}")
DRUGS: Final = ("MED:{id}",)

_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS_WORDS: Final = re.compile(r"<GS>|\{GS\}|<FNC1>|\{FNC1\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a site's codes are written; ``separator`` is what its scanners type for FNC1, besides ASCII 29."""

    wristbands: tuple[str, ...] = WRISTBANDS
    drugs: tuple[str, ...] = DRUGS
    separator: str = ""


USUAL: Final = Dialect()


@dataclass(frozen=True, slots=True)
class Code:
    """What was scanned. ``wrong`` says in a sentence why nothing can be made of it; then no other field counts."""

    kind: Literal["drug", "patient", "none"] = "none"
    wrong: str = ""
    gtin: str = ""  # 14 digits
    ndc: str = ""  # as it is written, or the ten digits inside the GTIN
    local: str = ""  # a code of the site's own
    patient: str = ""  # an id or a record number
    gsrn: bool = False  # whether ``patient`` is a GS1 service relation number (AI 8018)
    batch: str = ""
    serial: str = ""
    expiry: date | None = None
    count: int | None = None

    def expired(self, today: date) -> bool:
        """Whether it must not be used any more; it may be on the day of its expiry itself."""
        return self.expiry is not None and self.expiry < today

    def expires_soon(self, today: date) -> bool:
        """Whether it expires within :data:`SOON` days."""
        return self.expiry is not None and 0 <= (self.expiry - today).days <= SOON


def read(text: str, today: date, dialect: Dialect = USUAL) -> Code:
    """Reads what a scanner typed. Never raises: what cannot be read is a :class:`Code` with ``wrong``."""
    try:
        return _read(text, today, dialect)
    except CodeError as error:
        return Code(wrong=str(error))


def _read(text: str, today: date, dialect: Dialect) -> Code:
    text = text.strip(" \t\r\n")
    if not text:
        raise CodeError("Nothing was scanned.")
    if len(text) > LONGEST:
        raise CodeError(f"More than {LONGEST} characters came at once: that is no code. Scan one code alone.")
    marked = text.startswith(MARKED)
    if symbology := _SYMBOLOGY.match(text):
        text = text[symbology.end() :]
    if marked or GS in text or text.startswith("("):
        return _gs1(_separated(text, dialect), today)
    if patient := first(dialect.wristbands, text):
        return Code("patient", patient=patient)
    if local := first(dialect.drugs, text):
        return Code("drug", local=local)
    if _GS_WORDS.search(text) or _begins_gs1(text):
        return _gs1(_separated(text, dialect), today)
    return _bare(text)


def _separated(text: str, dialect: Dialect) -> str:
    text = _GS_WORDS.sub(GS, text)
    return text.replace(dialect.separator, GS) if dialect.separator else text


def _begins_gs1(text: str) -> bool:
    """Whether a code that does not say so can only be an element string: a number that its check digit proves."""
    return (len(text) >= 16 and text[:2] == "01" and checks(text[2:16])) or (
        len(text) >= 22 and text[:4] == "8018" and checks(text[4:22])
    )


def _gs1(text: str, today: date) -> Code:
    values = elements(text).values
    if "8018" in values:
        if "01" in values:
            raise CodeError("This code names a patient and a product at once. Scan the wristband, then the drug.")
        return Code("patient", patient=values["8018"], gsrn=True)
    expiry = values.get("17") or values.get("7003", "")[:6]
    code = Code(
        "drug", batch=values.get("10", ""), serial=values.get("21", ""), ndc=values.get("715", ""),
        expiry=day_of(expiry, today) if expiry else None, count=int(values["30"]) if "30" in values else None,
    )  # fmt: skip
    if "01" not in values:
        if code.ndc:
            return code
        raise CodeError(f"This code has no product in it, only ({'), ('.join(values)}). Scan the code with the GTIN.")
    return replace(code, gtin=values["01"], ndc=code.ndc or ndcs.of_gtin(values["01"]))


def _bare(text: str) -> Code:
    """A code that is nothing but digits, or an NDC."""
    if "-" in text and ndcs.meanings(text):
        return Code("drug", ndc=text)
    if not is_digits(text):
        raise CodeError("This is no code that this ward knows: neither GS1, GTIN, NDC, wristband nor its own.")
    if len(text) in (8, 12, 13, 14):
        gtin = gtin14(text)
        return Code("drug", gtin=gtin, ndc=ndcs.of_gtin(gtin))
    if ndcs.meanings(text):
        return Code("drug", ndc=text)
    if text[:2] == "01" and 2 < len(text) < 16:
        raise CodeError("The code is cut short in its GTIN (01). Scan it again.")
    raise CodeError(f"{len(text)} digits are neither a GTIN nor an NDC. Scan the whole code again.")


def explain(code: Code, today: date) -> Iterable[str]:
    """What a code says, a sentence or a fact a line."""
    if code.wrong:
        yield code.wrong
        return
    if code.kind == "patient":
        yield f"Wristband of patient {code.patient}" + (" (GSRN)" if code.gsrn else "")
        return
    names = (("GTIN", code.gtin), ("NDC", ndcs.hyphenated(code.ndc)), ("code", code.local), ("batch", code.batch),
             ("serial", code.serial), ("count", "" if code.count is None else str(code.count)))  # fmt: skip
    yield "Drug: " + ", ".join(f"{name} {value}" for name, value in names if value)
    if code.expiry is not None:
        yield shelf_life(code, today)


def shelf_life(code: Code, today: date) -> str:
    """The expiry in words; "" when the code does not tell it."""
    if code.expiry is None:
        return ""
    if code.expired(today):
        return f"EXPIRED on {code.expiry.isoformat()}: do not give it."
    if code.expires_soon(today):
        days = (code.expiry - today).days
        return f"Expires {'today' if not days else f'in {days} d'} ({code.expiry.isoformat()})."
    return f"Expires {code.expiry.isoformat()}."
