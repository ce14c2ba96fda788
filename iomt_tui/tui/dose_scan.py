"""What a scan means on the medication round: whose wristband, which dose, and whether the five rights hold. Pure.

A scan records nothing. One that fits lets the page ask for the dose that it found; anything else is said out loud.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from iomt_tui.clinical.medication.barcode import Code
from iomt_tui.clinical.medication.checks import clock
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.clinical.medication.rights import Due, Person, Right, Rights, check, fits, owners
from iomt_tui.tui.dose_list import DoseItem, Section

OPEN: Final = (Section.TODO, Section.NEXT, Section.NEEDED)
"""The sections whose doses a scanned drug is compared with."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was found: one loud line, or the five rights, and the row that is meant."""

    words: str
    wrong: bool
    rights: Rights | None = None
    person: Person | None = None  # whose wristband it is
    item: DoseItem | None = None
    body: Mapping[str, Any] | None = None  # the ``scan`` of the act
    ask: bool = False  # nothing speaks against asking for the dose


def wristband(code: Code, people: Sequence[Person], chosen: Person | None) -> Result:
    """Whose wristband was scanned; wrong when another patient's row is chosen."""
    found = owners(code, people)
    if len(found) != 1:
        whose = "NOBODY'S on this ward" if not found else "that of " + " AND ".join(one.label for one in found)
        return Result(f"WRONG: the wristband {code.patient} is {whose}. Nobody was chosen.", wrong=True)
    if chosen is not None and chosen.id != found[0].id:
        words = (
            f"WRONG PATIENT: the wristband is that of {found[0].label}, the row chosen is of {chosen.label}. "
            f"The row was let go; scan the wristband again to go on with {found[0].label}."
        )
        return Result(words, wrong=True)
    return Result(f"Wristband of {found[0].label}: scan the drug", wrong=False, person=found[0])


def drug(
    code: Code, chosen: Person, band: Person | None, sections: Mapping[Section, Sequence[DoseItem]],
    people: Sequence[Person], now: int, today: date, tz: str,
) -> Result:  # fmt: skip
    """Checks a scanned drug for ``chosen`` against every dose that may be given; ``band``: whose wristband it was."""
    zone = zone_of(tz)
    items: dict[str, list[tuple[Due, DoseItem]]] = {}
    for section in OPEN:
        for item in sections[section]:
            if item.drip is None and not (item.dose is not None and item.dose.records):
                items.setdefault(item.id.patient, []).append((_due(item), item))
    doses = {patient: [due for due, _ in own] for patient, own in items.items()}
    own = doses.pop(chosen.id, [])
    rights = check(code, chosen, band, own, doses, people, now, today, lambda at: clock(at, zone))
    if rights.match is None and (before := _given_before(code, chosen.id, sections[Section.GIVEN])) is not None:
        made = before.dose.records[0] if before.dose is not None else None
        said = f"ALREADY {made.what.upper()} by {made.by} at {clock(made.at, zone)}." if made else "ALREADY GIVEN."
        rights = replace(rights, drug=Right("drug", "wrong", f"{said} No other dose of it is due."))
    match = next((one for due, one in items.get(chosen.id, ()) if due is rights.match), None)
    return _judged(rights, match, code, band)


def _due(item: DoseItem) -> Due:
    """A row as the check of the five rights wants it."""
    if item.dose is not None:
        body = item.order.body() | {"dose": item.dose.slot.dose.body()}
        return Due(body, item.dose.due, item.dose.window.opens, item.dose.window.late)
    opens = item.needed.next_possible if item.needed is not None else None
    return Due(item.order.body(), None, opens)


def _given_before(code: Code, patient: str, given: Iterable[DoseItem]) -> DoseItem | None:
    own = [one for one in given if one.id.patient == patient and fits(code, one.order.drug.body())]
    return max(own, key=lambda one: one.id.due or 0, default=None)


def _judged(rights: Rights, item: DoseItem | None, code: Code, band: Person | None) -> Result:
    """Only its time may be wrong: the question then asks for the reason."""
    against = [rights.refused] if rights.refused else []
    against += [one.words for one in (rights.patient, rights.drug, rights.route) if one.state == "wrong"]
    if against:
        return Result(f"DO NOT GIVE: {against[0]}", wrong=True, rights=rights, item=item)
    if item is None:
        return Result(f"NOT KNOWN: {rights.drug.words}", wrong=True, rights=rights)
    if band is None:
        return Result("Scan the wristband first, then the drug again.", wrong=True, rights=rights, item=item)
    expiry = code.expiry.isoformat() if code.expiry else None
    body = {"gtin": _gtin(code, item), "read": code.gtin, "batch": code.batch, "expiry": expiry, "wristband": band.id}
    return Result("", wrong=False, rights=rights, item=item, body=body, ask=True)


def _gtin(code: Code, item: DoseItem) -> str:
    """The GTIN as the order writes it, where the scanned pack is a box of that item; "" where it fits by another code:
    the log's check compares GTINs alone."""
    same = (gtin for gtin in item.order.drug.gtin if code.gtin and gtin.zfill(14)[1:13] == code.gtin[1:13])
    return str(next(same, ""))
