"""Opening the screens on a feed. The only place of the command line that imports textual."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.paths import state_dir
from iomt_tui.settings import Settings

if TYPE_CHECKING:
    from iomt_tui.cli.engines import Attaching
    from iomt_tui.log.delivery import Feed
    from iomt_tui.log.guard import ScreenPresence
    from iomt_tui.log.looks import LookFile
    from iomt_tui.log.pins import PinFile


def show_live(attaching: Attaching, settings: Settings) -> int:
    """Shows the ward, and shows its engine that somebody looks, until the user leaves."""
    from iomt_tui.log.feed import LiveFeed
    from iomt_tui.log.guard import ScreenPresence
    from iomt_tui.log.looks import LOOKS, LookFile
    from iomt_tui.log.pins import PINS, PinFile

    import_module("iomt_tui.tui.app")  # takes a quarter of a second, in which the engine starts
    log = attaching.wait()
    presence = ScreenPresence(log)
    presence.attach()
    try:
        beside = log.parent
        return show(LiveFeed(log), settings, presence, PinFile(beside / PINS), LookFile(beside / LOOKS))
    finally:
        presence.detach()


def show(
    feed: Feed, settings: Settings, presence: ScreenPresence | None = None, pins: PinFile | None = None,
    looks: LookFile | None = None,
) -> int:  # fmt: skip
    """Shows what ``feed`` brings; ``pins`` keeps my patients, ``looks`` when I last looked.

    The terminal has been checked (``require_screen``).
    """
    from iomt_tui.cli.exporting.seam import PageExporter
    from iomt_tui.tui.app import WardApp
    from iomt_tui.tui.session import Session

    session = Session(feed, pins=pins, looks=looks)
    try:
        app = WardApp(session, settings)
        app.presence = presence
        app.exporter = PageExporter()
        app.crash_directory = state_dir() / "crash"  # type: ignore[misc]
        app.run(mouse=settings.mouse)
        return app.return_code or Exit.OK
    finally:
        session.close()
