"""Names that a glance cannot tell apart (SAFETY S6)."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.security.text import confusable, safe_text, skeleton

# Single letters by appearance: a Latin letter and foreign letters of its shape, from Unicode's confusables.
SHAPES = {
    "a": "аɑα", "A": "АΑᎪꓮ", "B": "ВΒᏴꓐ", "c": "сϲᴄⲥ", "C": "СϹᏟꓚ", "d": "ԁ", "e": "еҽ", "E": "ЕΕᎬꓰ", "g": "ɡց",
    "h": "һհ", "H": "НΗᎻꓧ", "i": "іɩıι", "I": "ІΙӀ", "j": "јϳ", "J": "ЈᎫꓙ", "K": "КΚᏦꓗ", "l": "ӏ", "M": "МΜᎷꓟ",
    "N": "ΝꓠⲚ", "n": "ոռ", "o": "оοօ", "O": "ОΟՕꓳ", "p": "рρⲣ", "P": "РΡᏢꓑ", "q": "ԛգ", "s": "ѕꜱ", "S": "ЅՏᏚꓢ",
    "T": "ТΤᎢꓔ", "u": "սυᴜ", "v": "ѵνᴠ", "w": "ԝѡա", "x": "хχ", "X": "ХΧꓫ", "y": "уүγ", "Y": "ҮΥꓬ", "Z": "ΖᏃꓜ",
}  # fmt: skip
NAMES = ["Anna Bianchi", "OKAFOR N", "Peter Cox", "MARTINEZ J", "Hassan Ali", "KOWALSKI T", "Susan Taylor", "PETROV X"]


def spoofed() -> list[tuple[str, str]]:
    """Every name with one letter replaced by each foreign letter of its shape, and other disguises."""
    pairs = []
    for name in NAMES:
        for place, letter in enumerate(name):
            pairs += [(name, name[:place] + foreign + name[place + 1 :]) for foreign in SHAPES.get(letter, "")]
        pairs += [
            (name, name.upper()), (name, name.lower()), (name, name.replace("o", "0").replace("O", "0")),
            (name, name.replace("l", "1").replace("I", "1")), (name, name[0] + "\u200b" + name[1:]),
            (name, "\u202a" + name), (name, name.replace(" ", "\u00a0")), (name, name.replace("a", "á")),
            (name, "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)),
        ]  # fmt: skip
    return pairs


def test_every_spoofed_name_is_flagged_raw_and_as_shown() -> None:
    pairs = spoofed()
    assert len(pairs) >= 200
    for name, other in pairs:
        assert confusable([name, other]) == [(0, 1)], (name, other)
        assert confusable([safe_text(name), safe_text(other)]) == [(0, 1)], (name, other)


def test_other_disguises() -> None:
    for name, other in [
        ("Νίκος", "νικος"), ("ΝΙΚ", "NIK"), ("νera", "vera"), ("νik", "nik"), ("MORNA", "MOMA"),
        ("Łukasz", "Lukasz"), ("Øst", "Ost"),
        ("Иванов", "ИВАНОВ"), ("O'Neil", "ONEIL"), ("De La Cruz", "DelaCruz"), ("Straße", "STRASSE"), ("Ali", "A1i"),
    ]:  # fmt: skip
        assert confusable([name, other]) == [(0, 1)], (name, other)


def test_different_names_are_not_flagged() -> None:
    names = [
        "OKAFOR N", "LINDQVIST A", "MORALES P", "HASSAN R", "NGUYEN T", "KOWALSKI T", "SMITH J", "SMYTH J", "JONES B",
        "JONAS B", "王秀英", "王秀芳", "Иванов", "Петров", "محمد", "احمد", "ANNE", "ANNA", "VERA", "NERA", "Patient 1",
        "Patient 2", "Patient 12",
    ]  # fmt: skip
    assert confusable(names) == []


def test_equal_names_are_flagged_and_empty_ones_are_not() -> None:
    assert confusable(["SMITH J", "", "SMITH J", "", "\u200b"]) == [(0, 2)]


def test_all_pairs_of_a_few_and_a_chain_of_many() -> None:
    assert confusable(["A"] * 5) == list(combinations(range(5), 2))
    crowd = confusable(["A"] * 2000)
    assert crowd == [(place, place + 1) for place in range(1999)]


@given(st.text(max_size=30))
def test_a_skeleton_is_its_own_and_case_does_not_matter(text: str) -> None:
    found = skeleton(text)
    assert skeleton(found) == found
    assert not found or confusable([text, safe_text(text)]) == [(0, 1)] or "\ufffd" in safe_text(text)
