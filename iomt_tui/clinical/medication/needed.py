"""Orders without a timetable: as needed (PRN), and infusions once they run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import NamedTuple

from iomt_tui.clinical.medication import administration as adm
from iomt_tui.clinical.medication.administration import Administration, standing
from iomt_tui.clinical.medication.drug import Quantity
from iomt_tui.clinical.medication.expansion import DAY, local_day
from iomt_tui.clinical.medication.kinds import Infusion, Prn
from iomt_tui.clinical.medication.order import Order


class AsNeeded(NamedTuple):
    """How a PRN order stands. Times are ms; the count of 24 h rolls, so that midnight allows no extra dose."""

    order: Order
    plan: Prn
    last: Administration | None  # the newest one given
    today: int  # given on the ward's calendar day
    within_24h: int
    next_possible: int | None  # None: may be given now
    recheck_due: int | None  # when the effect of the last one is to be looked at; None: done, or nothing to look at


def given(records: Iterable[Administration]) -> list[Administration]:
    """Those that stand and say that it was given, by the time at which it was."""
    return sorted((r for r in standing(records) if r.what == adm.GIVEN), key=lambda r: r.at)


def as_needed(order: Order, records: Iterable[Administration], zone: tzinfo, now: int) -> AsNeeded:
    """The PRN order at ``now``. Raises TypeError for an order of another kind."""
    plan = order.schedule
    if not isinstance(plan, Prn):
        raise TypeError("not an order as needed")
    own = list(records)
    taken = given(own)
    recent = [r.at for r in taken if r.at > now - DAY]
    bounds = [taken[-1].at + plan.gap] if taken else []
    if len(recent) >= plan.most:
        bounds.append(recent[-plan.most] + DAY)
    wait = max(bounds, default=now)
    checked = {r.replaces for r in own if r.what == adm.EFFECT}
    open_check = bool(taken) and plan.recheck > 0 and taken[-1].id not in checked
    return AsNeeded(
        order, plan, taken[-1] if taken else None,
        sum(local_day(r.at, zone) == local_day(now, zone) for r in taken), len(recent),
        wait if wait > now else None, taken[-1].at + plan.recheck if open_check else None,
    )  # fmt: skip


class Drip(NamedTuple):
    """How an infusion stands: ``rate`` None before it is started, value 0 when it was stopped; ``ends`` (ms) when it
    is planned to be over."""

    order: Order
    rate: Quantity | None
    since: int | None  # of this rate
    by: str
    ends: int | None
    changes: tuple[Administration, ...]  # start, each rate, stop

    @property
    def running(self) -> bool:
        """Whether anything flows."""
        return self.rate is not None and self.rate.value > 0


def drip(order: Order, records: Iterable[Administration]) -> Drip:
    """The infusion after what was recorded of it. Raises TypeError for an order of another kind."""
    plan = order.schedule
    if not isinstance(plan, Infusion):
        raise TypeError("not an infusion")
    changes = tuple(given(records))
    if not changes:
        return Drip(order, None, None, "", None, ())
    newest, first = changes[-1], changes[0]
    rate = newest.dose or plan.rate
    if newest.status == adm.STOPPED:
        rate = Quantity(0.0, rate.unit)
    ends = first.at + plan.lasts if plan.lasts is not None else None
    return Drip(order, rate, newest.at, newest.by, ends, changes)
