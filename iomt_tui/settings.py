"""What the user chose, as the screens get it: a frozen value without validation, files or libraries behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """One user's choices for one run. Validated before it is made (``iomt_tui.cli.config``)."""

    ward: str = "demo"  # name of the ward's directory below the state directory
    user: str = ""  # who acts at this desk; written into every acknowledgement
    theme: str = "dark"
    theme_dirs: tuple[Path, ...] = ()  # the user's own themes, searched after the bundled ones
    units: Mapping[str, str] = field(default_factory=dict)  # vital key -> unit to show it in
    spark_window_ms: int = 30 * 60_000
    glyphs: str = "block"  # "block", "braille" or "ascii"
    flash: bool = True  # whether unacknowledged high alarms may flash
    sound: str = "auto"  # "bell", "command", "off"; "auto": the bell on a live ward, nothing on demo and replay
    sound_command: tuple[str, ...] = ()  # what plays for "command"
    notify: frozenset[tuple[int, int]] = frozenset((2, priority) for priority in (1, 2, 3))
    """Level and priority of the escalations that ring the terminal; empty for none."""
    mouse: bool = True
    read_only: bool = False  # nothing is acknowledged, charted or changed from here
    remote: bool = False  # over SSH: no animation
    keymap: Mapping[str, str] = field(default_factory=dict)  # binding id -> keys, comma separated
