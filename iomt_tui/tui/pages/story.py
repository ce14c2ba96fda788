"""The pages of one patient's story: side by side behind the digits, each under the same two lines of who it is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, cast

from textual.content import Content

from iomt_tui.tui.keys import Keys
from iomt_tui.tui.pages.page import Aim, Page
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen


class Leaf(NamedTuple):
    """One page of the story. Its module is imported when it is first opened: some need libraries that take time."""

    title: str
    short: str  # where not all titles have room
    module: str
    page: str  # the class

    def load(self) -> type[StoryPage]:
        """The page's class."""
        return cast("type[StoryPage]", getattr(import_module(self.module), self.page))


_PAGES: Final = "iomt_tui.tui.pages."

TABS: Final[Mapping[str, Leaf]] = {
    "story_overview": Leaf("overview", "overview", f"{_PAGES}patient", "PatientPage"),
    "story_trends": Leaf("trends", "trends", f"{_PAGES}trends", "TrendsPage"),
    "story_observations": Leaf("observations", "NEWS2", f"{_PAGES}observations", "ObservationsPage"),
    "story_flowsheet": Leaf("flowsheet", "flow", f"{_PAGES}flowsheet", "FlowsheetPage"),
    "story_glucose": Leaf("glucose", "glucose", f"{_PAGES}glucose", "GlucosePage"),
    "story_waves": Leaf("waves", "waves", f"{_PAGES}waves", "WavesPage"),
    "story_timeline": Leaf("timeline", "time", f"{_PAGES}timeline", "TimelinePage"),
    "story_devices": Leaf("devices", "devices", f"{_PAGES}story_devices", "DevicesPage"),
}
"""Key action -> the page behind it, in the order of the digits."""


class StoryPage(Page):
    """A page about one patient, by id. It closes when the patient leaves the ward."""

    tab: ClassVar[str] = ""  # its key action, one of TABS

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen)
        self.patient = patient

    @property
    def places(self) -> tuple[str, ...]:
        """Keys of all pages of the story, and its own."""
        return ("story", self.name)

    def view(self) -> PatientView | None:
        """The patient at the moment that is shown; None: not on the ward then."""
        ward = self.screen.session.ward
        return ward.view(self.patient, self.screen.painter.now) if self.patient in ward.patients else None

    def head(self, width: int) -> list[Content]:
        """Whose page, and the pages of the story; then the page's own lines."""
        view = self.view()
        if view is None:
            return []
        return [_identity(view, width), tab_line(self.tab, self.screen.keys, width), *self.own_head(width)]

    def own_head(self, width: int) -> list[Content]:
        """Lines of this page that stay above while it scrolls."""
        return []

    def moment(self) -> int | None:
        """Log time (ms) that the page's cursor points to; None: it points to none."""
        return None

    def aimed(self) -> Aim | None:
        """Alarm keys mean this patient's alarm."""
        view = self.view()
        return (view, self.screen.painter.alarm_of(view)) if view is not None else None

    def hidden(self) -> tuple[int, bool] | None:
        """No row of these pages is an alarm that waits: those are on the strip and in the counts."""
        return 0, False

    def offers(self) -> set[str]:
        """The patient can be pinned."""
        return {"pin"}


def _identity(view: PatientView, width: int) -> Content:
    """Two identifiers, age, and what must not be overlooked."""
    years = f"{view.age_years} y" if view.age_years is not None else ""
    about = " ".join(part for part in (years, view.sex) if part)
    left = joined(
        plain(f" {view.bed} " if view.bed else " ", "bold $accent"),
        plain(view.full_name or view.name or view.id, "bold"),
        plain(f"  Record {view.mrn or 'unknown'}"),
        plain(f"  {about}" if about else "", "$label"),
    )
    warned = plain(f"  ALLERGIES: {', '.join(view.allergies)} ", "bold $warning") if view.allergies else EMPTY
    if left.cell_length + warned.cell_length > width and view.allergies:
        warned = plain("  ALLERGIES, see 1 ", "bold $warning")
    return spread(left, warned, width)


def tab_line(chosen: str, keys: Keys, width: int) -> Content:
    """The pages with their keys; the one that is open stands in brackets, too, for who sees no colour."""
    for short in (False, True):
        parts = (
            _tab(keys.labels(action)[0], leaf.short if short else leaf.title, mine=action == chosen)
            for action, leaf in TABS.items()
        )
        line = joined(*parts)
        if line.cell_length <= width:
            break
    return fitted(line, width)


def _tab(key: str, title: str, *, mine: bool) -> Content:
    if mine:
        return plain(f"[{key} {title}]", "bold reverse")
    return joined(plain(f" {key}", "bold $accent"), plain(f" {title} ", "$label"))
