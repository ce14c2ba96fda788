"""What a page's table is made of."""

from __future__ import annotations

Row = list[str | float | None]
"""One row of a table; the first one of each is its header. None: nothing was measured, or it is not known."""
