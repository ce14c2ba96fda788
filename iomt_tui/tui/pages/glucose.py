"""Glucose of one patient: now and next, time in ranges, and the days on top of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.clinical.glucose_profile import SLOT
from iomt_tui.clinical.medication.expansion import zone_of
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.story.columns import local
from iomt_tui.tui.story.glucose_lines import (
    day_lines,
    figure_lines,
    now_lines,
    profile_legend,
    range_lines,
    slot_words,
    source_lines,
    spot_lines,
)
from iomt_tui.tui.story.profile_plot import LEAST_ROWS, marks, plot
from iomt_tui.tui.text import EMPTY, fitted, joined, plain, spread
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.ward.story.glucose import GlucoseView, glucose_of

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

DAYS: Final = (1, 3, 7, 14)
"""Days that the figures can look back on."""

BESIDE: Final = 112
"""Cells from which on the figures stand beside the ranges; below, under them."""

RANGES_WIDTH: Final = 74
MOST_ROWS: Final = 18
_STEPS: Final = {"glucose_back": -1, "glucose_on": 1, "select_left": -1, "select_right": 1}
_SLOTS: Final = 24 * 60 // SLOT


class GlucosePage(StoryPage):
    """The glucose view. A half hour of the day is chosen; it begins with the present one."""

    name = "glucose"
    tab = "story_glucose"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self.days = DAYS[-1]
        self.slot: int | None = None  # number of the chosen half hour; None: the present one
        self._made: tuple[object, GlucoseView | None] = ((), None)

    def glucose(self) -> GlucoseView:
        """The view at the moment that is shown; made anew with every reading, and every minute."""
        screen, ward = self.screen, self.screen.session.ward
        now, live = screen.painter.now, not screen.painter.halted
        series = ward.patients[self.patient].series.get("glucose")
        newest = (series.at, series.absent) if series is not None else None
        moment = (id(ward), newest, now // 10_000, self.days, live)
        if self._made[0] != moment or self._made[1] is None:
            self._made = (moment, glucose_of(ward, self.patient, now, self.days, live=live))
        assert self._made[1] is not None
        return self._made[1]

    def _chosen(self, view: GlucoseView) -> int:
        if self.slot is not None:
            return self.slot
        begins = local(view.at, zone_of(view.tz))
        return (begins.hour * 60 + begins.minute) // SLOT

    def own_head(self, width: int) -> list[Content]:
        """Over how many days, and the keys."""
        title = joined(
            plain(" Glucose ", "bold"), plain(f" last {self.days} days" if self.days > 1 else " last 24 h", MUTED)
        )
        hint = EMPTY
        for one, other, words in (
            ("window_shorter", "window_longer", "days"), ("glucose_back", "glucose_on", "time of day"),
            ("units", "", "units"),
        ):  # fmt: skip
            labels = " ".join(self.screen.keys.labels(name)[0] for name in (one, other) if name)
            more = joined(hint, plain(f"  {labels}", "bold $accent"), plain(f" {words}", MUTED))
            if title.cell_length + more.cell_length > width:
                break
            hint = more
        return [spread(title, hint, width)]

    def lines(self, width: int) -> list[Content] | None:
        """Now and next, the ranges and figures, the profile, the days."""
        screen = self.screen
        if self.patient not in screen.session.ward.patients:
            return None
        view, measures, ascii_only = self.glucose(), screen.measures, self._ascii
        out = list(now_lines(view, measures, width, halted=screen.painter.halted, ascii_only=ascii_only))
        if view.present is None:
            return out
        if not view.continuous:
            return [*out, EMPTY, *spot_lines(view, measures, width)]
        out += self._figures(view, width)
        out += self._profile(view, width, len(out))
        return [*out, EMPTY, *day_lines(view, measures, width), EMPTY, *source_lines(measures, width)]

    def _figures(self, view: GlucoseView, width: int) -> list[Content]:
        half = RANGES_WIDTH if width >= BESIDE else width
        left = list(range_lines(view.summary, self.screen.measures, half, ascii_only=self._ascii))
        room = width - half - 2 if width >= BESIDE else width
        right = list(figure_lines(view, self.screen.measures, room))
        if width < BESIDE:
            return [*left, *right]
        count = max(len(left), len(right))
        left += [fitted(EMPTY, half)] * (count - len(left))
        right += [EMPTY] * (count - len(right))
        return [joined(one, plain("  "), fitted(other, room)) for one, other in zip(left, right, strict=True)]

    def _profile(self, view: GlucoseView, width: int, above: int) -> list[Content]:
        slots, chosen, drawn = view.profile, self._chosen(view), marks(ascii_only=self._ascii)
        if not any(slot.values for slot in slots):
            words = slot_words(slots[chosen], self.screen.measures)
            return list(wrapped(f"No daily profile yet. {words}.", width, MUTED))
        rows = min(max(self.screen.page.size.height - above - 4, LEAST_ROWS), MOST_ROWS)
        words = slot_words(slots[chosen], self.screen.measures)
        drawing = plot(slots, width, rows, self.screen.measures, chosen, drawn)
        return [fitted(plain(words, "bold"), width), *drawing, *profile_legend(drawn, self.screen.measures, width)]

    @property
    def _ascii(self) -> bool:
        return self.screen.settings.glyphs == "ascii"

    def act(self, action: str) -> bool:
        """Another half hour, other days."""
        if self.asked:
            return action in ("glucose_back", "glucose_on")
        if action in _STEPS:
            self.slot = (self._chosen(self.glucose()) + _STEPS[action]) % _SLOTS
        elif action in ("window_shorter", "window_longer"):
            at = DAYS.index(self.days) + (1 if action == "window_longer" else -1)
            self.days = DAYS[min(max(at, 0), len(DAYS) - 1)]
        else:
            return False
        return True

    def exported(self) -> GlucoseView | None:
        """The view as it is shown."""
        return self.glucose() if self.patient in self.screen.session.ward.patients else None
