"""``iomt-tui scan``: what a barcode says, without a ward and without a patient."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date

from iomt_tui.cli.exits import Exit
from iomt_tui.cli.wards import choose, scanner
from iomt_tui.security.text import safe_text

_MOST = 4096  # characters read from stdin


def run(args: Namespace) -> int:
    """Explains the code in words; FOUND when it cannot be read or has expired."""
    from iomt_tui.clinical.medication.barcode import Dialect, explain, read

    config = choose(args).config
    dialect = scanner(config).codes if config else Dialect()
    text = args.text if args.text else sys.stdin.readline(_MOST)
    today = date.today()
    code = read(text, today, dialect)
    for line in explain(code, today):
        print(safe_text(line, 1000))
    return Exit.FOUND if code.wrong or code.expired(today) else Exit.OK
