"""The page of the chosen patient: everything known, in words and courses; vital signs are charted from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from iomt_tui.tui import questions
from iomt_tui.tui.board.glyphs import BLOCK, GLYPHS
from iomt_tui.tui.board.spark import Points
from iomt_tui.tui.latest_events import LatestEvents
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.widgets.courses import Courses, ink
from iomt_tui.tui.widgets.overview_lines import overview_lines
from iomt_tui.tui.widgets.server_lines import chart_list, chart_values
from iomt_tui.tui.widgets.vital_lines import vital_words
from iomt_tui.ward.view import PatientView
from iomt_tui.ward.writes import VITALS

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen


class PatientPage(StoryPage):
    """Everything known of the patient, in the order of a bedside look."""

    name = "patient"
    tab = "story_overview"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self._latest = LatestEvents(screen, patient)

    def lines(self, width: int) -> list[Content] | None:
        """The patient; the latest events in the lines that are left."""
        view, screen = self.view(), self.screen
        if view is None:
            return None
        told = screen.painter.parts.sections(view, headed=True, courses=self._courses())
        return overview_lines(told, width, screen.page.size.height, self._latest.lines)

    def _courses(self) -> Courses:
        """What the vital signs did up to the moment that is shown, over the window of the board's sparklines."""
        screen, now = self.screen, self.screen.painter.now
        series = screen.session.ward.patients[self.patient].series

        def points(key: str, width: int, count: int) -> Points:
            known = series.get(key)
            return () if known is None else known.buckets((now // width - count + 1) * width, width, count)

        glyphs = GLYPHS.get(screen.settings.glyphs, BLOCK)
        return Courses(points, screen.window_ms, glyphs, ink(screen.app.theme_variables))

    def closed(self) -> None:
        """The events are of no use any more."""
        self._latest.close()

    @property
    def printed_as(self) -> str:
        """It is the first page of the story."""
        return "overview"

    def exported(self) -> object | None:
        """The patient."""
        return self.view()

    def act(self, action: str) -> bool:
        """Asks to chart."""
        if action != "chart_vitals":
            return False
        screen, view = self.screen, self.view()
        if view is None or self.asked or screen.desk.refused():
            return True
        self._chart(view)
        return True

    def _chart(self, view: PatientView) -> None:
        """Asks to chart exactly what is listed; nothing that has no room is charted (SAFETY H4)."""
        screen, desk = self.screen, self.screen.desk
        link = screen.session.ward.link
        if screen.painter.halted:
            desk.say("Nobody monitors: no value is a present one, and none is charted.", wrong=True)
        elif link is None:
            desk.say("This ward comes from no server: there is nowhere to chart to.")
        elif VITALS not in link.writes:
            desk.say(f'Charting on {link.name} is not configured: add "vitals" to its writes.', wrong=True)
        elif screen.small:
            desk.say("No room to list what would be charted: enlarge the terminal.")
        else:
            self._ask(view, str(link.name))

    def _ask(self, view: PatientView, server: str) -> None:
        screen, desk = self.screen, self.screen.desk
        values, doubtful = chart_values(view)
        if not values:
            desk.say("No vital sign has a present value: nothing to chart.")
            return
        spoken = {key: vital_words(view.vitals[key], screen.measures, halted=False)[0] for key in values}
        listed = chart_list(view, spoken, doubtful, screen.painter.now, screen.size.width - 6)
        if len(listed) > screen.list_room:
            desk.say("No room to list what would be charted: enlarge the terminal.")
            return
        desk.arm(questions.chart(view, values, listed, server, desk.clock()))
