"""The servers as fixtures, one of each for a whole run: a test uses ids, identifiers and people of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # every run of pytest reads this file, and most start no server
    from .board_keys import BoardKeys
    from .npm_servers import Issuer, Server


@pytest.fixture(scope="session")
def medplum_server() -> Iterator[Server]:
    """Medplum's engine in memory, open to everybody."""
    from .npm_servers import medplum

    with medplum() as server:
        yield server


@pytest.fixture(scope="session")
def board_keys() -> BoardKeys:
    """The wall board's private keys, whose public halves ``oidc_server`` knows."""
    from .board_keys import BoardKeys

    return BoardKeys.generate()


@pytest.fixture(scope="session")
def oidc_server(board_keys: BoardKeys) -> Iterator[Issuer]:
    """An OpenID provider. ``revoke_all`` ends other tests' sessions as well: start an own one for that."""
    from .npm_servers import oidc

    with oidc(board_keys.public()) as issuer:
        yield issuer


@pytest.fixture(scope="session")
def protected_server(oidc_server: Issuer) -> Iterator[Server]:
    """Medplum's engine, which wants tokens of ``oidc_server``."""
    from .npm_servers import medplum

    with medplum(oidc_server.url) as server:
        yield server
