"""The mixin by which a Textual app shows itself through the output stage.

How an app uses it::

    class WardApp(StageApp):                       # instead of textual.app.App
        crash_directory = state_directory / "crashes"

Nothing else is needed: the app picks its driver itself (``get_driver_class``) where the platform has one; on Windows,
in tests (headless) and with ``TEXTUAL_DRIVER`` set, Textual's own way of showing goes on unchanged and ``self.stage``
is None.

Everything Textual composes goes to the stage. A widget that changes often and that nothing covers may go past the
compositor, row by row::

    def repaint(self, rows: Iterable[int]) -> None:            # in a widget with the Line API
        if self.app.direct_ok(self):
            for y in rows:
                self.app.put_line(self, y, self.render_line(y))
            self.app.flush_direct(urgent=alarm_is_new)
        else:
            for y in rows:
                self.refresh_line(y)

``put_line`` takes rows of the widget's content as shown (0 = the topmost visible row) and the strip that the widget's
own ``render_line`` gives for them, so that it does not matter which of the two ways painted a row last. ``direct_ok``
costs about a microsecond as long as the layout rests. A widget on the direct path has no background that shines
through, no opacity, tint or text selection of its own (``ALLOW_SELECT = False``): those are added by the compositor's
way only.

``stage.last_reply_age()`` tells for how long the terminal has not proved that it reads (UNATTENDED); call
``stage.ask()`` when a screen may rest longer than that. ``stage.counters`` counts bytes, frames and replaced frames.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from rich.console import RenderableType
from textual import constants, events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ReturnType
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from iomt_tui.tui.terminal import crash
from iomt_tui.tui.terminal.direct import Places
from iomt_tui.tui.terminal.output import OutputStage

_KEY_ECHO = 0.15  # s after a key in which an update counts as its answer


class StageApp(App[ReturnType]):
    """An app whose screen goes through an :class:`OutputStage` wherever its driver has one."""

    crash_directory: ClassVar[Path | None] = None
    """Where a redacted crash report is written, mode 0600; None writes none. May be set on the instance."""

    _key_at = -1.0
    _crash_message = ""
    _together = False  # parts of one frame are being put
    _put_together = False  # and some were

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._places = Places()
        super().__init__(*args, **kwargs)

    def get_driver_class(self) -> type[Driver]:
        """Ours where the platform has a terminal to open, Textual's choice elsewhere."""
        if sys.platform == "win32" or constants.DRIVER is not None:
            return super().get_driver_class()
        from iomt_tui.tui.terminal.driver import StageDriver

        return StageDriver

    @property
    def stage(self) -> OutputStage | None:
        """The output stage, or None where Textual's own way of showing is in use."""
        return getattr(self._driver, "stage", None)

    # The compositor's way.

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        stage = self.stage
        if stage is None or (renderable is not None and not isinstance(renderable, LayoutUpdate | ChopsUpdate)):
            super()._display(screen, renderable)
            return
        try:
            if renderable is not None and not self._batch_count and self._running and not self._closed:
                self._show(stage, renderable)
        finally:
            self.post_display_hook()

    def _show(self, stage: OutputStage, update: LayoutUpdate | ChopsUpdate) -> None:
        stage.resize(*self.size)
        stage.sync = self._sync_available
        stage.cursor = self._caret()
        if isinstance(update, LayoutUpdate):
            _put_layout(stage, update)
        else:
            _put_chops(stage, update)
        stage.flush(urgent=time.monotonic() - self._key_at < _KEY_ECHO)

    def _caret(self) -> tuple[int, int] | None:
        """Where an input method should open its window: only while a text field has the focus."""
        focused = self.focused
        if focused is not None and focused.region.contains_point(self.cursor_position):
            return self.cursor_position.x, self.cursor_position.y
        return None

    # The direct way.

    def direct_ok(self, widget: Widget) -> bool:
        """Whether rows of ``widget`` may go past the compositor: it is on the current screen, wholly uncovered, and
        neither a batch nor a new layout is under way."""
        screen = self._screen_stack[-1] if self._screen_stack else None
        if self.stage is None or screen is None or widget.screen is not screen or self._batch_count:
            return False
        if screen._layout_required or screen._scroll_required or not self._running or self._closed:
            return False
        return bool(self._places.of(screen, widget, self._filters).region)

    def put_line(self, widget: Widget, y: int, strip: Strip) -> None:
        """Wants ``strip`` as row ``y`` of ``widget``'s visible content. Only after :meth:`direct_ok` said yes."""
        stage = self.stage
        if stage is None:
            return
        place = self._places.of(widget.screen, widget, self._filters)
        region = place.region
        if not 0 <= y < region.height:
            return
        # Textual keeps rendered lines; without this it would show the old one when it composes the widget again.
        widget._styles_cache.set_dirty(Region(0, region.y + y - widget.region.y, 1, 1))
        if strip.cell_length != region.width:
            strip = strip.crop_extend(0, region.width, widget.rich_style)
        stage.put(region.x, region.y + y, place.filtered(strip))

    def refresh_css(self, animate: bool = True) -> None:
        """Textual's hook: the theme may be another."""
        self._places.forget()
        super().refresh_css(animate)

    def flush_direct(self, *, urgent: bool = False) -> None:
        """Shows what was put. ``urgent``: before everything else that waits for the line (a new alarm, a key)."""
        stage = self.stage
        if self._together and not urgent:
            self._put_together = True
        elif stage is not None:
            stage.flush(urgent=urgent or time.monotonic() - self._key_at < _KEY_ECHO)

    def ring(self) -> bool:
        """Rings the terminal's bell, never in a queue; whether the terminal took it."""
        ring = getattr(self._driver, "ring", None)
        return bool(ring()) if ring is not None else False

    @contextmanager
    def one_frame(self) -> Iterator[None]:
        """What several parts put meanwhile is shown at its end, all in one; what is urgent is shown at once."""
        outermost, self._together = not self._together, True
        try:
            yield
        finally:
            if outermost:
                self._together = False
                if self._put_together:
                    self._put_together = False
                    self.flush_direct()

    # Events.

    async def on_event(self, event: events.Event) -> None:
        """Notes keys and clicks, whose answers are urgent."""
        if isinstance(event, events.Key | events.MouseDown):
            self._key_at = time.monotonic()
        await super().on_event(event)

    # The end.

    def _handle_exception(self, error: Exception) -> None:
        """Ends the app with a message that holds no patient data; tests still get the exception itself."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._fatal_error()

    def _fatal_error(self) -> None:
        error = self._exception or sys.exc_info()[1]
        if error is not None and not self._crash_message:
            self._crash_message = crash.message(error, self.crash_directory)
        guard = getattr(self._driver, "guard", None)
        if guard is not None:  # the message may meet a terminal that does not read
            guard(1)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        if self._crash_message:
            print(self._crash_message, file=sys.__stderr__)
            self._crash_message = ""
            self._exit_renderables.clear()
        else:
            super()._print_error_renderables()


def _put_layout(stage: OutputStage, update: LayoutUpdate) -> None:
    left = update.region.x
    for y, strips in enumerate(update.strips, update.region.y):
        x = left
        for strip in strips:
            stage.put(x, y, strip)
            x += strip.cell_length


def _put_chops(stage: OutputStage, update: ChopsUpdate) -> None:
    """The same cells that Textual's own rendering of this update would write."""
    chops, ends = update.chops, update.chop_ends
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(ends[y], chops[y].items(), strict=False):
            if strip is None or x > x2 or end <= x1:
                continue
            whole = x1 <= x < x2 and end <= x2
            stage.put(x, y, strip if whole else strip.crop(0, min(end, x2) - x))
