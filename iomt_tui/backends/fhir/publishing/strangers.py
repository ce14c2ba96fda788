"""Demo patients never go among real ones: a server is looked at before it is written to."""

from __future__ import annotations

from typing import Final

from iomt_tui.backends.fhir.client import FhirClient
from iomt_tui.backends.fhir.paging import search
from iomt_tui.backends.fhir.publishing.naming import is_test
from iomt_tui.security.web import loopback

_MOST_PAGES: Final = 25


class Strangers(Exception):  # noqa: N818
    """The server is not for demo patients; the words say why and what to do."""


async def refuse_strangers(client: FhirClient) -> None:
    """Raises :class:`Strangers` when the server holds a patient who is not marked as test data, or too many to look at
    each; FhirError when it does not let itself be looked at. This machine's own servers are not looked at.
    """
    if loopback(client.base):
        return
    pages = 0
    async for page in search(client, "Patient", []):
        pages += 1
        if not all(is_test(one) for one in page.resources if one.get("resourceType") == "Patient"):
            raise Strangers(
                "the server holds patients who are not marked as test data (HTEST), so nothing was written: demo "
                "patients belong on a server of their own. 'python -m tests.servers hapi' starts one on this machine"
            )
        if pages == _MOST_PAGES:
            raise Strangers("the server holds more patients than can be looked at, so nothing was written to it")
