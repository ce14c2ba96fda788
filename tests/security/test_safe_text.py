"""Text from outside (SAFETY S1, S2, H29): seen, one line, and as wide as everybody thinks."""

from __future__ import annotations

import random
import unicodedata

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth

from iomt_tui.security.text import REPLACEMENT, safe_text, text_width

FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Mc", "Me"}
HOSTILE = [
    "O'Neil [/foo]", "[b]x[/b]", "[@click=app.bell]x[/]", "\x1b]52;c;ZXZpbA==\x07", "\x1b[2J\x1b[H",
    "\x1b]0;title\x1b\\",
    "\x9b31m", "\x90q\x9c", "\x1b[6n", "\x1b[201~", "a\x00b", "\x7f\x08\x0b\x0c", "left\u202eright", "\u2066a\u2069",
    "\u200bA\u200cB\u200dC\ufeff", "a\u2028b\u2029c", "soft\u00adhyphen", "\ue000\uf8ff", "\ud800", "\udfff", "\ufffe",
    "\U000e0041\U000e007f", "\U0010ffff", "e\u0301", "o\u0308\u0323", "Z" + "\u0335\u0489\u20dd" * 300, "\u0301alone",
    "👩‍👩‍👧‍👦", "👍🏽", "🇳🇱", "1️⃣", "❤️", "☎️", "©️", "♥︎", "🔔", "王秀英", "김철수", "김", "ㅤ", "ﾠ", "ﾊﾝｶｸ",
    "ＦＵＬＬ", "ชัยวัฒน์", "प्रिया", "שָׁלוֹם", "محمد", "Nguyễn", "Ångström", "Ǻ", "ﷺ", "𒐫", "⸻", "⠀", "　", "\u1680",
    "\t tab", "line\r\nline", "x" * 1000, "王" * 1000, "", " ", "\u3164", "\u115f\u1160", "\u17b4", "\U0001d173", "㌀",
]  # fmt: skip
POOL = [
    *"abc XYZ09[]/\\'\"-.,;:<>&%$#@!?(){}", *"éÅßøłğñçıİſ", *"абвгЖИ", *"αβγΩς", *"王秀英김철수ひカ漢", *"שלוםمحمد",
    *"ไทยहिंद",
    *"\u0301\u0308\u0323\u0335\u20dd\ufe0f\ufe0e\u200d\u200b\u202e\u2066\u00ad\u034f", *"👩🔔🏽🇳🇱⚠❤▲●█▁…°µ",
    "\x1b", "\x1b[", "\x1b]52;c;", "\x07", "\x9b", "\r", "\n", "\t", "\x00", "\ud83d", "\ue000", "\U000e0041", "\u1100",
    "\u1161", "\u11a8", "\u3164", "\uffa0", "\u0e33", "\u2028",
]  # fmt: skip


def assert_safe(raw: str, limit: int = 200) -> None:
    safe = safe_text(raw, limit)
    assert len(safe) <= limit
    assert not [char for char in safe if unicodedata.category(char) in FORBIDDEN], (raw, safe)
    assert not set(safe) & set("\n\r\t\x1b")
    assert unicodedata.is_normalized("NFC", safe)
    assert safe_text(safe, limit) == safe
    width = text_width(safe)
    assert width == cell_len(safe) == wcswidth(safe), (raw, safe)
    assert width == sum(text_width(safe_text(char)) for char in safe)  # no neighbour changes it


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
def test_hostile_strings(limit: int) -> None:
    for raw in HOSTILE:
        assert_safe(raw, limit)


@settings(max_examples=1500)
@given(st.text(max_size=60), st.integers(1, 80))
def test_any_text(raw: str, limit: int) -> None:
    assert_safe(raw, limit)


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(POOL), max_size=40).map("".join), st.integers(1, 60))
def test_any_mixture_of_what_joins_and_turns(raw: str, limit: int) -> None:
    assert_safe(raw, limit)


def test_200_000_random_strings_hold_nothing_that_a_terminal_obeys() -> None:
    rng = random.Random(52)
    for _ in range(200_000):
        raw = "".join(rng.choices(POOL, k=8)) + chr(rng.randrange(0x110000))
        safe = safe_text(raw)
        assert safe.isprintable(), (raw, safe)


def test_every_character_is_replaced_or_kept_with_a_width_all_agree_on() -> None:
    kept = 0
    for code in range(0x110000):
        safe = safe_text(chr(code))
        if safe == chr(code):
            kept += 1
            assert text_width(safe) == cell_len(safe) == wcswidth(safe) in (1, 2), hex(code)
        else:
            assert text_width(safe) >= 1, hex(code)  # nothing is dropped unseen
    assert kept > 90_000


def test_5000_names_take_the_same_columns_on_an_emulated_terminal() -> None:
    rng = random.Random(29)
    screen = pyte.Screen(200, 1)
    stream = pyte.Stream(screen)
    for _ in range(5000):
        name = safe_text("".join(rng.choices(POOL, k=rng.randint(1, 14))), 40)
        stream.feed("\r" + name)
        assert screen.cursor.x == text_width(name), name


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("OKAFOR N", "OKAFOR N"),
        ("O'Neil [/foo]", "O'Neil [/foo]"),
        ("e\u0301", "é"),
        ("a\tb\nc\u00a0d", "a b c d"),
        ("A\u200bB", f"A{REPLACEMENT}B"),
        ("\u202eevil", f"{REPLACEMENT}evil"),
        ("Z" + "\u0335" * 500, f"Z{REPLACEMENT}"),
        ("1️⃣", f"1{REPLACEMENT}"),
        ("🔔", REPLACEMENT),
        ("王秀英", "王秀英"),
        ("\u1112\u1161\u11ab", "한"),
        ("38.5 °C ▲ ● µg ½", "38.5 °C ▲ ● µg ½"),
        (None, ""),
        (b"caf\xc3\xa9\xff", f"café{REPLACEMENT}"),
        (12, "12"),
    ],
)
def test_examples(raw: object, expected: str) -> None:
    assert safe_text(raw) == expected


def test_what_is_longer_ends_in_an_ellipsis() -> None:
    assert safe_text("abcdef", 4) == "abc…"
    assert safe_text("abcd", 4) == "abcd"
    assert safe_text("abcdef", 1) == "…"
    assert safe_text("é" * 10, 4) == "ééé…"
    assert safe_text("e" + "\u0301" * 100_000, 10) == f"é{REPLACEMENT}…"


def test_a_foreign_str_cannot_raise() -> None:
    class Rude:
        def __str__(self) -> str:
            raise RuntimeError("no")

    assert safe_text(Rude()) == REPLACEMENT
    assert safe_text(10**5000) == REPLACEMENT
