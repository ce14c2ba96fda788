"""A written ward with devices that fail in every way there is."""

from __future__ import annotations

from shown_ward import MINUTE, WrittenFeed, write_ward

HOUR = 60 * MINUTE


def write_devices(feed: WrittenFeed, *, tz: str = "UTC") -> WrittenFeed:
    """Of p0 a patch that runs down, an oximeter without signal, one that was swapped; of p1 a cuff whose clock is
    an hour ahead; of p2 a sensor that is gone, and a scale that told no level."""
    write_ward(feed, tz=tz)
    at = feed.at
    _device(feed, "patch-7", "p0", "patch", "Limpet P2", {"temp": 60.0}, 14, 71, 20 * MINUTE)
    _device(feed, "oxi-7", "p0", "oximeter", "Halo \x1b[31mR2 [/b]", {"pulse": 60.0}, 88, 12, 90 * MINUTE)
    _device(feed, "cuff-12", "p1", "cuff", "Brachia 20", {"nibp_sys": 43_200.0, "nibp_dia": 43_200.0}, 61, 80, HOUR)
    _device(feed, "cgm-h3", "p2", "cgm", "Dulcis G4", {"glucose": 300.0}, 55, 63, 3 * HOUR)
    feed.write("device", {"id": "scale-h3", "patient": "p2", "kind": "scale", "periods": {"weight": 86_400.0}}, at)
    feed.write("obs", [["p0", "patch-7", at - 20_000, {"temp": 38.8}, None]], at - 19_000)
    feed.write("obs", [["p0", "oxi-7", at - 30_000, {"pulse": 118.0}, None]], at - 29_000)
    for i in range(4):
        ahead = at + HOUR + i
        feed.write("obs", [["p1", "cuff-12", ahead, {"nibp_sys": 104.0, "nibp_dia": 70.0}, None]], at - 8_000 + i)
    feed.write("obs", [["p2", "cgm-h3", at - 40 * MINUTE, {"glucose": 142.0}, None]], at - 39 * MINUTE)
    feed.write("device", {"id": "cgm-h3", "state": "gone"}, at - 30 * MINUTE)
    feed.write("device", {"id": "old-patch", "patient": "p0", "kind": "patch", "state": "on"}, at - 9 * HOUR)
    feed.write("device", {"id": "old-patch", "patient": None, "state": "off"}, at - 8 * HOUR)
    feed.write("tick", {}, at)
    return feed


def _device(
    feed: WrittenFeed, device: str, patient: str, kind: str, model: str, periods: dict[str, float], battery: int,
    signal: int, per_level: int,
) -> None:  # fmt: skip
    begun = feed.at - 31 * MINUTE
    levels = [(begun - i * per_level, battery + i) for i in range(10, -1, -1)]
    body = {
        "id": device, "patient": patient, "kind": kind, "model": model, "periods": periods, "battery": battery,
        "signal": signal, "state": "on", "firmware": "4.1.0", "levels": levels,
    }  # fmt: skip
    feed.write("device", body, begun)
