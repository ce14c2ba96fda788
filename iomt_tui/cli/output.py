"""Data on stdout."""

from __future__ import annotations

import sys


def print_json(document: object, *, indent: bool = False) -> None:
    """``document`` (dataclasses, dicts, lists, text, numbers) as one line of UTF-8 JSON, or indented."""
    import orjson

    options = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if indent else 0)
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(document, option=options))
    sys.stdout.buffer.flush()
