"""A user's own keys, checked before they count (SAFETY S3, TERMINAL finding 10: Textual's key map checks nothing)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from iomt_tui.tui.keys import ACTIONS, ALARM, TABLE, KeyAction, Keys, key_label, taken_keys

TYPED_BY_TERMINALS: Final = frozenset("0123456789;?cnRtlyux^[~$") | {
    "semicolon", "question_mark", "circumflex_accent", "left_square_bracket", "tilde", "dollar_sign",
}  # fmt: skip
"""Keys that a terminal's own replies can type (SAFETY S3): none of them acts on an alarm."""

_WORDS: Final = (
    "up down left right home end pageup pagedown enter escape space tab backspace delete insert slash backslash"
    " question_mark exclamation_mark colon semicolon comma full_stop plus minus underscore equals_sign asterisk"
    " left_square_bracket right_square_bracket left_parenthesis right_parenthesis less_than_sign greater_than_sign"
    " at number_sign percent_sign ampersand apostrophe quotation_mark grave_accent tilde vertical_line dollar_sign"
    " circumflex_accent left_curly_bracket right_curly_bracket"
)
_NAMES: Final = frozenset(_WORDS.split())
_SIGNS: Final = {
    "/": "slash", "?": "question_mark", "[": "left_square_bracket", "]": "right_square_bracket", "+": "plus",
    "-": "minus", ":": "colon", ";": "semicolon", ".": "full_stop", "=": "equals_sign", "*": "asterisk",
    "<": "less_than_sign", ">": "greater_than_sign", "!": "exclamation_mark", "#": "number_sign",
    "esc": "escape", "pgdn": "pagedown", "pgup": "pageup",
}  # fmt: skip
_FUNCTION: Final = re.compile(r"f([1-9]|1[0-9]|2[0-4])")
_MODIFIER: Final = re.compile(r"(?:(?:ctrl|shift|alt)\+)+")


def validate_keymap(user: Mapping[str, str]) -> tuple[Keys, tuple[str, ...]]:
    """The keys in force and, for each line of ``user`` that cannot count, one message that says why.

    ``user`` maps an action's id to keys, comma separated. A line replaces the action's own keys, except that an action
    with a reserved key keeps it and gains the others. A line with any fault is left out as a whole.
    """
    chosen = {action.id: action.keys for action in TABLE}
    problems: list[str] = []
    wanted: dict[str, tuple[str, ...]] = {}
    for name, text in user.items():
        keys, problem = _line(name, text)
        if problem:
            problems.append(problem)
        else:
            wanted[name] = keys
    chosen |= wanted
    for name in _clashing(chosen, wanted, problems):
        chosen[name] = ACTIONS[name].keys
    if _clashing(chosen, {}, []):
        chosen = {action.id: action.keys for action in TABLE}
        problems.append("key map: what is left of it still gives one key to two actions; the usual keys are in force")
    return Keys(chosen), tuple(problems)


def _line(name: str, text: str) -> tuple[tuple[str, ...], str]:
    action = ACTIONS.get(name)
    if action is None:
        return (), f"key map: there is no action {name!r}{_nearest(name)}"
    keys = tuple(_named(key.strip()) for key in str(text).split(",") if key.strip())
    if not keys:
        return (), f"key map: {name!r} is left without a key; name at least one"
    for key in keys:
        if problem := _fault(action, key):
            return (), problem
    return (tuple(dict.fromkeys((*action.keys, *keys))) if action.reserved else keys), ""


def _fault(action: KeyAction, key: str) -> str:
    if not _is_key(key):
        return f"key map: {action.id!r} names {key!r}, which is no key"
    owner = taken_keys(other for other in TABLE if other.reserved).get(key)
    if owner not in (None, action.id):
        return f"key map: {action.id!r} cannot have {key_label(key)!r}: it is reserved for {owner!r}"
    if action.group == ALARM and key in TYPED_BY_TERMINALS:
        return f"key map: {action.id!r} cannot have {key_label(key)!r}: a terminal's own replies can type it"
    return ""


def _clashing(
    chosen: Mapping[str, tuple[str, ...]], wanted: Mapping[str, tuple[str, ...]], problems: list[str]
) -> set[str]:
    """The user's lines to take back because another action has the same key."""
    owners: dict[str, list[str]] = {}
    for name, keys in chosen.items():
        for key in keys:
            owners.setdefault(key, []).append(name)
    back: set[str] = set()
    for key, names in owners.items():
        if len(names) > 1 and not _apart(names):
            problems.append(f"key map: {key_label(key)!r} is given to {' and '.join(repr(name) for name in names)}")
            back.update(name for name in names if name in wanted or not wanted)
    return back


def _apart(names: Sequence[str]) -> bool:
    """Whether no two of these actions count at the same place: a page's own keys come before a recording's."""
    places = [ACTIONS[name].where for name in names]
    return "always" not in places and len(set(places)) == len(places)


def _named(key: str) -> str:
    modifiers, name = _split(key)
    return modifiers + _SIGNS.get(name, name)


def _split(key: str) -> tuple[str, str]:
    found = _MODIFIER.match(key)
    return (found.group(), key[found.end() :]) if found else ("", key)


def _is_key(key: str) -> bool:
    name = _split(key)[1]
    single = len(name) == 1 and name.isascii() and name.isalnum()
    return single or name in _NAMES or _FUNCTION.fullmatch(name) is not None


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, ACTIONS, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; they are {', '.join(ACTIONS)}"
