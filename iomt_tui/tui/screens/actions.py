"""What each key of the table does on the board. One method a key action, named by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from iomt_tui.tui import comparing, questions
from iomt_tui.tui.acknowledging import DELIBERATE
from iomt_tui.tui.notes import writing
from iomt_tui.tui.pages.adherence import AdherencePage
from iomt_tui.tui.pages.alarms import AlarmPage
from iomt_tui.tui.pages.burden import BurdenPage
from iomt_tui.tui.pages.help import HelpPage
from iomt_tui.tui.pages.limits import LimitsPage
from iomt_tui.tui.pages.mar import MarPage
from iomt_tui.tui.pages.page import Page
from iomt_tui.tui.pages.round import RoundPage
from iomt_tui.tui.pages.sign_in import SignInPage
from iomt_tui.tui.pages.story import TABS, StoryPage
from iomt_tui.tui.pages.ward_devices import WardDevicesPage
from iomt_tui.tui.screens.alarm_actions import AlarmActions
from iomt_tui.tui.screens.travel_actions import TravelActions
from iomt_tui.tui.sound.sounding import UNHEARD

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp
    from iomt_tui.tui.screens.board import BoardScreen

MINUTE: Final = 60_000
WINDOWS: Final = tuple(MINUTE * minutes for minutes in (10, 30, 60, 240, 720, 1440))
"""Stretches of time that a sparkline can show, ms."""


class BoardActions(AlarmActions, TravelActions):
    """The board's commands. They change the board's state; the board paints it."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen

    def enter(self) -> None:
        """Confirms what is asked, else opens the chosen patient."""
        screen = self.screen
        if screen.leaving:
            if screen.clock() - screen.leaving_since >= DELIBERATE:
                screen.app.exit()
        elif screen.desk.hand.armed is not None:
            screen.confirm()
        elif screen.cover is None and screen.board.selected is not None and not screen.small:
            self.story("story_overview")

    def back(self) -> None:
        """Takes back one thing: the question, the open page, the filter, the choice."""
        screen, armed = self.screen, self.screen.desk.hand.armed
        if screen.desk.hand.cancel() or screen.leaving:
            screen.leaving = False
            if armed is not None and armed.do == "sound":
                screen.desk.say(UNHEARD, wrong=True)
        elif screen.cover is not None:
            if not screen.cover.back():
                screen.open_cover(None)
        elif screen.roster.query:
            screen.set_filter("")
        elif screen.board.selected is not None:
            screen.release()
        elif not screen.away.dismiss():
            screen.desk.answer = None

    # Choosing.

    def select_next(self) -> None:
        self.screen.move("action_select_down", 1)

    def select_previous(self) -> None:
        self.screen.move("action_select_up", -1)

    def select_right(self) -> None:
        self.screen.move("action_select_next", 1)

    def select_left(self) -> None:
        self.screen.move("action_select_previous", -1)

    def page_down(self) -> None:
        self.screen.move("action_page_down", 20)

    def page_up(self) -> None:
        self.screen.move("action_page_up", -20)

    def first(self) -> None:
        self.screen.move("action_first", -1_000)

    def last(self) -> None:
        self.screen.move("action_last", 1_000)

    def filter(self) -> None:
        self.screen.open_filter()

    def pin(self) -> None:
        """Makes the chosen patient one of mine, or no longer."""
        chosen = self.screen.board.selected
        if chosen is None:
            self.screen.desk.say("Choose a patient first: ↓ or j.")
            return
        self.screen.roster.mine ^= {chosen}
        self.screen.remember_mine()
        self.screen.reorder(force=False)

    def compare_mark(self) -> None:
        """Marks the patient whom the keys mean for a comparison, or no longer."""
        screen, (view, _) = self.screen, self.screen.aimed()
        if view is None:
            screen.desk.say("Choose a patient first: ↓ or j.")
        elif not screen.comparison.toggle(view.id):
            screen.desk.say(f"No more than {comparing.MOST} are compared: {screen.comparison.words()}.", wrong=True)
        elif screen.comparison.marked:
            screen.desk.say(f"Marked for a comparison: {screen.comparison.words()}.")
        else:
            screen.desk.say("Nobody is marked any more.")

    def compare(self) -> None:
        """Opens the comparison of the marked patients, or closes it."""
        screen = self.screen
        if screen.cover is not None and screen.cover.name == comparing.NAME:
            screen.open_cover(None)
        elif len(screen.comparison.marked) < comparing.FEWEST:
            key = screen.keys.labels("compare_mark")[0]
            screen.desk.say(f"Mark {comparing.FEWEST} to {comparing.MOST} patients first: {key} on each of them.")
        elif not screen.small:
            screen.open_cover(screen.comparison.page())

    # Looks.

    def mine_first(self) -> None:
        self.screen.roster.mine_first = not self.screen.roster.mine_first
        self.screen.reorder(force=True)

    def sort(self) -> None:
        roster = self.screen.roster
        roster.sort = roster.sort.next
        self.screen.desk.say(f"Order: {roster.sort}")
        self.screen.reorder(force=True)

    def tiles(self) -> None:
        self.screen.toggle_tiles()

    def window_shorter(self) -> None:
        self._window(-1)

    def window_longer(self) -> None:
        self._window(1)

    def _window(self, step: int) -> None:
        at = min(range(len(WINDOWS)), key=lambda i: abs(WINDOWS[i] - self.screen.window_ms))
        chosen = WINDOWS[min(max(at + step, 0), len(WINDOWS) - 1)]
        self.screen.set_window(chosen)
        minutes = chosen // MINUTE
        self.screen.desk.say(f"Sparklines show {minutes} min" if minutes < 60 else f"Sparklines show {minutes // 60} h")

    def units(self) -> None:
        self.screen.toggle_unit("glucose", "mg/dL", "mmol/L")

    def temperature_units(self) -> None:
        self.screen.toggle_unit("temp", "Cel", "[degF]")

    def empty_beds(self) -> None:
        """Names the empty beds in the header, or no longer."""
        screen = self.screen
        if not screen.painter.ward.beds:
            screen.desk.say("This ward's source does not say which beds there are.")
            return
        screen.empty_beds = not screen.empty_beds

    def theme(self) -> None:
        self.screen.next_theme()

    # The program.

    def export(self) -> None:
        """Asks in which format what is on the screen is to go into a file."""
        self.screen.exports.ask()

    def palette(self) -> None:
        self.screen.app.action_command_palette()

    def help(self) -> None:
        self._page(HelpPage)

    def sound_test(self) -> None:
        """Plays the sound of a high alarm and asks whether it was heard (SAFETY H19)."""
        screen = self.screen
        cast("WardApp", screen.app).sound_test()
        screen.desk.answer = None
        screen.desk.hand.arm(questions.sound(screen.clock()), screen.clock())

    def sign_in(self) -> None:
        """Who is signed in at the ward's server, and the way to sign in."""
        self._page(SignInPage)

    def burden(self) -> None:
        self._page(BurdenPage)

    def limits(self) -> None:
        """Opens the limits of the patient that the keys mean, or closes them."""
        screen = self.screen
        if isinstance(screen.cover, LimitsPage):
            screen.open_cover(None)
            return
        view, _ = screen.aimed()
        if view is None:
            screen.desk.say("Choose a patient first: ↓ or j.")
        else:
            screen.open_cover(LimitsPage(screen, view.id))

    def alarms(self) -> None:
        self._page(AlarmPage)

    # One patient's story.

    def write_note(self) -> None:
        """Begins a note about the patient whom the keys mean."""
        view, _ = self.screen.aimed()
        if view is None:
            self.screen.desk.say("Choose a patient first: ↓ or j.")
        else:
            writing.begin(self.screen, view)

    def story(self, action: str) -> None:
        """Opens the page of :data:`TABS` of the patient whom the keys mean; one that is open stays."""
        screen = self.screen
        view, _ = screen.aimed()
        if screen.small:
            return
        if view is None:
            screen.desk.say("Choose a patient first: ↓ or j.")
        elif not (isinstance(screen.cover, StoryPage) and screen.cover.tab == action):
            screen.board.selected = view.id
            screen.roster.order.chosen(screen.clock())
            screen.open_cover(TABS[action].load()(screen, view.id))

    def chart(self) -> None:
        """The medication chart of the patient whom the keys mean."""
        screen, (view, _) = self.screen, self.screen.aimed()
        if isinstance(screen.cover, MarPage):
            screen.open_cover(None)
        elif view is None:
            screen.desk.say("Choose a patient first: ↓ or j.")
        else:
            screen.open_cover(MarPage(screen, view.id))

    def ward_devices(self) -> None:
        self._page(WardDevicesPage)

    def adherence(self) -> None:
        self._page(AdherencePage)

    def medications(self) -> None:
        self._page(RoundPage)

    def _page(self, page: type[Page]) -> None:
        """Opens a page; its key pressed again closes it."""
        there = isinstance(self.screen.cover, page)
        self.screen.open_cover(None if there else page(self.screen))

    def quit(self) -> None:
        """Leaves; on a live ward only after a second word."""
        screen = self.screen
        if screen.session.feed.player is None and not screen.session.live.watermark:
            screen.desk.hand.cancel()
            screen.leaving, screen.leaving_since = True, screen.clock()
        else:
            screen.app.exit()
