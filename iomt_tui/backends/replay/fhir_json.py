"""FHIR JSON in a file: a Bundle, one resource, a list of them, or one a line (NDJSON)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from iomt_tui.backends.fhir.mapping import Given
from iomt_tui.backends.refusals import Refusals
from iomt_tui.backends.replay.content import open_bytes
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.security.strict_json import Doubled, bounded_integer, checked_object, has_doubled

LARGEST: Final = 256 << 20  # bytes of a Bundle, unpacked; it is in memory as a whole
LONGEST_LINE: Final = 16 << 20  # bytes of one NDJSON line


def is_lines(start: bytes) -> bool:
    """Whether a JSON file that begins with ``start`` holds one resource a line."""
    first, ended, rest = start.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    if not ended or not rest.strip():
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def resources(path: Path, start: bytes, refusals: Refusals) -> Iterator[Given]:
    """Every resource in the file with where it stands. Raises :class:`SourceError` when it is not JSON."""
    if is_lines(start):
        yield from _from_lines(path, refusals)
        return
    text = _whole(path)
    try:
        document = _decoded(text)
    except RecursionError:
        raise SourceError(f"{path}: JSON nested too deeply to be FHIR") from None
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{path}: not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}; "
            f"if it was copied or downloaded, it may be cut short"
        ) from None
    except ValueError as error:
        raise SourceError(f"{path}: not valid JSON: {error}") from None
    for number, one in enumerate(document if isinstance(document, list) else [document], 1):
        yield from _unbundled(one, f"resource {number}" if isinstance(document, list) else "", refusals)


def _unbundled(document: object, where: str, refusals: Refusals) -> Iterator[Given]:
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        yield from _sound(Given(where or "resource", None, document), refusals)
        return
    entries = document.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        place = f"{where}, entry {number}" if where else f"entry {number}"
        if isinstance(entry, dict) and "resource" in entry:
            url = entry.get("fullUrl")
            given = Given(place, url if isinstance(url, str) and url else None, entry["resource"])
            yield from _sound(given, refusals, entry)
        else:
            refusals.add("not-a-resource", "entry", place, "an entry without a resource")


def _sound(given: Given, refusals: Refusals, around: object = None) -> Iterator[Given]:
    if has_doubled(given.resource) or isinstance(around, Doubled):
        refusals.add("doubled-key", "entry", given.where, "a field is there twice, so neither can be trusted")
    else:
        yield given


def _from_lines(path: Path, refusals: Refusals) -> Iterator[Given]:
    with open_bytes(path) as stream:
        for number, line in enumerate(_lines(stream, refusals), 1):
            if not line.strip():
                continue
            if len(line) > LONGEST_LINE:
                refusals.add("line-too-long", "line", f"line {number}", f"longer than {LONGEST_LINE >> 20} MB")
                continue
            try:
                document = _decoded(line.decode("utf-8-sig"))
            except (ValueError, RecursionError):
                refusals.add("not-json", "line", f"line {number}", "not valid JSON")
                continue
            yield from _unbundled(document, f"line {number}", refusals)


def _lines(stream: IO[bytes], refusals: Refusals) -> Iterator[bytes]:
    try:
        while line := stream.readline(LONGEST_LINE + 1):
            yield line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
    except (OSError, EOFError, zlib.error) as error:
        refusals.add("cut-short", "file", "end", f"the file breaks off ({error}); what came before is used")


def _whole(path: Path) -> str:
    with open_bytes(path) as stream:
        try:
            content = stream.read(LARGEST + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"{path}: damaged, cannot be unpacked: {error}; fetch the file again") from None
    if len(content) > LARGEST:
        raise SourceError(
            f"{path}: a Bundle of more than {LARGEST >> 20} MB; export it as NDJSON (one resource a line)"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 at byte {error.start}, so not FHIR JSON") from None


def _decoded(text: str) -> Any:
    """JSON with NaN and infinities let through: they are refused one by one, where numbers are placed."""
    return json.loads(text, object_pairs_hook=checked_object, parse_int=bounded_integer)
