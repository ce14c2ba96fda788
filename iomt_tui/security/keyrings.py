"""The system's keyring: used only if it is one of those known to keep secrets, and never waited for long.

keyring may answer with a backend that writes plain files, that asks on the terminal, or that chains several of which
one does either; a locked one may hang for ever (INTEROP, Sign-in).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

Answer = TypeVar("Answer")

LIMIT: Final = 3.0  # s
SERVICE: Final = "iomt-tui"
_CHOICE: Final = "PYTHON_KEYRING_BACKEND"

TRUSTED: Final = {
    "keyring.backends.SecretService.Keyring": "the Secret Service keyring",
    "keyring.backends.libsecret.Keyring": "the Secret Service keyring",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet",
    "keyring.backends.macOS.Keyring": "the macOS keychain",
    "keyring.backends.Windows.WinVaultKeyring": "the Windows credential manager",
}
"""Classes that secrets are trusted to, and what people call them."""

_REFUSED: Final = (
    ("keyring.backends.chainer.", "chains several keyrings, one of which may write plain files"),
    ("keyring.backends.fail.", "is none: this machine has no keyring"),
    ("keyring.backends.null.", "keeps nothing, by the user's choice"),
    ("keyrings.alt.", "may write secrets into a plain file"),
    ("keyrings.cryptfile.", "asks for its password on the terminal"),
)


class NoKeyring(Exception):  # noqa: N818
    """There is no keyring to use; the message says why."""


class Hangs(NoKeyring):
    """It does not answer."""


def why_not(name: str) -> str:
    """Why a backend's class is not trusted, "" when it is."""
    if name in TRUSTED:
        return ""
    return next((why for start, why in _REFUSED if name.startswith(start)), "is not known to keep secrets")


def backend(environ: Mapping[str, str] = os.environ) -> Any:
    """keyring's own choice. A variable that would have another class imported is refused before it is."""
    chosen = environ.get(_CHOICE, "")
    if chosen and why_not(chosen):
        raise NoKeyring(f"{_CHOICE} names one that {why_not(chosen)}")
    import keyring

    return keyring.get_keyring()


def class_of(found: object) -> str:
    """The full name of a backend's class."""
    return f"{type(found).__module__}.{type(found).__qualname__}"


def trusted(find: Callable[[], Any]) -> tuple[Any, str]:
    """The backend that ``find`` gives, and what people call it. Raises :class:`NoKeyring` unless it is trusted."""
    found = find()
    name = class_of(found)
    if why := why_not(name):
        raise NoKeyring(f"{name} {why}")
    return found, TRUSTED[name]


def within(limit: float, ask: Callable[[], Answer]) -> Answer:
    """The answer of ``ask``, asked on a thread. Raises :class:`Hangs` after ``limit`` s; the thread is left behind.

    What ``ask`` raises becomes a :class:`NoKeyring` that names its kind alone: a message may hold anything.
    """
    answers: list[Answer] = []
    failed: list[str] = []

    def run() -> None:
        try:
            answers.append(ask())
        except NoKeyring as error:
            failed.append(str(error))
        except Exception as error:
            failed.append(f"it fails ({type(error).__name__})")

    asking = threading.Thread(target=run, daemon=True, name="keyring")
    asking.start()
    asking.join(limit)
    if answers:
        return answers[0]
    if failed:
        raise NoKeyring(failed[0])
    raise Hangs(f"no answer within {limit:g} s: it is locked or hangs")
