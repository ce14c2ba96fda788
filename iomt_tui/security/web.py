"""HTTP to servers that are not trusted: verified TLS, nothing followed, and time, size and unpacking bounded.

The one place that knows httpx, beside the webhook of an escalation. A server that is slow, huge or lying costs its own
request and nothing else (SAFETY S7, S9, S10, S14).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from iomt_tui.security.strict_json import decoded
from iomt_tui.security.tls import Pin, TlsFileError, tls_context

if TYPE_CHECKING:
    import httpx

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_PIECE: Final = 65_536  # bytes unpacked at once
_CONNECTIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Transport:
    """How to reach one server. ``deadline`` (s) is for a whole request, ``most`` (bytes) for its answer, unpacked."""

    ca_file: str = ""  # trusted instead of the system's authorities
    client_cert: str = ""
    client_key: str = ""  # mode 0600
    pin: str = ""  # base64 SHA-256 of the server's public key; two with a comma between them
    deadline: float = 15.0
    most: int = 16 << 20


class WebError(Exception):
    """A request that brought no answer. ``kind`` is ``unreachable``, ``timeout``, ``tls``, ``pin``, ``too-large``,
    ``broken``, ``redirect``, ``not-json`` or ``not-allowed``; the words hold no address and no secret."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


class Answer(NamedTuple):
    """What a server answered. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    server_time: int | None  # its Date header, ms UTC
    took: float  # s

    def json(self) -> Any:
        """The decoded body; an object with a key twice is a ``Doubled``. Raises WebError ``not-json``."""
        try:
            return decoded(self.body)
        except (ValueError, RecursionError):
            html = self.body.lstrip()[:1] == b"<"
            what = "a web page instead of data; is it a login page or a proxy?" if html else "something that is no JSON"
            raise WebError("not-json", f"the server answered with {what}") from None


def loopback(url: str) -> bool:
    """Whether a URL's host is this machine, by address or as ``localhost``."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL. Raises WebError ``not-allowed`` for one that must not be asked."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise WebError("not-allowed", "the address is not one") from None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise WebError("not-allowed", "the address names no host, or holds a name or a password")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback(url)):
        raise WebError("not-allowed", "only https is allowed (http on this machine alone)")
    return parts.scheme, parts.hostname.lower(), port


class Web:
    """Requests to servers by one :class:`Transport`. Belongs to one event loop."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] = _NOTHING, content: bytes | None = None,
        deadline: float | None = None, most: int | None = None,
    ) -> Answer:  # fmt: skip
        """One request and its whole answer, whatever its status; a redirect is an error. Raises WebError."""
        origin(url)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(deadline or self._transport.deadline):
                return await self._ask(method, url, headers, content, most or self._transport.most, begun)
        except TimeoutError:
            raise WebError("timeout", "the server did not answer in time") from None

    async def close(self) -> None:
        """Closes every connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, most: int, begun: float
    ) -> Answer:  # fmt: skip
        import httpx

        try:
            client = self._opened()
        except TlsFileError as error:
            raise WebError("tls", str(error)) from None
        sent = {"Accept-Encoding": "gzip", "User-Agent": "iomt-tui", **headers}
        try:
            async with client.stream(method, url, headers=sent, content=content) as answer:
                if 300 <= answer.status_code < 400 and answer.status_code != 304:
                    raise WebError("redirect", f"redirected (HTTP {answer.status_code}), which is not followed")
                body = await _unpacked(answer, most)
                told = {name.lower(): value for name, value in answer.headers.items()}
                took = time.monotonic() - begun
                return Answer(answer.status_code, told, body, _date(told.get("date")), took)
        except httpx.TimeoutException:
            raise WebError("timeout", "the server did not answer in time") from None
        except httpx.TransportError as error:
            raise _cause(error) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            raise WebError("broken", f"the request failed ({type(error).__name__})") from None

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            import httpx

            for library in ("httpx", "httpcore"):  # they would log whole addresses
                logging.getLogger(library).setLevel(logging.WARNING)
            own = self._transport
            context = tls_context(own.ca_file, own.client_cert, own.client_key, own.pin)
            limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
            # No proxy and no .netrc from the environment: the configuration alone says who is asked.
            self._client = httpx.AsyncClient(
                timeout=own.deadline, follow_redirects=False, trust_env=False, verify=context, limits=limits
            )
        return self._client


async def _unpacked(answer: httpx.Response, most: int) -> bytes:
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip"):
        raise WebError("broken", "the server packed its answer in a way that was not asked for")
    pieces, size = bytearray(), 0
    async for piece in _pieces(answer.aiter_raw(), gzipped=packing == "gzip"):
        size += len(piece)
        if size > most:
            raise WebError("too-large", f"the server's answer is larger than {most >> 20} MB")
        pieces += piece
    return bytes(pieces)


async def _pieces(raw: AsyncIterator[bytes], *, gzipped: bool) -> AsyncIterator[bytes]:
    if not gzipped:
        async for piece in raw:
            yield piece
        return
    unpack = zlib.decompressobj(31)
    try:
        async for piece in raw:
            waiting = piece
            while waiting:
                yield unpack.decompress(waiting, _PIECE)
                waiting = unpack.unconsumed_tail
        yield unpack.flush()
    except zlib.error:
        raise WebError("broken", "the server's answer cannot be unpacked") from None
    if not unpack.eof:
        raise WebError("broken", "the server's answer breaks off")


def _date(text: str | None) -> int | None:
    try:
        return None if text is None else int(parsedate_to_datetime(text).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None


def _cause(error: BaseException) -> WebError:
    """The cause in words. The library's own text may hold the address, so it is not used."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Pin):
            return WebError("pin", "the server's key is not the pinned one; do not go on before it is clear why")
        if isinstance(cause, ssl.SSLCertVerificationError):
            return WebError("tls", f"the server's certificate is not trusted ({cause.verify_message})")
        if isinstance(cause, ssl.SSLError):
            return WebError("tls", "no TLS connection could be made")
        if isinstance(cause, ConnectionRefusedError):
            return WebError("unreachable", "connection refused")
        cause = cause.__cause__ or cause.__context__
    if "Connect" in type(error).__name__:
        return WebError("unreachable", "the server cannot be reached")
    return WebError("broken", "the connection broke off")
