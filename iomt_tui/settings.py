"""What the user chose, as the screens get it: a frozen value without validation, files or libraries behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from iomt_tui.clinical.medication.barcode import Dialect


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """How this desk's barcode scanner types. ``use``: "auto" (where a scan is expected), "on" (always) or "off"."""

    use: Literal["auto", "on", "off"] = "auto"
    prefix: str = ""  # one character that begins every scan; "" for none
    suffix: str = "enter"  # "enter" (or tab), "none", or one character that ends every scan
    least: int = 8  # characters
    gap: float = 0.035  # s between two keys of a scan at most
    codes: Dialect = field(default_factory=Dialect)


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What may leave the screen for a file."""

    formats: frozenset[str] = frozenset()
    """Formats (:mod:`iomt_tui.ward.exports`) for a ward of people; demo and test wards may be exported in all."""
    directory: Path = Path()  # where files are put
    people: tuple[str, ...] = ()  # who may export a ward of people; () for everybody
    station: str = ""  # from where it is asked for, as the log tells it


@dataclass(frozen=True, slots=True)
class Settings:
    """One user's choices for one run. Validated before it is made (``iomt_tui.cli.config``)."""

    ward: str = "demo"  # name of the ward's directory below the state directory
    user: str = ""  # who acts at this desk; written into every acknowledgement
    theme: str = "dark"
    theme_dirs: tuple[Path, ...] = ()  # the user's own themes, searched after the bundled ones
    units: Mapping[str, str] = field(default_factory=dict)  # vital key -> unit to show it in
    spark_window_ms: int = 30 * 60_000
    glyphs: str = "auto"  # "block", "braille", "ascii"; "auto": blocks on the board, braille for charts and waveforms
    flash: bool = True  # whether unacknowledged high alarms may flash
    sound: str = "auto"  # "bell", "command", "off"; "auto": the bell on a live ward, nothing on demo and replay
    sound_command: tuple[str, ...] = ()  # what plays for "command"
    notify: frozenset[tuple[int, int]] = frozenset((2, priority) for priority in (1, 2, 3))
    """Level and priority of the escalations that ring the terminal; empty for none."""
    mouse: bool = True
    read_only: bool = False  # nothing is acknowledged, charted or changed from here
    remote: bool = False  # over SSH: no animation
    scanner: ScannerSettings = field(default_factory=ScannerSettings)
    export: ExportSettings = field(default_factory=ExportSettings)
    keymap: Mapping[str, str] = field(default_factory=dict)  # binding id -> keys, comma separated
