"""What can go wrong between us and a FHIR server: a kind to act on, and words for people without a patient's data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

from iomt_tui.security.web import Answer, WebError

#: Nobody is signed in; refused (403); not there, or not any more (404, 410); changed meanwhile (409, 412); not taken as
#: it is (400, 405, 422); too much is asked for now (429, 503); the server's own fault (5xx); an answer that is no FHIR.
SIGNED_OUT, DENIED, GONE, CONFLICT = "signed-out", "denied", "gone", "conflict"
INVALID, BUSY, FAILED, NOT_FHIR = "invalid", "busy", "failed", "not-fhir"
#: The kinds of :class:`iomt_tui.security.web.WebError` stand as they are.
UNREACHABLE, TIMEOUT, BROKEN, TOO_LARGE, NOT_ALLOWED = "unreachable", "timeout", "broken", "too-large", "not-allowed"

#: What the server says to what is asked, not to how it is: another question may well be answered.
ABOUT_THE_QUESTION: Final = frozenset({DENIED, GONE, INVALID, TOO_LARGE})

_KINDS: Final = {
    401: SIGNED_OUT, 403: DENIED, 404: GONE, 410: GONE, 409: CONFLICT, 412: CONFLICT, 429: BUSY, 503: BUSY,
}  # fmt: skip
_WORDS: Final = {
    SIGNED_OUT: "the server wants a sign-in",
    DENIED: "the server refuses it",
    GONE: "the server does not have it",
    CONFLICT: "it was changed on the server meanwhile",
    INVALID: "the server does not take the request as it is",
    BUSY: "the server is too busy",
    FAILED: "the server failed",
    NOT_FHIR: "the answer is no FHIR; is the address the FHIR base, and is no login page or proxy in between?",
}
_CODE: Final = re.compile(r"[a-z][a-z-]{1,30}", re.ASCII)
_LONGEST_WAIT: Final = 600.0  # s; a server that says "next week" is asked again before


class FhirError(Exception):
    """A request that did not bring what it was for. ``str()`` is the words: no address, secret or patient's data."""

    def __init__(self, kind: str, words: str, status: int = 0, wait: float | None = None) -> None:
        """``wait``: how long (s) the server asks to be left alone; None where it does not say."""
        super().__init__(words)
        self.kind, self.words, self.status, self.wait = kind, words, status, wait


def web_error(error: WebError) -> FhirError:
    """What kept a request from being answered."""
    return FhirError(NOT_FHIR if error.kind == "not-json" else error.kind, str(error))


def refused(answer: Answer, resource: object) -> FhirError:
    """What an answer of 400 and above means. ``resource``: its decoded body, None where it is none."""
    return by_status(answer.status, resource, _wait(answer.headers, answer.server_time))


def by_status(status: int, outcome: object, wait: float | None = None) -> FhirError:
    """The same from a status, of an answer or of an entry in a batch."""
    kind = _KINDS.get(status, FAILED if status >= 500 else INVALID)
    told = issue_code(outcome)
    detail = f"HTTP {status}, {told}" if told else f"HTTP {status}"
    return FhirError(kind, f"{_WORDS[kind]} ({detail})", status, wait if kind == BUSY else None)


def not_fhir() -> FhirError:
    """An answer that is something else."""
    return FhirError(NOT_FHIR, _WORDS[NOT_FHIR])


def issue_code(outcome: object) -> str:
    """The first issue's code. Diagnostics may quote a patient's data, so they go nowhere."""
    if not isinstance(outcome, dict) or outcome.get("resourceType") != "OperationOutcome":
        return ""
    issues: Any = outcome.get("issue")
    first = issues[0] if isinstance(issues, list) and issues else None
    code = first.get("code") if isinstance(first, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _wait(headers: Mapping[str, str], server_time: int | None) -> float | None:
    """Retry-After in seconds, from a number or from a date by the server's own clock (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 8:
        return min(float(text), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    if server_time is None:
        return None
    return min(max(until - server_time / 1000, 0.0), _LONGEST_WAIT)
