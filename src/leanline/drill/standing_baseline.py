"""A runner's standing baseline, found in a clip of the drill."""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.drill.posture import Frames, Posture, Postures
from leanline.registry.bands import COACHING_LEAN

# Assumed if nobody was seen standing upright. Quiet standing has a lean of about 2 to 3 degrees
# (geometry); head posture differs too much between people to be assumed.
TYPICAL: Final = Posture(lean_deg=2.5, leg_deg=2.5, hip_deg=0.0, knee_deg=0.0)
# Somebody standing upright leans no more than the lower edge of the band.
TALLEST_DEG: Final = COACHING_LEAN.low
# Minimum difference between standing and leaning.
APART_DEG: Final = 2.5
LOWEST_PCT: Final = 5
# Maximum rate of change while standing still, and the minimum duration.
STILL_DEG_PER_S: Final = 3.0
MIN_TALL_S: Final = 0.5


def standing_baseline(clip: Postures) -> Posture | None:
    """Return the mean posture while standing upright; None if the clip does not show it.

    It is the posture of least lean in which the runner is still, if that is below the coaching
    band.

    Parameters
    ----------
    clip
        Postures over the clip.

    Returns
    -------
    Posture or None
        Degrees.
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
    """Select frames in which the lean hardly changes."""
    return np.asarray(np.abs(np.gradient(clip.lean_deg, clip.time_s)) < STILL_DEG_PER_S)
