"""The ward once, each backend of it once for all tests, and once more for a test that goes on with it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from .files import BundleFile, CsvFile, RecordingFile
from .lines import ServerLine, Simulator
from .running import Running
from .truth import MINUTE, Truth

SERVERS = ["medplum", "hapi"]
BACKENDS = ["simulated", "recording", "bundle", "csv", *SERVERS]
LINES = ["simulated", *SERVERS]

Backend = Simulator | ServerLine | RecordingFile | BundleFile | CsvFile


@pytest.fixture(scope="session")
def truth() -> Truth:
    """The ward at the last full minute: servers say when something was written by the real time."""
    return Truth(time.time_ns() // 1_000_000 // MINUTE * MINUTE)


@pytest.fixture(scope="session")
def simulator(truth: Truth) -> Simulator:
    return Simulator(truth)


@pytest.fixture(scope="session")
def medplum_line(truth: Truth, medplum_server: Any) -> ServerLine:
    return published(ServerLine(truth, medplum_server.url))


@pytest.fixture(scope="session")
def hapi_line(truth: Truth, hapi_server: Any) -> ServerLine:
    return published(ServerLine(truth, hapi_server.reusing))


def published(line: ServerLine) -> ServerLine:
    line.publish()
    return line


@pytest.fixture(scope="session")
def recording(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> RecordingFile:
    return RecordingFile(tmp_path_factory.mktemp("recording"), simulator.open())


@pytest.fixture(scope="session")
def bundle(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> BundleFile:
    return BundleFile(tmp_path_factory.mktemp("bundle"), truth)


@pytest.fixture(scope="session")
def table(truth: Truth, tmp_path_factory: pytest.TempPathFactory) -> CsvFile:
    return CsvFile(tmp_path_factory.mktemp("csv"), truth)


_FIXTURES = {"simulated": "simulator", "csv": "table", "medplum": "medplum_line", "hapi": "hapi_line"}


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend, with the ward in it."""
    found: Backend = request.getfixturevalue(_FIXTURES.get(request.param, request.param))
    return found


@pytest.fixture(scope="module")  # not the session: a line to a server would go on until its end, beside other tests
def running(backend: Backend) -> Iterator[Running]:
    """The backend's ward, loaded. It is looked at only."""
    one = backend.open()
    yield one
    one.close()


@pytest.fixture(scope="session", params=LINES)
def line(request: pytest.FixtureRequest) -> Simulator | ServerLine:
    """Each backend that can be asked again."""
    found: Simulator | ServerLine = request.getfixturevalue(_FIXTURES[request.param])
    return found


@pytest.fixture(scope="session", params=SERVERS)
def server_line(request: pytest.FixtureRequest) -> ServerLine:
    """Each server."""
    found: ServerLine = request.getfixturevalue(_FIXTURES[request.param])
    return found
