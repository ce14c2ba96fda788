"""From the codes of a message to a vital sign: LOINC, MDC code and reference identifier, SNOMED CT."""

from __future__ import annotations

from typing import Final

from iomt_tui.clinical.vitals import VITALS, Vital

#: FHIR blood pressure panels: their components carry the values.
BP_PANELS: Final = frozenset({"85354-9", "55284-4"})
#: Components of a panel -> (where the panel is of a cuff, where it is of an arterial line).
BP_COMPONENTS: Final = {
    "8480-6": ("nibp_sys", "ibp_sys"),
    "8462-4": ("nibp_dia", "ibp_dia"),
    "8478-0": ("nibp_mean", "ibp_mean"),
}
_SNOMED: Final = {"1104441000000107": "acvpu"}
#: Answers on the ACVPU scale, SNOMED CT (HL7 UK value set) and LOINC -> the value in the log.
ACVPU_ANSWERS: Final = {
    "248234008": 0, "130987000": 1, "300202002": 2, "450847001": 3, "422768004": 4,
    "LA9340-6": 0, "LA6560-2": 1, "LA17108-4": 2, "LA17107-6": 3, "LA9343-0": 4,
}  # fmt: skip

_LOINC: Final = {code: vital for vital in VITALS.values() for code in vital.loinc}
_MDC: Final = {code: vital for vital in VITALS.values() for code in vital.mdc}
_REFID: Final = {refid: vital for vital in VITALS.values() for refid in vital.refids}


def by_loinc(code: str) -> Vital | None:
    """The vital sign of a LOINC code, or None. A pressure without a word about its site is a cuff's."""
    return _LOINC.get(code)


def by_snomed(code: str) -> Vital | None:
    """The vital sign of a SNOMED CT code, or None."""
    key = _SNOMED.get(code)
    return VITALS[key] if key else None


def by_mdc(code: int | str | None, refid: str = "") -> Vital | None:
    """The vital sign of an IEEE 11073 code and its reference identifier, or None.

    The identifier decides where the two disagree, as they do in real messages (150017 as
    MDC_PRESS_BLD_NONINV_SYS); see :func:`disagree`. 150017-150019 alone are a pressure of an unnamed site and
    belong to no vital.
    """
    return _REFID.get(refid) or (None if refid and _foreign(refid) else _MDC.get(_number(code)))


def disagree(code: int | str | None, refid: str) -> bool:
    """Whether code and reference identifier name different things, which has to be told."""
    named, numbered = _REFID.get(refid), _MDC.get(_number(code))
    if named is None:
        return numbered is not None and bool(refid) and _foreign(refid)
    return named is not numbered


def bp_key(component: str, *, invasive: bool = False) -> str | None:
    """The vital's key of a blood pressure panel's component, or None."""
    keys = BP_COMPONENTS.get(component)
    return keys[invasive] if keys else None


def _foreign(refid: str) -> bool:
    """Whether ``refid`` names something that is none of our vitals (free text is no name)."""
    return refid.startswith(("MDC_", "MDCX_", "MNDRY_"))


def _number(code: int | str | None) -> int:
    if isinstance(code, int):
        return code
    return int(code) if code and code.isascii() and code.isdigit() and len(code) < 10 else -1
