"""``python -m iomt_tui``."""

from __future__ import annotations

import sys

from iomt_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
