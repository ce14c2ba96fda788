"""The devices of a patient without a screen: a document, words, and rows."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import orjson
import pytest

from iomt_tui.cli.headless.story.devices import document, plain, rows
from iomt_tui.ward.events import Entry
from iomt_tui.ward.fold import Ward
from iomt_tui.ward.story.devices import DevicesView, devices_of

NOW = 1_773_571_327_000
MINUTE = 60_000
DEVICES: tuple[dict[str, Any], ...] = (
    {"id": "old-patch", "kind": "patch"},
    {"id": "old-patch", "patient": None, "state": "off"},
    {"id": "patch-7", "kind": "patch", "model": "Limpet \x1b[31mP2", "periods": {"temp": 60.0}, "battery": 14,
     "levels": [(NOW - i * 20 * MINUTE, 14 + i) for i in range(10, -1, -1)], "firmware": "4.1.0"},
    {"id": "d0", "kind": "monitor", "periods": {"hr": 1.0, "nibp_sys": 900.0}, "battery": 18},
    {"id": "oxi-7", "kind": "oximeter", "periods": {"pulse": 60.0}, "battery": 88, "signal": 12},
)  # fmt: skip


@pytest.fixture
def view() -> DevicesView:
    bodies: list[tuple[str, Any]] = [("patient", {"id": "p0", "bed": "07"})]
    bodies += [("device", {"patient": "p0"} | device) for device in DEVICES]
    bodies.append(("obs", [["p0", "patch-7", NOW, {"temp": 38.0}, None], ["p0", "d0", NOW, {"hr": 80.0}, None]]))
    ward = Ward()
    ward.apply(Entry(seq, NOW, kind, orjson.dumps(body)) for seq, (kind, body) in enumerate(bodies, 1))
    return devices_of(ward, "p0", NOW)


def test_the_document_tells_everything(view: DevicesView) -> None:
    data = orjson.loads(orjson.dumps(document(view)))
    assert data["patient"] == "p0" and [one["id"] for one in data["devices"]] == ["patch-7", "d0", "oxi-7"]
    patch = data["devices"][0]
    assert patch["troubles"] == ["battery"] and patch["forecast"]["percent_per_hour"] == 3.0
    assert patch["no_forecast"] == "" and data["devices"][1]["no_forecast"] == "too few levels yet"
    assert patch["measures"][0]["vital"] == "temp" and patch["last_contact"].endswith("Z")
    assert data["swaps"][0]["off"] == "old-patch" and data["swaps"][0]["on"] == "patch-7"


def test_the_words_are_whole_sentences(view: DevicesView) -> None:
    words = list(plain(view, UTC, {}))
    text = "\n".join(words)
    assert "Attention: weak signal 12 %." in text and "Battery 18 percent, no forecast: too few levels yet." in text
    assert "Measures body temperature every minute" in text and "old-patch replaced by patch-7." in text
    assert "\x1b" not in text and all(line.endswith(".") for line in words)
    assert list(plain(DevicesView("p", NOW, (), ()), UTC, {})) == ["No device was told of."]


def test_every_row_has_a_cell_for_each_heading(view: DevicesView) -> None:
    head, *table = rows(view)
    assert len(table) == 3 and all(len(row) == len(head) for row in table)
    assert table[0][head.index("battery (%)")] == 14
