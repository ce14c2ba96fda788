"""The line to a monitoring backend: whether it is up, what it is doing, and who is signed in there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from iomt_tui.security.text import SafeText, safe_text

#: A server is asked for the first time; the ward is being loaded; all is well; the last polls failed and more are
#: tried; nobody is signed in; the server refuses what is asked; the engine has closed it.
CONNECTING, LOADING, LIVE, LOST = "connecting", "loading", "live", "lost"
SIGNED_OUT, DENIED, CLOSED = "signed-out", "denied", "closed"
STATES: Final = (CONNECTING, LOADING, LIVE, LOST, SIGNED_OUT, DENIED, CLOSED)

_NOTHING: Final = SafeText("")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that waits for its person: the page to open, the code to type there, and until when (log time, ms).

    ``direct`` is the same page with the code in it, for a QR code; "" where the server has none.
    """

    page: SafeText
    code: SafeText
    until: int
    direct: SafeText = _NOTHING


@dataclass(frozen=True, slots=True)
class Link:
    """The line to the ward's backend, as of its newest ``link`` entry. Times are log time in ms."""

    ENTRY: ClassVar[str] = "link"

    name: SafeText  # of the server in the configuration
    state: str  # one of STATES
    text: SafeText = _NOTHING  # what happened, and what to do
    since: int = 0  # when this state began
    done: int = 0  # of a load: how many resources came
    total: int = 0  # how many are expected; 0 where nobody knows
    user: SafeText = _NOTHING  # who is signed in, as the server names them; "" for nobody
    user_ref: SafeText = _NOTHING  # "Practitioner/123" where the server says so (SMART: fhirUser)
    writes: tuple[str, ...] = ()  # what is written to the server: of :data:`iomt_tui.ward.writes.WHATS`
    sign_in: SignIn | None = None
    refused: int = 0  # resources that could not be used so far
    at: int = 0  # log time of the last word of the server

    def body(self) -> dict[str, Any]:
        """The JSON body of its log entry."""
        own = {name: getattr(self, name) for name in self.__slots__}
        own["writes"] = list(self.writes)
        if self.sign_in is not None:
            own["sign_in"] = {name: getattr(self.sign_in, name) for name in SignIn.__slots__}
        return own

    @classmethod
    def from_body(cls, data: dict[str, Any]) -> Link:
        """From the JSON of a log entry. Raises KeyError, TypeError or ValueError on a body of another shape."""
        if data["state"] not in STATES:
            raise ValueError("state of the link")
        asked = data.get("sign_in")
        return cls(
            name=safe_text(data["name"], 40), state=data["state"], text=safe_text(data.get("text") or "", 300),
            since=int(data.get("since") or 0), done=int(data.get("done") or 0), total=int(data.get("total") or 0),
            user=safe_text(data.get("user") or "", 40), user_ref=safe_text(data.get("user_ref") or "", 120),
            writes=tuple(str(what)[:20] for what in data.get("writes") or ()),
            sign_in=None if not asked else SignIn(
                safe_text(asked["page"], 200), safe_text(asked["code"], 40), int(asked["until"]),
                safe_text(asked.get("direct") or "", 300),
            ),
            refused=int(data.get("refused") or 0), at=int(data.get("at") or 0),
        )  # fmt: skip
