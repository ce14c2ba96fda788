"""JSON from outside: fast where it is sound, exact where it is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.security.strict_json import Doubled, Tainted, decoded, has_doubled

ODD = st.text('":\\ \t\né\u2028/', max_size=5)
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


@st.composite
def written(draw: st.DrawFn, depth: int = 3) -> tuple[bytes, bool]:
    """A document as text, as odd as JSON allows, and whether one of its objects has a key twice."""
    space = draw(st.sampled_from([b"", b" ", b"\n\t"]))
    kind = draw(st.integers(0, 2 if depth else 0))
    if kind == 0:
        return _string(draw), False
    parts = [draw(written(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
    twice = any(found for _, found in parts)
    if kind == 1:
        return b"[" + (space + b",").join(text for text, _ in parts) + b"]", twice
    keys = [_string(draw) for _ in parts]
    names = [json.loads(key) for key in keys]
    members = (key + space + b":" + space + text for key, (text, _) in zip(keys, parts, strict=True))
    return b"{" + b",".join(members) + b"}", twice or len(set(names)) < len(names)


def _string(draw: st.DrawFn) -> bytes:
    """Characters as they are, or escaped."""
    quoted = (json.dumps(one, ensure_ascii=False)[1:-1] if draw(st.booleans()) or ord(one) > 127
              else f"\\u{ord(one):04x}" for one in draw(ODD))  # fmt: skip
    return f'"{"".join(quoted)}"'.encode()


@given(written())
def test_a_key_twice_is_found_however_it_is_written(given_text: tuple[bytes, bool]) -> None:
    """Neither strings that look like keys nor escapes that hide one make up for it."""
    text, twice = given_text
    found = decoded(text)
    assert has_doubled(found) == twice
    assert found == json.loads(text)


@pytest.mark.parametrize("hidden", [b"\\u0022:", b'\\"\\u0020:', b'\\"\\u003a', b'\\"\\u003A'])
def test_a_hidden_key_end_does_not_make_up_for_a_key_twice(hidden: bytes) -> None:
    """Written again, that string has one more."""
    assert has_doubled(decoded(b'{"a":1,"a":2,"b":"' + hidden + b'"}'))


def test_the_mark_stays_at_its_object() -> None:
    """One bad entry is told from good ones around it."""
    good, bad = decoded(b'{"entry": [{"a": 1}, {"a": 1, "a": 2}]}')["entry"]
    assert not isinstance(good, Doubled)
    assert isinstance(bad, Doubled)
    assert isinstance(good, Tainted)  # and a glance tells that its document is not sound
    assert type(decoded(b'{"a": "x\\": y"}')) is dict


@pytest.mark.parametrize(
    "text",
    [b"NaN", b"[Infinity]", b"{", b"", b"\xff", b"[" * 5_000, b"<html>"],
    ids=["nan", "infinity", "cut", "empty", "no-utf-8", "deep", "html"],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    """Without a crash, however deep it is."""
    with pytest.raises(ValueError, match=r"."):
        decoded(text)
