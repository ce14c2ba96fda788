"""Whether the escalation chain can reach people: what can be seen from here, and when asked for, a TEST through it."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import orjson

from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.exits import CliError
from iomt_tui.engine.sending.chain import COMMAND, SCREEN, USUAL, WEBHOOK, Step
from iomt_tui.engine.sending.document import trial_document
from iomt_tui.engine.sending.sender import ATTEMPTS
from iomt_tui.engine.sending.webhook import TokenError, bearer

TOPIC: Final = "escalation"
_ASK: Final = "'iomt-tui doctor --send-test' sends a TEST alarm through every step"


def escalation_checks(config_path: Path, *, send: bool) -> Iterator[Check]:
    """Every step of the configured chain; with ``send`` each gets an alarm that is marked TEST and about nobody."""
    chain: tuple[Step, ...] = USUAL
    ward, lacks = "Demo ward", ""
    if config_path.exists():
        from iomt_tui.cli.config_escalation import chain as chain_of
        from iomt_tui.cli.config_escalation import lacking
        from iomt_tui.cli.config_file import load

        try:
            loaded = load(config_path)
        except CliError:
            yield Check(TOPIC, "fail", "not known: the configuration cannot be read", "'iomt-tui config validate'")
            return
        ward, lacks = loaded.config.ward.name, lacking(loaded.problems)
        chain = chain_of(loaded.config.escalation, config_path.parent)
    if lacks:
        yield Check(TOPIC, "fail", lacks, "correct that line")
    if all(step.to not in ATTEMPTS for step in chain):
        yield Check(
            TOPIC, "warn", "alarms that nobody acknowledges are told on screens only", "configure [[escalation]]"
        )
    for step in chain:
        yield from _step(step, ward, send=send)


def _step(step: Step, ward: str, *, send: bool) -> Iterator[Check]:
    called = f"level {step.level}, {step.name}"
    if step.to == WEBHOOK:
        yield _webhook(step, called)
    elif step.to == COMMAND:
        yield _command(step, called)
    else:
        what = "every alarm is on the screens" if step.to == SCREEN else "screens ring and notify through the terminal"
        yield Check(TOPIC, "ok", f"{called}: {what}")
    if send and step.to in ATTEMPTS:
        yield _sent(step, called, ward)


def _webhook(step: Step, called: str) -> Check:
    try:
        token = bearer(step)
    except TokenError as error:
        return Check(TOPIC, "fail", f"{called}: {error}", _token_advice(step))
    if step.ca_file and not os.access(step.ca_file, os.R_OK):
        return Check(TOPIC, "fail", f"{called}: {step.ca_file} cannot be read", "correct ca_file of that step")
    how = "with a bearer token" if token else "without a token"
    return Check(TOPIC, "ok", f"{called}: posts to {urlsplit(step.url).hostname} {how}", _ASK)


def _token_advice(step: Step) -> str:
    if step.token_env:
        return f"set {step.token_env} where the engine is started"
    return f"put the token into {step.token_file} and chmod 0600 it"


def _command(step: Step, called: str) -> Check:
    found = shutil.which(step.command[0])
    if found is None:
        return Check(
            TOPIC, "fail", f"{called}: {step.command[0]} is not there or not executable", "correct command of that step"
        )
    return Check(TOPIC, "ok", f"{called}: runs {found}", _ASK)


def _sent(step: Step, called: str, ward: str) -> Check:
    found = trial_document(ward, step, int(time.time() * 1000))
    why = asyncio.run(ATTEMPTS[step.to](step, orjson.dumps(found), found.key))
    if why:
        return Check(
            TOPIC, "fail", f"{called}: the TEST alarm was not delivered: {why}", "an alarm would not be either"
        )
    return Check(TOPIC, "ok", f"{called}: the TEST alarm was delivered", "ask who should have got it")
