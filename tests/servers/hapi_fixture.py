"""HAPI FHIR as a fixture, one server for a whole run: a test uses ids, identifiers and patients of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # every run of pytest reads this file, and most start no server
    from .hapi import Server


@pytest.fixture(scope="session")
def hapi_server() -> Iterator[Server]:
    """HAPI's JPA server, which takes bundles in any order and answers every search anew."""
    from .hapi import hapi

    with hapi() as server:
        yield server
