"""``iomt-tui doctor``: what works here, what does not, and what to do next. No secrets, no patients."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator

from iomt_tui.cli.diagnosis.report import Check, diagnosis, line
from iomt_tui.cli.exits import Exit
from iomt_tui.cli.output import print_json
from iomt_tui.cli.paths import config_file, state_dir


def run(args: Namespace) -> int:
    """Prints the checks; FOUND when one failed."""
    if args.json:
        found = diagnosis(list(checks(send=args.send_test)))
        print_json(found)
    else:
        collected: list[Check] = []
        for check in checks(send=args.send_test):
            print(line(check), flush=True)
            collected.append(check)
        found = diagnosis(collected)
    return Exit.FOUND if found.status == "fail" else Exit.OK


def checks(*, send: bool = False) -> Iterator[Check]:
    """Every check, the quick ones first. ``send``: a TEST alarm goes through the escalation chain."""
    from iomt_tui.cli.diagnosis.audio import audio_checks
    from iomt_tui.cli.diagnosis.escalation import escalation_checks
    from iomt_tui.cli.diagnosis.exports import export_check
    from iomt_tui.cli.diagnosis.files import config_checks, state_checks, version_checks
    from iomt_tui.cli.diagnosis.keyring_check import keyring_check
    from iomt_tui.cli.diagnosis.scanner import scanner_check
    from iomt_tui.cli.diagnosis.servers import server_checks
    from iomt_tui.cli.diagnosis.sources import source_checks
    from iomt_tui.cli.diagnosis.terminal import terminal_checks
    from iomt_tui.cli.diagnosis.wards import ward_checks

    yield from version_checks()
    yield from terminal_checks(
        os.environ,
        _size(),
        stdin_tty=bool(sys.__stdin__ and sys.__stdin__.isatty()),
        screen_tty=bool(sys.__stderr__ and sys.__stderr__.isatty()),
        encoding=(sys.__stderr__.encoding if sys.__stderr__ else "") or "",
    )
    yield from config_checks(config_file())
    yield from audio_checks(config_file())
    yield scanner_check(config_file())
    yield export_check(config_file())
    yield from state_checks(state_dir())
    yield from source_checks(config_file())
    yield from server_checks(config_file())
    yield from escalation_checks(config_file(), send=send)
    yield from ward_checks()
    yield keyring_check()


def _size() -> os.terminal_size:
    import shutil

    return shutil.get_terminal_size()
