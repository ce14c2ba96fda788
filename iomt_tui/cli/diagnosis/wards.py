"""The wards on this machine: their logs, their engines, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.cli.headless import words
from iomt_tui.cli.paths import known_wards, ward_dir

_VERIFY: Final = 200_000
"""Entries up to which the whole chain is verified here; beyond, 'log verify' does it."""


def ward_checks() -> Iterator[Check]:
    """Every ward that has a log here."""
    from iomt_tui.engine.process import log_path

    names = [name for name in known_wards() if log_path(ward_dir(name)).exists()]
    if not names:
        yield Check("wards", "ok", "no ward has a log here yet", "'iomt-tui demo' opens the demo ward")
    for name in names:
        yield from _ward(name, log_path(ward_dir(name)))


def _ward(name: str, path: Path) -> Iterator[Check]:
    from iomt_tui.log.api import LogError
    from iomt_tui.log.guard import EngineLock

    topic = f"ward {name}"
    try:
        yield _chain(topic, path)
        engine = EngineLock(path).running()
        if engine is None:
            yield Check(
                topic, "warn", "NOT MONITORING: no engine is running", "'iomt-tui' or 'iomt-tui engine' starts it"
            )
        else:
            yield Check(topic, "ok", f"engine {engine.version} is running, process {engine.pid}")
        yield from _state(topic, path)
    except LogError as error:
        yield Check(topic, "fail", str(error))


def _chain(topic: str, path: Path) -> Check:
    from iomt_tui.log.sqlite import SqliteReader
    from iomt_tui.log.verify import verify

    reader = SqliteReader(path)
    try:
        entries = reader.head().seq - reader.base().seq
    finally:
        reader.close()
    if entries > _VERIFY:
        return Check(topic, "ok", f"log of {entries} entries", f"'iomt-tui log verify {path}' checks the whole chain")
    verdict = verify(path)
    if not verdict.ok:
        return Check(topic, "fail", verdict.words(), "keep the file and tell who is responsible for the ward")
    return Check(topic, "ok", f"log of {verdict.entries} entries, none edited, lost or reordered")


def _state(topic: str, path: Path) -> Iterator[Check]:
    """What the newest state tells, so that the whole log need not be read. Nobody is named."""
    from iomt_tui.cli.looking import fold_to
    from iomt_tui.log.sqlite import SqliteReader

    reader = SqliteReader(path)
    try:
        ward = fold_to(reader, reader.head().at)
    finally:
        reader.close()
    if ward.notice:
        yield Check(topic, "warn", ward.notice)
    counts, alike = Counter(ward.refused), 0
    for patient in ward.ids():
        view = ward.view(patient, ward.now)
        counts.update(view.refused)
        alike += bool(view.similar)
    yield refused_check(topic, counts)
    if alike:
        yield Check(
            topic, "warn", f"{alike} patients have a name that looks like another's", "their rows are marked with ≈"
        )


def refused_check(topic: str, counts: Mapping[str, int]) -> Check:
    """Refused input by reason, the most frequent first."""
    if not counts:
        return Check(topic, "ok", "no input was refused")
    reasons = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    text = ", ".join(f"{count} {words.ABSENT.get(reason, reason)}" for reason, count in reasons)
    return Check(topic, "ok", f"input refused: {text}", "the patient's screen shows whose")
