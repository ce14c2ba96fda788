"""The tests of the alarms against seeded faults: what they let pass, they do not test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Fault(NamedTuple):
    """One change of a file of ``iomt_tui/alarms``: ``old``, which occurs once, becomes ``new``."""

    name: str
    file: str
    old: str
    new: str
    survives: str = ""  # why no test can notice it


FAULTS = [Fault(**f) for f in tomllib.loads(Path(__file__).with_name("seeded_faults.toml").read_text("utf-8"))["fault"]]
#: Faults of every run; the nightly one takes all.
QUICK = (
    "acknowledges_any_revision",
    "escalates_every_tick",
    "pause_outlasts_a_high",
    "promise_grows_as_the_priority_falls",
)
#: Tests that take long, run when no other has noticed a fault.
SEARCHING = ("test_ack_sync.py", "test_state_machine.py")
#: A failure is all that is asked for, the same one each time: no shrinking.
SEARCH = """
hypothesis.settings.register_profile(
    "mutants", parent=hypothesis.settings.get_profile("tests"), derandomize=True, database=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.load_profile("mutants")
"""


def test_every_fault_is_one_change_of_the_program_as_it_is() -> None:
    assert len(FAULTS) >= 28 and len({fault.name for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        source = (ROOT / "iomt_tui" / "alarms" / fault.file).read_text("utf-8")
        assert source.count(fault.old) == 1, f"{fault.name}: {source.count(fault.old)} places"
        assert fault.old != fault.new


def test_survivors_are_few_and_argued() -> None:
    survivors = [fault for fault in FAULTS if fault.survives]
    assert len(survivors) <= len(FAULTS) * 0.05


def noticed(fault: Fault, place: Path) -> bool:
    """Whether the tests of the alarms fail in a copy of the program that has the fault."""
    shutil.copytree(ROOT / "iomt_tui", place / "iomt_tui", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "alarms", place / "tests" / "alarms")
    installed = shutil.ignore_patterns("__pycache__", "node_modules", "target")
    shutil.copytree(ROOT / "tests" / "servers", place / "tests" / "servers", ignore=installed)
    for name in ("tests/conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, place / name)
    with (place / "tests" / "conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write(SEARCH)
    source = place / "iomt_tui" / "alarms" / fault.file
    source.write_text(source.read_text("utf-8").replace(fault.old, fault.new), "utf-8")
    tests = sorted((place / "tests" / "alarms").glob("test_*.py"), key=lambda path: (path.name in SEARCHING, path.name))
    run = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *map(str, tests)],
        cwd=place, env=os.environ | {"PYTHONPATH": str(place)}, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert run.returncode in (0, 1) and "ImportError" not in run.stdout, run.stdout + run.stderr
    return run.returncode == 1


def test_without_a_fault_nothing_is_noticed(tmp_path: Path) -> None:
    assert not noticed(FAULTS[0]._replace(new=FAULTS[0].old), tmp_path)


def cases() -> list[object]:
    return [
        pytest.param(fault, id=fault.name, marks=[] if fault.name in QUICK else [pytest.mark.nightly])
        for fault in FAULTS
    ]


@pytest.mark.parametrize("fault", cases())
def test_a_seeded_fault_is_noticed(fault: Fault, tmp_path: Path) -> None:
    assert noticed(fault, tmp_path) is not bool(fault.survives)
