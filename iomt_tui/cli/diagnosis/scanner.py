"""How a barcode scanner is told from a hand at this desk."""

from __future__ import annotations

from pathlib import Path

from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.exits import CliError
from iomt_tui.settings import ScannerSettings


def scanner_check(config: Path) -> Check:
    """What is set; whether the scanner types like that only a scan can tell, which ``iomt-tui scan`` explains."""
    settings = ScannerSettings()
    if config.exists():
        from iomt_tui.cli.config_file import load
        from iomt_tui.cli.wards import scanner

        try:
            settings = scanner(load(config).config)
        except CliError:
            return Check("scanner", "warn", "not known: the configuration cannot be read", "'iomt-tui config validate'")
    if settings.use == "off":
        return Check("scanner", "warn", "off: what a barcode scanner types is taken for keys", "set use in [scanner]")
    if settings.prefix:
        return Check("scanner", "ok", f"scans begin with {settings.prefix!a}, everywhere; no key waits")
    where = "everywhere" if settings.use == "on" else "where a page takes scans"
    return Check("scanner", "ok", f"{where}, keys wait {settings.gap * 1000:.0f} ms to be told from a scan")
