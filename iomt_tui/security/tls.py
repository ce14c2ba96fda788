"""TLS as this program speaks it: 1.2 at least, always verified; a client certificate and a pinned key where configured.

A pin is checked before a byte of a request is sent.
"""

from __future__ import annotations

import base64
import hashlib
import os
import ssl
from typing import Any


class Pin(ssl.SSLError):
    """The server proved another key than the one that is pinned."""


class TlsFileError(Exception):
    """A certificate or key that the configuration names cannot be used; the message says which and why."""


def tls_context(ca_file: str = "", client_cert: str = "", client_key: str = "", pin: str = "") -> ssl.SSLContext:
    """The context of one server. Raises :class:`TlsFileError`.

    ``ca_file`` replaces the system's authorities. ``pin`` is the base64 SHA-256 of the server's public key
    (SubjectPublicKeyInfo), or several with commas between them: the present one and the next.
    """
    context = _trusting(ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if client_cert:
        _identify(context, client_cert, client_key)
    if pin:
        context.sslobject_class = _pinned(frozenset(one.strip() for one in pin.split(",")))
    return context


def _trusting(ca_file: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
        if not ca_file:
            import certifi  # comes with httpx; a small machine may have no authorities of its own

            context.load_verify_locations(certifi.where())
    except (OSError, ssl.SSLError) as error:
        raise TlsFileError(f"the authorities in {ca_file} cannot be read: {_why(error)}") from None
    return context


def _identify(context: ssl.SSLContext, certificate: str, key: str) -> None:
    private = key or certificate
    try:
        if os.name == "posix" and os.stat(private).st_mode & 0o077:
            raise TlsFileError(f"others can read the client key {private}; its mode must be 0600")
        context.load_cert_chain(certificate, key or None)
    except (OSError, ssl.SSLError) as error:
        raise TlsFileError(f"the client certificate {certificate} cannot be used: {_why(error)}") from None


def _why(error: OSError) -> str:
    return (error.strerror if not isinstance(error, ssl.SSLError) else error.reason) or type(error).__name__


def public_key_hash(certificate: bytes) -> str:
    """Base64 of the SHA-256 of the public key in a DER certificate. Raises ValueError."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509 import load_der_x509_certificate

    key = load_der_x509_certificate(certificate).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode()


def _pinned(pins: frozenset[str]) -> Any:
    class Pinned(ssl.SSLObject):
        """A connection that ends with its handshake unless the key is a pinned one."""

        def do_handshake(self) -> None:
            super().do_handshake()
            shown = self.getpeercert(binary_form=True)
            if shown is None or public_key_hash(shown) not in pins:
                raise Pin("the server's key is not the pinned one")

    return Pinned
