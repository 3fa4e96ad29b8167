"""The standing drill: posture angles, where the line breaks, holds and repetitions.

Pure functions of points and angles over time, shared by the analysis of clips and the live
page, so that both mean the same by every word.
"""

from leanline.drill.analyse import Stood, drill_as_played, drill_of, stand
from leanline.drill.counter import HoldCounter, HoldState, repetitions
from leanline.drill.posture import (
    Break,
    Posture,
    Postures,
    postures,
    postures_of,
    where_it_breaks,
)
from leanline.drill.zero import TYPICAL, own_zero

__all__ = [
    "TYPICAL",
    "Break",
    "HoldCounter",
    "HoldState",
    "Posture",
    "Postures",
    "Stood",
    "drill_as_played",
    "drill_of",
    "own_zero",
    "postures",
    "postures_of",
    "repetitions",
    "stand",
    "where_it_breaks",
]
