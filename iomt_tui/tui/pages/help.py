"""The page of keys and signs."""

from __future__ import annotations

from textual.content import Content

from iomt_tui.tui.pages.page import Page
from iomt_tui.tui.widgets.help_lines import help_lines


class HelpPage(Page):
    """What the keys do here, and what the signs of the board mean."""

    name = "help"

    def lines(self, width: int) -> list[Content] | None:
        """Keys from the table, signs from the board."""
        screen = self.screen
        return help_lines(screen.keys, width, recording=screen.session.player is not None)
