"""The page that signs a person in at the ward's server. Only a person opens it; no data does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from iomt_tui.tui import questions
from iomt_tui.tui.pages.page import Aim, Page
from iomt_tui.tui.widgets.rows import wrapped
from iomt_tui.tui.widgets.sign_in_lines import SignInState, Standing, sign_in_lines
from iomt_tui.ward.link import LIVE, SIGNED_OUT, Link

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

CHECKING: Final = 10_000
"""How long (ms) the server is given to say what became of a code that waits no more."""

_NO_SERVER: Final = "This ward comes from no server: there is nowhere to sign in."


class SignInPage(Page):
    """Address, code and QR code of the sign-in that waits. Opening it asks for one where nobody is signed in."""

    name = "sign in"

    def __init__(self, screen: BoardScreen) -> None:
        super().__init__(screen)
        self._asked = False  # a code was asked for from here, and has not come
        self._until = -1  # of the code that was seen here last; -1: none was
        self._text = ""  # what the line said then
        self._gone = -1  # log time at which that code was there no more; -1: it is
        self._qr: tuple[str, tuple[str, ...]] = ("", ())
        link = screen.session.ward.link
        if link is not None and link.state == SIGNED_OUT and link.sign_in is None:
            self._ask(cancel=False)

    def of_whom(self) -> tuple[str, ...] | None:
        """A code that opens the server goes into no file."""
        return None

    # What is shown.

    def standing(self, link: Link, now: int) -> Standing:
        """How the sign-in stands at log time ``now``."""
        waiting = link.sign_in
        if waiting is not None:
            self._asked, self._until, self._text, self._gone = False, waiting.until, str(link.text), -1
            return Standing.WAITS if waiting.until > now else Standing.EXPIRED
        if self._until < 0:
            return Standing.ASKED if self._asked and link.state != LIVE else Standing.IDLE
        if link.state == LIVE:
            return Standing.DONE
        self._gone = now if self._gone < 0 else self._gone
        if link.state != SIGNED_OUT:
            return Standing.CHECKED
        if self._until <= now:
            return Standing.EXPIRED
        told = link.text != self._text or now - self._gone > CHECKING
        return Standing.ENDED if told else Standing.CHECKED

    def lines(self, width: int) -> list[Content] | None:
        """The page at this moment."""
        link, now = self.screen.session.ward.link, self.screen.painter.now
        if link is None:
            return list(wrapped(_NO_SERVER, width))
        keys = self.screen.keys.labels("sign_in_cancel")
        state = SignInState(link, self.standing(link, now), now, self.screen.session.ward.tz, keys[0])
        room = self.screen.page.size.height or self.screen.size.height - 3
        return sign_in_lines(state, self._code(link), width, room)

    def _code(self, link: Link) -> tuple[str, ...]:
        """The rows of the QR code; drawn once for each address."""
        address = str(link.sign_in.direct or link.sign_in.page) if link.sign_in is not None else ""
        if address != self._qr[0]:
            from iomt_tui.security.sign_in.qr import qr_lines

            self._qr = (address, qr_lines(address) if address else ())
        return self._qr[1]

    # Keys.

    def aimed(self) -> Aim | None:
        """The strip's alarm: it is the only one in view."""
        return None if self.screen.small else self.screen.on_strip()

    def hidden(self) -> tuple[int, bool] | None:
        """No row of this page is a patient; what is in force stays on the strip and in the counts."""
        return None

    def offers(self) -> set[str]:
        """Enter asks for a code."""
        return {"enter"}

    def act(self, action: str) -> bool:
        """Asks for a code, or gives up."""
        screen = self.screen
        if self.asked:
            return action == "sign_in_cancel"
        if action not in ("enter", "sign_in_cancel"):
            return False
        link = screen.session.ward.link
        if link is None:
            screen.desk.say(_NO_SERVER)
        elif action == "sign_in_cancel":
            self._give_up(link)
        elif link.sign_in is not None and link.sign_in.until > screen.session.now():
            screen.desk.say("A code waits already: type it at the address, or give it up first.")
        else:
            self._until = -1
            self._ask(cancel=False)
        return True

    def _give_up(self, link: Link) -> None:
        if link.sign_in is None and not self._asked:
            self.screen.desk.say("No sign-in waits: nothing to give up.")
        else:
            self._until = -1 if link.user else self._until  # who is signed in stays so
            self._ask(cancel=True)

    def _ask(self, *, cancel: bool) -> None:
        desk = self.screen.desk
        if why := desk.asleep():
            desk.say(why, wrong=True)
            return
        self._asked = not cancel
        question = questions.sign_in(cancel=cancel)
        self.screen.save(desk.begin(question, question.bodies()))
