"""Sparing a process that lives for weeks the garbage collector's rounds over what stays anyway."""

from __future__ import annotations

import gc


def settle(*, collect: bool) -> None:
    """Takes what is there now out of the collector's rounds, once it has been collected where ``collect`` says so.

    A round over a ward of thousands of patients stops the process for 0.2 s. What is freed by its count is freed as
    ever, and what comes later is still looked at.
    """
    if collect:
        gc.collect()
    gc.freeze()
