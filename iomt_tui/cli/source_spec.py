"""Which data a command reads: the words after ``--source``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from iomt_tui.cli.exits import CliError, Exit


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """``demo`` with a scenario ("" for the usual mix), ``ward`` with its directory's name, or a ``file``.

    ``beds`` and ``seed`` of a demo are None where the simulator's own defaults hold. ``mapping`` holds the
    HEADING=VITAL[:UNIT] pairs of a CSV file.
    """

    kind: Literal["demo", "ward", "file"]
    name: str = ""
    path: Path | None = None
    beds: int | None = None
    seed: int | None = None
    mapping: tuple[tuple[str, str], ...] = ()


def parse_source(text: str) -> SourceSpec:
    """Reads ``demo``, ``demo:SCENARIO``, ``ward:NAME``, a file's path or the name of a recording that came with the
    program. Raises CliError when there is none."""
    kind, colon, name = text.partition(":")
    if kind == "demo":
        return SourceSpec("demo", name)
    if kind == "ward" and colon:
        return SourceSpec("ward", name)
    return file_source(Path(text))


def file_source(path: Path, mapping: tuple[tuple[str, str], ...] = ()) -> SourceSpec:
    """A recording, CSV or FHIR Bundle, or one of :func:`bundled_recordings` by its name where no file has that path.

    Raises CliError unless it is a file that can be opened.
    """
    if not path.is_file():
        there = {} if path.exists() else bundled_recordings()
        if str(path) not in there:
            what = "is a directory, not a file" if path.is_dir() else "does not exist"
            names = f". Recordings that came with the program: {', '.join(there)}" if there else ""
            raise CliError(
                f"{path} {what}. A source is 'demo', 'demo:SCENARIO', 'ward:NAME' or a recording, CSV or FHIR file"
                f"{names}",
                Exit.SOURCE,
            )
        path = there[str(path)]
    return SourceSpec("file", path.stem, path, mapping=mapping)


def bundled_recordings() -> dict[str, Path]:
    """Name -> file of the recordings that came with the program, sorted; none when they are missing."""
    from iomt_tui.resources import bundled

    try:
        found = sorted(bundled("demo_data").glob("*.iomtlog*"))
    except FileNotFoundError:
        return {}
    return {path.name.partition(".")[0]: path for path in found}


def parse_mapping(text: str) -> tuple[str, str]:
    """``HEADING=VITAL[:UNIT]`` as (heading, "vital" or "vital:unit"). Raises ValueError with an example."""
    heading, equals, vital = text.rpartition("=")
    if not equals or not heading.strip() or not vital.strip():
        raise ValueError(f"{text!r} does not read HEADING=VITAL[:UNIT]: write for example --map 'Sat (%)=spo2'")
    return heading.strip(), vital.strip()
