"""The devices of the ward in one list: what fails next stands first; enter opens its patient's devices."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, cast

from textual.content import Content

from iomt_tui.tui.pages.page import Aim, ListPage
from iomt_tui.tui.pages.story import TABS
from iomt_tui.tui.pages.story_devices import not_live
from iomt_tui.tui.text import fitted, joined, plain, spread
from iomt_tui.tui.widgets.device_lines import columns, row, summary
from iomt_tui.tui.widgets.rows import MUTED
from iomt_tui.ward.story.devices import DeviceStanding, WardDevices, ward_devices

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen


class WardDevicesPage(ListPage):
    """Sorted by what fails next: no contact, clock off, battery, signal. Read again when the moment is another."""

    name = "ward devices"
    nothing = "No device was told of."

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self._read: tuple[object, WardDevices | None, dict[Hashable, DeviceStanding]] = ((), None, {})

    def exported(self) -> WardDevices:
        """The devices at the moment that is shown."""
        ward, now = self.screen.session.ward, self.screen.painter.now
        moment = (id(ward), ward.seq, now)
        if self._read[0] != moment or self._read[1] is None:
            found = ward_devices(ward, now)
            self._read = (moment, found, {(one.patient, one.id): one for one in found.devices})
            return found
        return self._read[1]

    def ids(self) -> Sequence[Hashable]:
        """Patient and device."""
        return [(one.patient, one.id) for one in self.exported().devices]

    def row(self, one: Hashable, width: int) -> list[Content]:
        """One device."""
        return [row(self._read[2][one], self.screen.painter.now, width)]

    def head(self, width: int) -> list[Content]:
        """How many fail, the key, and the columns."""
        found = self.exported()
        spare = f" · {found.spare} spare" if found.spare else ""
        words = joined(plain(" Devices ", "bold"), plain(f"{summary(found.devices)}{spare}", MUTED))
        key = self.screen.keys.labels("enter")[0]
        hint = joined(plain(f"  {key}", "bold $accent"), plain(" patient's devices ", MUTED))
        fits = words.cell_length + hint.cell_length <= width
        first = spread(words, hint, width) if fits else fitted(words, width)
        return [first, *not_live(self, width), joined(plain(" "), columns(width - 1))]

    def aimed(self) -> Aim | None:
        """The patient of the chosen device; without a choice what is on the strip, which is in view."""
        ward, patient = self.screen.session.ward, self._patient()
        if patient not in ward.patients:
            return self.screen.on_strip()
        view = ward.view(patient, self.screen.painter.now)
        return view, self.screen.painter.alarm_of(view)

    def _patient(self) -> str:
        return cast("tuple[str, str]", self.selected)[0] if self.selected is not None else ""

    def hidden(self) -> tuple[int, bool] | None:
        """No row of this page is an alarm."""
        return 0, False

    def offers(self) -> set[str]:
        """A chosen device leads to its patient."""
        return {"enter"} if self.selected is not None else set()

    def act(self, action: str) -> bool:
        """Opens the devices of the chosen one's patient."""
        screen = self.screen
        if action != "enter" or self.selected is None or self.asked:
            return False
        screen.board.selected = self._patient()
        screen.open_cover(TABS["story_devices"].load()(screen, self._patient()))
        return True
