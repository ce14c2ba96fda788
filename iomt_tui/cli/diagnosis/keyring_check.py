"""Which keyring would hold the secrets, asked with a time limit: a locked one can hang (INTEROP, Sign-in)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from iomt_tui.cli.diagnosis.report import Check
from iomt_tui.security.keyrings import LIMIT, NoKeyring, backend, class_of, trusted, within

_ADVICE = "without one, a sign-in to a FHIR server ends with its engine: unlock or install a keyring for more"


def keyring_check(find: Callable[[], Any] = backend, limit: float = LIMIT) -> Check:
    """The class of the keyring's backend; no secret is read. ``find`` may hang: it is left behind after ``limit`` s."""
    try:
        found, called = within(limit, lambda: trusted(find))
    except NoKeyring as error:
        return Check("keyring", "warn", str(error), _ADVICE)
    return Check("keyring", "ok", f"{called}, {class_of(found)}")
