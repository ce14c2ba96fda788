"""The configuration's shape: every setting, documented where it is declared.

``iomt-tui config init`` writes these words into the file, and ``config show`` prints what is in force. It needs
pydantic, so it is imported only when there is a configuration file or someone asks about it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from iomt_tui.cli.config_escalation import EscalationStep
from iomt_tui.cli.config_servers import Servers
from iomt_tui.cli.limits_file import Changes, problems, ward_limits
from iomt_tui.clinical.limit_rules import refusal
from iomt_tui.clinical.limits import limits_for
from iomt_tui.clinical.medication.barcode import DRUGS, WRISTBANDS
from iomt_tui.clinical.medication.templates import TemplateError, compiled
from iomt_tui.clinical.units import choices
from iomt_tui.clinical.vitals import VITALS
from iomt_tui.security.text import safe_text


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone that this machine knows; write for example Europe/Berlin") from None
    return name


def _known_units(units: dict[str, str]) -> dict[str, str]:
    """Each key is judged by itself, so that one mistake has its own line and leaves the other units in force."""
    wrong = [
        InitErrorDetails(type=why, loc=(key,), input=unit) for key, unit in units.items() if (why := _wrong(key, unit))
    ]
    if wrong:
        raise ValidationError.from_exception_data("units", wrong)
    return units


def _wrong(key: str, unit: str) -> PydanticCustomError | None:
    if key not in VITALS:
        return PydanticCustomError("vital", "is not a vital sign; known are {known}", {"known": ", ".join(VITALS)})
    if unit not in choices(key):
        return PydanticCustomError(
            "unit", "is not a unit to show it in; choose {known}", {"known": " or ".join(choices(key))}
        )
    return None


def _plain(text: str) -> str:
    if safe_text(text) != text:
        raise ValueError("has characters that a screen cannot show, or is too long")
    return text


def _known_limits(given: dict[str, Any]) -> dict[str, Any]:
    """The tables of a what-if limits file, as far as a ward may set them. A vital with any mistake is left out whole:
    the rest of its table might mean another limit than was meant."""
    changes: Changes = {}
    wrong = [_wrong_limits(vital, key, words) for (vital, _, key), words in problems(given, changes)] or [
        _wrong_limits(vital, "", said)
        for vital, rows in ward_limits(changes).items()
        if (said := refusal(vital, rows, limits_for(1, False).get(vital, ()), whole_ward=True))
    ]
    if wrong:
        raise ValidationError.from_exception_data("limits", wrong)
    return given


def _wrong_limits(vital: str, key: str, words: str) -> InitErrorDetails:
    why = PydanticCustomError("limits", "{said}", {"said": words, "key": key})
    return InitErrorDetails(type=why, loc=(vital,), input=None)


Text = Annotated[str, AfterValidator(_plain)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class WardSection(_Section):
    """The ward that ``iomt-tui`` opens. A mistake here stops the program: it might show another ward than you meant."""

    name: Annotated[Text, Field(min_length=1, max_length=60)] = "Ward 7"
    """The ward's name, as the header shows it."""
    source: Annotated[str, Field(min_length=1)] = "simulated"
    """Where the patients come from: "simulated", "fhir:NAME" of [servers.NAME], or a recording, CSV or FHIR file."""
    tz: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    """The ward's time zone, in which all times are shown."""
    scenario: Text = ""
    """Simulated source: one course of illness for everybody; "" for the usual mix."""
    beds: Annotated[int, Field(ge=1, le=2000)] = 24
    """Simulated source: how many patients."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 7
    """Simulated source: another number is another ward; the same number is the same ward."""


class DisplaySection(_Section):
    """How it looks."""

    theme: Annotated[Text, Field(max_length=60)] = ""
    """dark, light, high-contrast, deuteranopia, tritanopia, mono, ansi-16, or your own in themes/; "" finds one."""
    units: Annotated[dict[str, str], AfterValidator(_known_units)] = Field(default_factory=dict)
    """Units other than the usual ones, for example { glucose = "mmol/L", temp = "[degF]", weight = "[lb_av]" }."""
    spark_minutes: Annotated[int, Field(ge=5, le=1440)] = 30
    """How far back the small curves on the board reach, in minutes."""
    glyphs: Literal["auto", "braille", "block", "ascii"] = "auto"
    """What curves are drawn with: "auto" is blocks on the board, else braille; "ascii" where a font lacks both."""
    flash: bool = True
    """Whether high alarms that nobody has acknowledged may flash."""
    notify: bool = True
    """Whether an alarm that nobody acknowledges may ring the terminal and ask it for a desktop notification."""
    mouse: bool = True
    """Whether the mouse works in the program; without it the terminal can select text."""
    user: Annotated[Text, Field(max_length=40)] = ""
    """Who acts at this desk; written into every acknowledgement. "" for the login name."""


class AudioSection(_Section):
    """How alarms sound at this desk. The bedside monitors' own alarms come first."""

    output: Literal["auto", "bell", "command", "off"] = "auto"
    """"bell": the terminal's; "command": your player; "off"; "auto": the bell, but on demo and replay nothing."""
    command: Annotated[list[str], Field(max_length=16)] = Field(default_factory=list)
    """A program and its arguments that plays a burst; it gets high, medium or low as its last argument. No shell."""


def _one_key(text: str) -> str:
    if text and (len(text) > 1 or text.isalnum() or not text.isascii() or text in "\t\n\r\x03\x1b\x7f "):
        raise ValueError("must be one character that nobody types: a sign as ~ or a control character as \\u0002")
    return text


def _an_end(text: str) -> str:
    return text if text in ("enter", "none") else _one_key(text) or "enter"


def _templates(templates: list[str]) -> list[str]:
    for template in templates:
        try:
            compiled(template)
        except TemplateError as error:
            raise ValueError(f"has {ascii(template)[:60]}, which {error}") from None
    return templates


Templates = Annotated[list[str], AfterValidator(_templates), Field(max_length=20)]


class ScannerSection(_Section):
    """A barcode scanner that types what it reads, as a keyboard does."""

    use: Literal["auto", "on", "off"] = "auto"
    """"auto": scans are told from typing while a page that takes them is open; "on": everywhere; "off": never."""
    prefix: Annotated[str, AfterValidator(_one_key)] = ""
    """A character that the scanner types first, as "~" or "\\u0002"; then no key waits, and "auto" means everywhere."""
    suffix: Annotated[str, AfterValidator(_an_end)] = "enter"
    """What it types last: "enter" (or Tab), "none", or one character."""
    min_length: Annotated[int, Field(ge=4, le=60)] = 8
    """Fewer characters than this at once are typing."""
    max_gap_ms: Annotated[int, Field(ge=5, le=100)] = 35
    """Milliseconds between two keys of a scan at most; without a prefix keys wait for so long to be told apart."""
    separator: Annotated[str, AfterValidator(_one_key)] = ""
    """What it types for FNC1 within a GS1 code, where that is not Ctrl-] (ASCII 29)."""
    wristbands: Templates = Field(default_factory=lambda: list(WRISTBANDS))
    """Wristbands besides GSRN: text with {id}, {digits} or {digits:8} for the patient's id or record; * skips."""
    drugs: Templates = Field(default_factory=lambda: list(DRUGS))
    """Codes of your own on drugs, besides GTIN and NDC, written in the same way."""


def _a_directory(text: str) -> str:
    if text and not (Path(text).is_absolute() or text.startswith("~/")):
        raise ValueError('must be the whole path of a directory, or begin with "~/"')
    return text


class ExportSection(_Section):
    """What may leave the screen for a file (key X). A demo or test ward may be exported always."""

    formats: Annotated[list[Literal["csv", "json", "text", "fhir", "svg"]], Field(max_length=5)] = Field(
        default_factory=list
    )
    """In which formats a ward of people may be exported: "csv", "json", "text", "fhir", "svg"; [] for none."""
    people: Annotated[list[Text], Field(max_length=200)] = Field(default_factory=list)
    """Who may export a ward of people, by the name under which they act; [] for everybody who can open it."""
    directory: Annotated[Text, Field(max_length=160), AfterValidator(_a_directory)] = ""
    """Where files are put, for their owner only; "" for exports/ in the directory of event logs."""


class RetentionSection(_Section):
    """How long the event log keeps what happened."""

    days: Annotated[float, Field(gt=0, le=3650)] = 30.0
    """Entries older than this many days are deleted by the engine; the chain of hashes stays verifiable."""


class Config(_Section):
    """The whole file."""

    ward: WardSection = WardSection()
    display: DisplaySection = DisplaySection()
    audio: AudioSection = AudioSection()
    scanner: ScannerSection = ScannerSection()
    keymap: dict[str, str] = Field(default_factory=dict)
    """Your own keys, by the name that 'iomt-tui keys' shows, for example "board.filter" = "slash,ctrl+f"."""
    export: ExportSection = ExportSection()
    retention: RetentionSection = RetentionSection()
    limits: Annotated[dict[str, Any], AfterValidator(_known_limits)] = Field(default_factory=dict)
    """The ward's own alarm limits, for example [limits.spo2] and below it priority = "medium" and low = 92."""
    servers: Servers = Field(default_factory=dict)
    """FHIR servers, each a section of its own."""
    escalation: list[EscalationStep] = Field(default_factory=list)
    """Who is told of an alarm that nobody acknowledges."""
