"""The limits editor of one vital: a ladder of limits, and what each setting would have made of the last 24 h."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.content import Content

from iomt_tui.tui import questions
from iomt_tui.tui.board.words import label
from iomt_tui.tui.limit_draft import FIELDS, Draft, Field
from iomt_tui.tui.pages.page import ListPage
from iomt_tui.tui.reading import read_log
from iomt_tui.tui.text import EMPTY, fitted, joined, plain
from iomt_tui.tui.typed_line import TypedLine
from iomt_tui.tui.widgets import limit_lines
from iomt_tui.tui.widgets.rows import MUTED, wrapped
from iomt_tui.tui.widgets.strip import who
from iomt_tui.ward.history import History
from iomt_tui.ward.trial import Trial, read_past, trial

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

_MIDDLE: Final = len(FIELDS) // 2


class LimitEditor(ListPage):
    """Changes a draft; nothing is set before it is saved with a reason. Data never changes the draft."""

    name = "limits"

    def __init__(self, screen: BoardScreen, patient: str, vital: str) -> None:
        super().__init__(screen)
        self.patient, self.vital = patient, vital
        self.whole_ward = False
        held = screen.session.ward.limits_in_force(patient, screen.session.now())[vital]
        self.draft = Draft(vital, held.limits, held.limits, held.usual)
        self.selected = next((field for field in FIELDS if self.draft.value(field) is not None), FIELDS[0])
        self._history: History | None = None
        self._trial: Trial | None = None
        self._failure = ""
        self._closed = False
        self._wanted = 0  # counts the drafts: a trial of an older one is thrown away
        end = screen.session.now()
        read_log(screen, "limits", lambda reader: read_past(reader, patient, vital, end), self._known)

    # What is shown.

    def head(self, width: int) -> list[Content]:
        """Which limits of whom, and the keys."""
        ward = self.screen.session.ward
        if self.patient not in ward.patients:
            return []
        view = ward.view(self.patient, self.screen.painter.now)
        whose = f"the whole ward (tried on {who(view)})" if self.whole_ward else who(view)
        unit = self.screen.measures.unit(self.vital)
        title = plain(f" {label(self.vital)} limits of {whose}", "bold")
        return [fitted(joined(title, plain(f" · {unit}", MUTED)), width), fitted(self._hint(width), width)]

    def _hint(self, width: int) -> Content:
        keys = self.screen.keys
        words = (
            ("limit_less", ""), ("limit_more", "change"), ("enter", "type"), ("limit_off", "off"),
            ("limit_around", "around now"), ("limit_default", "default"), ("limit_ward", "ward"),
            ("limit_save", "SAVE"),
        )  # fmt: skip
        shown = (
            words if width >= 100 else tuple(pair for pair in words if pair[0] not in ("limit_around", "limit_ward"))
        )
        parts = (joined(plain(f" {keys.labels(a)[0]}", "bold $accent"), plain(f" {w}" if w else "")) for a, w in shown)
        return joined(*parts)

    def ids(self) -> Sequence[Hashable]:
        """The fields, from the highest value down."""
        return FIELDS

    def row(self, one: Hashable, width: int) -> list[Content]:
        """One limit of the ladder; the number now stands between the high and the low ones."""
        field, screen = cast("Field", one), self.screen
        line = limit_lines.ladder_row(self.draft, field, screen.measures, width)
        if FIELDS.index(field) != _MIDDLE:
            return [line]
        view = screen.session.ward.view(self.patient, screen.painter.now).vitals.get(self.vital)
        seen = self._trial.range if self._trial is not None else None
        return [limit_lines.now_row(self.draft, view, seen, screen.measures, width), line]

    def lines(self, width: int) -> list[Content] | None:
        """The ladder, what is wrong with it, and what it would have made of the last 24 h."""
        if self.patient not in self.screen.session.ward.patients:
            return None
        out = super().lines(width) or []
        for words, style in (
            (self.draft.fault(whole_ward=self.whole_ward), "bold $error"),
            (self.draft.warning, "bold $warning"),
        ):
            if words:
                out += [EMPTY, *wrapped(f"{words}.", width, style)]
        return [*out, EMPTY, *self._tried(width)]

    def _tried(self, width: int) -> list[Content]:
        title = joined(plain("The last 24 h ", "bold $accent"), plain("─" * max(0, width - 14), "dim"))
        if self._failure:
            return [title, *wrapped(f"Not read: {self._failure}", width, "bold $error")]
        if self._trial is None:
            return [title, plain("reading what this vital did…", MUTED)]
        measures, field = self.screen.measures, cast("Field", self.selected)
        out = [title, *limit_lines.trial_lines(self._trial, self.draft, measures, width)]
        if field is not None:
            tried = self.draft.neighbours(field)
            out += limit_lines.neighbour_line(field, self.draft.value(field), tried, self._trial, measures, width)
        return out

    # Keys.

    def move(self, lines: int) -> None:
        """Another limit; its neighbours are tried."""
        super().move(lines)
        self._try()

    def back(self) -> bool:
        """Goes back to the patient's limits."""
        from iomt_tui.tui.pages.limits import LimitsPage

        page = LimitsPage(self.screen, self.patient)
        page.selected = self.vital
        self.screen.open_cover(page)
        return True

    def act(self, action: str) -> bool:
        """The editor's own keys; while something is asked, enter and escape are the question's."""
        turns: dict[str, Callable[[], None]] = {
            "select_left": lambda: self._turn(-1), "select_right": lambda: self._turn(1),
            "limit_less": lambda: self._turn(-1), "limit_more": lambda: self._turn(1),
            "limit_off": self._off, "limit_around": self._around, "limit_default": self._default,
            "limit_ward": self._ward, "limit_save": self._save,
        }  # fmt: skip
        if action == "enter" and not self.asked:
            self._type()
            return True
        if action not in turns:
            return False
        self.screen.desk.hand.cancel()
        turns[action]()
        return True

    def offers(self) -> set[str]:
        """A number can be typed."""
        return {"enter"}

    @property
    def _field(self) -> Field:
        return cast("Field", self.selected or FIELDS[0])

    def _turn(self, steps: int) -> None:
        self._put(self.draft.turned(self._field, steps))

    def _off(self) -> None:
        self._put(self.draft.toggled(self._field))

    def _default(self) -> None:
        self._put(self.draft.default())

    def _around(self) -> None:
        view = self.screen.session.ward.view(self.patient, self.screen.painter.now).vitals.get(self.vital)
        found = self.draft.around(view.value) if view is not None and view.live and view.value is not None else None
        if found is None:
            self.screen.desk.say("There is no rule for limits around the present value of this vital.")
        else:
            self._put(found)

    def _ward(self) -> None:
        self.whole_ward = not self.whole_ward

    def _type(self) -> None:
        """A number for the chosen limit; what is no number changes nothing."""
        field = self._field
        name = f"{label(self.vital)} {limit_lines.SIDE[field.side]}, {limit_lines.WORD[field.priority]} priority"
        line = TypedLine(name, "enter sets it · esc leaves it", 8, lambda _: None)
        line.kept = lambda: self._typed(field, line.text)
        self.screen.keyboard.typing = line

    def _typed(self, field: Field, text: str) -> None:
        value = self.screen.measures.read(self.vital, text)
        if value is None:
            self.screen.desk.say(f"{text!r} is no number: the limit is as it was.")
        else:
            self._put(self.draft.put(field, value))

    def _put(self, draft: Draft) -> None:
        self.draft = draft
        self._try()

    def _save(self) -> None:
        """Asks: lists every change, and wants a reason and how long."""
        desk, ward = self.screen.desk, self.screen.session.ward
        if desk.refused():
            return
        if not self.draft.changed:
            desk.say("Nothing is changed.")
            return
        if fault := self.draft.fault(whole_ward=self.whole_ward):
            desk.say(f"Cannot be set: {fault}.", wrong=True)
            return
        view = ward.view(self.patient, self.screen.painter.now)
        listed = limit_lines.changes(self.draft, self.screen.measures)
        desk.arm(
            questions.limits(
                view, self.draft, listed, self.screen.session.now(), desk.clock(), whole_ward=self.whole_ward
            )
        )

    def closed(self) -> None:
        """Gives up what is being read."""
        self._closed = True

    # What other limits would have made: in a thread.

    def _known(self, history: History | None, failure: str) -> None:
        self._history, self._failure = history, failure
        if not self._closed:
            self._try()
            self.screen.painter.paint()

    def _try(self) -> None:
        """Judges the draft and its neighbours; only the newest draft's trial is shown."""
        if self._history is None:
            return
        self._wanted += 1
        wanted, history = self._wanted, self._history
        tried = limit_lines.candidates(self.draft, self._field)

        def judge() -> None:
            found = trial(history, self.patient, self.vital, tried)
            if not self._closed and wanted == self._wanted:
                self.screen.app.call_from_thread(self._judged, found, wanted)

        self.screen.run_worker(judge, thread=True, group="limits-trial", exit_on_error=False)

    def _judged(self, found: Trial, wanted: int) -> None:
        if not self._closed and wanted == self._wanted:
            self._trial = found
            self.screen.painter.paint()
