"""Keys as data: one table, and a user's map that cannot do harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.keymap import TYPED_BY_TERMINALS, validate_keymap
from iomt_tui.tui.keys import ACTIONS, ALARM, DEFAULT_KEYS, TABLE, key_label, key_reference_markdown

STORIES = ("patient", "trends", "observations", "flowsheet", "glucose", "waves", "timeline")
CHARTS = ("observations", "flowsheet")
PLACES: list[tuple[str, ...]] = [("recording",), ("limits",), ("chart",), ("sign in",), ("compare",), ("ward devices",)]
PLACES += [("story", own) for own in STORIES if own not in CHARTS] + [("story", "columns", own) for own in CHARTS]


def test_every_place_of_the_table_is_looked_at() -> None:
    assert {action.where for action in TABLE} - {"always"} <= {place for places in PLACES for place in places}


def test_no_key_has_two_meanings() -> None:
    """A page's own keys come before a recording's; nothing shares a key with what counts everywhere."""
    for places in PLACES:
        there = [key for action in TABLE if action.where in ("always", *places) for key in action.keys]
        assert len(there) == len(set(there)), places
    keys = DEFAULT_KEYS.lookup(recording=True, places=("limits",))
    assert (keys["left"].id, keys["a"].id, keys["space"].id) == ("limit_less", "acknowledge", "play")
    assert DEFAULT_KEYS.lookup(recording=True)["left"].id == "step_back"
    assert "left" not in DEFAULT_KEYS.lookup(recording=False)


def test_terminal_replies_cannot_type_an_alarm_key() -> None:
    alarm_keys = {key for action in TABLE if action.group == ALARM for key in action.keys}
    assert not alarm_keys & TYPED_BY_TERMINALS


def test_arrows_and_vim_keys() -> None:
    lookup = DEFAULT_KEYS.lookup(recording=False)
    pairs = {"down": "j", "up": "k", "home": "g", "end": "G"}
    assert all(lookup[arrow].id == lookup[vim].id for arrow, vim in pairs.items())


def test_recording_keys_count_only_while_a_recording_plays() -> None:
    assert "space" not in DEFAULT_KEYS.lookup(recording=False)
    assert DEFAULT_KEYS.lookup(recording=True)["space"].id == "play"


def test_reference_names_every_action_and_key() -> None:
    text = key_reference_markdown()
    for action in TABLE:
        assert f"`{action.id}`" in text
        assert action.description in text
        assert all(f"`{key_label(key)}`" in text for key in action.keys)


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ({"acknowlege": "b"}, "did you mean 'acknowledge'"),
        ({"zzz": "b"}, "there is no action 'zzz'"),
        ({"sort": "a"}, "reserved for 'acknowledge'"),
        ({"sort": "enter"}, "reserved for 'enter'"),
        ({"sort": "t"}, "'t' is given to 'sort' and 'tiles'"),
        ({"sort": "nokey"}, "which is no key"),
        ({"sort": " , "}, "without a key"),
        ({"acknowledge": "7"}, "a terminal's own replies can type it"),
        ({"acknowledge": "?"}, "a terminal's own replies can type it"),
    ],
)
def test_a_faulty_line_is_refused_with_words(user: dict[str, str], words: str) -> None:
    keys, problems = validate_keymap(user)
    assert len(problems) == 1
    assert words in problems[0]
    assert keys == DEFAULT_KEYS


def test_good_lines_count_and_reserved_keys_stay() -> None:
    keys, problems = validate_keymap({"sort": "f11, Q", "acknowledge": "f12", "tiles": "o"})
    assert problems == ()
    assert keys.by_action["sort"] == ("f11", "Q")
    assert keys.by_action["acknowledge"] == ("a", "f12")
    assert keys.lookup(recording=False)["o"].id == "tiles"


_KEYS = st.sampled_from(["a", "A", "enter", "escape", "b", "t", "o", "x", "f3", "/", "ctrl+x", "", "[", "nope", "é"])


@given(st.dictionaries(st.sampled_from([*ACTIONS, "other"]), st.lists(_KEYS, max_size=3).map(",".join), max_size=8))
def test_no_map_takes_a_safety_key_or_leaves_a_clash(user: dict[str, str]) -> None:
    keys, _ = validate_keymap(user)
    for places in PLACES:
        there = [key for a in TABLE if a.where in ("always", *places) for key in keys.by_action[a.id]]
        assert len(there) == len(set(there))
    for action in TABLE:
        assert keys.by_action[action.id]
        if action.reserved:
            assert set(action.keys) <= set(keys.by_action[action.id])
