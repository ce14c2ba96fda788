"""The waveforms of one patient: a sweep for each channel. It moves only while it is open, and only if it may."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from textual.content import Content

from iomt_tui.clinical.waveforms import WAVEFORMS, Waveform
from iomt_tui.tui.board.glyphs import ASCII, BLOCK
from iomt_tui.tui.pages.story import StoryPage
from iomt_tui.tui.text import fitted, joined, plain
from iomt_tui.tui.waves.asking import Asking
from iomt_tui.tui.waves.dots import Dots, after, first
from iomt_tui.tui.waves.numerals import numeral_rows
from iomt_tui.tui.waves.panel import SCALE, Standing, curve_row, head_line, message
from iomt_tui.tui.waves.past import Past
from iomt_tui.tui.waves.sweep import Sweep
from iomt_tui.ward.story.waves import BEHIND, Signal, WavesView, says, signal_of, waves_of
from iomt_tui.ward.view import PatientView
from iomt_tui.ward.waves import Trace

if TYPE_CHECKING:
    from textual.timer import Timer

    from iomt_tui.tui.app import WardApp
    from iomt_tui.tui.screens.board import BoardScreen

FRAME: Final = 1 / 12
"""Seconds between two frames."""

_LEAST: Final = 2  # rows of one channel: its name and one of its curve
_NUMBERS: Final = ((100, 20), (0, 14))  # cells of the numbers beside a curve, by the width from which they have room
_SHORT: Final = 24  # cells in which no curve has room


class _Panel(NamedTuple):
    """A channel as it stands on the page: its curve begins in line ``line``."""

    waveform: Waveform
    trace: Trace
    standing: Standing
    sweep: Sweep
    line: int
    beside: list[Content]


class WavesPage(StoryPage):
    """Curves with the numbers that come from them. What is over is never shown as if it were now."""

    name = "waves"
    tab = "story_waves"

    def __init__(self, screen: BoardScreen, patient: str) -> None:
        super().__init__(screen, patient)
        self._asking = Asking(screen, patient)
        self._past = Past(screen, patient)
        self._sweeps: dict[str, Sweep] = {}
        self._panels: list[_Panel] = []
        self._rows: list[str] = []  # of all curves, as they stand in the lines
        self._lines: list[Content] = []
        self._width = 0
        self._timer: Timer | None = screen.set_interval(FRAME, self.turn)

    @property
    def on(self) -> bool:
        """Whether curves are drawn: over SSH only where somebody asked for it."""
        chosen = self.screen.waves.on
        return chosen if chosen is not None else not cast("WardApp", self.screen.app).remote

    @property
    def dots(self) -> Dots:
        """What they are drawn in."""
        return self.screen.waves.dots or first(self.screen.settings.glyphs, os.environ.get("TERM", ""))

    def lines(self, width: int) -> list[Content] | None:
        """All channels that have room, each with its name, curve and numbers; or why there is none."""
        view = self.view()
        if view is None:
            return None
        self._width, self._panels = width, []
        why = self._nothing(width)
        self._lines = message(why, width) if why else self._page(view, width)
        self._rows = [panel.sweep.row(row) for panel in self._panels for row in range(panel.sweep.rows)]
        return self._lines

    def turn(self) -> None:
        """The next frame: only rows of curves that differ are drawn anew. Below another screen, such as the palette, a
        frame is dear, and they move with the seconds."""
        screen = self.screen
        if screen.cover is not self or screen.small or not self.on or not screen.is_running:
            return
        if screen.session.player is None and not screen.painter.halted:
            self._asking.turn()
        if screen.app.screen is not screen:
            return
        if [(p.waveform.key, p.trace, p.standing.signal) for p in self._panels] != self._present():
            lines = self.lines(self._width)
        else:
            lines = self._next_frame()
        if lines is not None:
            screen.lines["cover-words"].show_lines(lines)

    def _next_frame(self) -> list[Content] | None:
        """The lines with the curves a few columns on; None where nothing differs."""
        lines, number, differs = list(self._lines), 0, False
        for panel in self._panels:
            self._draw(panel.sweep, panel.trace, panel.standing)
            for row in range(panel.sweep.rows):
                text = panel.sweep.row(row)
                if text is not self._rows[number]:
                    self._rows[number], differs = text, True
                    beside = panel.beside[row]
                    lines[panel.line + row] = curve_row(panel.sweep, row, panel.waveform, panel.standing, beside)
                number += 1
        if not differs:
            return None
        self._lines = lines
        return lines

    def _traces(self) -> dict[str, Trace]:
        session = self.screen.session
        own = session.ward.waves.get(self.patient)
        traces = own.traces if own is not None else {}
        found = self._past.traces(traces) if session.player is not None else traces
        return {key: found[key] for key in WAVEFORMS if key in found}

    def _present(self) -> list[tuple[str, Trace, Signal]]:
        """Which curves there are at this moment, and whether each has a signal."""
        ward, now = self.screen.session.ward, self.screen.session.now()
        lease = ward.leases.get(self.patient)
        found = [(key, trace, signal_of(trace, lease, now)) for key, trace in self._traces().items()]
        return found[: len(self._panels)] if self._panels else found

    def _nothing(self, width: int) -> list[str]:
        """Why there is no curve, in words; [] where there is."""
        screen, key = self.screen, self.screen.keys.labels("waves_run")[0]
        if width < _SHORT:
            return ["No room for waveforms."]
        if not self.on and screen.waves.on is None:
            return ["Waveforms are off: this terminal is reached over SSH.",
                    "A moving picture takes about 3 kB of the line every second.",
                    f"{key} turns them on, until you leave this program or turn them off."]  # fmt: skip
        if not self.on:
            return ["Waveforms are off.", f"{key} turns them on again."]
        if self._traces():
            return []
        if screen.session.player is not None:
            return ["No waveforms are in the log at this moment.",
                    "They are recorded only while a screen shows them."]  # fmt: skip
        if screen.painter.halted:
            return ["Nobody monitors: there are no waveforms."]
        lease = screen.session.ward.leases.get(self.patient)
        if self._asking.fault:
            return ["Waveforms could not be asked for.", self._asking.fault]
        if lease is not None and lease.why:
            return [f"No waveforms: {lease.why}."]
        return ["Waveforms are asked for; the first come in a few seconds."]

    def _page(self, view: PatientView, width: int) -> list[Content]:
        height, traces = max(self.screen.page.size.height, _LEAST + 1), self._traces()
        room = height - 1  # the last line says what is to be known of all
        shown = list(traces.items())[: max(1, room // _LEAST)]
        left_out = len(traces) - len(shown)
        out: list[Content] = []
        for number, (key, trace) in enumerate(shown):
            rows = room // len(shown) + (number < room % len(shown)) - 1
            out += self._channel(view, WAVEFORMS[key], trace, width, rows, len(out))
        return [*out, self._foot(left_out, width)]

    def _channel(
        self, view: PatientView, waveform: Waveform, trace: Trace, width: int, rows: int, line: int
    ) -> list[Content]:  # fmt: skip
        screen, beside = self.screen, next(cells for least, cells in _NUMBERS if width >= least)
        ward, now = screen.session.ward, screen.session.now()
        halted = screen.painter.halted
        standing = Standing(
            signal_of(trace, ward.leases.get(self.patient), now), trace.absent, says(ward, self.patient, waveform.key),
            now, ward.tz, "NOT LIVE: nobody monitors" if halted else "",
        )  # fmt: skip
        sweep = self._sweep(waveform, width - SCALE - beside, rows)
        self._draw(sweep, trace, standing)
        glyphs = ASCII if screen.settings.glyphs == "ascii" else BLOCK
        numbers = numeral_rows(
            view, waveform, screen.measures, glyphs, rows, beside - 1, lost=standing.frozen, halted=halted
        )
        numbers = [joined(plain(" "), one) for one in numbers]
        self._panels.append(_Panel(waveform, trace, standing, sweep, line + 1, numbers))
        curve = [curve_row(sweep, row, waveform, standing, numbers[row]) for row in range(rows)]
        return [head_line(waveform, trace.hz, standing, width), *curve]

    def _sweep(self, waveform: Waveform, cells: int, rows: int) -> Sweep:
        """The curve as far as it is drawn, or a new one where its place differs."""
        span, dots, known = self.screen.waves.span, self.dots, self._sweeps.get(waveform.key)
        shape = (cells, rows, dots, span)
        if known is None or (known.cells, known.rows, known.dots, known.span) != shape:
            known = self._sweeps[waveform.key] = Sweep(*shape, waveform.low, waveform.high)
        return known

    def _draw(self, sweep: Sweep, trace: Trace, standing: Standing) -> None:
        """Draws up to this moment; of what is over, up to its end."""
        now = self.screen.session.now() - BEHIND
        if not standing.frozen:
            sweep.turn(trace, now)
        elif sweep.blank:  # its place is another one: once, and then it stands still
            since = standing.signal.since
            end = since if since is not None else trace.good_until(now)
            if end is not None:
                sweep.turn(trace, end)

    def _foot(self, left_out: int, width: int) -> Content:
        """What holds for every curve, and the keys."""
        screen = self.screen
        lease = screen.session.ward.leases.get(self.patient)
        trouble = self._asking.fault or (lease.why if lease is not None else "")
        if trouble and screen.session.player is None:
            return fitted(plain(f" {trouble}", "bold $warning"), width)
        more = f"{left_out} more: enlarge the terminal · " if left_out else ""
        behind = f"{BEHIND // 1000} s behind · " if screen.session.player is None else ""
        said = f" {more}{screen.waves.span // 1000} s across · {behind}not for diagnosis "
        keys = [
            ("window_shorter", ""),
            ("window_longer", "time"),
            ("waves_dots", self.dots.words),
            ("waves_run", "off"),
        ]
        hints = [
            joined(
                plain(f" {screen.keys.labels(action)[0]}", "bold $accent"), plain(f" {word}" if word else "", "$label")
            )
            for action, word in keys
        ]
        return fitted(joined(plain(said, "$label"), *hints), width)

    def act(self, action: str) -> bool:
        """On, off, more or less time across, other dots."""
        look = self.screen.waves
        if action == "waves_run":
            look.on = not self.on
        elif action == "waves_dots":
            look.dots = after(self.dots)
        elif action in ("window_shorter", "window_longer"):
            look.stretch(1 if action == "window_longer" else -1)
        else:
            return False
        return True

    def exported(self) -> WavesView | None:
        """What stands here now."""
        ward, now = self.screen.session.ward, self.screen.session.now()
        return waves_of(ward, self.patient, now, self._traces()) if self.patient in ward.patients else None

    def closed(self) -> None:
        """Nothing moves any more, and nothing is asked for."""
        self._past.close()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
