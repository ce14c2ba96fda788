"""Which row a patient stands on, and when rows may move."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.tui.ordering import BETWEEN_MOVES, CHOOSING, Place, RestingOrder, Sort, arrange, moves, natural

WARD = {
    "a": Place((3,), "10", "Okafor"),
    "b": Place((1,), "2", "adams"),
    "c": Place((2,), "H1", "Morales"),
    "d": Place((1,), "9", "Zhu"),
}


def test_orders() -> None:
    assert arrange(WARD, Sort.WORST) == ("b", "d", "c", "a")
    assert arrange(WARD, Sort.BED) == ("b", "d", "a", "c")
    assert arrange(WARD, Sort.NAME) == ("b", "c", "a", "d")


def test_pinned_patients_stand_first_in_each_order() -> None:
    assert arrange(WARD, Sort.WORST, {"a"}) == ("a", "b", "d", "c")
    assert arrange(WARD, Sort.BED, {"a", "c"}) == ("a", "c", "b", "d")


def test_natural_order_of_beds() -> None:
    beds = ["10", "2", "H10", "H2", "", "7b", "7a", "²"]
    assert sorted(beds, key=natural) == ["", "2", "7a", "7b", "10", "H2", "H10", "²"]


def test_rows_rest_after_a_choice_then_follow() -> None:
    order: RestingOrder[str] = RestingOrder()
    order.settle("abc", 0.0)
    order.chosen(1.0)
    assert not order.settle("cab", 1.1)
    assert (order.shown, order.waiting) == (tuple("abc"), 1)
    assert not order.settle("cab", 1.0 + CHOOSING - 0.01)
    assert order.settle("cab", 1.0 + CHOOSING)
    assert (order.shown, order.waiting) == (tuple("cab"), 0)


def test_any_key_rests_for_half_a_second_and_a_sort_of_the_users_own_does_not_wait() -> None:
    order: RestingOrder[str] = RestingOrder(tuple("ab"))
    order.key_pressed(5.0)
    assert not order.settle("ba", 5.49)
    assert order.settle("ba", 5.49, force=True)
    assert order.shown == tuple("ba")


def test_rows_do_not_tremble_with_the_scores_but_follow_an_alarm_at_once() -> None:
    order: RestingOrder[str] = RestingOrder()
    order.settle("abc", 0.0, urgent=False)
    assert not order.settle("bac", 3.0, urgent=False)
    assert order.waiting == 0
    assert order.settle("cab", 4.0, urgent=True)
    assert not order.settle("abc", 4.0 + BETWEEN_MOVES - 0.1, urgent=False)
    assert order.settle("abc", 4.0 + BETWEEN_MOVES, urgent=False)


def test_while_resting_new_rows_come_at_the_end_and_gone_ones_leave() -> None:
    order: RestingOrder[str] = RestingOrder(tuple("abc"))
    order.chosen(0.0)
    order.settle("xca", 1.0)
    assert order.shown == ("a", "c", "x")


@given(st.permutations(list("abcdefg")), st.permutations(list("abcdefg")))
def test_moves_is_zero_exactly_for_equal_orders_and_never_more_than_needed(one: list[str], two: list[str]) -> None:
    count = moves(one, two)
    assert (count == 0) == (one == two)
    assert 0 <= count < len(one)


@given(st.lists(st.permutations(list("abcdef")), min_size=1, max_size=12), st.floats(0.01, 0.8))
def test_while_the_user_chooses_no_row_moves(wanted: list[list[str]], pause: float) -> None:
    order: RestingOrder[str] = RestingOrder(tuple("abcdef"))
    order.chosen(0.0)
    for step, goal in enumerate(wanted):
        order.settle(goal, pause * step)
        assert order.shown == tuple("abcdef")


@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.builds(Place, st.tuples(st.integers(0, 3)), st.text("H0123ab", max_size=3), st.text(max_size=4)),
    ),
    st.sampled_from(Sort),
    st.randoms(),
)
def test_the_order_does_not_depend_on_how_the_ward_lists_its_patients(
    places: dict[str, Place], sort: Sort, random: object
) -> None:
    turned = dict(reversed(list(places.items())))
    assert arrange(places, sort) == arrange(turned, sort)
