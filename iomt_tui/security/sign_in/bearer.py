"""The sign-ins without a sign-in server: none at all, and a bearer token that somebody else made (for labs)."""

from __future__ import annotations

import asyncio

from iomt_tui.security.private_files import SecretError
from iomt_tui.security.secret import NOTHING
from iomt_tui.security.secrets import Secrets
from iomt_tui.security.sign_in.model import SignedOut, SignInStep, User
from iomt_tui.security.sign_in.tokens import printable


class OpenSession:
    """See :class:`~iomt_tui.security.sign_in.model.Session`: a server that asks for nothing."""

    def __init__(self) -> None:
        self.user: User | None = None
        self.lacking: frozenset[str] = frozenset()
        self.granted: frozenset[str] = frozenset()
        self.kept = self.warning = ""

    async def authorization(self) -> str:
        """No header."""
        return ""

    def refused(self, authorization: str) -> None:
        """Nothing was sent that could be forgotten."""

    async def begin(self) -> SignInStep | None:
        """Nothing to do."""
        return None

    async def finish(self, step: SignInStep) -> None:
        """Nothing to wait for."""

    async def known(self) -> bool:
        """Nobody is ever signed in."""
        return False

    async def end(self) -> bool:
        """Nothing to revoke."""
        return True


class BearerSession(OpenSession):
    """A token from where secrets are, as ``NAME.token``. One that was refused is looked up again: a command may give a
    new one."""

    def __init__(self, name: str, secrets: Secrets) -> None:
        super().__init__()
        self._name, self._secrets = name, secrets
        self._token = self._refused = NOTHING

    async def authorization(self) -> str:
        """The token. Raises :class:`SignedOut` when there is none, or none but the one that was refused."""
        if not self._token and not await self.known():
            raise SignedOut(
                f"there is no token for {self._name}; give one with 'iomt-tui login {self._name}', "
                "or configure token_command or token_env"
            )
        if self._token == self._refused:
            self._token = NOTHING
            raise SignedOut(f"{self._name} does not accept the token from {self.kept} (any more); give another one")
        return f"Bearer {self._token.reveal()}"

    def refused(self, authorization: str) -> None:
        """Looks the token up again the next time."""
        if self._token and authorization == f"Bearer {self._token.reveal()}":
            self._refused, self._token = self._token, NOTHING

    async def known(self) -> bool:
        """Whether there is a token."""
        try:
            found = await asyncio.to_thread(self._secrets.get, f"{self._name}.token")
        except SecretError as error:
            raise SignedOut(f"cannot sign in at {self._name}: {error}") from None
        if found is None:
            return False
        self._token = printable(found.secret.reveal())
        if not self._token:
            raise SignedOut(f"the token for {self._name} from {found.where} is not one line of printable characters")
        self.kept, self.warning = found.where, found.warning
        return True

    async def end(self) -> bool:
        """Forgets the token, in the keyring too. Who made it alone can revoke it."""
        self._token, self.kept = NOTHING, ""
        await asyncio.to_thread(self._secrets.delete, f"{self._name}.token")
        return False
