"""The standing drill of a whole clip."""

from __future__ import annotations

from leanline.drill.counter import BAND_DEG, repetitions
from leanline.drill.posture import Postures
from leanline.drill.zero import own_zero
from leanline.model import Drill


def drill_of(clip: Postures) -> Drill:
    """Own zero, repetitions and holds of a clip of the standing drill."""
    zero = own_zero(clip)
    found = repetitions(clip, zero)
    return Drill(BAND_DEG, None if zero is None else zero.lean_deg, found)
