"""The sign-in of a program that has its own key: a wall board, without a person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from iomt_tui.security.private_files import SecretError
from iomt_tui.security.secret import Secret
from iomt_tui.security.secrets import Secrets
from iomt_tui.security.sign_in import backend
from iomt_tui.security.sign_in.discovery import Endpoints, discover
from iomt_tui.security.sign_in.exchange import Exchange
from iomt_tui.security.sign_in.model import BACKEND, SignedOut, SignInStep, User
from iomt_tui.security.sign_in.renewing import Renewing
from iomt_tui.security.sign_in.revocation import revoke
from iomt_tui.security.sign_in.scopes import lacking, wanted
from iomt_tui.security.sign_in.tokens import granted
from iomt_tui.security.web import WebError


class BoardSession(Renewing):
    """See :class:`~iomt_tui.security.sign_in.model.Session`. The key is read anew for every token, from ``key_file`` or
    as the secret ``NAME.key``."""

    def __init__(
        self, exchange: Exchange, secrets: Secrets, client_id: str, scopes: tuple[str, ...], writes: tuple[str, ...],
        issuer: str, key_file: str, key_id: str, algorithm: str, clock: Callable[[], float], fresh: Callable[[], str],
    ) -> None:  # fmt: skip
        super().__init__(exchange.name, clock)
        self.user: User | None = None
        self.granted: frozenset[str] = frozenset()
        self.lacking: frozenset[str] = frozenset()
        self.kept = self.warning = ""
        self._exchange, self._secrets, self._client_id, self._issuer = exchange, secrets, client_id, issuer
        self._scopes, self._writes = scopes, writes
        self._key_file, self._key_id, self._algorithm, self._fresh = key_file, key_id, algorithm, fresh
        self._endpoints: Endpoints | None = None

    async def begin(self) -> SignInStep | None:
        """Signs in at once; there is nothing for a person to do."""
        self._forget_access()
        self._endpoints = None
        await self.authorization()
        return None

    async def finish(self, step: SignInStep) -> None:
        """Nothing to wait for."""

    async def known(self) -> bool:
        """Whether there is a key to sign in with. No server is asked."""
        try:
            return bool(await asyncio.to_thread(self._key))
        except SecretError:
            return False

    async def end(self) -> bool:
        """Revokes the access token and forgets it; the key stays."""
        async with self._lock:
            access = self._forget_access()
            self.granted = self.lacking = frozenset()
            if access is None:
                return True
            try:
                proof = await self._proof(await self._found())
            except (SignedOut, WebError):
                return False
            form = {"client_assertion_type": backend.ASSERTION, "client_assertion": proof.reveal()}
            tokens = [(access, "access_token")]
            return await revoke(self._exchange, self._found, self._client_id, tokens, lambda _: form)

    async def _found(self) -> Endpoints:
        if self._endpoints is None:
            self._endpoints = await discover(self._exchange, self._issuer)
        return self._endpoints

    async def _renew(self) -> None:
        endpoints = await self._found()
        asked = self._scopes or wanted(BACKEND, self._writes, v1=endpoints.only_v1)
        proof = await self._proof(endpoints)
        since = self._clock()
        try:
            answer = await backend.granted(self._exchange, endpoints, asked, proof)
        except (SignedOut, WebError):
            self._endpoints = None  # it may have moved
            raise
        tokens = granted(self._name, answer, frozenset(asked))
        self.granted, self.lacking = tokens.scopes, lacking(asked, tokens.scopes)
        self._hold(tokens, since)

    async def _proof(self, endpoints: Endpoints) -> Secret:
        try:
            text = await asyncio.to_thread(self._key)
            key = backend.private_key(text, self._algorithm)
        except SecretError as error:
            raise SignedOut(f"cannot sign in at {self._name}: {error}") from None
        return backend.assertion(
            key, self._client_id, endpoints.token, self._algorithm, self._key_id, self._exchange.now(), self._fresh
        )

    def _key(self) -> Secret:
        if self._key_file:
            self.kept = f"the key in {self._key_file}"
            return backend.key_text(self._key_file)
        found = self._secrets.get(f"{self._name}.key")
        if found is None:
            raise SecretError("there is no private key; name a key_file in the configuration")
        self.kept, self.warning = f"the key in {found.where}", found.warning
        return found.secret
