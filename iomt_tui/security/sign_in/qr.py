"""QR codes of addresses, as modules and as text."""

from __future__ import annotations

from typing import Final

#: Light modules round the code; ISO/IEC 18004 wants four.
QUIET: Final = 4
_HALVES: Final = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
Rows = tuple[tuple[bool, ...], ...]


def qr_rows(text: str, quiet: int = QUIET) -> Rows:
    """The code's modules, row by row, True where dark, with ``quiet`` light ones on each side; () for too long a text.

    With the least error correction, so that it fits a terminal: a screen has no dirt.
    """
    import segno

    try:
        code = segno.make_qr(text, error="l", boost_error=False)
    except segno.DataOverflowError:
        return ()
    return tuple(tuple(bool(module) for module in row) for row in code.matrix_iter(border=quiet))


def qr_lines(text: str, quiet: int = QUIET) -> tuple[str, ...]:
    """The code in half blocks, two modules a character, to be shown in a dark colour on a light one."""
    rows = qr_rows(text, quiet)
    if len(rows) % 2:
        rows += (tuple(False for _ in rows[0]),)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return tuple("".join(_HALVES[halves] for halves in zip(upper, lower, strict=True)) for upper, lower in pairs)


def qr_blocks(text: str, quiet: int = 2) -> tuple[str, ...]:
    """The code in full blocks, two characters a module, for a terminal without colours: its text is drawn where the
    code is light, so that it is right on a dark ground; readers take it inverted too."""
    return tuple("".join("  " if dark else "██" for dark in row) for row in qr_rows(text, quiet))
