"""The names this program gives what it writes to a FHIR server, and reads back from there: systems and extensions."""

from __future__ import annotations

from typing import Final

_OURS: Final = "https://iomt-tui.org/fhir/"

#: Code system and code of the Task that carries an alarm's acknowledgement, and the system of its inputs' types.
TASK_SYSTEM: Final = _OURS + "task"
TASK_CODE: Final = "alarm-acknowledgement"
#: Business identifier of an alarm condition: "param|kind"; of one act: its op.
ALARM: Final = _OURS + "alarm"
OP: Final = _OURS + "op"
#: Tag: the station that wrote a resource.
STATION: Final = _OURS + "station"
#: Of a MedicationAdministration: the dose of the timetable that it is about (valueDateTime; valueCode where it is of
#: none, as a change of rate), the record that it corrects (valueString; of a
#: Communication, too: the note), the package's batch (valueString).
DUE: Final = _OURS + "due"
NOT_DUE: Final = "not-due"  # its code where a record is of no dose of the timetable
REPLACES: Final = _OURS + "replaces"
BATCH: Final = _OURS + "batch"
#: Code system of what was done about a dose, and of what an acknowledgement promises.
ADMINISTRATION: Final = _OURS + "administration"
INTENT: Final = _OURS + "intent"
#: Tag of what `iomt-tui seed` has published, and the system of its identifiers; the code names the ward.
DEMO: Final = _OURS + "demo"
#: Code system of the mark on what was exported into a file, and where its resources would be, were they on a server.
EXPORTED: Final = _OURS + "export"
