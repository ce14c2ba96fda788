"""The ``[[escalation]]`` steps of the configuration, and the chain that they make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from iomt_tui.alarms.model import Priority
from iomt_tui.engine.sending.chain import COMMAND, USUAL, WEBHOOK, Step
from iomt_tui.security.text import safe_text
from iomt_tui.security.web import loopback

if TYPE_CHECKING:
    from iomt_tui.cli.config_file import Problem

Urgency = Literal["high", "medium", "low"]
_ALL: Final[tuple[Urgency, ...]] = ("high", "medium", "low")
#: Settings without which a step is still a step: a wrong one is left at its default. Any other takes the step out.
SPARED: Final = frozenset({"timeout", "attempts", "name", "identify"})


def _sound_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if not url:
        return url
    if not url.isascii() or not url.isprintable() or " " in url or not host:
        raise ValueError("is not an address; write https://host/path")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a name or a password; write a bearer token into a file and name it in token_file")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback(url)):
        raise ValueError("must begin with https://; http:// only for this machine itself")
    return url


def _plain(text: str) -> str:
    if safe_text(text) != text:
        raise ValueError("has characters that a screen cannot show, or is too long")
    return text


def _no_nul(words: list[str]) -> list[str]:
    if any("\0" in word for word in words) or (words and not words[0]):
        raise ValueError("is not a program and its arguments")
    return words


class EscalationStep(BaseModel):
    """Who is told of an alarm that nobody acknowledges: one table for each step, in order. Screens show every alarm.

    HIGH alarms reach level 1, 2 and 3 after 30, 60 and 120 s, medium ones level 1 and 2 after 120 and 300 s, low ones
    level 1 after 600 s; after half of that while no screen is attended. Without any such table: a terminal
    notification at level 2.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    level: Annotated[int, Field(ge=1, le=3)]
    """The level at which the step is taken, 1 to 3."""
    to: Literal["screen", "notify", "webhook", "command"]
    """"screen"; "notify": screens ring and notify through their terminal; "webhook": POST; "command": a program."""
    url: Annotated[str, AfterValidator(_sound_url)] = ""
    """webhook: where the alarm is posted as JSON ('iomt-tui schema escalation'); https, or http on this machine."""
    token_file: Annotated[str, Field(max_length=4096)] = ""
    """webhook: a file, mode 0600, whose first line is the bearer token (relative to this file)."""
    token_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$|^$", max_length=100)] = ""
    """webhook: the environment variable that holds the bearer token, instead of token_file."""
    ca_file: Annotated[str, Field(max_length=4096)] = ""
    """webhook: certificates to trust instead of the usual ones (relative to this file). TLS is always verified."""
    command: Annotated[list[str], AfterValidator(_no_nul), Field(max_length=64)] = Field(default_factory=list)
    """command: the program and its arguments, run without a shell; the alarm is JSON on its standard input."""
    timeout: Annotated[float, Field(gt=0, le=30)] = 10.0
    """How long one attempt may take, in seconds, at most 30."""
    attempts: Annotated[int, Field(ge=1, le=10)] = 4
    """How often it is tried, with growing waits between; then the alarm "escalation not delivered" is raised."""
    priorities: Annotated[list[Urgency], Field(min_length=1)] = Field(default_factory=lambda: list(_ALL))
    """Which alarms it is for."""
    identify: Literal["bed", "name"] = "bed"
    """How the patient is called outside of the ward: by the bed only, or by name and id too."""
    name: Annotated[str, AfterValidator(_plain), Field(max_length=36)] = ""
    """What the log and the screens call the step; "" for what it does."""

    @model_validator(mode="after")
    def _whole(self) -> EscalationStep:
        if self.to == WEBHOOK and not self.url:
            raise ValueError("a webhook needs a url")
        if self.to == COMMAND and not self.command:
            raise ValueError('a command needs a command, for example command = ["/usr/local/bin/page", "ward7"]')
        if self.token_file and self.token_env:
            raise ValueError("has both token_file and token_env; choose one")
        return self


def chain(steps: list[EscalationStep], folder: Path) -> tuple[Step, ...]:
    """The chain of a ward whose configuration is in ``folder``; names are made unique."""
    made: list[Step] = []
    for step in steps:
        files = {key: _file(folder, getattr(step, key)) for key in ("token_file", "ca_file")}
        made.append(
            Step(
                level=step.level, to=step.to, name=_unique(step.name or step.to, [other.name for other in made]),
                url=step.url, command=tuple(step.command), token_env=step.token_env, timeout=step.timeout,
                attempts=step.attempts, priorities=tuple(int(Priority[p.upper()]) for p in step.priorities),
                identify=step.identify, **files,
            )
        )  # fmt: skip
    return tuple(made) or USUAL


def _file(folder: Path, name: str) -> str:
    return str((folder / Path(name).expanduser()).absolute()) if name else ""


def _unique(name: str, taken: list[str]) -> str:
    numbers = range(2, len(taken) + 3)
    return next(each for each in (name, *(f"{name} {n}" for n in numbers)) if each not in taken)


def lacking(problems: tuple[Problem, ...]) -> str:
    """What everybody at the ward must be told of wrong steps; "" when there are none."""
    lines = [problem.line for problem in problems if problem.left_out]
    if not lines:
        return ""
    where = f"line {', '.join(str(line) for line in lines[:5])} of the configuration"
    return f"The escalation chain lacks what {where} should say; 'iomt-tui config validate' says why."
