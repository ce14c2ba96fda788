"""Codes on packs and wristbands: what they say, and that what is not sure is never taken for anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iomt_tui.clinical.medication import ndc as ndcs
from iomt_tui.clinical.medication.barcode import Code, Dialect, explain, read
from iomt_tui.clinical.medication.gs1 import (
    GS,
    IDENTIFIERS,
    MARKED,
    CodeError,
    check_digit,
    checks,
    day_of,
    elements,
    gtin14,
)
from iomt_tui.clinical.medication.templates import TemplateError, compiled, first

TODAY = date(2026, 11, 25)


def with_check(digits: str) -> str:
    return digits + str(check_digit(digits))


GTIN = with_check("0035123456789")
GSRN = with_check("95011015300000000")


@pytest.mark.parametrize("number", ["4006381333931", "036000291452", "73513537", "10614141000415"])
def test_published_gtins_have_the_check_digit_that_is_computed(number: str) -> None:
    assert checks(number)
    assert gtin14(number) == number.zfill(14)
    for digit in set("0123456789") - {number[-1]}:
        with pytest.raises(CodeError, match="check digit"):
            gtin14(number[:-1] + digit)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("270500", date(2027, 5, 31)), ("280200", date(2028, 2, 29)), ("270200", date(2027, 2, 28)),
        ("261125", date(2026, 11, 25)), ("760101", date(2076, 1, 1)), ("770101", date(1977, 1, 1)),
        ("991231", date(1999, 12, 31)),
    ],
)  # fmt: skip
def test_day_00_is_the_end_of_the_month_and_the_century_is_the_near_one(value: str, day: date) -> None:
    assert day_of(value, TODAY) == day


def test_at_the_end_of_a_century_the_next_one_is_near() -> None:
    assert day_of("100101", date(2060, 1, 1)) == date(2110, 1, 1)
    assert day_of("110101", date(2060, 1, 1)) == date(2011, 1, 1)


FORMS = [
    *(f"{mark}01{GTIN}1727050010AB-12{GS}21XYZ{GS}3010" for mark in MARKED),
    f"(01){GTIN}(17)270500(10)AB-12(21)XYZ(30)10",
    f"01{GTIN}1727050010AB-12{GS}21XYZ{GS}3010",
    f"01{GTIN}1727050010AB-12<GS>21XYZ{{FNC1}}3010",
    f"]d2{GS}01{GTIN}1727050010AB-12{GS}21XYZ{GS}3010{GS}\r",
]


@pytest.mark.parametrize("text", FORMS)
def test_an_element_string_in_every_form_in_which_it_is_typed(text: str) -> None:
    assert read(text, TODAY) == Code(
        "drug", gtin=GTIN, ndc="5123456789", batch="AB-12", serial="XYZ", expiry=date(2027, 5, 31), count=10
    )


def test_a_separator_of_the_scanners_own() -> None:
    text = f"]d201{GTIN}10AB^21XYZ"
    assert read(text, TODAY, Dialect(separator="^")).batch == "AB"
    assert read(text, TODAY).batch == "AB^21XYZ"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Nothing was scanned"),
        ("]d2", "The code is empty"),
        (f"]d201{GTIN[:-1]}{(int(GTIN[-1]) + 1) % 10}", "check digit of the GTIN"),
        (f"]d201{GTIN}17271301", "no date"),
        (f"]d201{GTIN}17271332", "no date"),
        (f"]d201{GTIN}172705", "cut short in its expiry"),
        (f"]d201{GTIN}1727{GS}10ABCDEF", "cut short in its expiry"),
        (f"]d201{GTIN[:9]}", "cut short in its GTIN"),
        (f"01{GTIN[:7]}", "cut short in its GTIN"),
        (f"]d201{GTIN}10", "cut short in its batch"),
        (f"]d201{GTIN}0512", "application identifier 05 is not known"),
        (f"]d201{GTIN}10" + "A" * 30, "too long"),
        (f"]d201{GTIN}10A\x04", "characters that no code has"),
        (f"]d201{GTIN}10A{GS}10B", "twice"),
        (f"(01){GTIN}17", "GTIN (01) is too long"),
        ("(abc)12345678", "parentheses"),
        ("]C11727050010AB", "no product"),
        (f"]d28018{GSRN}01{GTIN}", "a patient and a product at once"),
        ("4006381333932", "check digit"),
        ("123456789012345", "15 digits are neither"),
        ("HELLO WORLD", "no code that this ward knows"),
        ("x" * 300, "More than 256"),
    ],
)
def test_what_cannot_be_trusted_is_nothing_and_says_why(text: str, words: str) -> None:
    code = read(text, TODAY)
    assert code.kind == "none"
    assert words in code.wrong
    assert code.wrong.endswith(".")
    assert list(explain(code, TODAY)) == [code.wrong]


def test_wristbands() -> None:
    assert read("P:77-1", TODAY) == Code("patient", patient="77-1")
    assert read("PAT|123|Okafor|1954", TODAY).patient == "123"
    assert read(f"]C18018{GSRN}", TODAY) == Code("patient", patient=GSRN, gsrn=True)
    assert read(f"8018{GSRN}", TODAY).patient == GSRN
    own = Dialect(wristbands=("W{digits:6}",), drugs=("RX-{id}",))
    assert read("W123456", TODAY, own).patient == "123456"
    assert read("W12345", TODAY, own).kind == "none"
    assert read("RX-AMOX.500", TODAY, own) == Code("drug", local="AMOX.500")
    assert read("P:77-1", TODAY, own).kind == "none"


@pytest.mark.parametrize("template", ["", "P:", "{id}{id}", "{id}", "*{id}", "P:{name}", "P:{id}**", "é{id}", "P" * 70])
def test_a_template_that_would_take_anything_or_nothing_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        compiled(template)


@given(st.text(max_size=300))
def test_a_template_holds_no_pattern_but_its_own(text: str) -> None:
    assert first(("A.+({id})",), text) == (text[4:-1] if compiled("A.+({id})").fullmatch(text) else "")
    assert not text.startswith("A.+(") or not first(("A.+({id})",), "Axx(" + text[4:])


def test_expiry_in_words() -> None:
    def said(days: int) -> str:
        code = Code("drug", gtin=GTIN, expiry=TODAY + timedelta(days=days))
        return list(explain(code, TODAY))[-1]

    assert said(-1) == "EXPIRED on 2026-11-24: do not give it."
    assert said(0).startswith("Expires today")
    assert said(30).startswith("Expires in 30 d")
    assert said(31) == "Expires 2026-12-26."


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0002-3227-30", "00002322730"), ("50242-040-62", "50242004062"), ("60575-4112-1", "60575411201"),
        ("00002-3227-30", "00002322730"), ("00002322730", "00002322730"),
    ],
)  # fmt: skip
def test_an_ndc_in_every_hyphenation(text: str, meant: str) -> None:
    assert ndcs.meanings(text) == {meant}
    assert ndcs.hyphenated(text) == f"{meant[:5]}-{meant[5:9]}-{meant[9:]}"
    assert read(text, TODAY).ndc == text


@given(st.from_regex(r"[0-9]{10}", fullmatch=True))
def test_an_ndc_without_hyphens_means_each_of_its_three_forms(digits: str) -> None:
    forms = (f"{digits[:4]}-{digits[4:8]}-{digits[8:]}", f"{digits[:5]}-{digits[5:8]}-{digits[8:]}",
             f"{digits[:5]}-{digits[5:9]}-{digits[9:]}")  # fmt: skip
    assert ndcs.meanings(digits) == frozenset().union(*(ndcs.meanings(form) for form in forms))
    inside = with_check("003" + digits)
    for form in forms:
        assert ndcs.same(ndcs.of_gtin(inside), form)


@pytest.mark.parametrize("text", ["", "1-2-3", "12345-12-12", "123456789", "0002-322-30", "٠٠٠٢-٣٢٢٧-٣٠", "١" * 11])
def test_what_is_no_ndc(text: str) -> None:
    assert ndcs.meanings(text) == frozenset()


VALUES = st.text("ABCxyz0123456789-/.", min_size=1, max_size=20)


@given(
    body=st.from_regex(r"[0-9]{13}", fullmatch=True), day=st.dates(date(1980, 1, 1), date(2070, 1, 1)), batch=VALUES,
    serial=VALUES, count=st.integers(0, 99_999_999), order=st.permutations(range(5)), written=st.booleans(),
    mark=st.sampled_from(MARKED),
)  # fmt: skip
def test_what_is_written_is_read_back(
    body: str, day: date, batch: str, serial: str, count: int, order: list[int], written: bool, mark: str
) -> None:
    gtin = with_check(body)
    parts = [("01", gtin), ("17", f"{day:%y%m%d}"), ("10", batch), ("21", serial), ("30", str(count))]
    parts = [parts[at] for at in order]
    text = mark + "".join(ai + value + ("" if IDENTIFIERS[ai].fixed else GS) for ai, value in parts)
    if written:
        text = "".join(f"({ai}){value}" for ai, value in parts)
    expected = Code("drug", gtin=gtin, ndc=ndcs.of_gtin(gtin), batch=batch, serial=serial, expiry=day, count=count)
    assert read(text, TODAY) == expected


@given(st.one_of(st.text(max_size=80), st.text("()[]0123456789" + GS, max_size=60), st.binary(max_size=60).map(str)))
@example("١٢٣٤٥٦٧٠")
@example("(01)" + "٠" * 14)
@example("\ud800")
def test_noise_never_raises_and_is_never_a_pack_unless_its_digits_prove_it(text: str) -> None:
    for noise in (text, "]d2" + text, "01" + text):
        code = read(noise, TODAY)
        assert (code.kind == "none") == bool(code.wrong)
        assert "".join(explain(code, TODAY))
        if code.gtin:
            assert checks(code.gtin)
            assert code.gtin.lstrip("0") in noise


@given(text=st.sampled_from(FORMS[:6]), at=st.integers(3, 18), digit=st.sampled_from("0123456789"))
def test_one_digit_read_badly_is_found(text: str, at: int, digit: str) -> None:
    """Each of the GTIN's digits, its identifier too."""
    start = text.index(GTIN)
    place = start + at % 14
    bad = text[:place] + digit + text[place + 1 :]
    assert (read(bad, TODAY).kind == "none") == (digit != text[place])


def test_an_element_string_keeps_every_element() -> None:
    assert elements(f"01{GTIN}91internal").values == {"01": GTIN, "91": "internal"}
