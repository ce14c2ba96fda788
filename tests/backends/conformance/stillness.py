"""Nothing comes any more: what has to be shown of it, and who has to be told, as time goes on."""

from __future__ import annotations

from typing import Final

from iomt_tui.ward.judge import MONITORING
from iomt_tui.ward.view import Freshness

from .running import Running

SECOND: Final = 1_000


def limits(running: Running) -> dict[tuple[str, str], int]:
    """When (ms) each value that was ever measured expires."""
    return {
        (patient, key): series.at + series.limit
        for patient, state in running.ward.patients.items()
        for key, series in state.series.items()
        if series.at >= 0
    }


def lost(running: Running) -> dict[tuple[str, str], int]:
    """When (ms) each device's silence is one that somebody must hear of: of continuous ones, and of the others."""
    found: dict[tuple[str, str], int] = {}
    for patient, state in running.ward.patients.items():
        for device in state.devices:
            own = [one for one in state.series.values() if one.device == device and one.at >= 0]
            for continuous in (True, False):
                some = [one for one in own if (one.limit <= MONITORING) is continuous]
                if some:
                    due = max(max(one.at, one.absent_at) for one in some) + min(one.limit for one in some)
                    found[patient, device] = min(due, found.get((patient, device), due))
    return found


def expires(running: Running) -> None:
    """Ticks on until everything is past its limit, and looks at each moment what is shown and who is told."""
    ward = running.ward
    assert limits(running)
    for (patient, key), end in sorted(limits(running).items(), key=lambda one: one[1]):
        if end >= ward.now:
            assert ward.view(patient, end).vitals[key].freshness < Freshness.EXPIRED, (patient, key)
        running.engine.tick(max(end + SECOND, ward.now))
        vital = ward.view(patient, ward.now).vitals[key]
        assert vital.freshness == Freshness.EXPIRED, (patient, key)
        assert not vital.live
        assert not vital.breach
        for (who, device), due in lost(running).items():
            if due < ward.now:
                technical = {a.ref.param for a in ward.view(who, ward.now).alarms if a.technical}
                assert device in technical, (who, device)
    for patient in ward.ids():
        view = ward.view(patient, ward.now)
        assert not any(vital.live for vital in view.vitals.values())
        assert not view.news2.known
