"""When each user last looked: a private file that is never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomt_tui.log.api import LogError
from iomt_tui.log.looks import MOST, LookFile
from iomt_tui.log.memory import MemoryLog
from iomt_tui.log.pages import PAGE, pages
from iomt_tui.ward.events import draft


def test_each_user_has_a_look_of_their_own(tmp_path: Path) -> None:
    looks = LookFile(tmp_path / "ward" / "looks.json")
    assert looks.load("Kim") is None
    looks.save("Kim", 5)
    looks.save("Sam", 7)
    looks.save("Kim", 6)
    assert (looks.load("Kim"), looks.load("Sam"), looks.load("Alex")) == (6, 7, None)
    assert (tmp_path / "ward" / "looks.json").stat().st_mode & 0o777 == 0o600


def test_only_those_who_looked_last_are_kept(tmp_path: Path) -> None:
    looks = LookFile(tmp_path / "looks.json")
    for number in range(MOST + 2):
        looks.save(f"user {number}", number)
    assert looks.load("user 1") is None and looks.load("user 2") == 2


@pytest.mark.parametrize("content", ["", "[]", '{"Kim": "x"}', '{"Kim": true}', "{", "7"])
def test_what_is_no_such_file_tells_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "looks.json"
    path.write_text(content, "utf-8")
    assert LookFile(path).load("Kim") is None
    LookFile(path).save("Kim", 3)
    assert LookFile(path).load("Kim") == 3


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"Kim": 1}', "utf-8")
    (tmp_path / "looks.json").symlink_to(other)
    assert LookFile(tmp_path / "looks.json").load("Kim") is None
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(LogError):
        LookFile(tmp_path / "file" / "looks.json").save("Kim", 1)


def test_a_stretch_comes_in_pages_and_can_be_given_up() -> None:
    log = MemoryLog("written")
    log.append([draft(at, "tick", {}) for at in range(1, 2 * PAGE + 11)])
    found = list(pages(log, log.seq_at(10), 2 * PAGE + 5))
    assert [len(page) for page in found] == [PAGE, PAGE - 5]
    assert (found[0][0].at, found[-1][-1].at) == (11, 2 * PAGE + 5)
    more = iter((True, False))
    assert len(list(pages(log, 0, 2 * PAGE, lambda: next(more)))) == 1
