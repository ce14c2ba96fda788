"""The ward as a board shows it at one moment. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from iomt_tui.ward.view import PatientView


@dataclass(frozen=True, slots=True)
class BoardView:
    """The patients whom the board shows, top to bottom: a filter leaves some of the ward out."""

    patients: tuple[PatientView, ...]
