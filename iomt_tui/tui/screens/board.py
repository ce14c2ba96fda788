"""The board screen: where things stand, what is open, and how keys and news reach the parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen

from iomt_tui.alarms.model import Priority, Ref
from iomt_tui.log.api import LogError
from iomt_tui.settings import Settings
from iomt_tui.tui.board.glyphs import BLOCK, GLYPHS
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.messages import PatientOpened, PatientSelected
from iomt_tui.tui.board.state import Manner
from iomt_tui.tui.board.widget import WardBoard
from iomt_tui.tui.comparing import Comparison
from iomt_tui.tui.filtering import HINT
from iomt_tui.tui.folding import Changes
from iomt_tui.tui.keys import Keys
from iomt_tui.tui.pages.page import Aim, Page
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.roster import Roster
from iomt_tui.tui.screens.actions import BoardActions
from iomt_tui.tui.screens.away import Away
from iomt_tui.tui.screens.desk import AlarmDesk
from iomt_tui.tui.screens.exports import Exports
from iomt_tui.tui.screens.keyboard import Keyboard
from iomt_tui.tui.screens.painter import BoardPainter
from iomt_tui.tui.screens.scans import Scans
from iomt_tui.tui.session import Session
from iomt_tui.tui.typed_line import TypedLine
from iomt_tui.tui.waves.look import WavesLook
from iomt_tui.tui.widgets.asking import MOST
from iomt_tui.tui.widgets.line import Words
from iomt_tui.tui.widgets.tiny import too_small

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp

_LINES: Final = (
    "past", "header", "strip", "banner", "away", "side-words", "head", "cover-words", "tiny", "replay", "ask", "footer",
)  # fmt: skip

FORGOTTEN: Final = 300.0
"""Seconds without a key after which a screen that shows the past, and does not play it, shows the present again."""

UNMONITORED: Final = Ref("", "engine", "silent", 0, 0)

PREVIEW: Final = (140, 30)
"""Columns and rows from which a patient's preview has room beside the board."""


class PagePlace(VerticalScroll):
    """Where a page stands. What it hides is known once it has its size."""

    def on_resize(self) -> None:
        """Counts anew what is out of sight."""
        if isinstance(self.screen, BoardScreen):
            self.screen.painter.paint()


class BoardScreen(Screen[None], inherit_bindings=False):
    """The ward, live. Nothing on it takes the focus, so nothing can steal a key (SAFETY H5)."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    BoardScreen { layout: vertical; background: $background; color: $foreground; }
    #header { background: $header-background; color: $header; }
    #past, #banner, #away, #replay, #tiny, #head, #cover, #side, #ask { display: none; }
    #replay, #footer, #ask { background: $header-background; color: $header; }
    #middle { height: 1fr; }
    #side { border-left: solid $mute; padding: 0 1; scrollbar-size: 0 0; }
    #cover { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    #side-words, #cover-words { height: auto; width: 1fr; }
    #tiny { height: 1fr; }
    """

    def __init__(self, session: Session, settings: Settings, keys: Keys, clock: Callable[[], float]) -> None:
        super().__init__()
        self.session, self.settings, self.keys, self.clock = session, settings, keys, clock
        self.roster = Roster(mine=set(session.pins.load()) if session.pins else set())
        self.desk = AlarmDesk(session, settings.user, clock, read_only=settings.read_only)
        self.units = dict(settings.units)
        self.measures = Measures(self.units)
        self.window_ms = settings.spark_window_ms
        self.cover: Page | None = None  # what stands in place of the board
        self.comparison = Comparison(self)
        self.leaving = False
        self.leaving_since = 0.0
        self.empty_beds = False  # whether the header names them
        self.fault = ""  # why the log cannot be read
        self.waves = WavesLook()
        self.board = WardBoard(self._manner(), id="board")
        self.board.can_focus = False
        self.lines = {part: Words(part) for part in _LINES}
        self.side = VerticalScroll(self.lines["side-words"], id="side", can_focus=False)
        self.page = PagePlace(self.lines["cover-words"], id="cover", can_focus=False)
        self.middle = Horizontal(self.board, self.side, id="middle")
        self.actions = BoardActions(self)
        self.keyboard = Keyboard(self)
        self.scans = Scans(self)
        self.exports = Exports(self)
        self.painter = BoardPainter(self)
        self.away = Away(self)
        self.news = Changes(reset=True, reordered=True)
        self._followed: str | None = None  # who was chosen when another moment was asked for

    def compose(self) -> ComposeResult:
        """The lines, the board and what may stand in its place."""
        yield from (self.lines[part] for part in ("past", "header", "strip", "banner", "away"))
        yield self.middle
        yield self.lines["head"]
        yield self.page
        yield from (self.lines[part] for part in ("tiny", "replay", "ask", "footer"))

    def on_mount(self) -> None:
        """The first frame holds data already."""
        self.place_parts()

    def on_unmount(self) -> None:
        """Up to here the user has looked, and exported."""
        self.exports.course.closed()
        self.away.keep()

    def on_resize(self) -> None:
        """Another size may have room for other parts, and none for a list that is to be confirmed."""
        armed = self.desk.hand.armed
        if armed is not None and len(armed.lines) > (0 if self.small else self.list_room):
            self.desk.hand.cancel()
            self.desk.say("Nothing was done: the list has no room any more. Ask again.")
        self.place_parts()

    def _manner(self) -> Manner:
        return Manner(self.measures, GLYPHS.get(self.settings.glyphs, BLOCK), self.window_ms)

    # Where things stand.

    @property
    def small(self) -> bool:
        """Whether the board has no room."""
        return too_small(*self.size)

    @property
    def list_room(self) -> int:
        """Lines in which a question may list what it is about."""
        return max(1, min(MOST, self.size.height // 4))

    @property
    def preview(self) -> bool:
        """Whether a patient's preview stands beside the board."""
        return self.size.width >= PREVIEW[0] and self.size.height >= PREVIEW[1]

    @property
    def side_width(self) -> int:
        """Cells of the preview, its edge included."""
        return min(max(self.size.width * 3 // 10, 46), 64)

    def place_parts(self) -> None:
        """Shows the parts that have room and are asked for."""
        shown = {
            "header": not self.small,
            "strip": not self.small,
            "tiny": self.small,
            "replay": not self.small and self.session.player is not None,
            "footer": not self.small,
        }
        for part, there in shown.items():
            self.lines[part].display = there
        self.middle.display = not self.small and self.cover is None
        self.page.display = not self.small and self.cover is not None
        self.side.display = self.preview
        self.side.styles.width = self.side_width
        self.painter.paint()

    # News.

    def take(self, news: Changes) -> None:
        """Notes what the log brought; :meth:`paint` shows it."""
        self.news |= news
        self.desk.heard(self.exports.course.heard(news.outcomes))

    def paint(self) -> None:
        """Shows everything noted so far."""
        self.painter.paint_values()

    def audible(self) -> dict[Ref, Priority]:
        """What sounds at this moment: the audible alarms, or above all that nobody monitors."""
        if self.painter.halted:
            return {UNMONITORED: Priority.HIGH}
        return self.session.live.audible(self.session.live_now())

    def tick(self) -> None:
        """A second has passed: clock, heartbeat, ages. A past that nobody moves in is left: it could be taken for
        now."""
        self.exports.course.tick()
        self.desk.tick()
        player = self.session.player
        if self.session.travelling and self.keyboard.idle() > FORGOTTEN and not (player and player.playing):
            self.actions.now()
            self.desk.say("Back to now: no key was pressed for five minutes.", forever=True)
        self.painter.paint(tick=True)

    # Keys.

    def on_key(self, event: events.Key) -> None:
        """Every key of the board comes through here."""
        event.stop()
        event.prevent_default()
        self.keyboard.key(event)
        self.painter.paint()

    def run_action_of(self, action: str) -> None:
        """Does what the key action ``action`` does, for the palette."""
        self.keyboard.act(action)
        self.painter.paint()

    @on(PatientSelected)
    def _selected(self, event: PatientSelected) -> None:
        """A row was chosen, by key or mouse: rows rest."""
        if event.patient is not None:
            self.roster.order.chosen(self.clock())
        self.painter.paint()

    @on(PatientOpened)
    def _opened(self) -> None:
        """A double click: the patient's page."""
        self.actions.story("story_overview")

    def on_paste(self, event: events.Paste) -> None:
        """A paste is no hand."""
        event.stop()
        self.keyboard.pasted(event.text)
        self.painter.paint()

    # What the actions change.

    def turned(self) -> None:
        """Another moment is shown: its ward is read, and whoever was chosen stays chosen when there."""
        chosen = self.cover.patient if isinstance(self.cover, StoryPage) else self.board.selected or self._followed
        self._followed = chosen
        cast("WardApp", self.app).catch_up()
        self.place_parts()
        if chosen is not None and chosen in self.roster.shown:
            self.board.selected = chosen
            self.painter.paint()

    def confirm(self) -> None:
        """Does what is armed."""
        armed = self.desk.hand.armed
        if armed is not None and armed.do == "sound":
            self._sound_was_heard()
            return
        if armed is not None and armed.do == "export":
            self.exports.confirm()
            return
        if op := self.desk.confirm():
            self.save(op)

    def _sound_was_heard(self) -> None:
        if self.desk.hand.confirm(self.clock()) is not None:
            cast("WardApp", self.app).sound.heard()
            self.desk.say("The sound was heard: it counts for this shift.")

    def save(self, op: str) -> None:
        """Saves what the desk has begun, in a thread: the disk may be slow, the screen may not."""
        self.run_worker(lambda: self._save(op), thread=True, group="acknowledge", exit_on_error=False)

    def _save(self, op: str) -> None:
        error: Exception | None = None
        try:
            self.desk.save(op)
        except Exception as caught:
            error = caught
        self.app.call_from_thread(self._saved, op, error)

    def _saved(self, op: str, error: Exception | None) -> None:
        self.desk.saved(op, error)
        self.painter.paint()

    def aimed(self) -> Aim:
        """Whose alarm the keys mean: the open page's, the chosen patient's, else the strip's."""
        aim = self.cover.aimed() if self.cover is not None else None
        if aim is not None:
            return aim
        view = self.painter.chosen
        if view is None:
            return self.on_strip()
        return view, self.painter.alarm_of(view)

    def on_strip(self) -> Aim:
        """What the strip shows."""
        return self.painter.strip_view, self.painter.strip_alarm

    def move(self, method: str, lines: int) -> None:
        """Moves the choice, or the open page."""
        if self.cover is not None:
            self.cover.move(lines)
            return
        getattr(self.board, method)()
        self.roster.order.chosen(self.clock())

    def release(self) -> None:
        """Lets go of the chosen row."""
        self.board.selected = None
        self.roster.order.released(self.clock())

    def choose(self, patient: str) -> None:
        """Chooses a patient by id, as the palette does; an open page of a story turns to that patient."""
        if patient not in self.roster.shown:
            self.set_filter("")
            self.painter.paint()
        self.board.selected = patient
        self.roster.order.chosen(self.clock())
        if isinstance(self.cover, StoryPage) and self.cover.patient != patient:
            self.open_cover(type(self.cover)(self, patient))
        self.painter.paint()

    def open_cover(self, cover: Page | None) -> None:
        """Puts a page in place of the board, or takes it away; the lines around stay."""
        if self.cover is not None:
            self.cover.closed()
        self.cover = cover
        self.page.scroll_home(animate=False)
        self.place_parts()

    def open_filter(self) -> None:
        """Begins to type the filter."""
        self.open_cover(None)
        self.keyboard.typing = TypedLine(
            "/", HINT, 60, self.set_filter, given_up=lambda: self.set_filter(""), text=self.roster.query
        )
        self.painter.paint()

    def set_filter(self, query: str) -> None:
        """Filters by ``query``; the user asked, so rows move at once."""
        self.roster.query = query
        self.reorder(force=True)

    def reorder(self, *, force: bool) -> None:
        """Sort, filter or pins differ."""
        self.news = replace(self.news, reordered=True)
        self.painter.asked = True
        self.painter.forced |= force

    def remember_mine(self) -> None:
        """Keeps my patients for the next start; says so when that cannot be."""
        if self.session.pins is None:
            return
        try:
            self.session.pins.save(self.roster.mine)
        except LogError as error:
            self.desk.say(f"Pinned until you leave, but not kept: {error}", wrong=True)

    def toggle_tiles(self) -> None:
        """Tiles for a wall, or the list."""
        self.board.mode = "list" if self.board.mode == "tiles" else "tiles"

    def toggle_unit(self, vital: str, one: str, other: str) -> None:
        """Shows ``vital`` in the other of two units (UCUM)."""
        self.units[vital] = one if self.units.get(vital, one) == other else other
        self.measures = Measures(self.units)
        self.board.manner = self._manner()
        self.desk.say(f"{vital.capitalize()} in {self.measures.unit(vital)}")

    def set_window(self, window_ms: int) -> None:
        """How much time the sparklines show."""
        self.window_ms = window_ms
        self.board.manner = self._manner()

    def next_theme(self) -> None:
        """Turns to the next theme."""
        names = cast("WardApp", self.app).theme_names
        at = names.index(self.app.theme) if self.app.theme in names else -1
        self.use_theme(names[(at + 1) % len(names)])

    def use_theme(self, name: str) -> None:
        """Shows the theme called ``name``."""
        self.app.theme = name
        self.desk.say(f"Theme: {name}")
        self.painter.paint()
