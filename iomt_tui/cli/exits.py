"""What the program's exit codes mean, and the one error that carries such a code."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes. Scripts may rely on them; the words are printed by ``--help``."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Exit:
        """A code together with its words."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    OK = 0, "done"
    FOUND = 1, "done, and something is wrong: doctor failed, a log is damaged, a configuration is not valid"
    USAGE = 2, "the command line was not understood"
    CONFIG = 3, "the configuration cannot be used safely"
    SOURCE = 4, "a source or a file cannot be read or written"
    LOG = 5, "the event log cannot be read or written"
    TERMINAL = 6, "this terminal cannot show the screens; snapshot --plain and watch --plain work everywhere"
    ENGINE = 7, "the engine did not start, or another one has this ward"
    INTERNAL = 70, "an error of the program's own; a report without patient data was written"
    INTERRUPTED = 130, "interrupted (Ctrl+C)"
    PIPE = 141, "the reader of the output went away"


class CliError(Exception):
    """Ends a command with one line on stderr and an exit code.

    The message says what happened and what to do next, and holds neither secrets nor patient data.
    """

    def __init__(self, message: str, code: Exit = Exit.SOURCE) -> None:
        super().__init__(message)
        self.code = code


def exit_table() -> str:
    """The exit codes, one a line, for ``--help`` and the README."""
    return "\n".join(f"  {code.value:>3}  {code.meaning}" for code in Exit)
