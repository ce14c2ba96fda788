"""One patient with one monitor: what most of the engine's tests begin with."""

from __future__ import annotations

T = 1_700_000_000_000
WARD = {"name": "W", "watermark": "TEST", "source": "test", "tz": "UTC", "schema": 1}
PATIENT = {"id": "p1", "bed": "01", "family": "OKAFOR", "given": "N", "spo2_scale": 1, "home": False, "born": "1954"}
DEVICE = {"id": "d1", "patient": "p1", "kind": "monitor", "periods": {"spo2": 1.0}, "battery": 80, "state": "on"}
