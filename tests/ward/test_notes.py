"""Notes and which of them were corrected."""

from __future__ import annotations

from itertools import permutations
from random import Random

import orjson
from hypothesis import given
from hypothesis import strategies as st

from iomt_tui.security.text import safe_text
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.notes import MOST, Note, corrections, crossed, holding, noted
from iomt_tui.ward.story.chronicle import Chronicle
from iomt_tui.ward.story.timeline import Category, timeline_of

IDS = ("a", "b", "c", "d")


def made(name: str, at: int, replaces: str = "", seq: int = 0) -> Note:
    return Note(name, "p1", safe_text("x"), at, safe_text("Kim"), safe_text(""), replaces, seq)


def test_the_first_correction_of_the_log_stands_whatever_its_time_says() -> None:
    first, early, late = made("a", 1, seq=1), made("b", 2, "a", seq=3), made("c", 3, "a", seq=2)
    for order in permutations([first, early, late]):
        assert corrections(order) == {"a": late} and crossed(order) == {"a": (early,)}


def test_without_a_place_in_the_log_the_earliest_stands() -> None:
    first, early, late = made("a", 1), made("b", 2, "a"), made("c", 3, "a")
    assert corrections([late, early, first]) == {"a": early} and crossed([late, early, first]) == {"a": (late,)}


def test_what_holds_is_found_from_any_note_of_the_chain() -> None:
    notes = [
        made("a", 1, seq=1), made("b", 2, "a", seq=2), made("c", 3, "a", seq=3), made("d", 4, "b", seq=4),
        made("e", 5, seq=5), made("f", 6, "gone", seq=6),
    ]  # fmt: skip
    held = {note.id: found.id for note in notes if (found := holding(notes, note.id)) is not None}
    assert held == {"a": "d", "b": "d", "c": "d", "d": "d", "e": "e", "f": "f"}
    assert holding(notes, "gone") is None
    ring = [made("a", 1, "b", seq=1), made("b", 2, "a", seq=2), made("c", 3, "a", seq=3)]
    assert all(holding(ring, note.id) is not None for note in ring), "a ring has an end"


NAMES = "abcdefgh"
TOLD = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["", *NAMES]), st.sampled_from(["", "EHR"])), max_size=len(NAMES)
)  # fmt: skip


def entries(told: list[tuple[int, str, str]]) -> list[Entry]:
    """A log in which notes a, b, … came in this order, of this ward and of a server, each of them twice."""
    bodies: list[tuple[str, dict[str, object]]] = [("patient", {"id": "p1", "family": "A"})]
    for name, (at, replaces, origin) in zip(NAMES, told, strict=False):
        body = {"id": name, "patient": "p1", "text": "x", "at": at, "by": name, "from": origin}
        bodies.append(("note", body | ({"replaces": replaces} if replaces else {})))
    return [Entry(seq, 100 + seq, kind, orjson.dumps(body)) for seq, (kind, body) in enumerate(bodies + bodies, 1)]


@given(TOLD, st.integers(0, 2 * len(NAMES) + 2), st.randoms())
def test_the_order_of_the_log_settles_which_correction_stands(
    told: list[tuple[int, str, str]], cut: int, random: Random
) -> None:
    """Whatever times the notes bear, told once more, through a checkpoint anywhere; the timeline says the same."""
    log = entries(told)
    expected: dict[str, list[str]] = {}
    for name, (_, replaces, _) in zip(NAMES, told, strict=False):
        if replaces not in ("", name):
            expected.setdefault(replaces, []).append(name)
    ward = Ward()
    ward.apply(log[:cut])
    ward = Ward.restore(ward.checkpoint())
    chronicle = Chronicle("p1", 0, Ward.restore(ward.checkpoint()))
    ward.apply(log[cut:])
    notes = list(ward.patients["p1"].notes)
    random.shuffle(notes)
    assert {old: one.id for old, one in corrections(notes).items()} == {old: own[0] for old, own in expected.items()}
    also = {old: tuple(own[1:]) for old, own in expected.items() if len(own) > 1}
    assert {old: tuple(one.id for one in own) for old, own in crossed(notes).items()} == also
    chronicle.read(log[cut:])
    for event in chronicle.kept:
        if event.category is Category.NOTE:
            first = expected.get(event.replaces, [event.record])[0]
            crosses = event.crosses.record if event.crosses is not None else event.record
            assert crosses == (first if event.replaces != event.record else event.record)
    if cut == 0:
        for event in timeline_of(chronicle.so_far(), Ward(), 1_000, 1_000).events:
            assert tuple(one.record for one in event.also) == also.get(event.record, ())
            assert (event.fixed.record if event.fixed else None) == next(iter(expected.get(event.record, [])), None)


def test_a_note_corrects_no_other_without_saying_so_and_never_itself() -> None:
    body = {"id": "a", "patient": "p1", "text": "x", "at": 1}
    assert Note.from_body(body).replaces == "" == Note.from_body(body | {"replaces": "a"}).replaces
    assert "replaces" not in Note.from_body(body).body()
    assert Note.from_body(body | {"replaces": "b"}).body()["replaces"] == "b"


@given(st.lists(st.builds(made, st.sampled_from(IDS), st.integers(0, 9), st.sampled_from(["", *IDS]))))
def test_a_correction_takes_nothing_away(notes: list[Note]) -> None:
    kept: tuple[Note, ...] = ()
    for note in notes:
        kept = noted(kept, note)
    assert {note.id: note for note in notes} == {note.id: note for note in kept}
    assert len(kept) <= MOST
    for old, new in corrections(kept).items():
        assert new in kept and new.replaces == old
