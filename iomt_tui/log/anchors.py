"""Links of the chain noted down outside the log, so that a cut or a wholly rewritten log is found too.

Whoever can rewrite the log's file can compute a new chain; only a copy of some links elsewhere tells the two apart.
An anchor book is such a copy: one JSON line a link, each line authenticated together with the line before it.
"""

from __future__ import annotations

import hmac
import os
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

from iomt_tui.log.api import LogError
from iomt_tui.log.chain import Place
from iomt_tui.log.database import telling
from iomt_tui.log.files import open_private, private_directory

ENDING: Final = ".anchors"


class AnchorBook:
    """An append-only file of links. With a ``key`` (kept in the keyring) nobody without it can forge a line."""

    def __init__(self, path: Path, key: bytes = b"") -> None:
        self.path = path
        self._key = key

    def note(self, place: Place) -> None:
        """Writes ``place`` down, on disk when it returns. Raises LogError."""
        lines = self._lines()
        self._read(lines)
        before = lines[-1] if lines else b""
        text = orjson.dumps({"seq": place.seq, "at": place.at, "hash": place.hash.hex()})
        line = text + b" " + self._code(before, text) + b"\n"
        private_directory(self.path.parent)
        descriptor = open_private(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            with telling(self.path, "write to"):
                os.write(descriptor, line)
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def places(self) -> list[Place]:
        """Every link noted, oldest first. Raises LogError when a line was changed, or the key is another."""
        return self._read(self._lines())

    def _lines(self) -> list[bytes]:
        with telling(self.path, "read"):
            return self.path.read_bytes().splitlines() if self.path.exists() else []

    def _read(self, lines: list[bytes]) -> list[Place]:
        found = []
        before = b""
        for number, line in enumerate(lines, 1):
            text, _, code = line.rpartition(b" ")
            if not hmac.compare_digest(code, self._code(before, text)):
                raise LogError(f"Line {number} of {self.path} was changed, or the key is not the one it was made with.")
            fields = orjson.loads(text)
            found.append(Place(fields["seq"], fields["at"], bytes.fromhex(fields["hash"])))
            before = line
        return found

    def _code(self, before: bytes, text: bytes) -> bytes:
        return hmac.new(self._key, sha256(before).digest() + text, sha256).hexdigest().encode()
