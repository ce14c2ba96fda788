"""Runs one of the servers until Ctrl-C: ``python -m tests.servers NAME [--port N] …``; see the package."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Protocol

import pytest

from .hapi import hapi
from .npm_servers import medplum, oidc


class Running(Protocol):
    """What every server tells of itself."""

    @property
    def url(self) -> str: ...


def _oidc(args: argparse.Namespace) -> AbstractContextManager[Running]:
    keys = json.loads(args.client_jwks.read_text("utf-8")) if args.client_jwks else None
    return oidc(keys, args.token_seconds, args.interval, args.port)


SERVERS: dict[str, Callable[[argparse.Namespace], AbstractContextManager[Running]]] = {
    "hapi": lambda args: hapi(args.port, args.strict, args.heap, quick=False),
    "medplum": lambda args: medplum(args.issuer, args.port),
    "oidc": _oidc,
}


def main() -> int:
    """0 after Ctrl-C or SIGTERM, 1 when the server cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers")
    parser.add_argument("server", choices=SERVERS)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--strict", action="store_true", help="hapi: refuse references to what is not there")
    parser.add_argument("--heap", default="4g", metavar="SIZE", help="hapi: memory; a day of 32 beds wants 4g")
    parser.add_argument("--issuer", metavar="URL", help="medplum: want tokens of this issuer")
    parser.add_argument("--client-jwks", type=Path, metavar="FILE", help="oidc: public keys of the wall board")
    parser.add_argument("--token-seconds", type=int, default=300, help="oidc: life of an access token")
    parser.add_argument("--interval", type=int, help="oidc: seconds between a device's polls, when it is told")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt), SERVERS[args.server](args) as server:
            print(server.url, flush=True)
            signal.pause()
    except (pytest.skip.Exception, pytest.fail.Exception) as cannot:
        print(cannot, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
