"""What is exported from a screen, what is asked before, and the seam to whoever makes files of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol

from iomt_tui.log.api import RecordedReader
from iomt_tui.tui.questions import Choice, Question
from iomt_tui.ward.exports import CSV, EXPORT, FHIR, JSON, SVG, TEST_WARDS, TEXT, Permission
from iomt_tui.ward.view import PatientView, WardView

CHOICES: Final = (
    Choice("v", CSV, "CSV", "CSV"),
    Choice("j", JSON, "JSON", "JSON"),
    Choice("p", TEXT, "plain text", "plain text"),
    Choice("f", FHIR, "FHIR Bundle", "FHIR Bundle"),
    Choice("s", SVG, "SVG picture", "SVG picture"),
)
"""No terminal's own reply types one of these keys (SAFETY S3)."""

ENDINGS: Final = {CSV: "csv", JSON: "json", TEXT: "txt", FHIR: "fhir.json", SVG: "svg"}
"""What a file's name ends in."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a screen shows at one moment, held fast: whatever the ward does afterwards, this is what is exported."""

    page: str  # the page's name; "board"
    title: str  # in words
    model: object | None  # what the page drew, of :mod:`iomt_tui.ward.story`; None: it has no model
    lines: tuple[str, ...]  # the page as it stands there, in words
    patients: tuple[str, ...]  # ids
    who: PatientView | None  # the patient, where it is the page of one
    user: str  # who exports it
    ward: WardView  # with its watermark and the log time (ms) of this moment
    silent: float | None  # s since the engine last wrote; None in a recording
    units: Mapping[str, str]  # vital -> unit on the screen
    size: tuple[int, int]  # columns and rows
    picture: Any  # the cells of the whole screen, as Textual's compositor gives them


class Exporter(Protocol):
    """Makes files of what is shown. Any thread may call it."""

    def formats(self, shown: Shown) -> tuple[str, ...]:
        """The formats (of :mod:`iomt_tui.ward.exports`) that there are for this page."""
        ...

    def span(self, shown: Shown) -> tuple[int, int]:
        """The time that the page is about, ms."""
        ...

    def content(self, shown: Shown, form: str, log: Callable[[], RecordedReader]) -> bytes:
        """The bytes of the file; ``log`` opens the ward's log. Raises LogError."""
        ...


@dataclass(frozen=True, slots=True)
class ExportQuestion(Question):
    """Asks for the format, and names the file before it is made."""

    shown: Shown | None = None
    directory: Path = Path()
    names: Mapping[str, str] = field(default_factory=dict)  # format -> name of the file
    noted: bool = True  # a log will tell of it

    @property
    def about(self) -> tuple[object, ...]:
        """The page, and who is on it."""
        return (EXPORT, self.shown.page, self.shown.patients) if self.shown is not None else (EXPORT,)

    @property
    def name(self) -> str:
        """The file in the chosen format."""
        return self.names[self.chosen]

    def choose(self, value: str) -> ExportQuestion:
        """Another format, and its file."""
        return replace(self, chosen=value).listed()

    def listed(self) -> ExportQuestion:
        """The file and who will know of it, each on a line."""
        told = "the log tells who exported what" if self.noted else "NO log tells of it: this is a recording"
        return replace(self, lines=(f"{self.name} in {shortened(self.directory)}", f"only you can read it; {told}"))


def shortened(directory: Path) -> str:
    """A directory in words; what is in one's own home begins with ~."""
    home = Path.home()
    return f"~/{directory.relative_to(home)}" if directory.is_relative_to(home) else str(directory)


def allowed(watermark: str, user: str, permission: Permission, *, recorded: bool) -> tuple[frozenset[str], str]:
    """The formats in which ``user`` may export a ward, and in words why there is none.

    ``permission``: what this desk's configuration allows. The engine goes by its own.
    """
    if recorded and watermark not in TEST_WARDS:
        return frozenset(), "NOT exported: people are in this recording, and no log would tell of it."
    if why := permission.refusal(watermark, user):
        return frozenset(), f"NOT exported: {why}."
    return permission.of(watermark), ""


def asked(
    shown: Shown, offered: tuple[str, ...], directory: Path, names: Mapping[str, str], since: float, *, noted: bool
) -> ExportQuestion:
    """Asks in which of the formats ``offered`` the page is to be exported."""
    choices = tuple(choice for choice in CHOICES if choice.value in offered)
    return ExportQuestion(
        do=EXPORT, words=f"Export {shown.title}?", acts=(), shown_since=since, choices=choices,
        chosen=choices[0].value, shown=shown, directory=directory, names=names, noted=noted,
    ).listed()  # fmt: skip
