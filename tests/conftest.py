"""The machine is taken out of the tests: environment, time zone, locale, and every directory of the user's."""

from __future__ import annotations

import importlib
import locale
import os
import re
import signal
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

# Textual reads its variables when it is imported, so this comes before anything else is.
_TAKEN = [
    name
    for name in os.environ
    if name.upper().startswith(("TEXTUAL", "SSH_", "IOMT_TUI_"))
    or name in ("NO_COLOR", "COLORTERM", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TMUX")
]
for _name in _TAKEN:
    if _name != "TEXTUAL_SNAPSHOT_TEMPDIR":  # where the pictures of all workers are put together
        del os.environ[_name]
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so it is for a shell's background jobs and all their children
    signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ["TZ"] = "UTC"
os.environ["LC_ALL"] = "C.UTF-8"
if hasattr(time, "tzset"):
    time.tzset()
with suppress(locale.Error):
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
if "textual.constants" in sys.modules:  # a plugin was quicker
    importlib.reload(sys.modules["textual.constants"])

import hypothesis  # noqa: E402
import pytest  # noqa: E402
from xdist.remote import Producer  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent

pytest_plugins = ["servers.fixtures", "servers.hapi_fixture"]  # servers, started when a test first asks

# A slow machine is no defect: nothing is timed in a unit test.
hypothesis.settings.register_profile("tests", deadline=None, print_blob=True)
hypothesis.settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--nightly`` also runs what takes long."""
    parser.addoption("--nightly", action="store_true", help="also run the long tests marked nightly")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker for each core, four at most, for the whole suite; a few named files run in this process."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    return min(4, os.cpu_count() or 1)


class FilesTogether(LoadScopeScheduling):  # type: ignore[misc]
    """A worker gets whole files, in the order of collection: the longest ones, in real terminals, come first."""

    def _split_scope(self, nodeid: str) -> str:
        return _together(nodeid.partition("::")[0])


_SERVERS = re.compile(r"\b(?:medplum|oidc|protected|hapi)_server\b")


@cache
def _together(path: str) -> str:
    """What must stay on one worker with the tests of a file: the real programs in real terminals, which look at the
    clock; and whatever shares a server."""
    file = ROOT / path
    if file.parent.name == "acceptance":
        return "acceptance"
    told = "".join(one.read_text("utf-8") for one in (file, file.with_name("conftest.py")) if one.exists())
    return "servers" if _SERVERS.search(told) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    """How tests are spread over workers."""
    return FilesTogether(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves nightly tests out unless they were asked for."""
    if config.getoption("--nightly"):
        return
    skip = pytest.mark.skip(reason="long: run with --nightly")
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def own_directories(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a home of its own: no configuration, no state, no cache of the user's is read or written."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("IOMT_TUI_CONFIG", str(home / "config" / "iomt-tui" / "config.toml"))
    monkeypatch.setenv("IOMT_TUI_STATE", str(home / "state" / "iomt-tui"))
    return home


@pytest.fixture(autouse=True)
def unchanged_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line's ``main`` changes its process for good, which is the tests' own: here it must not."""
    if request.node.path.parent.name != "cli":
        return
    monkeypatch.setattr("iomt_tui.cli.hardening.protect_process", lambda: None)
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        monkeypatch.delenv(name)
