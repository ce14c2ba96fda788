"""Opening what can be replayed: told by its content, whatever its name ends with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Literal, Protocol

from iomt_tui.backends.replay.clock import ANCHOR
from iomt_tui.backends.replay.content import MARKS, SQLITE, head, packed
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Reading

EXPECTED = (
    "expected a recording of this program, a CSV or TSV with a time column and vital signs, "
    "or a FHIR R4 Bundle (JSON), each also packed as .gz"
)


class Source(Protocol):
    """A file's patients, devices and readings. Bodies as in :mod:`iomt_tui.ward.events`; times are ms UTC."""

    name: str
    start: int
    end: int
    patients: list[dict[str, Any]]
    devices: list[dict[str, Any]]
    notes: list[str]  # what was assumed, in words

    @property
    def kind(self) -> Literal["csv", "fhir"]: ...

    @property
    def refused(self) -> Counter[tuple[str, str]]: ...

    @property
    def problems(self) -> list[str]: ...

    def readings(self) -> Iterator[Reading]: ...


@dataclass(frozen=True, slots=True)
class Recording:
    """A log that this program wrote: the log room opens it, there is nothing to map."""

    path: Path
    name: str
    packed: bool  # as gzip
    kind: Literal["recording"] = "recording"


def open_source(
    path: Path | str, mapping: Mapping[str, str] | None = None, *, anchor: int = ANCHOR, zone: tzinfo = UTC
) -> Source | Recording:
    """What is in ``path``. Raises :class:`SourceError`, one clear sentence, when it cannot be replayed.

    ``mapping``: a CSV's heading -> ``vital[:unit]``, ``time[:unit]``, ``patient``, ``bed``, ``name`` or
    ``ignore``. ``anchor``: where time elapsed starts (ms). ``zone``: the zone of times that name none.
    """
    path = Path(path)
    begins = head(path)
    if begins.startswith(SQLITE):
        return Recording(path, safe_text(path.name), packed(path))
    bare = begins.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare:
        raise SourceError(f"{path}: the file is empty; {EXPECTED}")
    if bare[:1] in (b"{", b"["):
        return _open_json(path, begins, mapping, anchor)
    if bare[:1] == b"<":
        raise SourceError(f"{path}: XML or HTML cannot be replayed; {EXPECTED}")
    if not begins.startswith(MARKS) and begins.count(b"\x00") > max(8, len(begins) // 50):
        raise SourceError(f"{path}: a binary file; {EXPECTED}")
    from iomt_tui.backends.replay.csv_file import CsvSource

    return CsvSource(path, begins, mapping or {}, anchor, zone)


def _open_json(path: Path, begins: bytes, mapping: Mapping[str, str] | None, anchor: int) -> Source:
    if b'"resourceType"' not in begins:
        raise SourceError(f"{path}: JSON, but no FHIR resource begins it; {EXPECTED}")
    if mapping:
        raise SourceError(f"{path}: --map names columns of a CSV, but this is FHIR JSON; leave it out")
    from iomt_tui.backends.replay.fhir_file import FhirSource

    return FhirSource(path, begins, anchor)
