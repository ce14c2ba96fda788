"""A patient's overview as pictures: two columns where there is room, nothing cut where there is not."""

from __future__ import annotations

import pytest
from medication_ward import write_medication
from shown_ward import WrittenFeed, ward_app
from test_board_pictures import SIZES, Compare


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_overview(snap_compare: Compare, size: tuple[int, int]) -> None:
    feed = write_medication(WrittenFeed())
    team = ["Eze, C (attending physician)", "Novak, P (named nurse)"]
    feed.write("patient", {"id": "p0", "code_status": "Not for resuscitation", "team": team, "flags": ["Fall risk"]})
    assert snap_compare(ward_app(feed), terminal_size=size, press=["j", "1"])
