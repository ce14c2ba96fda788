"""The lines and pages around the board's rows, each drawn from what the painter has read of the ward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from textual.content import Content

from iomt_tui.tui.keys import TABLE
from iomt_tui.tui.ordering import Sort
from iomt_tui.tui.pages.sign_in import SignInPage
from iomt_tui.tui.session import Monitoring
from iomt_tui.tui.text import plain
from iomt_tui.tui.widgets.asking import ask_lines
from iomt_tui.tui.widgets.banner import away_line, banner, banner_height, notice_lines
from iomt_tui.tui.widgets.courses import Courses
from iomt_tui.tui.widgets.footer import answer_line, footer_line, question_line, typed_line
from iomt_tui.tui.widgets.header import HeaderState, header_line
from iomt_tui.tui.widgets.link_lines import MOST, calm_words, link_rows, link_word, server_name
from iomt_tui.tui.widgets.past import PastState, past_lines, past_word
from iomt_tui.tui.widgets.patient_lines import Sections, patient_lines
from iomt_tui.tui.widgets.replay_bar import replay_line
from iomt_tui.tui.widgets.severity import flash_half_period
from iomt_tui.tui.widgets.strip import CALM, StripState, held, strip_line
from iomt_tui.tui.widgets.tiny import tiny
from iomt_tui.ward.judge import urgency
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp
    from iomt_tui.tui.screens.board import BoardScreen
    from iomt_tui.tui.screens.painter import BoardPainter


ROOMY: Final = 30
"""Rows from which one is left for a remark about a server that is well."""


class BoardParts:
    """Draws every part but the rows. ``seen`` holds the moment that is drawn."""

    def __init__(self, screen: BoardScreen, seen: BoardPainter) -> None:
        self.screen, self.seen = screen, seen
        self._lit = True

    def paint(self) -> None:
        """Draws all parts that have room."""
        self._banner()
        if self.screen.small:
            self._block("head", [])
            self._block("ask", [])
            self._tiny()
            return
        self._show("header", header_line(self._header_state(), self.screen.size.width))
        self.strip()
        self._side()
        self._cover()
        self._bars()

    def _show(self, part: str, *lines: Content) -> None:
        self.screen.lines[part].show_lines(lines)

    def _banner(self) -> None:
        screen, words = self.screen, self.seen.banner
        part, width = screen.lines["banner"], screen.size.width
        past = past_lines(self._past_state(), screen.measures, width) if screen.session.travelling else []
        self._block("past", past)
        if words[0]:
            rows = banner(words, width, banner_height(words, width, screen.size.height - 4))
        else:
            rows = self._notices(width)
        part.display = bool(rows) and not screen.small
        if part.display:
            part.styles.height = len(rows)
            part.show_lines(rows)
        away = screen.away
        told = away.told and away.missed is not None
        keys = screen.keys.labels("alarms")
        self._block(
            "away", [away_line(away.missed, away.fault, keys[0], self.seen.ward.tz, width)]
            if told and away.missed is not None else [],
        )  # fmt: skip

    def _past_state(self) -> PastState:
        """The moment that is shown beside what happens now: alarms of now are told at any place in time."""
        session = self.screen.session
        live, now = session.live, session.live_now()
        worst = min(
            (one for patient in live.patients.values() for one in patient.alarms.values() if one.state != "normal"),
            key=urgency, default=None,
        )  # fmt: skip
        view = live.view(worst.ref.patient, now) if worst is not None else None
        trouble = link_word(live.link, now)
        return PastState(self.seen.now, session.live_header(), view, worst, self.screen.keys.labels("now")[0], trouble)

    def _notices(self, width: int) -> list[Content]:
        """What the line to the server asks for, then what the engine must tell everybody; at most three rows."""
        told = self.screen.session.player is not None or isinstance(self.screen.cover, SignInPage)  # or told in full
        key = self.screen.keys.labels("sign_in")[0]
        roomy = self.screen.size.height >= ROOMY or not self.seen.ward.patients
        rows = [] if told else link_rows(self.seen.link, self.seen.now, key, width, roomy=roomy)
        return rows + notice_lines(self.seen.ward.notice, width, max(1, min(2, MOST - len(rows))))

    def _header_state(self) -> HeaderState:
        screen, roster = self.screen, self.screen.roster
        # A page covers the whole board, and everybody sees that; what a list page does not show is counted.
        hidden = screen.cover.hidden() or (0, False) if screen.cover is not None else None
        if hidden is None:
            above, below = screen.board.hidden_above, screen.board.hidden_below
            hidden = above.patients + below.patients, above.high or below.high
        return HeaderState(
            self.seen.ward,
            beat=screen.session.ward.now,
            order=str(roster.sort) if roster.sort is not Sort.WORST else "",
            filter=roster.query.strip(),
            shown=len(roster.shown),
            kept=len(roster.kept),
            waiting=roster.order.waiting,
            hidden=hidden[0],
            hidden_high=hidden[1],
            empty=screen.empty_beds,
            audio=self._audio(),
            link="" if self.seen.halted else link_word(self.seen.link, self.seen.now),
        )

    def _audio(self) -> str:
        return cast("WardApp", self.screen.app).sound.badge

    def flash(self) -> float:
        """Turns the phase of the strip's flashing. Returns the seconds until the next turn."""
        seen = self.seen
        half = flash_half_period(seen.strip_alarm, held=held(seen.strip_alarm, seen.strip_view))
        lit = not self._lit if half else True
        if lit != self._lit:
            self._lit = lit
            self.strip()
        return (half or 1_000) / 1000

    def strip(self) -> None:
        """The alarm strip in the phase of its flashing."""
        screen = self.screen
        if screen.small or not screen.is_running:
            return
        others = max(0, len(screen.roster.standing) - 1)
        state = StripState(
            self.seen.strip_view,
            self.seen.strip_alarm,
            self.seen.now,
            self.seen.ward.tz,
            self._strip_key(),
            others,
            self._among(),
            self.seen.halted or screen.session.travelling,
            self._calm(),
            server_name(self.seen.link),
        )
        self._show("strip", strip_line(state, screen.measures, screen.size.width, lit=self._lit))

    def _among(self) -> int:
        """While alarms flood in, whose the others are: so many patients."""
        shown = self.seen.strip_alarm
        if self.seen.ward.flood is None or shown is None:
            return 0
        return len({alarm.ref.patient for alarm in self.screen.roster.standing if alarm.ref != shown.ref})

    def _calm(self) -> str:
        """What stands there without an alarm; that there is none may only be said while somebody monitors."""
        if self.seen.halted:
            return "Nobody monitors: whether an alarm is in force is not known."
        if self.screen.session.monitoring() is Monitoring.OPENING:
            return "Opening the log…"
        return calm_words(self.seen.link, self.seen.ward.patients) or CALM

    def _strip_key(self) -> str:
        alarm = self.seen.strip_alarm
        if alarm is None or alarm.state == "acked" or self.screen.desk.refusal():
            return ""
        aimed = self.screen.aimed()[1]
        aimed_elsewhere = aimed is None or alarm.ref != aimed.ref
        return self.screen.keys.labels("acknowledge_worst" if aimed_elsewhere else "acknowledge")[0]

    def _side(self) -> None:
        screen = self.screen
        if not screen.preview or screen.cover is not None:
            return
        view = self.seen.chosen or self.seen.strip_view or self._first()
        if view is not None:
            gathered = self.seen.ward.flood is not None
            told = self.sections(view, gathered=gathered)
            self._show("side-words", *patient_lines(told, screen.side_width - 3))

    def _first(self) -> PatientView | None:
        shown = self.screen.roster.shown
        return self.screen.session.ward.view(shown[0], self.seen.now) if shown else None

    def sections(
        self, view: PatientView, *, gathered: bool = False, headed: bool = False, courses: Courses | None = None
    ) -> Sections:
        """A patient in sections. ``gathered``: alarms that are not high stand in one line; ``headed``: who it is stands
        above; ``courses``: what the vital signs did lately, where that is shown."""
        screen = self.screen
        ward, now = screen.session.ward, self.seen.now
        known = view.id in ward.patients and bool(ward.patients[view.id].medication.orders)
        return Sections(
            view, screen.measures, now, ward.tz, halted=self.seen.halted, pinned=view.id in screen.roster.pinned,
            gathered=gathered, headed=headed, server=server_name(self.seen.link),
            medication=ward.medication(view.id, now) if known else None, courses=courses,
        )  # fmt: skip

    def _cover(self) -> None:
        screen = self.screen
        page, width = screen.cover, max(1, screen.size.width - 3)
        lines = page.lines(width) if page is not None else None
        if page is not None and lines is None and screen.session.travelling:
            self._block("head", [])
            self._show("cover-words", plain(" The patient was not on the ward at this moment.", "$label"))
        elif page is not None and lines is None:
            screen.open_cover(None)
        elif page is not None and lines is not None:
            self._block("head", page.head(screen.size.width))
            self._show("cover-words", *lines)
        else:
            self._block("head", [])

    def _block(self, part: str, rows: list[Content]) -> None:
        """Shows a part that is as high as what it shows, and not there without it."""
        words = self.screen.lines[part]
        words.display = bool(rows) and not self.screen.small
        if words.display:
            words.styles.height = len(rows)
            words.show_lines(rows)

    def _bars(self) -> None:
        screen = self.screen
        player = screen.session.player
        if player is not None:
            self._show("replay", replay_line(player, self.seen.ward.tz, screen.size.width))
        question, width = screen.desk.hand.armed, screen.size.width
        self._block("ask", ask_lines(question, width) if question is not None else [])
        self._show("footer", self._last_line(width))

    def _last_line(self, width: int) -> Content:
        screen = self.screen
        question = self._question()
        line = screen.keyboard.typing
        if line is not None and line.label != "/":
            return typed_line(f"{line.label}: ", line.text, "", line.hint, width)
        if question:
            armed = screen.desk.hand.armed
            return question_line(question, width, armed.missing if armed is not None else "")
        if screen.desk.answer is not None:
            return answer_line(screen.desk.answer.words, width, wrong=screen.desk.answer.wrong)
        if line is not None:
            roster = screen.roster
            kept = f", {len(roster.kept)} kept for a high alarm" if roster.kept else ""
            found = f"{len(roster.shown)} of {len(screen.session.ward.patients)}{kept}"
            return typed_line(line.label, line.text, found, f"{line.hint} · enter keeps · esc clears", width)
        recording = screen.session.player is not None
        places = screen.cover.places if screen.cover is not None else ()
        return footer_line(screen.keys, self._available(), recording=recording, width=width, places=places)

    def _question(self) -> str:
        screen = self.screen
        if screen.desk.hand.armed is not None:
            return screen.desk.hand.armed.words
        return "Leave the board? The engine goes on monitoring." if screen.leaving else ""

    def _available(self) -> set[str]:
        screen = self.screen
        there = {action.id for action in TABLE}
        view, alarm = screen.aimed()
        if screen.desk.refusal() or view is None or alarm is None or alarm.state == "acked":
            there.discard("acknowledge")
        offered = screen.cover.offers() if screen.cover is not None else {"enter", "pin"} if self.seen.chosen else set()
        there -= {"enter", "pin"} - offered
        if self.seen.chosen is None and screen.cover is None and not screen.roster.query and not screen.away.told:
            there.discard("back")
        return there

    def _tiny(self) -> None:
        screen = self.screen
        width, height = screen.size
        worst = [screen.session.ward.view(p, self.seen.now) for p in screen.roster.by_urgency[:height]]
        ask = self._question() or (screen.desk.answer.words if screen.desk.answer is not None else "")
        trouble = self.seen.banner[0] or link_word(self.seen.link, self.seen.now)
        if screen.session.travelling:
            trouble = past_word(self.seen.now, self.seen.ward.tz)
        self._show("tiny", *tiny(self.seen.ward, worst, screen.measures, width, height, trouble, ask, self._audio()))
