"""JSON from outside: fast where it is sound, exact where it is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.security.strict_json import Doubled, decoded, has_doubled

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8) | st.sampled_from(['"', '":', "\\"]),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=6) | st.just('a":'), part, max_size=3),
)


@given(DOCUMENTS, st.sampled_from([None, 2]))
def test_what_is_sound_is_read_as_it_is(document: object, indent: int | None) -> None:
    """Colons and quotes within strings are no keys."""
    text = json.dumps(document, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        found = decoded(text)
    except ValueError:
        assert b"\xed" in text  # a lone surrogate is no UTF-8
        return
    assert found == document
    assert not has_doubled(found)


@pytest.mark.parametrize(
    "text",
    [b'{"a": 1, "a": 2}', b'{"b": [{"a\\\\": 1, "a\\\\": 1}]}', b'[{"x":{"y":1,"z":2,"y":1}}]', b'{"":0,"":0}'],
)
def test_a_key_twice_is_marked(text: bytes) -> None:
    """Whichever the parser would keep, the object cannot be trusted."""
    assert has_doubled(decoded(text))


def test_the_mark_stays_at_its_object() -> None:
    """One bad entry is told from good ones around it."""
    good, bad = decoded(b'{"entry": [{"a": 1}, {"a": 1, "a": 2}]}')["entry"]
    assert not isinstance(good, Doubled)
    assert isinstance(bad, Doubled)


@pytest.mark.parametrize(
    "text",
    [b"NaN", b"[Infinity]", b"{", b"", b"\xff", b"[" * 5_000, b"<html>"],
    ids=["nan", "infinity", "cut", "empty", "no-utf-8", "deep", "html"],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    """Without a crash, however deep it is."""
    with pytest.raises(ValueError, match=r"."):
        decoded(text)
