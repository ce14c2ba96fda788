"""Who is on the ward: the cast, the patients beyond it, and those admitted later."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.simulated import cast
from iomt_tui.backends.simulated.alarming import HAPPENS
from iomt_tui.backends.simulated.course import HOUR, MINUTE, Run
from iomt_tui.backends.simulated.courses import COURSES
from iomt_tui.backends.simulated.episodes import Diary, Episode
from iomt_tui.backends.simulated.faults import FAULTS
from iomt_tui.backends.simulated.noise import mix, unit
from iomt_tui.backends.simulated.people import Role, enrol
from iomt_tui.backends.simulated.scenario import Scenario, Trouble
from iomt_tui.backends.simulated.subject import Subject, befalls

# A small ward keeps the parts worth seeing.
_BEDS_FIRST: Final = (7, 15, 12, 3, 10, 6, 14, 8, 9, 5, 13, 11, 2, 4, 1, 16)
_HOMES_FIRST: Final = (3, 4, 1, 2, 6, 8, 7, 5)
_CALM: Final = frozenset({"recovery", "pain"})


def places(beds: int) -> tuple[list[str], list[str]]:
    """What a ward of ``beds`` patients calls its beds, and its places at home: a third of them."""
    homes = beds // 3
    wide = max(2, len(str(beds - homes)))
    return [f"{i:0{wide}d}" for i in range(1, beds - homes + 1)], [f"H{i}" for i in range(1, homes + 1)]


class Register:
    """Numbers patients 1 to ``beds`` and says of each which part they play."""

    def __init__(self, scenario: Scenario, beds: int, seed: int, start: int) -> None:
        self._scenario, self._seed, self._start = scenario, seed, start
        rooms, homes = places(beds)
        self._taken = {(role.family, role.given) for role in (*cast.BEDS, *cast.HOMES)}
        self._labels = rooms + homes
        parts = [f"{i:02d}" for i in _chosen(_BEDS_FIRST, len(rooms))]
        parts += [""] * (len(rooms) - len(parts))
        parts += [f"H{i}" for i in _chosen(_HOMES_FIRST, len(homes))]
        self._parts = parts + [""] * (beds - len(parts))
        self.leaves: dict[int, int] = {}  # number -> when that patient is discharged

    def present(self) -> list[tuple[int, Subject]]:
        """The patients of the start, with their numbers."""
        found: list[tuple[int, Subject]] = []
        for i, (label, part) in enumerate(zip(self._labels, self._parts, strict=True)):
            if part:
                role = cast.HOMES[int(part[1:]) - 1] if part[0] == "H" else cast.BEDS[int(part) - 1]
            else:
                role = cast.invent(i + 1, label[0] == "H", self._seed, self._taken)
            found.append((i + 1, self._subject(role, i + 1, label, part)))
        return found

    def admit(self, number: int, bed: str, at: int) -> Subject:
        """A new patient for ``bed``."""
        return self._subject(cast.invent(number, False, self._seed, self._taken), number, bed, "", at)

    def calm(self) -> dict[str, int]:
        """Bed -> number of those of the cast who are fit to leave."""
        busy = {p.bed for p in self._scenario.parts if p.course not in _CALM}
        busy |= {t.bed for t in self._scenario.troubles if t.kind != "gap"}
        return {
            self._labels[i]: i + 1 for i, part in enumerate(self._parts) if part and part[0] != "H" and part not in busy
        }

    def troubles(self, number: int) -> tuple[Trouble, ...]:
        """What fails on the devices of patient ``number``."""
        part = self._parts[number - 1] if number <= len(self._parts) else ""
        return tuple(t for t in self._scenario.troubles if t.bed == part) if part else ()

    def _subject(self, role: Role, number: int, bed: str, part: str, since: int | None = None) -> Subject:
        scenario, start = self._scenario, self._start
        person = enrol(role, number, bed, self._seed, start)
        fixed = tuple(
            Episode(t.kind, start + int(t.begins * 1000), start + int(t.ends * 1000))
            for t in self.troubles(number)
            if t.kind in FAULTS | HAPPENS
        )
        slot = int(scenario.slot * 1000)
        diary = Diary(person.key, start, slot, scenario.chance, scenario.habits, fixed)
        subject = Subject(person, start, (), diary)
        if scenario.local_hour is not None:
            subject.hour0 = scenario.local_hour
        subject.leaves = self.leaves.get(number, subject.leaves)
        if since is not None:
            subject.arrives = since
        elif part:
            subject.fixed = tuple(
                Run(COURSES[p.course], start + int(p.minute * MINUTE), p.strength)
                for p in scenario.parts
                if p.bed == part
            )
        elif unit(person.key, 45) < scenario.share:
            pool = befalls(person)
            begins = start + int((6 * unit(person.key, 46) - 1.5) * HOUR)
            subject.fixed = (Run(pool[mix(person.key, 47) % len(pool)], begins, 0.95),)
        if number not in self.leaves:
            subject.expect(scenario.share, scenario.gaps)
        return subject


def _chosen(order: tuple[int, ...], count: int) -> list[int]:
    return sorted(order[:count])
