"""The configuration as TOML text: the commented file of ``config init``, and what ``config show`` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from iomt_tui.cli.config import Config
from iomt_tui.cli.config_escalation import EscalationStep
from iomt_tui.cli.config_servers import ServerSection


def toml_value(value: object) -> str:
    """A setting's value in TOML: text, numbers, truth values, tables and lists of them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)


def template() -> str:
    """A configuration file that changes nothing: every setting with its words and its default, commented out."""
    lines = [
        "# iomt-tui: remove the '#' in front of a setting to change it.",
        "# 'iomt-tui config validate' checks this file.",
    ]
    for name, info in Config.model_fields.items():
        section = info.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            lines += ["", f"# {(section.__doc__ or '').strip()}", f"[{name}]"]
            for key, field in section.model_fields.items():
                lines += [
                    f"# {field.description}",
                    f"# {key} = {toml_value(field.get_default(call_default_factory=True))}",
                ]
        elif name == "escalation":
            lines += ["", *_steps_template()]
        elif name == "servers":
            lines += ["", *_servers_template()]
        else:
            lines += ["", f"# {info.description}", f"[{name}]"]
    return "\n".join(lines) + "\n"


def _steps_template() -> Iterator[str]:
    """One example of a step with every setting; more indented, since its header must be uncommented with it."""
    yield from (f"# {line.strip()}".rstrip() for line in (EscalationStep.__doc__ or "").strip().splitlines())
    yield "# [[escalation]]"
    examples: dict[str, object] = {"level": 2, "to": "webhook", "url": "https://pager.example/alarm"}
    for key, field in EscalationStep.model_fields.items():
        default = examples.get(key, field.get_default(call_default_factory=True))
        yield f"#   # {field.description}"
        yield f"#   {key} = {toml_value(default)}"


def _servers_template() -> Iterator[str]:
    """One example with every setting, more indented, as with steps."""
    yield f"# {(ServerSection.__doc__ or '').strip()}"
    yield "# [servers.ward7]"
    examples: dict[str, object] = {"url": "https://fhir.example/r4", "ward": "Location/ward-7"}
    for key, field in ServerSection.model_fields.items():
        yield f"#   # {field.description}"
        yield f"#   {key} = {toml_value(examples.get(key, field.get_default(call_default_factory=True)))}"


def _servers(servers: dict[str, ServerSection]) -> Iterator[str]:
    if not servers:
        yield from ("# [servers.NAME]: none", "")
    for name, section in servers.items():
        yield f"[servers.{name}]"
        given = section.model_dump(exclude_defaults=True)
        for key, value in section.model_dump().items():
            yield f"{key} = {toml_value(value)}{'' if key in given else '  # default'}"
        yield ""


def _steps(steps: list[EscalationStep]) -> Iterator[str]:
    if not steps:
        yield from ("# [[escalation]]: none, so level 2 is a terminal notification", "")
    for step in steps:
        yield "[[escalation]]"
        yield from (f"{key} = {toml_value(value)}" for key, value in step.model_dump(exclude_defaults=True).items())
        yield ""


def in_force(config: Config, given: dict[str, Any]) -> Iterator[str]:
    """The lines of ``config show``: every setting, marked where it is the default."""
    for name in Config.model_fields:
        if name == "escalation":
            yield from _steps(config.escalation)
            continue
        if name == "servers":
            yield from _servers(config.servers)
            continue
        section = getattr(config, name)
        values = section.model_dump() if isinstance(section, BaseModel) else section
        set_here = given.get(name)
        here = set_here if isinstance(set_here, dict) else {}
        yield f"[{name}]"
        for key, value in values.items():
            source = "" if key in here and here[key] == value else "  # default"
            yield f"{_key(key)} = {toml_value(value)}{source}"
        yield ""
