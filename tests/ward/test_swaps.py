"""A device that is taken off, and the one that is put on in its place, are told together."""

from __future__ import annotations

from typing import Any

from logs import START, numbered, opening

from iomt_tui.security.text import SafeText
from iomt_tui.ward.checkpoint import dump, load
from iomt_tui.ward.events import draft
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.swaps import TOGETHER, Swap


def swap(at: int, kind: str, off: str, on: str) -> Swap:
    return Swap(at, SafeText(kind), SafeText(off), SafeText(on))


def swapped(*bodies: tuple[int, dict[str, Any]]) -> tuple[Swap, ...]:
    ward = Ward()
    ward.apply(numbered([*opening(), *(draft(START + after, "device", body) for after, body in bodies)]))
    assert load(dump(ward)).patients["p1"].swaps == ward.patients["p1"].swaps
    return ward.patients["p1"].swaps


OFF = {"id": "p1-patch", "patient": None, "state": "off"}
NEW = {"id": "new", "patient": "p1", "kind": "patch", "battery": 100, "state": "on"}


def test_what_a_patient_came_with_is_no_swap() -> None:
    assert swapped() == ()


def test_another_of_its_kind_takes_its_place() -> None:
    assert swapped((1_000, OFF), (61_000, NEW)) == (swap(START + 61_000, "patch", "p1-patch", "new"),)


def test_or_was_put_on_before() -> None:
    assert swapped((1_000, NEW), (61_000, OFF)) == (swap(START + 61_000, "patch", "p1-patch", "new"),)


def test_a_device_that_nothing_replaces_was_taken_off() -> None:
    gone = swap(START + 1_000, "patch", "p1-patch", "")
    assert swapped((1_000, OFF)) == (gone,)
    assert swapped((1_000, OFF), (2_000, NEW | {"kind": "monitor"})) == (gone,)
    assert swapped((1_000, OFF), (TOGETHER + 2_000, NEW)) == (gone,)


def test_a_device_replaces_one_only() -> None:
    second = {"id": "newer", "patient": "p1", "kind": "patch"}
    off = {"id": "new", "patient": None}
    assert swapped((1_000, OFF), (2_000, NEW), (3_000, off), (4_000, second)) == (
        swap(START + 2_000, "patch", "p1-patch", "new"),
        swap(START + 4_000, "patch", "new", "newer"),
    )


def test_what_a_device_says_again_is_no_swap() -> None:
    assert swapped((1_000, {"id": "p1-patch", "battery": 70}), (2_000, {"id": "p1-patch", "state": "gone"})) == ()
