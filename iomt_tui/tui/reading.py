"""Reading the log beside the running screen: in a thread, with a reader of its own, and every failure told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from iomt_tui.log.api import LogError, RecordedReader

if TYPE_CHECKING:
    from iomt_tui.tui.screens.board import BoardScreen

Found = TypeVar("Found")


def read_log(
    screen: BoardScreen, group: str, read: Callable[[RecordedReader], Found], done: Callable[[Found | None, str], None]
) -> None:
    """Has ``read`` look into the ward's log in a thread. Then ``done`` is called in the screen's own thread, with what
    it found and "", or with None and why there is nothing. ``group``: what Textual calls the worker."""

    def work() -> None:
        found, fault = None, ""
        try:
            with closing(screen.session.feed.another()) as reader:
                found = read(reader)
        except LogError as error:
            fault = str(error)
        except Exception as error:
            fault = f"unexpected {type(error).__name__}"
        screen.app.call_from_thread(done, found, fault)

    screen.run_worker(work, thread=True, group=group, exit_on_error=False)
