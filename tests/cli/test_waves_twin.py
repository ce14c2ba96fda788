"""Waveforms without a screen: channels and their state in words, samples in JSON and rows."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC

import orjson
import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from iomt_tui.cli.headless.story import waves
from iomt_tui.security.text import safe_text
from iomt_tui.ward.story.waves import ChannelView, Signal, WavesView

T = 1_773_571_320_000  # 2026-03-15 10:42:00 UTC
ECG = ChannelView(
    "ecg-ii", "ECG II", "uV", 2, safe_text("m1"), Signal("live"), safe_text(""), (safe_text("VT"),), T, (1, None, 3)
)
PLETH = replace(
    ECG, key="pleth", name="Pleth", unit="%", signal=Signal("lost", T), absent=safe_text("sensor-off"), says=()
)
VIEW = WavesView("p1", T + 5_000, True, safe_text(""), (ECG, PLETH))


def said(view: WavesView) -> list[str]:
    return list(waves.plain(view, UTC, {}))


def test_words_name_channels_rates_and_signals_and_no_sample() -> None:
    assert said(VIEW) == [
        "ECG II, 2 samples a second, signal present.",
        "  the device reports: VT",
        "Pleth, 2 samples a second, NO SIGNAL since 10:42:00, sensor off.",
    ]


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        (Signal("coming"), "asked for, the signal is on its way."),
        (Signal("lost"), "NO SIGNAL, sensor off."),
        (Signal("unasked", T), "not recorded since 10:42:00."),
    ],
)
def test_every_state_has_words(signal: Signal, words: str) -> None:
    assert said(replace(VIEW, channels=(replace(PLETH, signal=signal),))) == [f"Pleth, 2 samples a second, {words}"]


def test_without_waveforms_it_says_why() -> None:
    assert said(replace(VIEW, channels=(), asked=False)) == [
        "No waveforms: they are recorded only while a screen shows them."
    ]
    refused = replace(VIEW, channels=(), why=safe_text("this source has no waveforms"))
    assert said(refused) == ["No waveforms: this source has no waveforms."]


def test_the_document_holds_every_sample_and_is_of_its_schema() -> None:
    told = orjson.loads(orjson.dumps(asdict(waves.document(VIEW))))
    assert told["channels"][0]["samples"] == [1, None, 3]
    assert told["channels"][0]["begins"] == "2026-03-15T10:42:00.000Z"
    assert (told["channels"][1]["signal"], told["channels"][1]["since"]) == ("lost", "2026-03-15T10:42:00.000Z")
    Draft202012Validator(TypeAdapter(waves.WavesDocument).json_schema()).validate(told)


def test_a_row_for_each_sample() -> None:
    header, *rows = waves.rows(VIEW)
    assert header == ["channel", "time", "value", "unit"]
    assert rows[:3] == [
        ["ecg-ii", "2026-03-15T10:42:00.000Z", 1, "uV"],
        ["ecg-ii", "2026-03-15T10:42:00.500Z", None, "uV"],
        ["ecg-ii", "2026-03-15T10:42:01.000Z", 3, "uV"],
    ]
    assert len(rows) == 6
