"""The versions of what runs, read from package metadata: textual itself is not imported."""

from __future__ import annotations

import platform

from iomt_tui import __version__


def package_version(name: str) -> str:
    """The installed version of a package, or "not installed"."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def version_line() -> str:
    """Program, Python and Textual on one line."""
    return f"iomt-tui {__version__} (Python {platform.python_version()}, Textual {package_version('textual')})"
