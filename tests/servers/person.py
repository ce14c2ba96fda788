"""A person at a browser, who signs in at the provider's own forms."""

from __future__ import annotations

import html
import re

import httpx

_FORM = re.compile(r'<form[^>]*?action="([^"]+)".*?</form>', re.DOTALL)
_FIELD = re.compile(r'<input[^>]*?name="(\w+)" value="([^"]*)"')
_ABORT = re.compile(r'href="([^"]+/abort)"')


def approve(verification_uri_complete: str, login: str = "nurse-1") -> str:
    """Opens the address of a device authorization, confirms the code, signs in as ``login``, and consents.

    Every login has a password that fits. Returns the text of the last page. Raises ``AssertionError`` at a page that
    is none of these, such as one that says that the code is no longer good.
    """
    with httpx.Client(follow_redirects=True) as browser:
        page = _confirmed(browser, verification_uri_complete)
        page = _submit(browser, page, login=login, password="any")
        page = _submit(browser, page)
        assert "Sign-in Success" in page, _words(page)
        return _words(page)


def deny(verification_uri_complete: str) -> str:
    """Opens the address, confirms the code, and then cancels instead of signing in. Returns the last page's text."""
    with httpx.Client(follow_redirects=True) as browser:
        page = _confirmed(browser, verification_uri_complete)
        link = _ABORT.search(page)
        assert link, _words(page)
        page = browser.get(html.unescape(link[1])).text
        return _words(page)


def _confirmed(browser: httpx.Client, address: str) -> str:
    """The page with the code filled in sends itself, and the one after asks whether this is the code on the device."""
    return _submit(browser, _submit(browser, browser.get(address).text))


def _submit(browser: httpx.Client, page: str, **typed: str) -> str:
    """Sends the page's form with its hidden fields and what was typed, and gives the page that follows."""
    form = _FORM.search(page)
    assert form, _words(page)
    hidden = {name: html.unescape(value) for name, value in _FIELD.findall(form[0])}
    return browser.post(html.unescape(form[1]), data={**hidden, **typed}).text


def _words(page: str) -> str:
    body = re.sub(r"<(style|script|head).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
