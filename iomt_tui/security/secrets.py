"""Where secrets come from and where they are kept (INTEROP, Sign-in; SAFETY S15).

In this order: a credential of the service manager (``$CREDENTIALS_DIRECTORY/NAME``), the system's keyring if it is
one that is trusted, a configured command, an environment variable (with a warning), and what this process remembers.
Nothing is ever written into a file of ours.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from iomt_tui.security import keyrings
from iomt_tui.security.keyrings import LIMIT, SERVICE, NoKeyring
from iomt_tui.security.private_files import CREDENTIAL, SecretError, read_private
from iomt_tui.security.secret import Secret
from iomt_tui.security.token_command import LIMIT as COMMAND_LIMIT
from iomt_tui.security.token_command import token_from

__all__ = ["Found", "Secret", "SecretError", "Secrets"]

Answer = TypeVar("Answer")

CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
MEMORY: Final = "this program's memory"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Found(NamedTuple):
    """A secret, where it was found, and what is to be told about that ("" for nothing)."""

    secret: Secret
    where: str
    warning: str = ""


class Secrets:
    """The secrets of one server. Every method may take seconds: call it on a thread of its own.

    A keyring that did not answer in time is not asked again. ``command`` and ``variable`` give the same secret
    whatever its name. The rest is injected by tests: the environment, keyring's choice of a backend, the limits in s.
    """

    def __init__(
        self, *, command: Sequence[str] = (), variable: str = "", environ: Mapping[str, str] | None = None,
        find: Callable[[], Any] | None = None, limit: float = LIMIT, command_limit: float = COMMAND_LIMIT,
    ) -> None:  # fmt: skip
        self._command, self._variable = tuple(command), variable
        self._environ: Mapping[str, str] = os.environ if environ is None else environ
        self._find = find or (lambda: keyrings.backend(self._environ))
        self._limit, self._command_limit = limit, command_limit
        self._memory: dict[str, Secret] = {}
        self._hangs = False
        self.no_keyring = ""  # why the keyring was of no use when it was asked last

    def get(self, name: str) -> Found | None:
        """The secret of that name. Raises :class:`SecretError` for a place that has it and cannot be trusted."""
        _checked(name)
        return (
            self._credential(name) or self._from_keyring(name) or self._from_command() or self._from_variable()
            or self._remembered(name)
        )  # fmt: skip

    def kept(self, name: str) -> Found | None:
        """What :meth:`put` has kept, here or in an earlier process."""
        _checked(name)
        return self._remembered(name) or self._from_keyring(name)

    def place(self) -> str:
        """Where :meth:`put` would keep a secret, in words; "" for in memory only."""
        try:
            return self._ask(lambda: keyrings.trusted(self._find)[1])
        except NoKeyring:
            return ""

    def put(self, name: str, value: str) -> str:
        """Keeps a secret for later processes too. Where that is in words; "" when only this process remembers it."""
        _checked(name)

        def keep() -> str:
            keyring, where = keyrings.trusted(self._find)
            keyring.set_password(SERVICE, name, value)
            return where

        try:
            where = self._ask(keep)
        except NoKeyring:
            self._memory[name] = Secret(value)
            return ""
        self._memory.pop(name, None)
        return where

    def delete(self, name: str) -> bool:
        """Forgets what was put. Whether there was something, as far as can be known."""
        _checked(name)
        remembered = self._memory.pop(name, None) is not None

        def forget() -> bool:
            keyring, _ = keyrings.trusted(self._find)
            if keyring.get_password(SERVICE, name) is None:
                return False
            keyring.delete_password(SERVICE, name)
            return True

        try:
            return self._ask(forget) or remembered
        except NoKeyring:
            return remembered

    def _ask(self, ask: Callable[[], Answer]) -> Answer:
        if self._hangs:
            raise NoKeyring(self.no_keyring)
        try:
            answer = keyrings.within(self._limit, ask)
        except NoKeyring as error:
            self._hangs, self.no_keyring = isinstance(error, keyrings.Hangs), str(error)
            raise
        self.no_keyring = ""
        return answer

    def _credential(self, name: str) -> Found | None:
        folder = self._environ.get(CREDENTIALS, "")
        if not folder:
            return None
        secret = read_private(Path(folder) / name, what="the credential", forbidden=CREDENTIAL)
        return Found(secret, "the service's credentials") if secret else None

    def _from_keyring(self, name: str) -> Found | None:
        def look() -> tuple[str | None, str]:
            keyring, where = keyrings.trusted(self._find)
            return keyring.get_password(SERVICE, name), where

        try:
            value, where = self._ask(look)
        except NoKeyring:
            return None
        return Found(Secret(value), where) if value else None

    def _from_command(self) -> Found | None:
        if not self._command:
            return None
        environ = {key: value for key, value in self._environ.items() if key != self._variable}
        return Found(token_from(self._command, environ, self._command_limit), "token_command")

    def _from_variable(self) -> Found | None:
        value = self._environ.get(self._variable, "").strip() if self._variable else ""
        if not value:
            return None
        warning = f"the token is in the variable {self._variable}, which other programs of this user can read"
        return Found(Secret(value), f"the variable {self._variable}", warning)

    def _remembered(self, name: str) -> Found | None:
        secret = self._memory.get(name)
        return Found(secret, MEMORY) if secret else None


def _checked(name: str) -> None:
    if not _NAME.fullmatch(name) or ".." in name:
        raise ValueError("not a secret's name")
