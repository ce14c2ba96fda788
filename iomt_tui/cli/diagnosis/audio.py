"""What makes alarms heard at this desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.exits import CliError

_OFF = "set output in [audio] of the configuration, or start with --sound"


def audio_checks(config: Path) -> Iterator[Check]:
    """Whether alarms sound, and through what; whether anybody hears it only the sound test (V) can tell."""
    if not config.exists():
        yield Check("audio", "ok", "the terminal's bell on a live ward, nothing on demo and replay")
        return
    from iomt_tui.cli.config_file import load

    try:
        audio = load(config).config.audio
    except CliError:
        yield Check("audio", "warn", "not known: the configuration cannot be read", "'iomt-tui config validate'")
        return
    if audio.output == "off":
        yield Check("audio", "warn", "off: no alarm sounds at this desk", _OFF)
    elif audio.output != "command":
        yield Check("audio", "ok", "the terminal's bell" + (" on a live ward" if audio.output == "auto" else ""))
    elif not audio.command or shutil.which(audio.command[0]) is None:
        named = audio.command[0] if audio.command else "none"
        yield Check("audio", "fail", f"the player {named!r} is no program here: the bell sounds instead",
                    "correct command in [audio], then press V on the board to hear it")  # fmt: skip
    else:
        yield Check("audio", "ok", f"{audio.command[0]} plays; press V on the board to hear it")
