"""Ids from outside, fit for the log without ever making two of them one (SAFETY H6, S6)."""

from __future__ import annotations

import hashlib
from typing import Final

from iomt_tui.security.text import safe_text

LONGEST: Final = 64  # characters; FHIR's own limit for an id


def identity(raw: str) -> str:
    """``raw`` itself when it is short and harmless, else its safe part and a digest of the whole.

    Two ids that differ only in invisible characters look the same once they are safe; the digest keeps them apart.
    """
    safe = safe_text(raw, LONGEST)
    if safe == raw and raw and "~" not in raw:
        return raw
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{safe[: LONGEST - 11]}~{digest}"
