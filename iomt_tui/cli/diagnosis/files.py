"""Configuration, state and versions: where they are and who can read them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from iomt_tui.cli.diagnosis.report import Check, Status
from iomt_tui.cli.exits import CliError
from iomt_tui.cli.version import package_version, version_line

_PACKAGES = ("textual", "rich", "pydantic", "orjson", "httpx", "keyring", "joserfc", "platformdirs", "plotext", "segno")


def version_checks() -> Iterator[Check]:
    """The program's versions and those of what it stands on."""
    yield Check("version", "ok", version_line())
    versions = {name: package_version(name) for name in _PACKAGES}
    missing = [name for name, version in versions.items() if version == "not installed"]
    text = ", ".join(f"{name} {version}" for name, version in versions.items())
    if missing:
        yield Check("packages", "fail", text, f"install {', '.join(missing)} again: see README")
    else:
        yield Check("packages", "ok", text)


def config_checks(path: Path) -> Iterator[Check]:
    """Whether the configuration can be read, and each thing that is wrong in it."""
    if not path.exists():
        yield Check(
            "configuration", "ok", f"none at {path}: the demo ward is opened", "'iomt-tui config init' writes one"
        )
        return
    from iomt_tui.cli.config_file import load

    try:
        problems = load(path).problems
    except CliError as error:
        yield Check("configuration", "fail", str(error), "'iomt-tui config validate' checks it")
        return
    for problem in problems:
        status: Status = "fail" if problem.serious or problem.server else "warn"
        yield Check("configuration", status, str(problem), "correct that line")
    if not problems:
        yield Check("configuration", "ok", f"{path} is valid")


def state_checks(path: Path) -> Iterator[Check]:
    """Whether the state directory can be written and only its owner can enter it."""
    place = next((parent for parent in (path, *path.parents) if parent.exists()), path)
    if not os.access(place, os.W_OK | os.X_OK):
        yield Check("state", "fail", f"{place} cannot be written", "choose another with IOMT_TUI_STATE=DIRECTORY")
        return
    if not path.exists():
        yield Check("state", "ok", f"{path} does not exist yet; it is made when a ward is opened")
        return
    yield private(path, 0o700)
    for file in sorted(path.glob("wards/*/*")):
        found = private(file, 0o600)
        if found.status != "ok":
            yield found
    crashes = len(list(path.glob("crash/*.txt")))
    if crashes:
        where = path / "crash"
        yield Check("crash reports", "warn", f"{crashes} in {where}", "send them to the maintainers, then delete them")


def private(path: Path, wanted: int) -> Check:
    """Whether nobody but the owner has rights on ``path``."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return Check("state", "fail", f"{path} has mode {mode:04o}: others can read it", f"chmod {wanted:04o} {path}")
    return Check("state", "ok", f"{path}, mode {mode:04o}")
