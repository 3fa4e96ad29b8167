"""A runner's own zero: how they stand tall, found in a clip of the drill."""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.drill.posture import Frames, Posture, Postures
from leanline.registry.bands import COACHING_LEAN

# Where nobody was seen standing tall. Quiet standing is near 2 to 3 degrees of lean (geometry);
# how a head is carried differs too much between people to be assumed.
TYPICAL: Final = Posture(lean_deg=2.5, leg_deg=2.5, hip_deg=0.0, knee_deg=0.0)
# Nobody who stands tall leans more than the lower edge of the band.
TALLEST_DEG: Final = COACHING_LEAN.low
# Tall and leaning are two postures when they are this far apart.
APART_DEG: Final = 2.5
LOWEST_PCT: Final = 5
# What turns slower than this stands; the tall posture is kept at least so long.
STILL_DEG_PER_S: Final = 3.0
MIN_TALL_S: Final = 0.5


def standing_baseline(clip: Postures) -> Posture | None:
    """The mean posture while standing tall; None when the clip does not show it.

    Tall is the posture of least lean in which the runner is still, if that is less than the
    coaching band.
    """
    known = np.isfinite(clip.lean_deg)
    if known.sum() < 4:
        return None
    clip = clip.where(known)
    still = _still(clip)
    if not still.any():
        return None
    lowest = float(np.percentile(clip.lean_deg[still], LOWEST_PCT))
    tall = still & (clip.lean_deg < lowest + APART_DEG)
    level = float(np.median(clip.lean_deg[tall]))
    tall &= np.abs(clip.lean_deg - level) < 0.5 * APART_DEG
    frame_s = float(np.median(np.diff(clip.time_s)))
    if level > TALLEST_DEG or tall.sum() * frame_s < MIN_TALL_S:
        return None
    return clip.where(tall).mean()


def _still(clip: Postures) -> Frames:
    """Frames in which the lean hardly turns."""
    return np.asarray(np.abs(np.gradient(clip.lean_deg, clip.time_s)) < STILL_DEG_PER_S)
