"""Which keyring would hold the secrets, asked with a time limit: a locked one can hang (INTEROP, Sign-in)."""

from __future__ import annotations

import threading
from collections.abc import Callable

from iomt_tui.cli.diagnosis.report import Check

LIMIT = 3.0  # s
_TRUSTED = ("SecretService", "kwallet", "macOS", "Windows", "libsecret")


def _backend_class() -> str:
    import keyring

    found = type(keyring.get_keyring())
    return f"{found.__module__}.{found.__qualname__}"


def keyring_check(find: Callable[[], str] = _backend_class, limit: float = LIMIT) -> Check:
    """The class of the keyring's backend; no secret is read. ``find`` may hang: it is left behind after ``limit`` s."""
    found: list[str] = []

    def ask() -> None:
        try:
            found.append(find())
        except Exception as error:
            found.append(f"error: {type(error).__name__}")

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(limit)
    advice = "nothing in this version needs one; unlock or install a keyring before you sign in to a server"
    if not found:
        return Check("keyring", "warn", f"no answer within {limit:g} s: it is locked or hangs", advice)
    name = found[0]
    if any(part in name for part in _TRUSTED):
        return Check("keyring", "ok", name)
    return Check("keyring", "warn", f"{name} is not a keyring that secrets are trusted to", advice)
