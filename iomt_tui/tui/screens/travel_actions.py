"""Moving in time: through a recording, or from the present of a ward to any moment of its log and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from iomt_tui.log.api import ANNOUNCED, TOLD, LogError
from iomt_tui.times import parse_moment, resolve_back
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.typed_line import TypedLine
from iomt_tui.tui.widgets.header import zone

if TYPE_CHECKING:
    from iomt_tui.log.player import Player
    from iomt_tui.tui.screens.board import BoardScreen

SPEEDS: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
STEP_S, MINUTE_S, SEEK_S = 10, 60, 600

_HINT: Final = "03:12, -2h or 2026-03-01 03:12; nothing: 10 min back · enter goes · esc stays"
_LONGEST: Final = 40  # characters of a moment


class TravelActions:
    """The commands of the player, and those that put one on the ward's past. Nothing here can act on a patient."""

    screen: BoardScreen

    # There and back.

    def travel(self) -> None:
        """Asks for the moment at which the ward is to be shown."""
        line = TypedLine("Go to", _HINT, _LONGEST, lambda _: None)
        line.kept = lambda: self._go_to(line.text)
        self.screen.keyboard.typing = line

    def _go_to(self, text: str) -> None:
        session = self.screen.session
        now = session.live_now()
        if not text.strip():
            self.travel_to(session.now() - SEEK_S * 1000)
            return
        try:
            at = resolve_back(parse_moment(text), self._start(), now, zone(session.live.tz))
        except (ValueError, OverflowError) as error:
            self.screen.desk.say(f"{error}", wrong=True)
            return
        self.travel_to(at)

    def travel_here(self) -> None:
        """The whole ward at the moment that an open page's cursor points to."""
        cover = self.screen.cover
        at = cover.moment() if isinstance(cover, StoryPage) else None
        if at is None:
            self.screen.desk.say("This page points to no moment: choose one on trends, charts or the timeline.")
        else:
            self.travel_to(at)

    def travel_to(self, at: int) -> None:
        """Shows the ward as it stood at log time ``at`` (ms), or at the nearest moment there is."""
        screen = self.screen
        screen.desk.hand.cancel()
        screen.leaving = False
        try:
            screen.session.travel(min(at, screen.session.live_now()))
        except LogError as error:
            screen.desk.say(f"The past cannot be shown: {error}", wrong=True)
            return
        screen.desk.answer = None
        screen.turned()

    def now(self) -> None:
        """Back to the present, the open page and the chosen patient as they are."""
        screen = self.screen
        if screen.session.come_back():
            screen.desk.say("This is now.")
            screen.turned()
        elif screen.session.player is not None:
            screen.desk.say("A recording has no present to go back to.")
        else:
            screen.desk.say("This is now.")

    def _start(self) -> int:
        """The first moment there is; that of the ward as it is when the log cannot be asked."""
        session = self.screen.session
        if session.player is not None:
            return session.player.start
        try:
            reader = session.feed.another()
        except LogError:
            return session.live_now()
        try:
            return reader.span()[0]
        except LogError:
            return session.live_now()
        finally:
            reader.close()

    # Moving.

    @property
    def _player(self) -> Player | None:
        return self.screen.session.player

    def play(self) -> None:
        if (player := self._player) is not None:
            if player.playing:
                player.pause()
            else:
                player.play()

    def step_back(self) -> None:
        self._step(-STEP_S)

    def step_forward(self) -> None:
        self._step(STEP_S)

    def minute_back(self) -> None:
        self._step(-MINUTE_S)

    def minute_forward(self) -> None:
        self._step(MINUTE_S)

    def _step(self, seconds: int) -> None:
        if (player := self._player) is not None:
            player.step(seconds)

    def seek_back(self) -> None:
        self._seek(-SEEK_S)

    def seek_forward(self) -> None:
        self._seek(SEEK_S)

    def _seek(self, seconds: int) -> None:
        if (player := self._player) is not None:
            player.seek(player.position + seconds * 1000)

    def event_forward(self) -> None:
        self._to("obs", "No later observations.", later=True)

    def event_back(self) -> None:
        self._to("obs", "No earlier observations.", later=False)

    def told_forward(self) -> None:
        self._to(TOLD, "Nothing else happened after this.", later=True)

    def told_back(self) -> None:
        self._to(TOLD, "Nothing else happened before this.", later=False)

    def alarm_forward(self) -> None:
        self._to(ANNOUNCED, "No alarm was announced after this.", later=True)

    def alarm_back(self) -> None:
        self._to(ANNOUNCED, "No alarm was announced before this.", later=False)

    def _to(self, kind: str, none: str, *, later: bool) -> None:
        player = self._player
        if player is None:
            return
        try:
            found = player.step_event(later=later, kind=kind)
        except LogError as error:
            self.screen.desk.say(f"The log cannot be read: {error}", wrong=True)
            return
        if not found:
            self.screen.desk.say(none)

    def faster(self) -> None:
        if (player := self._player) is not None:
            player.set_speed(next((speed for speed in SPEEDS if speed > player.speed), SPEEDS[-1]))

    def slower(self) -> None:
        if (player := self._player) is not None:
            player.set_speed(next((speed for speed in reversed(SPEEDS) if speed < player.speed), SPEEDS[0]))
