"""A person's sign-in: begun by a device grant, kept by a refresh token that rotates."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from iomt_tui.security.secret import NOTHING
from iomt_tui.security.secrets import MEMORY, Secrets
from iomt_tui.security.sign_in import device
from iomt_tui.security.sign_in.discovery import Endpoints, discover
from iomt_tui.security.sign_in.exchange import Exchange, error_code, refusal
from iomt_tui.security.sign_in.identity import identify
from iomt_tui.security.sign_in.kept import Kept, read_kept
from iomt_tui.security.sign_in.model import DEVICE, SignedOut, SignInStep, User
from iomt_tui.security.sign_in.renewing import Renewing
from iomt_tui.security.sign_in.revocation import revoke
from iomt_tui.security.sign_in.scopes import FHIR_USER, lacking, wanted
from iomt_tui.security.sign_in.tokens import granted
from iomt_tui.security.web import Answer, WebError


class PersonSession(Renewing):
    """See :class:`~iomt_tui.security.sign_in.model.Session`. ``writes``: asked for when no ``scopes`` are given."""

    def __init__(
        self, exchange: Exchange, secrets: Secrets, client_id: str, scopes: tuple[str, ...], writes: tuple[str, ...],
        issuer: str, clock: Callable[[], float], sleep: Callable[[float], Awaitable[Any]],
    ) -> None:  # fmt: skip
        super().__init__(exchange.name, clock)
        self.user: User | None = None
        self.granted: frozenset[str] = frozenset()
        self.lacking: frozenset[str] = frozenset()
        self.kept = self.warning = ""
        self._exchange, self._secrets, self._client_id, self._sleep = exchange, secrets, client_id, sleep
        self._scopes, self._writes, self._issuer = scopes, writes, issuer
        self._secret_name = f"{exchange.name}.sign-in"
        self._endpoints: Endpoints | None = None
        self._refresh, self._from = NOTHING, ""  # the refresh token, and the endpoint that gave it

    async def begin(self) -> SignInStep:
        """Asks for a code. Where to sign in is found anew each time."""
        self._endpoints = None
        endpoints = await self._found()
        return await device.begin(self._exchange, endpoints, self._client_id, self._asked(endpoints), self._clock)

    async def finish(self, step: SignInStep) -> None:
        """Waits for the person, then learns who it was. Raises :class:`SignedOut` and WebError."""
        endpoints = await self._found()
        answer = await device.granted(
            self._exchange, endpoints, self._client_id, step, self._clock, self._sleep
        )  # fmt: skip
        await self._to_its_end(self._admit(answer, endpoints, self._clock()))

    async def known(self) -> bool:
        """Whether somebody is signed in, from what was kept. No server is asked."""
        return bool(self._refresh) or await self._recall()

    async def end(self) -> bool:
        """Revokes both tokens, and forgets them here and in the keyring whatever the server answers."""
        async with self._lock:
            if not self._refresh:
                await self._recall()
            refresh, access = self._refresh, self._forget_access()
            self._forget()
            await asyncio.to_thread(self._secrets.delete, self._secret_name)
            tokens = [(refresh, "refresh_token"), (access or NOTHING, "access_token")]
            return await revoke(self._exchange, self._found, self._client_id, tokens)

    async def _found(self) -> Endpoints:
        if self._endpoints is None:
            self._endpoints = await discover(self._exchange, self._issuer, device=True)
        return self._endpoints

    def _asked(self, endpoints: Endpoints | None) -> tuple[str, ...]:
        v1 = endpoints is not None and endpoints.only_v1
        return self._scopes or wanted(DEVICE, self._writes, v1=v1)

    async def _admit(self, answer: Answer, endpoints: Endpoints, since: float) -> None:
        async with self._lock:
            tokens = granted(self._name, answer, frozenset(self._asked(endpoints)))
            try:
                identity = await identify(self._exchange, endpoints, self._client_id, tokens)
            except (SignedOut, WebError):
                refused = [(tokens.refresh, "refresh_token"), (tokens.access, "access_token")]
                await revoke(self._exchange, self._found, self._client_id, refused)
                raise
            self._forget_access()
            self.user, self._refresh, self._from = identity.user, tokens.refresh, endpoints.token
            proven = {FHIR_USER} if identity.user and identity.user.ref else set()
            self._count(tokens.scopes | proven, endpoints)
            if tokens.refresh:
                await self._keep()
            else:  # what is kept is another sign-in, perhaps of another person
                self.kept = ""
                await asyncio.to_thread(self._secrets.delete, self._secret_name)
            self._hold(tokens, since)

    async def _renew(self) -> None:
        if not self._refresh and not await self._recall():
            raise SignedOut(f"nobody is signed in at {self._name}; sign in here or with 'iomt-tui login {self._name}'")
        endpoints = await self._found()
        if endpoints.token != self._from:
            raise SignedOut(f"{self._name} has moved its sign-in; make sure that is right, and sign in again")
        since = self._clock()
        answer = await self._refreshed(endpoints)
        tokens = granted(self._name, answer, self.granted)
        of_the_person = {scope for scope in self.granted if "/" not in scope}  # a refresh need not repeat them
        self._count(tokens.scopes | of_the_person, endpoints)
        if tokens.refresh and tokens.refresh != self._refresh:
            self._refresh = tokens.refresh
            await self._keep()  # before anything else can go wrong: the old one is worth nothing now
        self._hold(tokens, since)

    async def _refreshed(self, endpoints: Endpoints) -> Answer:
        """The 200 of a refresh. A sign-in that was begun anew elsewhere takes the place of one that has ended."""
        for last in (False, True):
            form = {
                "grant_type": "refresh_token", "refresh_token": self._refresh.reveal(), "client_id": self._client_id
            }  # fmt: skip
            answer = await self._exchange.post(endpoints.token, form)
            if answer.status == 200:
                return answer
            code = error_code(answer)
            if code.startswith("HTTP"):  # no word of an authorization server
                self._endpoints = None
                raise WebError("broken", f"the sign-in server cannot be asked ({code})")
            if code != "invalid_grant":
                raise refusal(self._name, code)
            if last or not await self._newer():
                break
        self._forget()
        self._forget_access()
        await asyncio.to_thread(self._secrets.delete, self._secret_name)
        raise SignedOut(f"the sign-in at {self._name} has ended; sign in again")

    async def _newer(self) -> bool:
        """Whether the keyring has another refresh token than the one that was refused; it is taken."""
        refused = self._refresh
        return await self._recall() and self._refresh != refused and self._from == (await self._found()).token

    async def _recall(self) -> bool:
        """Takes what was kept, if it is for this server and this program."""
        found = await asyncio.to_thread(self._secrets.kept, self._secret_name)
        kept = read_kept(found.secret, self._exchange.base, self._client_id) if found else None
        if found is None or kept is None:
            return False
        self._refresh, self._from, self.user, self.granted = kept.refresh, kept.token, kept.user, kept.granted
        self.lacking = lacking(self._asked(self._endpoints), kept.granted)
        self.kept = "" if found.where == MEMORY else found.where
        return True

    async def _keep(self) -> None:
        kept = Kept(
            self._exchange.base, self._client_id, self._from, self._refresh, self.user, self.granted
        ).text()  # fmt: skip
        self.kept = await asyncio.to_thread(self._secrets.put, self._secret_name, kept)

    def _count(self, granted_now: frozenset[str], endpoints: Endpoints) -> None:
        self.granted = granted_now
        self.lacking = lacking(self._asked(endpoints), granted_now)

    def _forget(self) -> None:
        self._refresh = NOTHING
        self._from, self.user, self.kept = "", None, ""
        self.granted = self.lacking = frozenset()
