"""The standing drill: posture angles, breaks of the body line, holds and repetitions.

Pure functions of points and angles over time, shared by clip analysis and the live page, so that
both use the same definitions.
"""

from leanline.drill.analyse import DrillResult, find_drill, measure_drill, to_playback_time
from leanline.drill.counter import HoldCounter, HoldState, repetitions
from leanline.drill.posture import (
    Break,
    Posture,
    Postures,
    find_break,
    postures_from_points,
    track_postures,
)
from leanline.drill.standing_baseline import TYPICAL, standing_baseline

__all__ = [
    "TYPICAL",
    "Break",
    "DrillResult",
    "HoldCounter",
    "HoldState",
    "Posture",
    "Postures",
    "find_break",
    "find_drill",
    "measure_drill",
    "postures_from_points",
    "repetitions",
    "standing_baseline",
    "to_playback_time",
    "track_postures",
]
