"""The feeds of a screen: :class:`LiveFeed` on a ward that runs, :class:`ReplayFeed` on a recording."""

from iomt_tui.log.delivery import Delivery, Feed
from iomt_tui.log.live import LiveFeed
from iomt_tui.log.player import Player
from iomt_tui.log.replay import ReplayFeed

__all__ = ["Delivery", "Feed", "LiveFeed", "Player", "ReplayFeed"]
