"""National Drug Codes (21 CFR 207.33): every way they are written, compared as what they mean. Pure.

An NDC has labeler, product and package: 4-4-2, 5-3-2 or 5-4-1 digits, and 5-4-2 on a claim, where one zero was put
in. Without hyphens ten digits do not tell which of the three they are, so a code is the set of what it may mean.
"""

from __future__ import annotations

import re
from typing import Final

from iomt_tui.clinical.medication.gs1 import is_digits

_WIDTHS: Final = (5, 4, 2)
_FORMS: Final = ((4, 4, 2), (5, 3, 2), (5, 4, 1))
_HYPHENATED: Final = re.compile(r"([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})")


def meanings(text: str) -> frozenset[str]:
    """What an NDC may mean: eleven digits each (5-4-2); empty when it is none."""
    text = text.strip()
    if (parts := _HYPHENATED.fullmatch(text)) is not None:
        widths = tuple(len(part) for part in parts.groups())
        if widths != _WIDTHS and widths not in _FORMS:
            return frozenset()
        return frozenset({_padded(parts.groups())})
    if not is_digits(text):
        return frozenset()
    if len(text) == 11:
        return frozenset({text})
    if len(text) == 10:
        return frozenset(_padded((text[:a], text[a : a + b], text[a + b :])) for a, b, _ in _FORMS)
    return frozenset()


def of_gtin(gtin: str) -> str:
    """The ten digits of the NDC inside a GTIN-14 of the United States (prefix 03); "" when it holds none."""
    return gtin[3:13] if len(gtin) == 14 and gtin[1:3] == "03" else ""


def same(one: str, other: str) -> bool:
    """Whether two NDCs may be the same package."""
    return bool(meanings(one) & meanings(other))


def same_product(one: str, other: str) -> bool:
    """Whether two NDCs may be the same drug and strength, in whatever package."""
    return bool({code[:9] for code in meanings(one)} & {code[:9] for code in meanings(other)})


def hyphenated(text: str) -> str:
    """An NDC as 5-4-2; as it is, where it may mean several."""
    known = meanings(text)
    if len(known) != 1:
        return text
    (code,) = known
    return f"{code[:5]}-{code[5:9]}-{code[9:]}"


def _padded(parts: tuple[str | None, ...]) -> str:
    return "".join((part or "").zfill(width) for part, width in zip(parts, _WIDTHS, strict=True))
