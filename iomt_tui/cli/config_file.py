"""Reads the configuration file: what is wrong is said with file and line, and what is right stays in force."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from iomt_tui.cli.config_lines import line_of
from iomt_tui.cli.exits import CliError, Exit
from iomt_tui.security.text import safe_text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from iomt_tui.cli.config import Config

_LEFT_OUT: Final = "THIS STEP IS LEFT OUT of the escalation chain"
_LARGEST: Final = 1_000_000  # bytes; a configuration is a few hundred
_WORDS: Final = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "missing": "is missing",
    "dict_type": 'must be a table, for example { glucose = "mmol/L" }',
    "model_type": "must be a section with settings below it",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the file. ``serious`` where going on without it could show the wrong ward."""

    file: Path
    line: int
    text: str
    serious: bool
    left_out: bool = False  # a step of the escalation chain is missing because of it
    server: str = ""  # the section of [servers] that is not used because of it; "*" for all of them

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration in force, what the file itself sets, and what was wrong with it."""

    config: Config
    given: dict[str, Any]
    problems: tuple[Problem, ...] = field(default=())


def load(path: Path) -> Loaded:
    """Reads ``path``. Settings that are wrong are left at their defaults and listed.

    Raises CliError when the file cannot be read at all or is not TOML: then nothing in it can be trusted.
    """
    text = _read(path)
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CliError(
            f"{path}: this is not TOML: {error}. Correct that line, or move the file away", Exit.CONFIG
        ) from error
    return validated(path, text, given)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise CliError(f"{path} is too large for a configuration file", Exit.CONFIG)
        return path.read_text("utf-8")
    except OSError as error:
        raise CliError(f"the configuration {path} cannot be read: {error.strerror}", Exit.CONFIG) from error
    except UnicodeDecodeError as error:
        raise CliError(f"{path} is not a UTF-8 text file", Exit.CONFIG) from error


def validated(path: Path, text: str, given: dict[str, Any]) -> Loaded:
    """The configuration from the file's values. Wrong ones are taken out one by one, and the rest is read again."""
    from pydantic import ValidationError

    from iomt_tui.cli.config import Config

    problems: list[Problem] = []
    rest = deepcopy(given)
    steps = list(range(len(given["escalation"]))) if isinstance(given.get("escalation"), list) else []
    while True:
        wrong: set[tuple[str, ...]] = set()
        servers: set[str] = set()
        try:
            config = Config.model_validate(rest)
        except ValidationError as errors:
            for error in errors.errors(include_url=False):
                where = tuple(str(part) for part in error["loc"])
                if where[0] == "escalation":
                    problems.append(_wrong_step(path, text, where, error, steps))
                    wrong.add(where)
                    continue
                if where[0] == "servers":
                    problems.append(_wrong_server(path, text, where, error))
                    servers.add(problems[-1].server)
                    continue
                place = (*where, *filter(None, [error.get("ctx", {}).get("key")]))
                problems.append(Problem(path, line_of(text, place), say(where, error), serious=where[0] == "ward"))
                _take_out(rest, where)
            _take_out_steps(rest, wrong, steps)
            _take_out_servers(rest, servers)
        else:
            return Loaded(config, given, tuple(sorted(problems, key=lambda problem: problem.line)))


def _wrong_server(path: Path, text: str, where: tuple[str, ...], error: ErrorDetails) -> Problem:
    from iomt_tui.cli.config_servers import wrong_server

    place = tuple(part for part in where if part != "[key]")
    words = wrong_server(where, error, _words(error))
    return Problem(path, line_of(text, place), words, serious=False, server=where[1] if len(where) > 1 else "*")


def _take_out_servers(rest: dict[str, Any], wrong: set[str]) -> None:
    """Removes whole sections: without one setting a server might show another ward."""
    if "*" in wrong or not isinstance(rest.get("servers", {}), dict):
        del rest["servers"]
        return
    for name in wrong:
        del rest["servers"][name]


def _wrong_step(
    path: Path, text: str, where: tuple[str, ...], error: ErrorDetails, steps: list[int]
) -> Problem:  # fmt: skip
    """What is wrong with the escalation chain. Values are not repeated: an address may hold a secret."""
    place = (where[0], str(steps[int(where[1])]), *where[2:]) if len(where) > 1 else where
    what = f"escalation step {int(place[1]) + 1}" if len(place) > 1 else "escalation"
    setting = f", {safe_text(place[2], 40)}" if len(place) > 2 else ""
    spared = _spared(where, error["type"])
    end = "It was ignored" if error["type"] == "extra_forbidden" else "The default is used" if spared else _LEFT_OUT
    words = "there is no such setting" if error["type"] == "extra_forbidden" else _words(error)
    return Problem(path, line_of(text, place), f"{what}{setting}: {words}. {end}", serious=False, left_out=not spared)


def _spared(where: tuple[str, ...], kind: str) -> bool:
    """Whether a step goes on without the setting at ``where``."""
    from iomt_tui.cli.config_escalation import SPARED

    return len(where) == 3 and (where[2] in SPARED or kind == "extra_forbidden")


def _take_out_steps(rest: dict[str, Any], wrong: set[tuple[str, ...]], steps: list[int]) -> None:
    """Removes wrong settings that a step can do without, else the step; ``steps`` are the places of those that stay."""
    from iomt_tui.cli.config import Config

    if not wrong:
        return
    if ("escalation",) in wrong:
        del rest["escalation"]
        return
    known = set(Config.model_fields["escalation"].annotation.__args__[0].model_fields)  # type: ignore[union-attr]
    out: set[int] = set()
    for _, index, *setting in wrong:
        place = ("escalation", index, *setting)
        if _spared(place, "" if setting and setting[0] in known else "extra_forbidden"):
            rest["escalation"][int(index)].pop(setting[0], None)
        else:
            out.add(int(index))
    rest["escalation"] = [step for number, step in enumerate(rest["escalation"]) if number not in out]
    steps[:] = [step for number, step in enumerate(steps) if number not in out]


def _take_out(tree: dict[str, Any], where: tuple[str, ...]) -> None:
    """Removes one wrong setting, or the table in which it should have been."""
    for part in where[:-1]:
        inner = tree[part]
        if not isinstance(inner, dict):
            del tree[part]
            return
        tree = inner
    tree.pop(where[-1], None)


def say(where: tuple[str, ...], error: ErrorDetails) -> str:
    """One validation error in words: which setting, what is wrong with it, what is allowed."""
    name = safe_text(".".join(where), 80)
    if error["type"] == "extra_forbidden":
        near = _near(where)
        return f"there is no setting {name!r}{near}{'' if near.endswith('?') else '.'} It was ignored"
    if error["type"] == "limits":
        return f"{name}: {error['msg']}. The limits that hold without it are used"
    return f"{name} = {shown(error['input'])}: {_words(error)}. The default is used"


def _words(error: ErrorDetails) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return _WORDS.get(error["type"], "") or error["msg"].removeprefix("Input ")


def shown(value: object) -> str:
    """A wrong value as it may appear in a message: escaped, and not longer than a line."""
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _near(where: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    from iomt_tui.cli.config import Config

    names: dict[str, Any] = dict(Config.model_fields)
    for part in where[:-1]:
        section = names[part].annotation if part in names else None
        names = dict(getattr(section, "model_fields", {}))
    close = get_close_matches(where[-1], names, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}" if names else ""
