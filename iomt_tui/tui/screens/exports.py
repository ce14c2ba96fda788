"""The way of an export: what is shown is held fast, asked about, written, noted in the log, and then given a name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from iomt_tui.log.api import LogError
from iomt_tui.log.export_file import export_file, free_name
from iomt_tui.tui.exporting import ENDINGS, Exporter, ExportQuestion, Shown, allowed, asked
from iomt_tui.tui.widgets.phrases import who
from iomt_tui.ward.exports import EXPORT, Export
from iomt_tui.ward.story.board import BoardView
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp
    from iomt_tui.tui.screens.board import BoardScreen

BOARD = "board"
"""What the board itself is called among the pages."""


class Exports:
    """Exports what one screen shows."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen

    @property
    def _exporter(self) -> Exporter | None:
        return cast("WardApp", self.screen.app).exporter

    @property
    def _recorded(self) -> bool:
        """Whether there is no log that could tell of it."""
        return self.screen.session.feed.player is not None

    def _refusal(self) -> str:
        """Why nothing is exported at this moment; "" when it can be."""
        screen = self.screen
        if screen.settings.read_only:
            return "This screen only shows (read_only): nothing is exported from it."
        if screen.desk.blurred:
            return "This terminal does not have the focus: nothing was exported."
        if self._exporter is None or screen.session.ward.seq == 0:
            return "There is nothing to export yet."
        return ""

    def ask(self) -> None:
        """The first step: holds fast what is shown, and asks for the format."""
        screen, desk, exporter = self.screen, self.screen.desk, self._exporter
        if screen.leaving:
            return
        mark = screen.painter.ward.watermark
        may, why = allowed(mark, screen.settings.export.formats, recorded=self._recorded)
        if (wrong := self._refusal() or why) or exporter is None:
            desk.say(wrong, wrong=True)
            return
        if screen.small or screen.list_room < 2:
            desk.say("No room to say what would be exported: enlarge the terminal.")
            return
        shown = self._shown()
        if shown is None:
            desk.say("Nothing of this page leaves the screen.")
            return
        offered = tuple(form for form in exporter.formats(shown) if form in may)
        if not offered:
            desk.say("This page has none of the formats that the configuration allows.")
            return
        directory = screen.settings.export.directory
        stem = file_stem(shown)
        names = {form: free_name(directory, stem, ENDINGS[form]) for form in offered}
        desk.answer = None
        desk.hand.arm(asked(shown, offered, directory, names, screen.clock(), noted=not self._recorded), screen.clock())

    def _shown(self) -> Shown | None:
        """What the screen shows now; None where nothing of it may leave."""
        screen = self.screen
        page, painter = screen.cover, screen.painter
        if page is None:
            patients = screen.roster.shown
            views = tuple(screen.session.ward.view(one, painter.now) for one in patients)
            model: object | None = BoardView(views)
            name, lines = BOARD, tuple[str, ...]()
        else:
            own = page.of_whom()
            if own is None:
                return None
            patients, model, name = own, page.exported(), page.printed_as
            parts = (screen.lines[part].content.plain for part in ("head", "cover-words"))
            lines = tuple(line.rstrip() for part in parts if part for line in part.split("\n"))
        past = screen.session.player is not None  # of a recording, or of a ward that goes on meanwhile
        silent = None if past else screen.session.feed.silent_for()
        return Shown(
            page=name, title=self._title(name, patients), model=model, lines=lines, patients=patients,
            who=self._who(patients) if page is not None else None, user=screen.desk.user, ward=painter.ward,
            silent=silent, units=dict(screen.units),
            size=(screen.size.width, screen.size.height), picture=screen._compositor.render_update(full=True),
        )  # fmt: skip

    def _who(self, patients: tuple[str, ...]) -> PatientView | None:
        """The one patient of a page."""
        ward = self.screen.session.ward
        one = patients[0] if len(patients) == 1 else ""
        return ward.view(one, self.screen.painter.now) if one in ward.patients else None

    def _title(self, name: str, patients: tuple[str, ...]) -> str:
        if name == BOARD:
            return f"the board, {len(patients)} patients" if len(patients) != 1 else "the board, 1 patient"
        view = self._who(patients)
        return f"{name} of {who(view)}" if view is not None else f"the page {name}"

    def confirm(self) -> None:
        """The second step: makes the file, in a thread of its own."""
        desk, exporter = self.screen.desk, self._exporter
        if why := self._refusal():
            desk.hand.cancel()
            desk.say(why, wrong=True)
            return
        question = desk.hand.confirm(self.screen.clock())
        if not isinstance(question, ExportQuestion) or question.shown is None or exporter is None:
            return
        op = desk.begin(question, [{"do": EXPORT}]) if question.noted else ""
        desk.say("exporting…", forever=True)
        self.screen.run_worker(
            lambda: self._work(question, exporter, op), thread=True, group="export", exit_on_error=False
        )

    def _work(self, question: ExportQuestion, exporter: Exporter, op: str) -> None:
        """Writes, notes, names, in this order: a file that nobody knows of cannot come to be."""
        error: Exception | None = None
        try:
            self._make(question, exporter, op)
        except Exception as caught:
            error = caught
        self.screen.app.call_from_thread(self._made, question, op, error)

    def _make(self, question: ExportQuestion, exporter: Exporter, op: str) -> None:
        shown, form, session = question.shown, question.chosen, self.screen.session
        assert shown is not None
        content = exporter.content(shown, form, session.feed.another)
        with export_file(question.directory, question.name, content) as file:
            if op:
                start, end = exporter.span(shown)
                told = Export(shown.page, form, shown.patients, start, end, file.size, file.sha256, question.name)
                self.screen.desk.fill(op, told.body())
                self.screen.desk.save(op)
            try:
                file.keep()
            except LogError as error:
                if op:
                    raise UnnamedError(str(error)) from error
                raise

    def _made(self, question: ExportQuestion, op: str, error: Exception | None) -> None:
        desk = self.screen.desk
        if error is not None:
            why = str(error) if isinstance(error, LogError) else f"unexpected {type(error).__name__}."
            more = " The log says that it was to be." if isinstance(error, UnnamedError) else " There is no file."
            desk.dropped(op, f"EXPORT FAILED: {why}{more}")
        elif op:
            desk.saved(op, None)
        else:
            desk.say(f"exported, and no log tells of it: {question.lines[0]}")
        self.screen.painter.paint()


class UnnamedError(LogError):
    """The log tells of a file that could not be given its name."""


def file_stem(shown: Shown) -> str:
    """The name of a file before its ending: mark, page and time. Nobody's name or number is in it."""
    at = datetime.fromtimestamp(shown.ward.now // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    mark = f"{shown.ward.watermark}-" if shown.ward.watermark else ""
    return f"{mark}{shown.page.replace(' ', '-')}-{at}"
