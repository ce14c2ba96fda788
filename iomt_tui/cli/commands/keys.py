"""``iomt-tui keys``: the key reference, with the user's own keys."""

from __future__ import annotations

import sys
from argparse import Namespace

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.wards import choose


def run(args: Namespace) -> int:
    """Prints the reference as Markdown. What is wrong in the configured key map is told on stderr."""
    from iomt_tui.tui.keymap import validate_keymap
    from iomt_tui.tui.keys import key_reference_markdown

    config = choose(args).config
    keys, problems = validate_keymap(config.keymap if config else {})
    for problem in problems:
        print(f"iomt-tui: {problem}", file=sys.stderr)
    print(key_reference_markdown(keys).rstrip())
    return Exit.OK
