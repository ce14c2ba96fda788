"""What the columns of a file of fills or doses are called."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = {
    "patient": "patient patientid subject subjectid id mrn pid memberid beneficiary",
    "drug": "drug drugname drugcode medication medicationname medicine ndc atc ingredient generic",
    "date": "date filldate dateoffill filled filledon dispensed dispensedate dispensingdate dispensedon servicedate "
    "dateofservice dos rxfilldate",
    "days_supply": "dayssupply daysupply supply supplydays daysofsupply dayssupplied dayssup dayssuply ds",
    "quantity": "quantity qty quantitydispensed amount units tablets",
    "due": "due dueat duetime scheduled scheduledat scheduledtime planned plannedtime duedatetime",
    "taken": "taken takenat takentime timetaken actual actualtime opened openedat intake",
    "source": "source origin seenby device recordedby",
    "class": "class classes drugclass therapeuticclass",
}
MEANING: Final = {name: key for key, names in _NAMES.items() for name in names.split()}
FILLS: Final = ("patient", "drug", "date", "days_supply")
DOSES: Final = ("patient", "drug", "due", "taken")


def meaning(heading: str) -> str:
    """The column's meaning, "" for an unknown one: never a likely one."""
    return MEANING.get(re.sub(r"[^a-z0-9]", "", heading.casefold()), "")
