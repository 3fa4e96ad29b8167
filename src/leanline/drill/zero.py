"""A runner's own zero: how they stand tall, found in a clip of the drill."""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.drill.posture import Frames, Posture, Postures

# Where nobody was seen standing tall. Quiet standing is near 2 to 3 degrees of lean (geometry);
# how a head is carried differs too much between people to be assumed.
TYPICAL: Final = Posture(lean_deg=2.5, leg_deg=2.5, hip_deg=0.0, knee_deg=0.0)
# Nobody who stands tall leans more than the lower edge of the band.
TALLEST_DEG: Final = 5.0
# Tall and leaning are two postures when they are this far apart.
APART_DEG: Final = 2.5
# What turns slower than this stands; the tall posture is kept at least so long.
STILL_DEG_PER_S: Final = 3.0
LEAST_TALL_S: Final = 0.5


def own_zero(clip: Postures) -> Posture | None:
    """The mean posture while standing tall; None when the clip does not show it.

    Tall is what is still and in the lower half of the leans of the clip; in a clip of one
    posture, that posture, if it leans less than the coaching band.
    """
    known = np.isfinite(clip.lean_deg)
    if known.sum() < 4:
        return None
    clip = clip.where(known)
    low, high = (float(v) for v in np.percentile(clip.lean_deg, (3, 97)))
    border = 0.5 * (low + high) if high - low >= APART_DEG else np.inf
    tall = (clip.lean_deg < border) & _still(clip)
    if not tall.any():
        return None
    level = float(np.median(clip.lean_deg[tall]))
    tall &= np.abs(clip.lean_deg - level) < 0.5 * APART_DEG
    frame_s = float(np.median(np.diff(clip.time_s)))
    if level > TALLEST_DEG or tall.sum() * frame_s < LEAST_TALL_S:
        return None
    return clip.where(tall).mean()


def _still(clip: Postures) -> Frames:
    """Frames in which the lean hardly turns."""
    return np.asarray(np.abs(np.gradient(clip.lean_deg, clip.time_s)) < STILL_DEG_PER_S)
