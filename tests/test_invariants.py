"""Where the invariants of the alarm system are looked at: I1 to I20 of its life cycle, A1 to A7 of many desks.

One row a number, in order. A check that moves or loses its number is noticed here; what it is worth is for the seeded
faults (``tests/mutants``) to show.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
ROOMS: Final = TESTS.parent / "iomt_tui"
MACHINE: Final = "alarms/test_state_machine.py"
DESKS: Final = "alarms/test_ack_sync.py"

CHECKS: Final[dict[str, tuple[str, str]]] = {
    "I1": (MACHINE, "heard"),  # no silent alarm
    "I2": (MACHINE, "seen"),  # what is in force is visible
    "I2b": (MACHINE, "seen"),  # and nothing else
    "I3": (MACHINE, "acknowledge"),  # an acknowledgement, or its taking back, changes only its alarm
    "I4": (MACHINE, "seen"),  # a rise is announced anew
    "I5": (MACHINE, "seen"),  # a recurrence is a new episode
    "I5b": (MACHINE, "heard"),  # what is acknowledged does not sound
    "I6": (MACHINE, "promised"),  # every suppression and every promise ends
    "I6b": (MACHINE, "limited"),  # none without a reason, none of technical alarms
    "I7": (MACHINE, "escalated"),  # each step once
    "I8": (MACHINE, "measured"),  # duplicates change nothing
    "I9": (MACHINE, "measured"),  # late data clear nothing
    "I10": (MACHINE, "replayed"),  # the log tells everything
    "I11": ("log/test_log_guard_and_clock.py", "test_log_time_ignores_the_wall_clock"),  # and below
    "I12": ("ward/test_fold.py", "test_i12_a_value_is_live_exactly_until_its_limit"),
    "I12b": (MACHINE, "source"),  # lost data is a high alarm
    "I13": (MACHINE, "source"),  # what was acknowledged comes back with the data
    "I14": (MACHINE, "heard"),  # inhibition by the same patient and parameter only
    "I15": (MACHINE, "heard"),  # a newer high breaks a pause
    "I16": (MACHINE, "redelivered"),  # stale, old and repeated operations change nothing
    "I17": (MACHINE, "invalid"),  # what is no value clears nothing
    "I18": ("ward/test_fold.py", "test_i18_what_the_header_counts_is_what_the_patients_list"),
    "I19": ("log/test_log_tampering.py", "test_every_one_of_a_thousand_tamperings_is_found"),
    "I20": (DESKS, "teardown"),  # deliveries in another order end alike; and in alarms/test_overlays.py
    "A1": (DESKS, "settled"),  # applied once
    "A2": (DESKS, "the_log_keeps_its_word"),  # only to what was seen
    "A3": (DESKS, "the_log_keeps_its_word"),  # one owner a revision
    "A4": (DESKS, "nothing_is_shown_without_the_engines_word"),
    "A5": (DESKS, "nothing_is_shown_without_the_engines_word"),
    "A6": (DESKS, "teardown"),  # desks converge
    "A7": (DESKS, "teardown"),  # every operation is answered
}


def test_no_number_is_missing() -> None:
    numbers = [number for number in CHECKS if number[-1].isdigit()]
    assert numbers == [*(f"I{n}" for n in range(1, 21)), *(f"A{n}" for n in range(1, 8))]


@pytest.mark.parametrize("number", CHECKS)
def test_the_check_is_there_and_names_its_number(number: str) -> None:
    path, name = CHECKS[number]
    tree = ast.parse((TESTS / path).read_text("utf-8"))
    (found,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name]
    if path in (MACHINE, DESKS):
        assert number in re.findall(r"\b[AI]\d+b?\b", ast.get_docstring(found) or "")


CLOCKS: Final = {"time", "random", "secrets", "uuid", "os", "socket", "threading", "asyncio"}


@pytest.mark.parametrize("room", ["alarms", "ward", "clinical"])
def test_i11_alarms_and_fold_read_no_clock(room: str) -> None:
    """What cannot ask for the time cannot be misled by a jump of the wall clock, a change to summer time or a zone."""
    for path in sorted((ROOMS / room).glob("**/*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {a.name for a in node.names} | {getattr(node, "module", None) or ""}
                assert not {name.partition(".")[0] for name in names} & CLOCKS, path
            assert not (
                isinstance(node, ast.Attribute)
                and node.attr in ("now", "utcnow", "today", "monotonic")
                and isinstance(node.value, ast.Name)
                and node.value.id in ("datetime", "date", "time")
            ), path
