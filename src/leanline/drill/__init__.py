"""The standing drill: posture angles, where the line breaks, holds and repetitions.

Pure functions of points and angles over time, shared by the analysis of clips and the live
page, so that both mean the same by every word.
"""

from leanline.drill.analyse import DrillResult, drill_as_played, drill_of, stand
from leanline.drill.counter import HoldCounter, HoldState, repetitions
from leanline.drill.posture import (
    Break,
    Posture,
    Postures,
    find_break,
    postures,
    postures_of,
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
    "drill_as_played",
    "drill_of",
    "find_break",
    "postures",
    "postures_of",
    "repetitions",
    "stand",
    "standing_baseline",
]
