"""Requests to servers that lie: each costs its own request, with a reason in words (SAFETY S7, S9, S10, S14)."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from iomt_tui.security.tls import public_key_hash
from iomt_tui.security.web import Transport, Web, WebError, loopback, origin

Reply = Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]


@asynccontextmanager
async def server(reply: Reply, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on the loopback interface; ``reply`` writes the answer to a request's head."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reply(writer, await reader.readuntil(b"\r\n\r\n"))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as running:
        yield running.sockets[0].getsockname()[1]


def sends(head: str, body: bytes = b"") -> Reply:
    """A reply of these headers and this body."""

    async def reply(writer: asyncio.StreamWriter, _: bytes) -> None:
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)

    return reply


async def asked(reply: Reply, *, most: int = 1 << 20, deadline: float = 5.0) -> WebError | bytes:
    """The body that came, or the error."""
    async with server(reply) as port:
        web = Web(Transport(most=most, deadline=deadline))
        try:
            return (await web.request("GET", f"http://127.0.0.1:{port}/x")).body
        except WebError as error:
            return error
        finally:
            await web.close()


async def test_an_answer_has_status_headers_body_and_the_servers_time() -> None:
    """Names of headers are in lower case; any status is an answer."""
    head = 'HTTP/1.1 418 Teapot\nETag: W/"1"\nDate: Thu, 26 Nov 2026 01:00:00 GMT\nContent-Length: 8'
    async with server(sends(head, b'{"a": 1}')) as port:
        web = Web(Transport())
        answer = await web.request("GET", f"http://127.0.0.1:{port}/x")
        await web.close()
    assert (answer.status, answer.headers["etag"], answer.json()) == (418, 'W/"1"', {"a": 1})
    assert answer.server_time == 1_795_654_800_000


async def test_only_gzip_is_asked_for_and_unpacked() -> None:
    """Nothing else may be sent, stacked or not."""
    seen: list[bytes] = []

    async def reply(writer: asyncio.StreamWriter, request: bytes) -> None:
        seen.append(request)
        packed = gzip.compress(b'{"packed": true}')
        await sends(f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(packed)}", packed)(writer, b"")

    assert await asked(reply) == b'{"packed": true}'
    assert b"accept-encoding: gzip\r\n" in seen[0].lower()
    for packing in ("br", "zstd", "gzip, gzip", "deflate"):
        error = await asked(sends(f"HTTP/1.1 200 OK\nContent-Encoding: {packing}\nContent-Length: 1", b"x"))
        assert isinstance(error, WebError)
        assert error.kind == "broken"


async def test_a_bomb_ends_at_the_limit() -> None:
    """2 GB in 2 MB: no more than the limit is ever unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    error = await asked(sends(f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(bomb)}", bomb))
    assert isinstance(error, WebError)
    assert error.kind == "too-large"


async def test_an_endless_answer_ends_at_the_limit() -> None:
    """With no length announced."""

    async def reply(writer: asyncio.StreamWriter, _: bytes) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(bytes(65_536))
            await writer.drain()

    error = await asked(reply)
    assert isinstance(error, WebError)
    assert error.kind == "too-large"


async def test_a_slow_drip_ends_at_the_deadline_of_the_whole_request() -> None:
    """Each byte comes long before any time-out between bytes would."""

    async def reply(writer: asyncio.StreamWriter, _: bytes) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    error = await asked(reply, deadline=0.3)
    assert isinstance(error, WebError)
    assert error.kind == "timeout"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (sends("HTTP/1.1 302 Found\nLocation: http://127.0.0.1/y\nContent-Length: 0"), "redirect"),
        (sends("HTTP/1.1 200 OK\nContent-Length: 10", b"short"), "broken"),
        (sends("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 4", b"nope"), "broken"),
        (sends("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 20", gzip.compress(b"x" * 99)[:20]), "broken"),
        (sends("rubbish"), "broken"),
        (sends("HTTP/1.1 200 OK\n" + "\n".join(f"X-{n}: {'y' * 900}" for n in range(200))), "broken"),
    ],
)
async def test_what_is_no_answer_has_a_reason(reply: Reply, kind: str) -> None:
    """In words that hold no address."""
    error = await asked(reply)
    assert isinstance(error, WebError)
    assert error.kind == kind
    assert "127.0.0.1" not in str(error)


async def test_a_login_page_is_told_as_one() -> None:
    """It is what a proxy that wants to be signed in to sends."""
    async with server(sends("HTTP/1.1 200 OK\nContent-Length: 13", b"<html></html>")) as port:
        web = Web(Transport())
        answer = await web.request("GET", f"http://127.0.0.1:{port}/x")
        await web.close()
    with pytest.raises(WebError, match="web page") as raised:
        answer.json()
    assert raised.value.kind == "not-json"


@pytest.mark.parametrize(
    "url",
    ["http://example.org/fhir", "ftp://127.0.0.1/", "https://user:canary@example.org/", "https:///x", "https://h:99999/",
     "http://127.0.0.1.example.org/", "file:///etc/passwd"],
)  # fmt: skip
async def test_what_must_not_be_asked_is_not(url: str) -> None:
    """Not over plain HTTP beyond this machine, and with no password in the address."""
    with pytest.raises(WebError) as raised:
        await Web(Transport()).request("GET", url)
    assert raised.value.kind == "not-allowed"
    assert "canary" not in str(raised.value)


def test_origins() -> None:
    """Scheme, host and port, whatever is written out."""
    assert origin("https://Example.org/a") == origin("https://example.org:443/b") == ("https", "example.org", 443)
    assert loopback("http://[::1]:80/")
    assert not loopback("http://127.0.0.1.nip.io/")


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """An authority whose certificate is in ``ca.pem``."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return made


def serving(certificate: trustme.LeafCert, authority: trustme.CA | None = None) -> ssl.SSLContext:
    """A server's context; with ``authority`` it wants to see a client's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if authority is not None:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def over_tls(context: ssl.SSLContext, transport: Transport, host: str = "127.0.0.1") -> bytes | WebError:
    """The body over TLS, or the error."""
    async with server(sends("HTTP/1.1 200 OK\nContent-Length: 2", b"ok"), context) as port:
        web = Web(transport)
        try:
            return (await web.request("GET", f"https://{host}:{port}/x")).body
        except WebError as error:
            return error
        finally:
            await web.close()


async def test_a_trusted_certificate_is_taken_and_others_are_not(authority: trustme.CA, tmp_path: Path) -> None:
    """Another authority, another name, an old protocol."""
    transport = Transport(ca_file=str(tmp_path / "ca.pem"))
    assert await over_tls(serving(authority.issue_cert("127.0.0.1")), transport) == b"ok"
    other = serving(trustme.CA().issue_cert("127.0.0.1"))
    elsewhere = serving(authority.issue_cert("example.org"))
    ancient = serving(authority.issue_cert("127.0.0.1"))
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        ancient.maximum_version = ssl.TLSVersion.TLSv1_1
    for context in (other, elsewhere, ancient):
        error = await over_tls(context, transport)
        assert isinstance(error, WebError)
        assert error.kind == "tls"
    untrusted = await over_tls(serving(authority.issue_cert("127.0.0.1")), Transport())
    assert isinstance(untrusted, WebError)
    assert "not trusted" in str(untrusted)


async def test_a_pinned_key_is_proven_before_anything_is_sent(authority: trustme.CA, tmp_path: Path) -> None:
    """Two pins: today's key and tomorrow's."""
    leaf = authority.issue_cert("127.0.0.1")
    shown = ssl.PEM_cert_to_DER_cert(leaf.cert_chain_pems[0].bytes().decode())
    pin, ca_file = public_key_hash(shown), str(tmp_path / "ca.pem")
    for pins in (pin, f"AAAA,{pin}"):
        assert await over_tls(serving(leaf), Transport(ca_file=ca_file, pin=pins)) == b"ok"
    seen: list[bytes] = []

    async def reply(writer: asyncio.StreamWriter, request: bytes) -> None:
        seen.append(request)

    async with server(reply, serving(leaf)) as port:
        web = Web(Transport(ca_file=ca_file, pin="AAAA"))
        with pytest.raises(WebError) as raised:
            await web.request("GET", f"https://127.0.0.1:{port}/x", headers={"Authorization": "Bearer secret"})
        await web.close()
    assert raised.value.kind == "pin"
    assert not seen


async def test_a_client_shows_its_certificate(authority: trustme.CA, tmp_path: Path) -> None:
    """Its key must be its owner's alone."""
    own = authority.issue_cert("desk-7.example.org")
    own.cert_chain_pems[0].write_to_path(str(tmp_path / "own.pem"))
    key = tmp_path / "own.key"
    own.private_key_pem.write_to_path(str(key))
    context = serving(authority.issue_cert("127.0.0.1"), authority)
    transport = Transport(str(tmp_path / "ca.pem"), str(tmp_path / "own.pem"), str(key))
    key.chmod(0o600)
    assert await over_tls(context, transport) == b"ok"
    without = await over_tls(context, Transport(str(tmp_path / "ca.pem")))
    assert isinstance(without, WebError)
    key.chmod(0o644)
    error = await over_tls(context, transport)
    assert isinstance(error, WebError)
    assert "0600" in str(error)


async def test_a_file_of_authorities_that_is_not_there_is_told() -> None:
    """With its name."""
    error = await over_tls(serving(trustme.CA().issue_cert("127.0.0.1")), Transport(ca_file="/nowhere/ca.pem"))
    assert isinstance(error, WebError)
    assert "/nowhere/ca.pem" in str(error)
