"""The five rights of a dose, checked against what was scanned: patient, drug, dose, route, time. Pure.

What a code cannot tell is "unknown", never "ok". Times are ms of log time; orders have the shape of an ``order``
entry (:mod:`iomt_tui.ward.events`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from iomt_tui.clinical.medication import ndc as ndcs
from iomt_tui.clinical.medication.barcode import Code, shelf_life

State = Literal["ok", "wrong", "unknown"]
Order = Mapping[str, Any]


class Person(NamedTuple):
    """A patient as the ward knows them; ``label`` is bed and name, as screens show them."""

    id: str
    label: str
    numbers: tuple[str, ...] = ()  # what their wristband may hold besides the id: record number, GSRN


class Due(NamedTuple):
    """A dose that can be given: its order, its time (None: when needed), from when to when it is on time."""

    order: Order
    due: int | None
    opens: int | None = None
    closes: int | None = None


class Right(NamedTuple):
    """One of the five, and why."""

    name: str
    state: State
    words: str


@dataclass(frozen=True, slots=True)
class Rights:
    """The five, the dose that was meant, and what else must be known. ``refused``: why it must not be given at all."""

    patient: Right
    drug: Right
    dose: Right
    route: Right
    time: Right
    match: Due | None = None
    refused: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[Right, ...]:
        """The five in their order."""
        return self.patient, self.drug, self.dose, self.route, self.time

    @property
    def wrong(self) -> tuple[str, ...]:
        """Every reason against giving it, the gravest first; empty when there is none."""
        return (*((self.refused,) if self.refused else ()), *(one.words for one in self.all if one.state == "wrong"))


_FORM_ROUTES: Final[tuple[tuple[tuple[str, ...], frozenset[str]], ...]] = (
    (("tablet", "capsule", "syrup", "oral"), frozenset({"oral", "po", "sublingual", "buccal", "enteral", "ng", "peg"})),
    (("inhal", "nebul"), frozenset({"inhaled", "inhalation", "inh", "nebulised", "nebulized"})),
    (("suppository",), frozenset({"rectal", "pr", "vaginal", "pv"})),
    (("injection", "infusion", "ampoule", "vial"), frozenset({
        "iv", "im", "sc", "sq", "subcut", "intravenous", "intramuscular", "subcutaneous", "intradermal", "intrathecal",
        "epidural", "inhaled", "nebulised", "nebulized"})),
    (("patch",), frozenset({"transdermal", "topical"})),
)  # fmt: skip
"""Forms by which alone the route is judged; any other form is not."""


def owners(code: Code, people: Sequence[Person]) -> list[Person]:
    """Whose wristband it may be: one person, none, or several whom it cannot tell apart, of whom it then means none."""
    if code.kind != "patient":
        return []
    return [one for one in people if code.patient == one.id or code.patient in one.numbers]


def fits(code: Code, drug: Mapping[str, Any]) -> bool:
    """Whether a scanned pack is the ordered drug in the ordered strength and form: by GTIN, NDC or local code."""
    if code.kind != "drug":
        return False
    known = {str(gtin).zfill(14) for gtin in drug.get("gtin") or ()}
    if code.gtin and any(_same_item(code.gtin, gtin) for gtin in known):
        return True
    numbers = [str(drug.get("ndc") or ""), *(ndcs.of_gtin(gtin) for gtin in known)]
    if code.ndc and any(ndcs.same_product(code.ndc, number) for number in numbers):
        return True
    return bool(code.local) and code.local == drug.get("code")


def _same_item(one: str, other: str) -> bool:
    """The first digit of a GTIN-14 is a level of packaging; the last is the check digit over it."""
    return one[1:13] == other[1:13]


def check(
    code: Code, chosen: Person, wristband: Person | None, doses: Sequence[Due], others: Mapping[str, Sequence[Due]],
    people: Sequence[Person], now: int, today: date, at: Callable[[int], str],
) -> Rights:  # fmt: skip
    """Checks a scanned drug for ``chosen``.

    ``wristband``: whose was scanned before, None when nobody's was. ``doses``: what ``chosen`` may get; ``others``:
    the same of everybody else, by patient id, to say whose drug it is. ``at`` writes a time for people to read.
    """
    patient = _patient(chosen, wristband)
    ours = [dose for dose in doses if fits(code, dose.order.get("drug") or {})]
    if not ours:
        nothing = "no dose of this drug to compare with"
        return Rights(
            patient, _not_ordered(code, chosen, doses, others, people), Right("dose", "unknown", nothing),
            Right("route", "unknown", nothing), Right("time", "unknown", nothing), refused=_refused(code, today),
        )  # fmt: skip
    match = min(ours, key=lambda dose: _distance(dose, now))
    order = match.order
    drug = order.get("drug") or {}
    return Rights(
        patient, Right("drug", "ok", f"{drug.get('name', 'the drug')}, as ordered"), _dose(code, order),
        _route(order), _time(match, now, at), match, _refused(code, today), _remarks(code, drug, today),
    )  # fmt: skip


def _patient(chosen: Person, wristband: Person | None) -> Right:
    if wristband is None:
        return Right("patient", "unknown", f"no wristband scanned: make sure that this is {chosen.label}")
    if wristband.id != chosen.id:
        return Right("patient", "wrong", f"This is NOT {chosen.label}: the wristband is that of {wristband.label}.")
    return Right("patient", "ok", chosen.label)


def _not_ordered(
    code: Code, chosen: Person, doses: Sequence[Due], others: Mapping[str, Sequence[Due]], people: Sequence[Person]
) -> Right:
    if code.kind != "drug":
        return Right("drug", "wrong", code.wrong or "This is a wristband, not a drug.")
    whose = [
        one.label for one in people
        if any(fits(code, dose.order.get("drug") or {}) for dose in others.get(one.id, ()))
    ]  # fmt: skip
    scanned = _name_in(code, [dose for one in others.values() for dose in one])
    if (other := _other_strength(scanned, doses)) is not None:
        return Right("drug", "wrong", f"WRONG STRENGTH OR FORM: this is {scanned[1]}, ordered is {other}.")
    if not scanned[1] and not all(_comparable(code, dose.order.get("drug") or {}) for dose in doses):
        return Right(
            "drug", "unknown", "NOT KNOWN: no order here holds this code. Compare name, strength and form by eye."
        )
    what = scanned[1] or "this drug"
    hint = f" {what} is for {', '.join(whose[:3])}." if whose else ""
    return Right("drug", "wrong", f"NOT ORDERED for {chosen.label}: {what}.{hint}")


def _comparable(code: Code, drug: Mapping[str, Any]) -> bool:
    """Whether an order tells its drug in the kind of code that was scanned, so that another code is another drug."""
    return bool((code.gtin and drug.get("gtin")) or (code.ndc and drug.get("ndc")) or (code.local and drug.get("code")))


def _name_in(code: Code, doses: Sequence[Due]) -> tuple[str, str]:
    """What a pack is by the ward's orders: the active substance, and the name in full; "" when no order tells."""
    for dose in doses:
        drug = dose.order.get("drug") or {}
        if fits(code, drug):
            return _substance(drug), str(drug.get("name") or "")
    return "", ""


def _substance(drug: Mapping[str, Any]) -> str:
    return str(drug.get("name") or "").split(" ", 1)[0].casefold()


def _other_strength(scanned: tuple[str, str], doses: Sequence[Due]) -> str | None:
    drugs = [dose.order.get("drug") or {} for dose in doses]
    same = (drug for drug in drugs if scanned[0] and _substance(drug) == scanned[0])
    return next((str(drug.get("name")) for drug in same), None)


def _amount(dose: Mapping[str, Any] | None) -> str:
    if not dose or dose.get("value") is None:
        return "as ordered"
    return f"{dose['value']:g} {dose.get('unit', '')}".strip()


def _dose(code: Code, order: Order) -> Right:
    ordered, drug = order.get("dose"), order.get("drug") or {}
    strength = drug.get("strength")
    if not strength or not ordered or strength.get("unit") != ordered.get("unit") or not strength.get("value"):
        return Right("dose", "unknown", f"the code does not tell the strength: give {_amount(ordered)}")
    units = ordered["value"] / strength["value"] / (code.count or 1)
    each = f"{_amount(ordered)} is {ordered['value'] / strength['value']:g} × {_amount(strength)}"
    if code.count is not None and code.count > ordered["value"] / strength["value"]:
        return Right("dose", "unknown", f"{each}; the pack holds {code.count}")
    return Right("dose", "ok" if units == 1 else "unknown", each)


def _route(order: Order) -> Right:
    route, form = str(order.get("route") or ""), str((order.get("drug") or {}).get("form") or "").casefold()
    allowed = next((routes for words, routes in _FORM_ROUTES if any(word in form for word in words)), None)
    if not route:
        return Right("route", "unknown", "the order names no route")
    if allowed is not None and route.casefold() not in allowed and _known_route(route):
        return Right("route", "wrong", f"WRONG ROUTE: a {form} is not given {route}.")
    return Right("route", "unknown", f"a code does not tell how it is given: give {route}")


def _known_route(route: str) -> bool:
    return any(route.casefold() in routes for _, routes in _FORM_ROUTES)


def _distance(dose: Due, now: int) -> tuple[int, int]:
    """How far a dose is from being on time, ms, and how far from its due time."""
    early = max(0, (dose.opens if dose.opens is not None else now) - now)
    late = max(0, now - (dose.closes if dose.closes is not None else now))
    return early + late, abs(now - dose.due) if dose.due is not None else 0


def _time(dose: Due, now: int, at: Callable[[int], str]) -> Right:
    if dose.opens is not None and now < dose.opens:
        what = f"due at {at(dose.due)}" if dose.due is not None else "given not long ago"
        return Right("time", "wrong", f"TOO EARLY: {what}, not before {at(dose.opens)}.")
    if dose.due is None:
        return Right("time", "ok", "given when needed")
    if dose.closes is not None and now > dose.closes:
        return Right("time", "wrong", f"LATE: it was due at {at(dose.due)}, on time until {at(dose.closes)}.")
    if dose.opens is None or dose.closes is None:
        return Right("time", "unknown", f"due at {at(dose.due)}")
    return Right("time", "ok", f"due at {at(dose.due)}")


def _refused(code: Code, today: date) -> str:
    if not code.expired(today):
        return ""
    return f"{shelf_life(code, today)} Take another pack" + (f", not batch {code.batch}." if code.batch else ".")


def _remarks(code: Code, drug: Mapping[str, Any], today: date) -> tuple[str, ...]:
    out = [shelf_life(code, today)] if code.expires_soon(today) else []
    exact = code.gtin in {str(gtin).zfill(14) for gtin in drug.get("gtin") or ()}
    if code.gtin and not exact and code.gtin[0] != "0":
        out.append("This is the code of an outer box: make sure that what you hold is out of it.")
    return tuple(out)
