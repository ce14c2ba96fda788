"""Fixtures: a small server, and lines to it. A test file imports them by name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from line_rig import SPEC, Rig
from small_server import SmallServer, small_ward


@pytest.fixture(name="server")
def small_ward_server() -> SmallServer:
    """A ward of two patients."""
    server = SmallServer()
    small_ward(server)
    return server


@pytest.fixture(name="make")
async def line_maker(server: SmallServer) -> AsyncIterator[Callable[..., Rig]]:
    """Begins a line to it; ``spec`` changes the configuration."""
    rigs: list[Rig] = []

    def make(**more: Any) -> Rig:
        rigs.append(Rig(server, replace(SPEC, **more.pop("spec", {})), **more))
        return rigs[-1]

    yield make
    for rig in rigs:
        await rig.close()
