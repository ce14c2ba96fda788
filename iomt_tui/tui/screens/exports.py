"""What is shown is held fast and asked about, before :mod:`iomt_tui.tui.screens.export_course` makes a file of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from iomt_tui.log.export_file import free_name
from iomt_tui.tui.exporting import ENDINGS, Exporter, ExportQuestion, Shown, allowed, asked
from iomt_tui.tui.screens.export_course import ExportCourse
from iomt_tui.tui.session import Monitoring
from iomt_tui.tui.widgets.phrases import who
from iomt_tui.ward.exports import Permission
from iomt_tui.ward.story.board import BoardView
from iomt_tui.ward.view import PatientView

if TYPE_CHECKING:
    from iomt_tui.tui.app import WardApp
    from iomt_tui.tui.screens.board import BoardScreen

BOARD = "board"
"""What the board itself is called among the pages."""

SILENT: Final = "NOT exported: no engine runs here to allow it. Open the ward again."


class Exports:
    """Exports what one screen shows, one page at a time."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen
        self.course = ExportCourse(screen)

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
        if self.course.under_way:
            return "One export is on its way: wait until the engine has answered."
        return "" if self._recorded or screen.session.monitoring() is Monitoring.LIVE else SILENT

    def ask(self) -> None:
        """The first step: holds fast what is shown, and asks for the format."""
        screen, desk, exporter = self.screen, self.screen.desk, self._exporter
        if screen.leaving:
            return
        own = screen.settings.export
        permission = Permission(tuple(own.formats), own.people)
        may, why = allowed(screen.painter.ward.watermark, desk.user, permission, recorded=self._recorded)
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
        stem = file_stem(shown)
        names = {form: free_name(own.directory, stem, ENDINGS[form]) for form in offered}
        desk.answer = None
        question = asked(shown, offered, own.directory, names, screen.clock(), noted=not self._recorded)
        desk.hand.arm(question, screen.clock())

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
        """The second step: the export begins its course."""
        desk, exporter = self.screen.desk, self._exporter
        if why := self._refusal():
            desk.hand.cancel()
            desk.say(why, wrong=True)
            return
        question = desk.hand.confirm(self.screen.clock())
        if isinstance(question, ExportQuestion) and question.shown is not None and exporter is not None:
            self.course.begin(question, question.shown, exporter)


def file_stem(shown: Shown) -> str:
    """The name of a file before its ending: mark, page and time. Nobody's name or number is in it."""
    at = datetime.fromtimestamp(shown.ward.now // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    mark = f"{shown.ward.watermark}-" if shown.ward.watermark else ""
    return f"{mark}{shown.page.replace(' ', '-')}-{at}"
