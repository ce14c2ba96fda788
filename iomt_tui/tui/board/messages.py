"""What a board tells the app. Patients are named by id."""

from __future__ import annotations

from textual.message import Message


class PatientSelected(Message):
    """Another patient is selected, or none (``patient`` is None)."""

    def __init__(self, patient: str | None) -> None:
        super().__init__()
        self.patient = patient


class PatientOpened(Message):
    """The user wants to see this patient."""

    def __init__(self, patient: str) -> None:
        super().__init__()
        self.patient = patient
