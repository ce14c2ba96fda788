"""The course of an export: written without a name, asked for in the log, allowed by the engine, then a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from iomt_tui.log.api import LogError
from iomt_tui.log.export_file import ExportFile, export_file
from iomt_tui.security.text import safe_text
from iomt_tui.tui.exporting import Exporter, ExportQuestion, Shown
from iomt_tui.tui.folding import Outcome
from iomt_tui.ward.exports import EXPORT, Export, not_exported

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

PATIENCE: Final = 10.0
"""Seconds after which an engine that has not answered is not waited for any more."""


@dataclass
class Waiting:
    """An export that was confirmed. Its bytes lie on disk without a name while ``file`` is there."""

    question: ExportQuestion
    op: str  # "" where no log tells of it
    since: float
    hold: ExitStack = field(default_factory=ExitStack)  # once it is closed, what has no name is gone
    file: ExportFile | None = None  # its act is in the log
    asked: bool = False  # the screen has heard that it is
    answer: Outcome | None = None
    act: dict[str, Any] = field(default_factory=dict)  # as it is in the log


class ExportCourse:
    """Makes files, one at a time. A file that nobody allowed, or that no log tells of, cannot come to be."""

    def __init__(self, screen: BoardScreen) -> None:
        self.screen = screen
        self._waiting: Waiting | None = None

    @property
    def under_way(self) -> bool:
        """Whether an export has been confirmed and has no end yet."""
        return self._waiting is not None

    def begin(self, question: ExportQuestion, shown: Shown, exporter: Exporter) -> None:
        """Writes the bytes and asks the engine, in a thread of its own."""
        desk = self.screen.desk
        op = desk.begin(question, [{"do": EXPORT}]) if question.noted else ""
        waiting = self._waiting = Waiting(question, op, self.screen.clock())
        desk.say("exporting…", forever=True)
        self._in_thread(waiting, lambda: self._write(waiting, shown, exporter), self._written)

    def _in_thread(
        self, waiting: Waiting, work: Callable[[], object], done: Callable[[Waiting, Exception | None], None]
    ) -> None:  # fmt: skip
        """Has ``work`` done in a thread, for a disk may be slow, and then ``done`` in the screen's own."""

        def both() -> None:
            error: Exception | None = None
            try:
                work()
            except Exception as caught:
                error = caught
            self.screen.app.call_from_thread(done, waiting, error)

        self.screen.run_worker(both, thread=True, group="export", exit_on_error=False)

    def _write(self, waiting: Waiting, shown: Shown, exporter: Exporter) -> None:
        """Writes the bytes, and has the log ask for them; what no log tells of is a file at once."""
        question = waiting.question
        content = exporter.content(shown, question.chosen, self.screen.session.feed.another)
        with ExitStack() as hold:
            file = hold.enter_context(export_file(question.directory, question.name, content))
            if waiting.op:
                self._ask(waiting, self._told(shown, question, exporter, file))
                waiting.hold = hold.pop_all()
                waiting.file = file
            else:
                file.keep()

    def _told(self, shown: Shown, question: ExportQuestion, exporter: Exporter, file: ExportFile) -> Export:
        start, end = exporter.span(shown)
        station = safe_text(self.screen.settings.export.station)
        return Export(
            shown.page, question.chosen, shown.patients, start, end, file.size, file.sha256, question.name, station
        )

    def _ask(self, waiting: Waiting, told: Export) -> None:
        if self._waiting is not waiting:
            raise LogError("The screen was closed.")
        waiting.act = self.screen.desk.fill(waiting.op, told.body())
        self.screen.desk.save(waiting.op)

    def _written(self, waiting: Waiting, error: Exception | None) -> None:
        desk = self.screen.desk
        if error is not None:
            self._over(waiting)
            desk.dropped(waiting.op, f"EXPORT FAILED: {_why(error)} There is no file.")
        elif waiting.op:
            waiting.since, waiting.asked = self.screen.clock(), True
            desk.saved(waiting.op, None)
            self._go_on(waiting)
        else:
            self._over(waiting)
            desk.say(f"exported, and no log tells of it: {waiting.question.lines[0]}")
        self.screen.painter.paint()

    def heard(self, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        """The engine's answers; returns those that are not kept back here until there is a file."""
        waiting = self._waiting
        own = waiting.op if waiting is not None else ""
        for outcome in outcomes:
            if waiting is not None and own and outcome.op == own and waiting.answer is None:
                waiting.answer = outcome
                self._go_on(waiting)
        return tuple(outcome for outcome in outcomes if not own or outcome.op != own)

    def _go_on(self, waiting: Waiting) -> None:
        """Gives the file its name once it is written and allowed; one that is not allowed is gone."""
        file, answer = waiting.file, waiting.answer
        if file is None or answer is None or not waiting.asked or waiting is not self._waiting:
            return
        if answer.outcome == "applied":
            self._in_thread(waiting, file.keep, self._named)
        else:
            self._over(waiting)
            self.screen.desk.heard((answer,))

    def _named(self, waiting: Waiting, error: Exception | None) -> None:
        desk = self.screen.desk
        self._over(waiting)
        if error is not None:
            self._take_back(waiting, _why(error))
            desk.dropped(waiting.op, f"EXPORT FAILED: {_why(error)} The log says so.")
        elif waiting.answer is not None:
            desk.heard((waiting.answer,))
        self.screen.painter.paint()

    def tick(self) -> None:
        """Gives up an export that no engine answers."""
        waiting = self._waiting
        if waiting is None or not waiting.asked or waiting.answer is not None:
            return
        if (waited := self.screen.clock() - waiting.since) >= PATIENCE:
            self._over(waiting)
            self._take_back(waiting, "the engine did not answer")
            words = f"NOT exported: no answer of the engine for {int(waited)} s. There is no file."
            self.screen.desk.dropped(waiting.op, words)

    def closed(self) -> None:
        """The screen ends: what is not allowed by now does not come to be."""
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.file is None or waiting.answer is not None:
            return
        waiting.hold.close()
        with suppress(LogError):
            self.screen.session.acts([not_exported(uuid4().hex, waiting.act, "the screen was closed")])

    def _over(self, waiting: Waiting) -> None:
        waiting.hold.close()
        if self._waiting is waiting:
            self._waiting = None

    def _take_back(self, waiting: Waiting, why: str) -> None:
        """Has the log say that there is no such file after all."""
        body = not_exported(uuid4().hex, waiting.act, why)
        self._in_thread(waiting, lambda: self.screen.session.acts([body]), self._taken_back)

    def _taken_back(self, waiting: Waiting, error: Exception | None) -> None:
        if error is not None:
            words = f"There is NO file {waiting.question.name}, and the log could not be told so: {_why(error)}"
            self.screen.desk.say(words, wrong=True)
            self.screen.painter.paint()


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, LogError) else f"unexpected {type(error).__name__}."
