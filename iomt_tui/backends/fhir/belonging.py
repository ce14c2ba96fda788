"""Whose a resource is, and whether that patient is on the ward."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from iomt_tui.backends.fhir.intake import Found
from iomt_tui.backends.fhir.person import Person
from iomt_tui.backends.fhir.references import Directory
from iomt_tui.backends.fhir.resources import Patient, Reference
from iomt_tui.backends.identity import identity
from iomt_tui.backends.refusals import Refusals

NOT_ON_WARD, TEST_PATIENT = "not-on-ward", "test-patient"
_REPLACED: Final = "replaced-by"


class NotHere(ValueError):
    """A resource is about somebody who is not on the ward. Its text is the reason as it is counted."""


class Belonging:
    """The ward's patients by log id, and what else is known of who is who."""

    def __init__(self, refusals: Refusals, base: str) -> None:
        self._refusals, self._base = refusals, base
        self._names = Directory("Patient", base)
        self._members: frozenset[str] | None = None  # None: whoever comes belongs
        self._tests: set[str] = set()
        self._replaced: set[str] = set()
        self._cache: dict[str, str] = {}
        self.persons: dict[str, Person] = {}
        self.changed: dict[str, None] = {}  # persons to look at again

    def begin(self) -> None:
        """What references mean may change with the resources that come now."""
        self._cache.clear()

    def become(self, patients: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """From now on these are the ward's; returns who joined and who left."""
        wanted = frozenset(identity(one.removeprefix(self._base).removeprefix("Patient/")) for one in patients)
        known = frozenset(self.persons)
        self._members = wanted
        self._cache.clear()
        joined, left = wanted - known - self._tests, known - wanted
        self._tests &= wanted
        self._replaced -= left
        for name in sorted(joined):
            self._person(name)
        for name in left:
            del self.persons[name]
            self.changed.pop(name, None)
        return joined, left

    def add(self, one: Found, patient: Patient, *, test: bool) -> str:
        """Takes up the newest version of a patient; returns their log id. Raises :class:`NotHere`."""
        if self._members is not None and identity(patient.id or "") not in self._members:
            raise NotHere(NOT_ON_WARD)
        name = self._names.add(patient, one.full_url)
        self._cache.clear()
        if test:
            if name not in self._tests:
                self._tests.add(name)
                why = "labelled as test data (HTEST), so left out with everything that is theirs"
                self._refusals.tell(TEST_PATIENT, f"{one.place}: {why}")
            raise NotHere(TEST_PATIENT)
        self._tests.discard(name)
        self._person(name).patient = patient
        self.changed[name] = None
        return name

    def replaced(self, name: str, patient: Patient) -> str:
        """Why the record of a patient is not to be used any more, in words; "" when it is, or that was told before."""
        other = next((link.other for link in patient.link if link.type == _REPLACED), None)
        if other is None and patient.active is not False:
            self._replaced.discard(name)
            return ""
        if name in self._replaced:
            return ""
        self._replaced.add(name)
        if other is None:
            return "the server says that this record is not in use any more; ask which one is"
        return f"the server has replaced this record by {(other.reference or 'another one')[:80]}; look there as well"

    def of(self, reference: Reference | None) -> str:
        """The log id of the patient that a reference points to. Raises ValueError when that is nobody, in words, and
        :class:`NotHere` when they are not on the ward."""
        text = reference.reference if reference is not None else None
        if text and (known := self._cache.get(text)) is not None:
            return known
        name = self._names.find(reference)
        if self._members is not None and name not in self._members:
            raise NotHere(NOT_ON_WARD)
        if name in self._tests:
            raise NotHere(TEST_PATIENT)
        self._person(name)
        if text:
            self._cache[text] = name
        return name

    def _person(self, name: str) -> Person:
        person = self.persons.get(name)
        if person is None:
            person = self.persons[name] = Person(name)
            self.changed[name] = None
        return person

    def drop_tests(self) -> list[Person]:
        """Patients who turned out to be test data, and leave."""
        return [self.persons.pop(name) for name in sorted(self._tests) if name in self.persons]
