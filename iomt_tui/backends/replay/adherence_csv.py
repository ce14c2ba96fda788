"""Fills and doses from CSV files, so that adherence can be computed and checked without any ward."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from iomt_tui.backends.refusals import Refusals
from iomt_tui.backends.replay.adherence_headings import DOSES, FILLS, meaning
from iomt_tui.backends.replay.content import head, open_text
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.lines import Line, lines, records, split
from iomt_tui.clinical.medication.adherence import Dose
from iomt_tui.clinical.medication.assessment import DrugRecord
from iomt_tui.clinical.medication.reading import HOUR
from iomt_tui.clinical.medication.supply import LONGEST_SUPPLY, Fill
from iomt_tui.security.text import SafeText, safe_text

DELIMITERS: Final = (",", ";", "\t", "|")
SOURCES: Final = {
    "": "observed", "dispenser": "dispenser", "smartcap": "smart-cap", "cap": "smart-cap", "mems": "smart-cap",
    "observed": "observed", "device": "observed", "reported": "reported", "selfreport": "reported",
    "selfreported": "reported", "patient": "reported", "diary": "reported",
}  # fmt: skip
MISSED: Final = frozenset({"", "-", "missed", "no", "none", "null", "na", "n/a", "false"})
_HEADINGS_WITHIN: Final = 30  # lines
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T](.+))?")


class _Row(NamedTuple):
    """One dose: when it was due, when taken (None: missed), and who says so."""

    due: datetime
    taken: datetime | None
    source: str


@dataclass
class _Drug:
    name: SafeText
    classes: dict[str, None] = field(default_factory=dict)
    fills: dict[tuple[int, int, str], Fill] = field(default_factory=dict)
    doses: dict[datetime, list[_Row]] = field(default_factory=dict)


@dataclass
class Import:
    """What files of fills and doses hold. ``used`` and ``bad`` count rows; ``notes`` say what was assumed."""

    zone: tzinfo
    patients: dict[SafeText, dict[str, _Drug]] = field(default_factory=dict)
    used: int = 0
    bad: int = 0
    last: int = 0  # ordinal of the newest date in them
    refusals: Refusals = field(default_factory=Refusals)
    notes: list[SafeText] = field(default_factory=list)

    def read(self, path: Path) -> None:
        """Takes up one file. Raises SourceError when it has no such columns."""
        start = head(path)
        with open_text(path, start) as stream:
            source = lines(stream, lambda reason, line, why: self._bad(f"{path.name}:{line}", why))
            columns, delimiter, width = self._headings(path, source)
            reads = self._dose if "due" in columns else self._fill
            for record in records(source, delimiter, width):
                cells = {name: record.cells[i].strip() if i < len(record.cells) else "" for name, i in columns.items()}
                where = f"{path.name}:{record.number}"
                try:
                    reads(cells)
                except (ValueError, OverflowError) as error:
                    self._bad(where, str(error))

    def _headings(self, path: Path, source: Iterator[Line]) -> tuple[dict[str, int], str, int]:
        best: Sequence[str] = ()
        for line in islice(source, _HEADINGS_WITHIN):
            delimiter = _delimiter(line.text)
            cells = split(line.text.removeprefix("\ufeff"), delimiter)
            columns: dict[str, int] = {}
            for i, cell in enumerate(cells):
                if name := meaning(cell):
                    columns.setdefault(name, i)
            if any(all(name in columns for name in needed) for needed in (FILLS, DOSES)):
                unknown = [cell.strip() for i, cell in enumerate(cells) if i not in columns.values()]
                if unknown:
                    self.notes.append(safe_text(f"{path.name}: columns not used: {', '.join(unknown)}", 300))
                return columns, delimiter, len(cells)
            best = max(best, cells, key=len)
        found = ", ".join(repr(cell.strip()[:30]) for cell in best[:12]) or "nothing"
        raise SourceError(
            f"{path}: holds neither fills nor doses (columns: {found}). Fills need the headings "
            f"{','.join(FILLS)}[,quantity][,class], doses {','.join(DOSES)}[,source][,class]"
        )

    def _bad(self, where: str, why: str) -> None:
        self.bad += 1
        self.refusals.add("row", why, where, why)

    def _drug(self, cells: dict[str, str]) -> _Drug:
        patient, name = safe_text(cells["patient"], 60), safe_text(cells["drug"], 60)
        if not patient or not name:
            raise ValueError(f"{'patient' if not patient else 'drug'} is empty")
        drug = self.patients.setdefault(patient, {}).setdefault(name.casefold(), _Drug(name))
        for one in re.split(r"[;/+]", cells.get("class", "")):
            if one.strip():
                drug.classes[safe_text(one.strip().casefold(), 40)] = None
        return drug

    def _fill(self, cells: dict[str, str]) -> None:
        day, days = self._time(cells["date"], "date").toordinal(), _days(cells["days_supply"])
        drug, key = self._drug(cells), (day, days, cells.get("quantity", ""))
        if key in drug.fills:
            raise ValueError("the same fill again; it counts once")
        drug.fills[key] = Fill(day, days)
        self.used, self.last = self.used + 1, max(self.last, day)

    def _dose(self, cells: dict[str, str]) -> None:
        due, said = self._time(cells["due"], "due"), re.sub(r"[^a-z]", "", cells.get("source", "").casefold())
        if said not in SOURCES:
            raise ValueError(f"source {cells['source'][:20]!r} is not one of: dispenser, smart-cap, reported")
        taken = None if cells["taken"].casefold() in MISSED else self._time(cells["taken"], "taken")
        drug = self._drug(cells)
        drug.doses.setdefault(due, []).append(_Row(due, taken, SOURCES[said]))
        self.used, self.last = self.used + 1, max(self.last, due.toordinal())

    def _time(self, text: str, what: str) -> datetime:
        """A date or a time; without an offset it is the zone's. Raises ValueError that says what is wrong."""
        plain = text.replace("/", "-") if re.match(r"\d{4}/", text) else text
        if match := _DAY_FIRST.fullmatch(plain):
            plain = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}" + (f"T{match[4]}" if match[4] else "")
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            shown = safe_text(text, 30)
            raise ValueError(f"{what} {shown!r} is no date like 2026-03-01 or 2026-03-01T08:00") from None
        if not 1900 <= found.year <= 2199:
            raise ValueError(f"{what} {safe_text(text, 30)!r} is not in the years 1900 to 2199")
        return found.astimezone(self.zone) if found.tzinfo is not None else found.replace(tzinfo=self.zone)

    def records(self) -> dict[SafeText, list[DrugRecord]]:
        """The drugs of every patient, as :func:`~iomt_tui.clinical.medication.assessment.assess` takes them."""
        return {patient: [_record(drug) for drug in drugs.values()] for patient, drugs in self.patients.items()}


def _delimiter(text: str) -> str:
    return max(DELIMITERS, key=lambda mark: len(split(text, mark)))


def _days(text: str) -> int:
    try:
        days = float(text)
    except ValueError:
        days = 0.0
    if not 1 <= days <= LONGEST_SUPPLY or days != int(days):
        raise ValueError(f"days_supply {safe_text(text, 20)!r} is not a number from 1 to {LONGEST_SUPPLY}")
    return int(days)


def _record(drug: _Drug) -> DrugRecord:
    by_day: dict[int, int] = {}
    for due in drug.doses:
        by_day[due.toordinal()] = by_day.get(due.toordinal(), 0) + 1
    window = 2 * HOUR if max(by_day.values(), default=1) == 1 else HOUR
    seen = [row.source for rows in drug.doses.values() for row in rows if row.source != "reported"]
    return DrugRecord(
        order="", drug=drug.name, classes=tuple(drug.classes), critical=False,
        source=seen[0] if seen else "reported" if drug.doses else "",
        doses=tuple(_dose(due, rows, window) for due, rows in sorted(drug.doses.items())),
        fills=tuple(sorted(drug.fills.values())),
    )  # fmt: skip


def _dose(due: datetime, rows: list[_Row], window: int) -> Dose:
    """A dose from the rows about it: a device and a report may both tell of it."""
    at = round(due.timestamp() * 1000)
    seen = [row.taken for row in rows if row.source != "reported" and row.taken is not None]
    return Dose(
        at, due.toordinal(), due.hour, observed=bool(seen),
        on_time=any(abs(round(taken.timestamp() * 1000) - at) <= window for taken in seen),
        reported=any(row.source == "reported" and row.taken is not None for row in rows),
        watched=any(row.source != "reported" for row in rows),
    )  # fmt: skip
