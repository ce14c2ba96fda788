"""iomt-tui: a ward of patients wearing connected medical devices, live in the terminal."""

__version__ = "0.1.0"
