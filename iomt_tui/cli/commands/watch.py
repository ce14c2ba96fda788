"""``iomt-tui watch``: one line for each change, for scripts and screen readers."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.source_spec import SourceSpec
from iomt_tui.cli.wards import choose, source_of
from iomt_tui.times import time_of_day, ward_zone

if TYPE_CHECKING:
    from iomt_tui.log.delivery import Feed


def run(args: Namespace) -> int:
    """Prints changes to stdout as they happen; each line is complete and flushed."""
    from iomt_tui.cli.following import Follower, follow
    from iomt_tui.cli.headless.changes import Changes, document, plain_line
    from iomt_tui.tui.session import Session

    config = None if args.source else choose(args).config
    units = config.display.units if config and args.form == "plain" else {}
    with _feed(source_of(args), args.speed, config.ward.tz if config else "UTC") as feed:
        follower = Follower(Session(feed), Changes(units, args.values))
        for change in follow(follower, args.duration):
            header = follower.header()
            if args.form == "json":
                print_json(document(change, header))
            else:
                clock = time_of_day(header.now, ward_zone(header.tz))
                print(plain_line(change, header, clock), flush=True)
    return Exit.OK


@contextmanager
def _feed(spec: SourceSpec, speed: float, tz: str) -> Iterator[Feed]:
    """The source as a feed. A demo ward is started, and ends when nobody looks any more."""
    from iomt_tui.log.feed import LiveFeed, ReplayFeed

    if spec.kind == "file":
        from iomt_tui.cli.recordings import open_file

        assert spec.path is not None
        feed: Feed = ReplayFeed(open_file(spec.path, spec.mapping, tz).reader, speed=speed)
        try:
            yield feed
        finally:
            feed.close()
        return
    from iomt_tui.cli.engines import attach_or_start
    from iomt_tui.cli.paths import ward_dir
    from iomt_tui.cli.wards import DEMO, demo_spec, log_of
    from iomt_tui.log.guard import ScreenPresence

    demo = spec.kind == "demo"
    if demo:
        path = attach_or_start(demo_spec(spec.name, speed=speed), ward_dir(DEMO)).wait(caught_up=True)
    else:
        path = log_of(spec.name)
    presence = ScreenPresence(path)
    if demo:
        presence.attach()
    feed = LiveFeed(path)
    try:
        yield feed
    finally:
        feed.close()
        presence.detach()
