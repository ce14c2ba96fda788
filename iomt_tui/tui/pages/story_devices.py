"""The devices of one patient: what each measures, how long it lasts, and what was swapped."""

from __future__ import annotations

from textual.content import Content

from iomt_tui.tui.pages.page import Page
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.text import EMPTY, fitted, plain
from iomt_tui.tui.widgets.device_lines import block, nothing, summary, swap_line
from iomt_tui.ward.story.devices import DevicesView, devices_of

NOT_LIVE = " NOT LIVE: nobody monitors, so this is how they last stood. "


class DevicesPage(StoryPage):
    """Device by device, those that fail first before the others."""

    name = "devices"
    tab = "story_devices"

    def exported(self) -> DevicesView | None:
        """What the page shows."""
        ward = self.screen.session.ward
        return devices_of(ward, self.patient, self.screen.painter.now) if self.patient in ward.patients else None

    def own_head(self, width: int) -> list[Content]:
        """How many, and how many of them fail soon."""
        found = self.exported()
        return [] if found is None else [*not_live(self, width), fitted(plain(f" {summary(found.devices)}"), width)]

    def lines(self, width: int) -> list[Content] | None:
        """A block for each device, then the swaps."""
        found = self.exported()
        if found is None:
            return None
        now, tz, out = self.screen.painter.now, self.screen.session.ward.tz, list[Content]()
        for one in found.devices:
            out += [*([EMPTY] if out else []), *block(one, now, tz, width)]
        if not out:
            out.append(nothing("No device of the patient's was told of."))
        if found.swaps:
            out += [EMPTY, plain("Swaps", "bold $accent")]
            out += [swap_line(swap, now, tz, width) for swap in found.swaps]
        return out


def not_live(page: Page, width: int) -> list[Content]:
    """A line that says so while nobody monitors."""
    return [fitted(plain(NOT_LIVE, "bold reverse"), width)] if page.screen.painter.halted else []
