"""One frame in flight: slow lines, stalled readers, lost answers and silent terminals, in virtual time."""

from __future__ import annotations

import heapq
import itertools
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

sys.path.insert(0, str(Path(__file__).parent))
from judge import Judge

from iomt_tui.tui.terminal.output import QUERY, OutputStage

GREEN = Style.parse("green")


class World:
    """Virtual time, a line of so many bytes a second, and a terminal at its end."""

    def __init__(
        self, rate: float, *, delay: float = 0.005, answers: bool = True, width: int = 80,
        colours: ColorSystem = ColorSystem.STANDARD,
    ) -> None:  # fmt: skip
        self.now = 0.0
        self.rate = rate
        self.delay = delay
        self.answers = answers
        self.stalled = False
        self.lose = 0
        self.shift = 0
        self.queue: list[tuple[float, int, Callable[[], None]]] = []
        self.order = itertools.count()
        self.free_at = 0.0
        self.held: list[bytes] = []
        self.delivered = 0
        self.judge = Judge(width, 40)
        self.stage = OutputStage(self, width, 40, colours, clock=lambda: self.now, call_later=self.call_later)

    busy = False

    def call_later(self, seconds: float, call: Callable[[], None], *args: Any) -> Any:
        timer = Timer()
        self.at(self.now + seconds, lambda: None if timer.dead else call(*args))
        return timer

    def at(self, when: float, call: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (when, next(self.order), call))

    def send(self, data: bytes) -> None:
        if self.stalled:
            self.held.append(data)
            return
        self.free_at = max(self.free_at, self.now) + len(data) / self.rate
        self.at(self.free_at + self.delay, lambda: self.arrive(data))

    def go_on(self) -> None:
        self.stalled = False
        held, self.held = self.held, []
        for data in held:
            self.send(data)

    def arrive(self, data: bytes) -> None:
        self.delivered += len(data)
        self.judge.feed(data)
        cursor = self.judge.screen.cursor
        x, y = min(cursor.x, self.stage.size[0] - 1) + self.shift, cursor.y
        for _ in range(data.count(QUERY)):
            if self.lose:
                self.lose -= 1
            elif self.answers:
                self.at(self.now + self.delay, lambda: self.stage.replied(x, y))

    def run(self, until: float) -> None:
        while self.queue and self.queue[0][0] <= until:
            self.now, _, call = heapq.heappop(self.queue)
            call()
        self.now = until

    def show(self, y: int, text: str, *, urgent: bool = False) -> None:
        self.stage.put(0, y, Strip([Segment(text.ljust(self.stage.size[0]), GREEN)]))
        self.stage.flush(urgent=urgent)

    def line(self, y: int) -> str:
        return str(self.judge.screen.display[y]).rstrip()


class Timer:
    dead = False

    def cancel(self) -> None:
        self.dead = True


def test_newer_frames_replace_unsent_ones() -> None:
    world = World(960)
    world.stage.start(100)
    for second in range(20):
        for y in range(40):
            world.show(y, f"{y:02d} value {second} {'x' * 40}")
        world.run(second * 0.05)
    world.run(60)
    assert world.line(39).startswith("39 value 19")
    assert world.delivered < 20 * 40 * 50 / 3
    assert world.stage.counters.replaced > 100
    assert world.stage.settled


def test_9600_baud_board_of_32_patients_is_never_3_s_old_and_keys_answer_in_half_a_second() -> None:
    world, rng = World(960), random.Random(1)
    world.stage.start(100)
    values = [[rng.randint(60, 99) for _ in range(6)] for _ in range(32)]
    changed_at: dict[tuple[int, int], tuple[float, str]] = {}
    ages: list[float] = []
    echoes: list[float] = []
    pressed: tuple[float, str] | None = None

    def check() -> None:
        nonlocal pressed
        display = world.judge.screen.display
        for place, (when, text) in list(changed_at.items()):
            y, x = place
            if display[y][10 + 6 * x : 12 + 6 * x] == text:
                ages.append(world.now - when)
                del changed_at[place]
        if pressed and world.line(39) == pressed[1]:
            echoes.append(world.now - pressed[0])
            pressed = None

    for tick in range(45 * 20):
        at = tick * 0.05
        world.run(at)
        check()
        if tick % 20 == 0:
            for y in range(32):
                for x in rng.sample(range(6), 2):
                    values[y][x] += rng.choice((-1, 1))
                    if tick > 400:
                        changed_at[(y, x)] = (at, f"{values[y][x]:02d}"[:2])
                row = f"{y:02d}".ljust(10) + "".join(f"{v:02d}"[:2].ljust(6) for v in values[y])
                world.stage.put(0, y, Strip([Segment(row.ljust(80), GREEN)]))
            world.stage.flush()
        if tick > 400 and tick % 14 == 0 and pressed is None:
            pressed = (at, f"key {tick}")
            world.show(39, pressed[1], urgent=True)
    assert max(ages) < 3.0
    assert sorted(echoes)[int(len(echoes) * 0.95)] < 0.5
    assert len(ages) > 1000 and len(echoes) > 20


def test_a_fresh_frame_is_out_soon_after_a_stall() -> None:
    world = World(1e6)
    world.stage.start(100)
    for n in range(30):
        world.show(0, f"before {n}")
        world.run(n * 0.1)
    world.stalled = True
    for n in range(30, 90):
        world.show(0, f"state {n}")
        world.run(n * 0.1)
    assert len(world.held) <= 2  # one chunk, and one question whether its answer was lost
    assert world.stage.last_reply_age() > 5
    world.go_on()
    world.run(world.now + 0.2)
    assert world.line(0) == "state 89"
    assert world.stage.last_reply_age() < 0.2


def test_a_lost_answer_is_asked_for_again() -> None:
    world = World(1e5)
    world.stage.start(100)
    world.run(1)
    world.lose = 1
    world.show(0, "one")
    world.run(2)
    world.show(0, "two")
    world.run(3)
    assert world.line(0) == "one"
    world.run(9)
    assert world.line(0) == "two"
    for n in range(40):  # and what was lost does not confuse what follows
        world.show(0, f"later {n}")
        world.run(9 + n)
    assert world.line(0) == "later 39"


def test_a_terminal_that_never_answers_gets_every_state_after_a_second() -> None:
    world = World(1e5, answers=False)
    world.stage.start(100)
    world.show(0, "first")
    world.run(0.5)
    assert world.line(0) == "first"
    world.run(2)
    for n in range(10):
        world.show(0, f"state {n}")
        world.run(world.now + 0.15)
        assert world.line(0) == f"state {n}"
    assert not world.stage.answers


def test_nothing_is_scheduled_while_nothing_changes() -> None:
    world = World(1e5)
    world.stage.start(100)
    world.show(0, "calm")
    world.run(10)
    assert not world.queue
    world.stage.flush()
    assert not world.queue


def test_a_cursor_that_somebody_moved_means_a_repaint_and_only_then() -> None:
    world = World(1e5)
    world.stage.start(100)
    for n in range(10):
        world.show(n, f"row {n}")
        world.run(world.now + 0.1)
    assert world.stage.counters.repaints == 1
    world.judge.feed(b"\x1b[3;1HBroadcast message from root\r\n")
    world.shift = 3
    world.show(20, "news")
    world.run(world.now + 0.1)
    world.shift = 0
    world.run(world.now + 1)
    assert world.stage.counters.repaints == 2
    assert world.line(2) == "row 2"


def test_a_terminal_that_always_lies_about_its_cursor_is_not_repainted() -> None:
    world = World(1e5)
    world.shift = 7
    world.stage.start(100)
    for n in range(30):
        world.show(n, f"row {n}")
        world.run(world.now + 1)
    assert world.stage.counters.repaints == 1


def test_resize_repaints_and_keeps_what_fits() -> None:
    world = World(1e5)
    world.stage.start(100)
    world.show(1, "stays")
    world.run(1)
    world.stage.resize(60, 30)
    world.judge.screen.resize(30, 60)
    world.stage.pump()
    world.run(2)
    assert world.line(1) == "stays"
    assert world.stage.counters.repaints == 2


def test_thousands_of_styles_are_forgotten_in_time() -> None:
    world = World(1e7)
    world.stage.start(100)
    world.stage._styles._looks.extend(world.stage._styles._looks * 20_001)
    world.show(0, "still green")
    world.run(1)
    assert world.line(0) == "still green"
    assert not world.stage._styles.full
    assert world.judge.screen.buffer[0][0].fg == "green"


def test_no_row_vanishes_while_a_slow_line_gets_fewer_colours() -> None:
    world = World(960, colours=ColorSystem.TRUECOLOR)
    feed, seen = world.judge.feed, list[str]()

    def slowly(data: bytes) -> None:
        for byte in data:
            feed(bytes([byte]))
            seen.append(world.line(0))

    world.judge.feed = slowly  # type: ignore[method-assign]
    world.stage.start(100)
    world.show(0, "DEMO")
    for n in range(1, 30):
        world.show(n, f"row {n} with some words")
    world.run(20)
    assert world.stage._styles.coarse
    assert set(seen[seen.index("DEMO") :]) == {"DEMO"}
    assert world.line(29) == "row 29 with some words"
    assert world.stage.counters.repaints == 1
