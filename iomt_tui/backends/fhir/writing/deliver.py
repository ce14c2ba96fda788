"""One attempt at one write: what became of it, or why it has to be tried again."""

from __future__ import annotations

from iomt_tui.backends.fhir.errors import FhirError
from iomt_tui.backends.fhir.writing.acknowledging import acknowledge, take_back
from iomt_tui.backends.fhir.writing.charting import chart
from iomt_tui.backends.fhir.writing.desk import Desk
from iomt_tui.backends.fhir.writing.dosing import record
from iomt_tui.backends.fhir.writing.naming import Naming
from iomt_tui.backends.fhir.writing.noting import note
from iomt_tui.backends.fhir.writing.server import Unfit, Verdict, judged
from iomt_tui.ward import writes
from iomt_tui.ward.writes import Write


async def deliver(write: Write, desk: Desk, known: dict[str, str] | None = None) -> Verdict:
    """What became of ``write``. Raises :class:`.server.Later` where another attempt may end otherwise.

    ``known``: of vital signs, the parts that earlier attempts ended for good.
    """
    try:
        return await _by_kind(write, desk._replace(server=Naming(desk.server)), known or {})
    except FhirError as error:
        return judged(error)
    except Unfit as error:
        return Verdict(writes.FAILED, str(error))


async def _by_kind(write: Write, desk: Desk, known: dict[str, str]) -> Verdict:
    if write.what == writes.ACK:
        return await (take_back if write.about.get("do") == "unack" else acknowledge)(write, desk)
    if write.what == writes.DOSE:
        return await record(write, desk)
    if write.what == writes.NOTE:
        return await note(write, desk)
    if write.what == writes.VITALS:
        return await chart(write, desk, known)
    raise Unfit("nothing of that kind is written to a server")
