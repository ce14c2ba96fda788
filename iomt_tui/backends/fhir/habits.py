"""When a ward gives what is ordered "twice a day" or "before breakfast": FHIR leaves the times of day to the ward."""

from __future__ import annotations

from typing import Final

#: Timing.code (GTSAbbreviation) -> minutes of the ward's day. Our choice (unverified); the order's own times win.
CODES: Final = {
    "QD": (480,), "BID": (480, 1_200), "TID": (480, 840, 1_200), "QID": (480, 720, 1_080, 1_320),
    "AM": (480,), "PM": (1_200,), "BED": (1_320,),
}  # fmt: skip
#: Timing.code -> hours between doses.
EVERY: Final = {"QOD": 48.0, "WK": 168.0} | {f"Q{hours}H": float(hours) for hours in range(1, 25)}
#: Timing.repeat.when (EventTiming) -> minutes of the ward's day, likewise.
EVENTS: Final = {
    "WAKE": (420,), "MORN": (480,), "MORN.early": (360,), "MORN.late": (600,), "NOON": (720,), "AFT": (840,),
    "AFT.early": (780,), "AFT.late": (960,), "EVE": (1_080,), "EVE.early": (1_020,), "EVE.late": (1_200,),
    "NIGHT": (1_320,), "HS": (1_320,), "PHS": (1_320,),
    "C": (480, 720, 1_080), "CM": (480,), "CD": (720,), "CV": (1_080,),
    "AC": (450, 690, 1_050), "ACM": (450,), "ACD": (690,), "ACV": (1_050,),
    "PC": (510, 750, 1_110), "PCM": (510,), "PCD": (750,), "PCV": (1_110,),
}  # fmt: skip
MEAL: Final = {"AC": 30, "PC": -30}
"""Minutes from the times above to the meal they are about, by how the code begins; an ``offset`` counts from there."""
MORNING: Final = 480
"""The first dose of the day where an order names a date and no time of day."""
