"""Readings written to a CSV as they are shown come back as they were, within what is shown."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from iomt_tui.backends.replay.clock import ANCHOR
from iomt_tui.backends.replay.errors import SourceError
from iomt_tui.backends.replay.source import Recording, open_source
from iomt_tui.clinical.units import choices, convert, display
from iomt_tui.clinical.vitals import VITALS

KEYS = sorted(VITALS)
Rows = list[tuple[int, dict[str, float]]]


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, str], Rows]:
    """Units by vital sign, and rows of (ms since the anchor, values in catalogue units)."""
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))
    units = {key: draw(st.sampled_from(choices(key))) for key in keys}
    times = draw(st.lists(st.integers(0, 10**9), min_size=1, max_size=12, unique=True))
    rows: Rows = []
    for at in times:
        values = {}
        for key in draw(st.lists(st.sampled_from(keys), unique=True)):
            low, high = VITALS[key].plausible
            if key == "acvpu":
                values[key] = float(draw(st.integers(0, 4)))
                continue
            inside = st.floats(low + (high - low) * 0.05, high * 0.95)
            values[key] = draw(inside.filter(partial(_no_sentinel, key)))
        rows.append((at, values))
    return units, rows


def _no_sentinel(key: str, value: float) -> bool:
    return all(float(display(key, value, {key: unit})[0]) not in VITALS[key].sentinels for unit in choices(key))


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from([(",", False), (";", False), (";", True), ("\t", True)]))
def test_round_trip(table: tuple[dict[str, str], Rows], style: tuple[str, bool]) -> None:
    units, rows = table
    delimiter, comma = style
    if not any("." in display(key, value, units)[0] for _, values in rows for key, value in values.items()):
        comma = False
    headings = [f"{key} ({display(key, 1.0, units)[1]})" if key != "acvpu" else key for key in units]
    lines = [delimiter.join(["Elapsed (ms)", *headings])]
    for at, values in rows:
        cells = [display(key, values[key], units)[0] if key in values else "" for key in units]
        lines.append(delimiter.join([str(at), *(cell.replace(".", ",") if comma else cell for cell in cells)]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written.csv"
        path.write_text("\n".join(lines) + "\n")
        source = open_source(path)
        assert not isinstance(source, Recording)
        readings = list(source.readings())
    assert source.refused == {}
    expected = sorted((at, values) for at, values in rows if values)
    assert [one.observed_at - ANCHOR for one in readings] == [at for at, _ in expected]
    for reading, (_, values) in zip(readings, expected, strict=True):
        assert reading.flags is None
        assert reading.values.keys() == values.keys()
        for key, value in values.items():
            assert abs(reading.values[key] - value) <= _shown_step(key, units) * 0.5 + 1e-6


def _shown_step(key: str, units: dict[str, str]) -> float:
    """One step of the last shown digit, in the catalogue unit."""
    text = display(key, VITALS[key].plausible[1], units)[0]
    decimals = len(text.partition(".")[2])
    unit = units[key]
    one, none = convert(key, 10.0**-decimals, unit), convert(key, 0.0, unit)
    assert one is not None
    assert none is not None
    return one - none


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"minute,HR,SpO2\n0,80,97\n", b'"time";"Temp (\xb0C)"\n']))
def test_any_bytes_are_read_or_refused(noise: bytes, before: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise"
        path.write_bytes(before + noise)
        try:
            source = open_source(path)
        except SourceError:
            return
        if isinstance(source, Recording):
            return
        for reading in source.readings():
            for key, value in reading.values.items():
                low, high = VITALS[key].plausible
                assert low <= value <= high
        assert all(problem.isprintable() for problem in source.problems)
