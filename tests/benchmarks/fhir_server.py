"""HAPI FHIR with the simulated ward and its past on it, fed from then on by a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

import httpx
from servers.hapi import hapi

from .ward import ROOT

_ENDING = 10.0  # s


class Seeded(NamedTuple):
    """The server. ``reusing`` is its base as HAPI comes: asked for the same again, it gives what it gave before."""

    reusing: str
    ward: str
    took: float  # s that the upload took
    resources: int
    observations: int


@contextmanager
def seeded(beds: int, hours: float, step: float) -> Iterator[Seeded]:
    """A server in which ``step`` seconds lie between two values of the past, and a minute between two of the feed."""
    with hapi(heap="4g", quick=False) as server, tempfile.TemporaryFile("w+") as told:
        begun = time.monotonic()
        feed = subprocess.Popen(
            [sys.executable, "-m", "iomt_tui", "seed", "--url", server.url, "--beds", str(beds), "--hours", str(hours),
             "--step", f"{step:g}s", "--feed", "--every", "60s"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told, text=True, cwd=ROOT,
        )  # fmt: skip
        try:
            ward = _first_line(feed, told)
            took = time.monotonic() - begun
            resources, observations = (_count(server.url, kinds) for kinds in (KINDS, ("Observation",)))
            yield Seeded(server.reusing, ward, took, resources, observations)
        finally:
            feed.terminate()
            try:
                feed.wait(_ENDING)
            except subprocess.TimeoutExpired:
                feed.kill()
                feed.wait()


KINDS = (
    "Observation", "Patient", "Encounter", "Location", "Organization", "Group", "List", "Device", "DeviceMetric",
    "Condition", "AllergyIntolerance", "Flag", "CareTeam", "Medication", "MedicationRequest",
    "MedicationAdministration", "MedicationStatement", "MedicationDispense", "Task", "Communication",
)  # fmt: skip


def _first_line(feed: subprocess.Popen[str], told: IO[str]) -> str:
    """The ward as a Location: told when everything is on the server."""
    assert feed.stdout is not None
    line = feed.stdout.readline().strip()
    if not line:
        told.seek(0)
        raise RuntimeError(f"the ward could not be put onto the server:\n{told.read()[-2000:]}")
    return line


def _count(url: str, kinds: tuple[str, ...]) -> int:
    """How many resources of these types the server has."""
    with httpx.Client(timeout=60, trust_env=False) as client:
        answers = [client.get(f"{url}/{kind}", params={"_summary": "count"}) for kind in kinds]
    return sum(int(answer.raise_for_status().json()["total"]) for answer in answers)
