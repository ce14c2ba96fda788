"""The five rights: what a scan proves, what it contradicts, and what it cannot tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.clinical.medication.barcode import Code
from iomt_tui.clinical.medication.drug import Drug
from iomt_tui.clinical.medication.gs1 import check_digit
from iomt_tui.clinical.medication.rights import Due, Person, Rights, check, fits, owners

HOUR = 3_600_000
NOW = 100 * HOUR
TODAY = date(2026, 11, 25)
OKAFOR = Person("p1", "07 OKAFOR N", ("MRN1",))
LINDQVIST = Person("p2", "12 LINDQVIST A", ("MRN2",))
PEOPLE = (OKAFOR, LINDQVIST)


def gtin(digits: str) -> str:
    return digits + str(check_digit(digits))


AMOXICILLIN, AMOXICILLIN_250, DIGOXIN = gtin("0951234500001"), gtin("0951234500002"), gtin("0951234500003")


def order(name: str, code: str, **more: Any) -> dict[str, Any]:
    drug = {"name": name, "code": name.split()[0], "form": "tablet", "gtin": [code], "ndc": ""} | more.pop("drug", {})
    return {"id": name, "drug": drug, "route": "oral", "dose": {"value": 500, "unit": "mg"}} | more


def dose(of: dict[str, Any], hours: float = 0.0) -> Due:
    due = NOW + int(hours * HOUR)
    return Due(of, due, due - HOUR, due + HOUR)


OURS = (dose(order("Amoxicillin 500 mg", AMOXICILLIN)),)
THEIRS = {"p2": (dose(order("Digoxin 125 ug", DIGOXIN)), dose(order("Amoxicillin 250 mg", AMOXICILLIN_250)))}


def checked(code: Code, wristband: Person | None = OKAFOR, doses: tuple[Due, ...] = OURS) -> Rights:
    return check(code, OKAFOR, wristband, doses, THEIRS, PEOPLE, NOW, TODAY, lambda at: f"{at / HOUR - 100:+g} h")


def pack(number: str, **more: Any) -> Code:
    return Code("drug", gtin=number, **more)


def test_all_that_a_code_can_prove() -> None:
    rights = checked(pack(AMOXICILLIN))
    assert [(one.name, one.state) for one in rights.all] == [
        ("patient", "ok"), ("drug", "ok"), ("dose", "unknown"), ("route", "unknown"), ("time", "ok"),
    ]  # fmt: skip
    assert rights.match == OURS[0]
    assert rights.wrong == ()
    assert "give 500 mg" in rights.dose.words
    assert "give oral" in rights.route.words


def test_the_wristband_of_another_is_said_loudly() -> None:
    assert checked(pack(AMOXICILLIN), LINDQVIST).wrong == (
        "This is NOT 07 OKAFOR N: the wristband is that of 12 LINDQVIST A.",
    )
    assert checked(pack(AMOXICILLIN), None).patient.state == "unknown"


def test_the_drug_of_another_says_whose_it_is() -> None:
    rights = checked(pack(DIGOXIN))
    assert rights.drug.state == "wrong"
    assert rights.drug.words == ("NOT ORDERED for 07 OKAFOR N: Digoxin 125 ug. Digoxin 125 ug is for 12 LINDQVIST A.")
    assert rights.match is None


def test_another_strength_of_the_same_drug_is_named() -> None:
    words = checked(pack(AMOXICILLIN_250)).drug.words
    assert words == "WRONG STRENGTH OR FORM: this is Amoxicillin 250 mg, ordered is Amoxicillin 500 mg."


def test_a_code_that_no_order_holds_is_wrong_only_where_orders_tell_such_codes() -> None:
    stranger = pack(gtin("0951234509999"))
    assert checked(stranger).drug.state == "wrong"
    untold = dose(order("Amoxicillin 500 mg", "", drug={"gtin": []}))
    assert checked(stranger, doses=(*OURS, untold)).drug.state == "unknown"


def test_a_wristband_is_no_drug_and_what_cannot_be_read_says_so() -> None:
    assert "not a drug" in checked(Code("patient", patient="p1")).drug.words
    assert checked(Code(wrong="Read badly.")).drug.words == "Read badly."


def test_an_expired_pack_is_refused_and_one_that_soon_will_be_is_said() -> None:
    expired = checked(pack(AMOXICILLIN, expiry=date(2026, 11, 24), batch="B7"))
    assert expired.wrong == ("EXPIRED on 2026-11-24: do not give it. Take another pack, not batch B7.",)
    soon = checked(pack(AMOXICILLIN, expiry=date(2026, 11, 30)))
    assert soon.wrong == ()
    assert soon.remarks == ("Expires in 5 d (2026-11-30).",)


@pytest.mark.parametrize(
    ("hours", "state", "words"),
    [(0.0, "ok", "due at +0 h"), (0.9, "ok", "due at"), (3, "wrong", "TOO EARLY"), (-3, "wrong", "LATE")],
)
def test_the_time(hours: float, state: str, words: str) -> None:
    rights = checked(pack(AMOXICILLIN), doses=(dose(order("Amoxicillin 500 mg", AMOXICILLIN), hours),))
    assert rights.time.state == state
    assert words in rights.time.words


def test_of_several_doses_the_one_that_is_on_time_is_meant() -> None:
    drug = order("Amoxicillin 500 mg", AMOXICILLIN)
    doses = (dose(drug, -8), dose(drug, 0.5), dose(drug, 8))
    assert checked(pack(AMOXICILLIN), doses=doses).match == doses[1]


def test_a_dose_when_needed_has_no_time_but_its_interval() -> None:
    drug = order("Paracetamol", AMOXICILLIN)
    assert checked(pack(AMOXICILLIN), doses=(Due(drug, None),)).time.state == "ok"
    early = checked(pack(AMOXICILLIN), doses=(Due(drug, None, NOW + HOUR),)).time
    assert (early.state, early.words) == ("wrong", "TOO EARLY: given not long ago, not before +1 h.")


def test_a_strength_that_the_order_tells_makes_the_dose_known() -> None:
    def said(mg: float, **more: Any) -> tuple[str, str]:
        drug = order("Amoxicillin", AMOXICILLIN, drug={"strength": {"value": mg, "unit": "mg"}})
        right = checked(pack(AMOXICILLIN, **more), doses=(dose(drug),)).dose
        return right.state, right.words

    assert said(500) == ("ok", "500 mg is 1 × 500 mg")
    assert said(250) == ("unknown", "500 mg is 2 × 250 mg")
    assert said(250, count=2) == ("ok", "500 mg is 2 × 250 mg")
    assert said(250, count=10) == ("unknown", "500 mg is 2 × 250 mg; the pack holds 10")


def test_a_form_that_cannot_go_that_way_is_the_wrong_route() -> None:
    drug = order("Amoxicillin", AMOXICILLIN, route="iv")
    assert checked(pack(AMOXICILLIN), doses=(dose(drug),)).wrong == ("WRONG ROUTE: a tablet is not given iv.",)
    strange = order("Amoxicillin", AMOXICILLIN, route="by magic")
    assert checked(pack(AMOXICILLIN), doses=(dose(strange),)).route.state == "unknown"


def test_an_outer_box_is_the_drug_and_says_so() -> None:
    box = gtin("1" + AMOXICILLIN[1:13])
    rights = checked(pack(box))
    assert rights.drug.state == "ok"
    assert "outer box" in rights.remarks[0]


def test_an_ndc_fits_in_any_package_of_the_product() -> None:
    drug = {"gtin": [], "ndc": "0002-3227-30"}
    assert fits(Code("drug", ndc="00002-3227-99"), drug)
    assert fits(Code("drug", gtin=gtin("0030002322730"), ndc="0002322730"), drug)
    assert not fits(Code("drug", ndc="0002-3228-30"), drug)
    assert fits(Code("drug", local="AMOX"), {"code": "AMOX"})
    assert not fits(Code("drug"), {"code": "", "ndc": "", "gtin": []})


def test_a_wristband_that_two_people_share_is_nobodys() -> None:
    twin = Person("p3", "13 OKAFOR M", ("MRN1",))
    assert owners(Code("patient", patient="MRN1"), PEOPLE) == [OKAFOR]
    assert owners(Code("patient", patient="p2"), PEOPLE) == [LINDQVIST]
    assert owners(Code("patient", patient="MRN1"), (*PEOPLE, twin)) == [OKAFOR, twin]
    assert owners(Code("drug", gtin=AMOXICILLIN), PEOPLE) == []


CODES = st.one_of(
    st.builds(Code, st.just("drug"), gtin=st.sampled_from((AMOXICILLIN, DIGOXIN, AMOXICILLIN_250, "")),
              expiry=st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1))),
    st.builds(Code, st.just("patient"), patient=st.sampled_from(("p1", "p2", "x"))),
    st.builds(Code, wrong=st.just("Read badly.")),
)  # fmt: skip


@given(code=CODES, wristband=st.sampled_from((None, *PEOPLE)), hours=st.lists(st.floats(-50, 50), max_size=4))
def test_nothing_that_is_not_proved_is_called_right(code: Code, wristband: Person | None, hours: list[float]) -> None:
    doses = tuple(dose(order("Amoxicillin 500 mg", AMOXICILLIN), each) for each in hours)
    rights = checked(code, wristband, doses)
    assert (rights.patient.state == "ok") == (wristband == OKAFOR)
    assert (rights.drug.state == "ok") == (bool(doses) and code.gtin == AMOXICILLIN)
    assert (rights.match is not None) == (rights.drug.state == "ok")
    assert bool(rights.refused) == (code.expiry is not None and code.expiry < TODAY)
    if rights.time.state == "ok":
        assert any(abs(each) <= 1.001 for each in hours)


def test_a_strength_outlives_the_log_and_an_order_without_one_says_nothing_of_it() -> None:
    body = {"name": "Amoxicillin", "strength": {"value": 500, "unit": "mg"}}
    kept = Drug.from_body(body).body()
    assert kept["strength"] == {"value": 500.0, "unit": "mg"}
    assert Drug.from_body(kept).body() == kept
    assert "strength" not in Drug.from_body({"name": "Amoxicillin"}).body()
    with pytest.raises(ValueError, match="strength"):
        Drug.from_body({"name": "Amoxicillin", "strength": {"value": -1, "unit": "mg"}})
