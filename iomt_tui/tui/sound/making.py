"""From the settings to the sound of a screen."""

from __future__ import annotations

from collections.abc import Callable

from iomt_tui.settings import Settings
from iomt_tui.tui.session import Session
from iomt_tui.tui.sound.player import Bell, Command, Player
from iomt_tui.tui.sound.sounding import Sounding


def sounding(settings: Settings, session: Session, ring: Callable[[], bool], clock: Callable[[], float]) -> Sounding:
    """The sound that the settings ask for. "auto" sounds on a live ward only: a demo should not beep in an office."""
    bell = Bell(ring)
    player: Player = bell
    if settings.sound == "command" and settings.sound_command:
        player = Command(settings.sound_command)

    def wanted() -> bool:
        if settings.sound != "auto":
            return settings.sound != "off"
        return session.feed.player is None and session.live.seq > 0 and not session.live.watermark

    return Sounding(player, bell, clock, wanted)
