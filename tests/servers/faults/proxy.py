"""The proxy as a test holds it: synchronous, from any thread, with its event loop on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Final, Self

from .fault import Fault
from .network import RefuseConnections
from .plan import Plan, Rule, Seen, When
from .serving import Serving
from .upstream import Upstream

PATIENCE: Final = 10.0  # s; what the loop does for a call takes milliseconds


class FaultProxy:
    """An HTTP/1.1 proxy on 127.0.0.1 in front of one server, which does to its traffic what ``set`` says.

    It is a context manager for one use. Leaving it raises what went wrong inside, such as a predicate's exception.
    No TLS and no WebSocket; the server's answers are read whole before they are passed on.
    """

    def __init__(self, upstream_url: str, *, port: int = 0) -> None:
        """Raises ValueError for an upstream that is not plain HTTP. Port 0 takes a free one.

        Entering the block raises OSError when the port is taken.
        """
        self._upstream = Upstream.at(upstream_url)
        self._wanted = port
        self._plan = Plan()
        self._serving = Serving(self._upstream, self._plan)
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The upstream's URL at the proxy's port, without a slash at its end; the same for all the proxy's life."""
        return f"http://127.0.0.1:{self._serving.port}{self._upstream.path}"

    @property
    def requests(self) -> list[Seen]:
        """Each request a client sent whole since the counts were reset, oldest first, as (method, path, time)."""
        return list(self._plan.seen)

    def reset_counts(self) -> None:
        """Forgets the requests seen so far."""
        self._plan.seen.clear()

    def set(self, fault: Fault, *, when: When | None = None, times: int | None = None) -> Rule:
        """Adds a fault behind those already set; a request gets the first that is meant for it.

        Args:
            fault: what to do; also to answers that are running, where it concerns their bytes and has no ``times``.
            when: of (method, path with query), on the proxy's thread: whether the request is meant. None: each is.
            times: for so many requests; then later rules have their turn. None: until ``clear``.

        Returns:
            The rule; its ``used`` says how many requests got it.
        """
        if times is not None and times < 1:
            raise ValueError(f"times={times} would never happen")
        if isinstance(fault, RefuseConnections) and (when is not None or times is not None):
            raise ValueError("RefuseConnections comes before any request: no when, no times")
        rule = Rule(fault, when, times)
        self._run(self._add(rule))
        return rule

    def clear(self) -> None:
        """Takes all faults back. What was held or dripping goes on at once; what went silent stays so."""
        self._run(self._clear())

    def __enter__(self) -> Self:
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._live(started)), name="fault-proxy", daemon=True
        )
        self._thread.start()
        started.result(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._thread is not None
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(PATIENCE)
        if error is None and self._serving.errors:
            raise self._serving.errors[0]

    async def _live(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await self._serving.listen(self._wanted)
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(None)
        await self._ended.wait()
        await self._serving.close()

    async def _add(self, rule: Rule) -> None:
        self._plan.rules.append(rule)
        if isinstance(rule.fault, RefuseConnections):
            await self._serving.refuse()

    async def _clear(self) -> None:
        self._plan.clear()
        await self._serving.accept()

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        if self._loop is None or self._ended.is_set():
            doing.close()
            raise RuntimeError("this fault proxy does not run: use it inside its with block")
        asyncio.run_coroutine_threadsafe(doing, self._loop).result(PATIENCE)
