"""The ward board: every patient of the ward, one line or one tile each, painted where something changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import ClassVar, Final, Literal

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from iomt_tui.security.text import SafeText
from iomt_tui.tui.board import looks
from iomt_tui.tui.board.drawing import Drawing, drawing
from iomt_tui.tui.board.fitting import fit
from iomt_tui.tui.board.frame import Drawn, Frame
from iomt_tui.tui.board.looks import Runs
from iomt_tui.tui.board.measures import Measures
from iomt_tui.tui.board.messages import PatientOpened, PatientSelected
from iomt_tui.tui.board.palette import COMPONENTS, STYLE_SHEET, Palette
from iomt_tui.tui.board.source import Source, sparks
from iomt_tui.tui.board.standing import Hidden, Standing, Window
from iomt_tui.tui.board.state import Manner, RowState
from iomt_tui.ward.view import Severity

Paint = Callable[[int, int, Strip], None]
"""Puts a strip on the screen: first cell, line (both of the screen), what to show."""

Mode = Literal["list", "tiles"]

NOBODY: Final = SafeText("No patients yet.")


class WardBoard(ScrollView, can_focus=True, inherit_bindings=False):
    """The board. It has no keys of its own: the app binds keys to its actions.

    Selection is a patient's id, so it stays with the patient wherever the row goes (SAFETY H5).
    """

    ALLOW_SELECT: ClassVar[bool] = False
    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    DEFAULT_CSS: ClassVar[str] = f"""
    WardBoard {{
        background: $background; color: $foreground; scrollbar-size: 0 0; overflow-x: hidden;
        {STYLE_SHEET}
    }}
    """

    def __init__(
        self,
        manner: Manner | None = None,
        mode: Mode = "list",
        *,
        id: str | None = None,  # noqa: A002 (Textual's name)
    ) -> None:
        super().__init__(id=id)
        self._manner = manner or Manner(Measures())
        self._mode: Mode = mode
        self._source: Source | None = None
        self._now = 0
        self._selected: str | None = None
        self._pinned: frozenset[str] = frozenset()
        self._halted = SafeText("")
        self._lit = True
        self._palette: Palette | None = None
        self._direct: Palette | None = None  # as the output stage needs it
        self._frame: Frame | None = None  # while several lines are painted
        self._drawing: Drawing = drawing(mode, 1, 1, 0, self._manner)
        self._standing = Standing((), self._drawing.grid)
        self._drawn: dict[str, Drawn] = {}
        self._moved = False  # lines stand where they stood; the next refresh_patients() moves them past the compositor
        self.high: Collection[str] = frozenset()
        """Ids of the patients with an alarm of high priority; the app keeps it right, also for hidden rows."""
        self.paint: Paint | None = None
        """Set while nothing covers the board: changed lines go here, past Textual's compositor."""
        self.nobody = NOBODY
        """What an empty board says."""

    # What is shown

    def set_source(self, source: Source) -> None:
        """Shows another ward, or the same one from another log; it needs an order and a time to be drawn."""
        self._source = source
        self._redraw()

    def set_order(self, ids: Sequence[str], high: Collection[str] | None = None) -> None:
        """Shows these patients in this order. The selection stays with its patient; one that left is not replaced."""
        if high is not None:
            self.high = high
        order = tuple(ids)
        if order == self.order:
            return
        seen = self._selected in self.in_view
        in_place = self.paint is not None and len(order) == len(self.order), self._window
        self._standing = Standing(order, self._drawing.grid)
        self._drawn = {patient: drawn for patient, drawn in self._drawn.items() if patient in self._standing.index}
        if self._selected is not None and self._selected not in self._standing.index:
            self.selected = None
        self._resize()
        if seen:
            self._reveal()
        if in_place == (True, self._window):
            self._moved = True
        else:
            self.refresh()

    def refresh_patients(self, ids: Iterable[str] | None, now: int) -> int:
        """Takes the state at log time ``now`` for these patients (None: all in view). Returns lines repainted."""
        self._now = now
        if self._source is None:
            return 0
        visible, painted = self.in_view, 0
        changed = None if ids is None else frozenset(ids)
        self._drawn = {patient: self._drawn[patient] for patient in visible if patient in self._drawn}
        self._frame = Frame.of(self)
        for patient in visible:
            if changed is None or patient in changed or patient not in self._drawn:
                painted += self._update(patient)
            elif self._moved:
                painted += self._put(patient, self._drawn[patient], None)
        self._frame, self._moved = None, False
        return painted

    @property
    def manner(self) -> Manner:
        """Marks, units and the length of the sparklines."""
        return self._manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        self._manner = manner
        self._redraw()

    @property
    def mode(self) -> Mode:
        """``"list"``: a line a patient; ``"tiles"``: big digits for a display on the wall."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        if mode != self._mode:
            self._mode = mode
            self._redraw()
            self._reveal()

    @property
    def pinned(self) -> frozenset[str]:
        """Ids of "my patients"."""
        return self._pinned

    @pinned.setter
    def pinned(self, ids: Iterable[str]) -> None:
        before, self._pinned = self._pinned, frozenset(ids)
        if before != self._pinned:
            self.refresh_patients(before ^ self._pinned, self._now)

    @property
    def halted(self) -> SafeText:
        """Words that say that nobody monitors; while there are any, no number looks live (SAFETY H1)."""
        return self._halted

    @halted.setter
    def halted(self, words: SafeText) -> None:
        if words == self._halted:
            return
        turned, self._halted = bool(words) != bool(self._halted), words
        if turned:
            self._drawn.clear()
            self.refresh()
        else:
            self.refresh(Region(0, 0, self.size.width, 1))

    @property
    def lit(self) -> bool:
        """The phase of the flash of unacknowledged alarms; the app turns it, or leaves it True."""
        return self._lit

    @lit.setter
    def lit(self, lit: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            self.refresh_patients(self.high, self._now)

    # Which patient is selected

    @property
    def order(self) -> tuple[str, ...]:
        """The patients shown, first to last."""
        return self._standing.order

    @property
    def selected(self) -> str | None:
        """The selected patient's id. Setting an id that is not on the board selects nobody."""
        return self._selected

    @selected.setter
    def selected(self, patient: str | None) -> None:
        patient = patient if patient in self._standing.index else None
        if patient == self._selected:
            return
        before, self._selected = self._selected, patient
        for changed in (before, patient):
            if changed is not None and changed in self._standing.index:
                self._update(changed)
        self._reveal()
        self.post_message(PatientSelected(patient))

    def action_select_next(self) -> None:
        """Selects the next patient."""
        self._step(1)

    def action_select_previous(self) -> None:
        """Selects the patient before."""
        self._step(-1)

    def action_select_down(self) -> None:
        """Selects the patient below; in a list that is the next one."""
        self._step(self._standing.grid.columns)

    def action_select_up(self) -> None:
        """Selects the patient above."""
        self._step(-self._standing.grid.columns)

    def action_page_down(self) -> None:
        """Selects the patient a page further down."""
        self._step(self._standing.page(self._window))

    def action_page_up(self) -> None:
        """Selects the patient a page further up."""
        self._step(-self._standing.page(self._window))

    def action_first(self) -> None:
        """Selects the first patient."""
        self.selected = next(iter(self.order), None)

    def action_last(self) -> None:
        """Selects the last patient."""
        self.selected = next(reversed(self.order), None)

    def action_clear(self) -> None:
        """Selects nobody."""
        self.selected = None

    def action_open(self) -> None:
        """Opens the selected patient."""
        if self._selected is not None:
            self.post_message(PatientOpened(self._selected))

    def on_click(self, event: events.Click) -> None:
        """Selects the patient under the mouse; a double click opens it."""
        patient = self.patient_at(event.x, event.y)
        if patient is not None and event.chain == 2 and patient == self._selected:
            self.action_open()
        elif patient is not None:
            self.selected = patient

    def patient_at(self, x: int, y: int) -> str | None:
        """The patient drawn at a cell of the board."""
        top = self._standing.grid.top
        return self._standing.at(x, y - top + self.scroll_offset.y) if y >= top else None

    def _step(self, by: int) -> None:
        self.selected = self._standing.step(self._selected, by, self._window)

    # What can be seen, and what cannot

    @property
    def in_view(self) -> tuple[str, ...]:
        """Patients of whom at least one line is seen."""
        return self._standing.in_view(self._window)

    @property
    def hidden_above(self) -> Hidden:
        """Patients above the visible part."""
        return self._standing.above(self._window, self.high)

    @property
    def hidden_below(self) -> Hidden:
        """Patients below the visible part."""
        return self._standing.below(self._window, self.high)

    # Painting

    def render_line(self, y: int) -> Strip:
        """One line of the board, from the strips of the patients on it."""
        palette, grid = self._style(), self._standing.grid
        if y < grid.top or not self.order or self._source is None or (self._halted and y == 0):
            return palette.strip(self._fixed(y))
        line = y - grid.top + self.scroll_offset.y
        first, within = line // grid.height * grid.columns, line % grid.height
        strips = [self._line(patient, within) for patient in self.order[first : first + grid.columns]]
        strip = strips[0] if len(strips) == 1 else Strip.join(strips)
        return strip.adjust_cell_length(self.size.width, palette.plain[looks.BLANK])

    def _fixed(self, y: int) -> Runs:
        width = self.size.width
        if y == 0 and self._halted:
            return ((fit(f" {self._halted}", width), looks.ALARM[Severity.HIGH]),)
        if not self.order or y > 0:
            return ((fit(f" {self.nobody}" if y == 1 else "", width), looks.LABEL),)
        return self._drawing.heading(self._manner)

    def _runs(self, source: Source, patient: str) -> tuple[Runs, ...]:
        view = source.view(patient, self._now)
        courses = sparks(source, view, self._drawing.sparks, self._manner, self._now)
        selected, pinned = patient == self._selected, patient in self._pinned
        state = RowState(view, courses, self._now, self._manner, selected, pinned, bool(self._halted), self._lit)
        return self._drawing.draw(state)

    def _line(self, patient: str, line: int) -> Strip:
        """One of the patient's lines as Textual's own painting needs it."""
        drawn = self._drawn.get(patient)
        if drawn is None and self._source is not None:
            drawn = self._drawn[patient] = Drawn(self._runs(self._source, patient), patient == self._selected)
        assert drawn is not None
        return self._style().strip(drawn.runs[line], selected=drawn.selected)

    def _update(self, patient: str) -> int:
        """Draws a patient anew and paints the lines that differ. Returns how many did."""
        if self._source is None or not self.is_mounted:
            self._drawn.pop(patient, None)
            return 0
        drawn = Drawn(self._runs(self._source, patient), patient == self._selected)
        before, self._drawn[patient] = self._drawn.get(patient), drawn
        return self._put(patient, drawn, None if self._moved else before)

    def _put(self, patient: str, drawn: Drawn, before: Drawn | None) -> int:
        x, first = self._standing.grid.place(self._standing.index[patient])
        again = before is None or before.selected != drawn.selected
        lines = [line for line, run in enumerate(drawn.runs) if again or before is None or before.runs[line] != run]
        for line in lines:
            self._show(x, first + line, drawn.runs[line], selected=drawn.selected)
        return len(lines)

    def _show(self, x: int, line: int, runs: Runs, *, selected: bool) -> None:
        """Paints one line of one patient, if it is in view."""
        frame = self._frame or Frame.of(self)
        top = self._standing.grid.top
        y = line - frame.scroll + top
        if not top <= y < frame.height or (y == 0 and self._halted):
            return
        region = Region(0, y, frame.width, 1)
        if self.paint is None:
            self.refresh(region)
            return
        # Textual keeps finished lines; this one is to be made anew when it next paints the board itself.
        self._styles_cache.set_dirty(region.translate(frame.inset))
        if self._direct is None:
            self._direct = self._style().through(self.get_line_filters(), self.background_colors[1])
        self.paint(frame.corner.x + x, frame.corner.y + y, self._direct.strip(runs, selected=selected))

    def _style(self) -> Palette:
        if self._palette is None:
            self._palette = Palette.of(self)
        return self._palette

    def notify_style_update(self) -> None:
        """Another theme: every style is looked up anew."""
        super().notify_style_update()
        self._palette = self._direct = None
        self._drawn.clear()

    # Size and position

    @property
    def _window(self) -> Window:
        return Window(self.scroll_offset.y, max(self.size.height - self._standing.grid.top, 0))

    def on_resize(self) -> None:
        """Lays the board out for its new size."""
        self._resize()
        self._reveal()

    def _redraw(self) -> None:
        self._drawn.clear()
        self._resize()
        self.refresh()

    def _resize(self) -> None:
        width, height = self.size
        made = drawing(self._mode, max(width, 1), height, len(self.order), self._manner)
        if made != self._drawing:
            self._drawing = made
            self._standing = Standing(self.order, made.grid)
            self._drawn.clear()
            self.refresh()
        size = Size(width, self._standing.lines)
        if size != self.virtual_size:
            self.virtual_size = size

    def _reveal(self) -> None:
        """Scrolls as little as needed for the whole of the selected patient to be seen."""
        window = self._window
        if self._selected is None or not window.lines:
            return
        target = self._standing.reveal(self._selected, window)
        if target != window.scroll:
            self.scroll_to(y=target, animate=False, force=True, immediate=True)
