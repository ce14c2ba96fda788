"""One sentence on what to do about the worst of a ward's alarms. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iomt_tui.alarms.burden import TARGET, Burden
from iomt_tui.alarms.model import Priority
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.tui.board.words import label

ENOUGH: Final = 10
"""Alarms below which a share says nothing."""

MUCH: Final = 0.25
"""Share of one bed's one sensor, of alarms over by themselves, or that come again, that something can be done about."""


def advice(burden: Burden, whatif_key: str) -> str:
    """The sentence. ``whatif_key``: the key that shows what other limits would do; "" when there is none."""
    if burden.alarms < ENOUGH:
        return "Too few alarms to say what to do about them."
    return next(
        _findings(burden, whatif_key), "Nothing stands out: no bed, sensor or kind of alarm makes most of them."
    )


def _findings(burden: Burden, whatif_key: str) -> Iterator[str]:
    """What could be done, the most effective first."""
    limits = f"see what other limits would do: {whatif_key or 'iomt-tui alarms --limits'}"
    if burden.worst is not None and burden.worst[1] >= MUCH * burden.alarms:
        (bed, sensor, technical), count = burden.worst
        name = str(label(sensor)) if sensor in VITALS or sensor == "news2" else sensor
        do = "look at its sensor, its place and its battery" if technical else limits
        yield f"{count} of {burden.alarms} alarms come from bed {bed}, {name}; {do}."
    if (burden.self_resolved or 0) >= MUCH and burden.over >= ENOUGH:
        alone = round((burden.self_resolved or 0) * burden.over)
        yield f"{alone} of {burden.over} were over within 15 s, before anybody came: a longer delay; {limits}."
    if (burden.again or 0) >= MUCH:
        again = round((burden.again or 0) * burden.alarms)
        yield f"{again} of {burden.alarms} came back within 5 min: a limit close to the patient's usual; {limits}."
    high, wanted = burden.mix.get(Priority.HIGH, 0), TARGET[Priority.HIGH]
    if high > 3 * wanted * burden.alarms:
        yield f"{high} of {burden.alarms} are high priority, {wanted:.0%} should be: keep it for what cannot wait."
