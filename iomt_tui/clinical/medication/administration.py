"""What was recorded of a dose (FHIR R4: MedicationAdministration), and which records still stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.reading import choice, identity, mapping, moment, moment_or_none, words
from iomt_tui.security.text import SafeText

#: The word of the ``act`` entry that records a dose.
DOSE: Final = "dose"
GIVEN, REFUSED, HELD, DELAYED = "given", "refused", "held", "delayed"
NOT_AVAILABLE, EFFECT, ERROR = "not-available", "effect", "error"
WHATS: Final = (GIVEN, REFUSED, HELD, DELAYED, NOT_AVAILABLE, EFFECT, ERROR)
NOT_GIVEN: Final = frozenset({REFUSED, HELD, DELAYED, NOT_AVAILABLE})
#: What settles a dose until it is corrected. A delay leaves it open.
FINAL: Final = frozenset({GIVEN, REFUSED, HELD, NOT_AVAILABLE})
RUNNING, STOPPED = "in-progress", "stopped"
#: What was done -> FHIR status. An infusion that runs is ``in-progress``, one whose rate is set to 0 ``stopped``.
FHIR: Final = {
    GIVEN: "completed", REFUSED: "not-done", NOT_AVAILABLE: "not-done", HELD: "on-hold", DELAYED: "on-hold",
    EFFECT: "completed", ERROR: "entered-in-error",
}  # fmt: skip
_STATUSES: Final = (*dict.fromkeys(FHIR.values()), RUNNING, STOPPED)


@dataclass(frozen=True, slots=True)
class Administration:
    """One record about one dose, named by (patient, order, ``due``); as needed and changes of rate have no ``due``.

    ``replaces`` is the id of the record that it corrects, or whose effect it tells. Times are ms.
    """

    ENTRY: ClassVar[str] = "administration"

    id: str
    patient: str
    order: str
    due: int | None
    status: str
    what: str
    reason: SafeText
    at: int
    by: SafeText
    witness: SafeText
    dose: Quantity | None
    replaces: str | None
    effect: SafeText
    batch: SafeText  # of the package that was scanned
    recorded: int  # log time at which it was recorded

    def body(self) -> dict[str, Any]:
        """As the JSON of its log entry."""
        return {
            "id": self.id, "patient": self.patient, "order": self.order, "due": self.due, "status": self.status,
            "what": self.what, "reason": self.reason, "at": self.at, "by": self.by, "witness": self.witness,
            "dose": None if self.dose is None else self.dose.body(), "replaces": self.replaces, "effect": self.effect,
            "scan": {"batch": self.batch} if self.batch else None, "recorded": self.recorded,
        }  # fmt: skip

    @classmethod
    def from_body(cls, data: Any, recorded: int) -> Administration:
        """From JSON that was logged at ``recorded``. Raises ValueError with the reason why it cannot be one."""
        data = mapping(data, "administration")
        what = choice(data.get("what"), WHATS, "what was done")
        dose, replaces, scan = data.get("dose"), data.get("replaces"), data.get("scan")
        return cls(
            id=identity(data.get("id"), "id"), patient=identity(data.get("patient"), "patient id"),
            order=identity(data.get("order"), "order id"), due=moment_or_none(data.get("due"), "due"),
            status=choice(data.get("status", FHIR[what]), _STATUSES, "status"), what=what,
            reason=words(data.get("reason"), 120), at=moment(data.get("at"), "time"), by=words(data.get("by"), 40),
            witness=words(data.get("witness"), 40),
            dose=None if dose is None else Quantity.from_body(dose, low=0.0),
            replaces=None if replaces is None else identity(replaces, "id of what it replaces"),
            effect=words(data.get("effect"), 120),
            batch=words(scan.get("batch"), 20) if isinstance(scan, dict) else words("", 1),
            recorded=moment(data.get("recorded", recorded), "log time"),
        )  # fmt: skip


def standing(records: Iterable[Administration]) -> list[Administration]:
    """The records that nothing has corrected, in the order in which they were recorded; effects are not among them."""
    own = list(records)
    void = {r.replaces for r in own if r.what != EFFECT and r.replaces is not None}
    return [r for r in own if r.id not in void and r.what not in (EFFECT, ERROR)]
