"""Frames in which somebody seen from in front or behind was not really seen.

The trunk of a person who runs or stands has one length, but for the distance to the camera. Where
half of the body is hidden a network now and then puts hips and shoulders anywhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from scipy.stats import theilslopes

from leanline.model import PoseTrack

# The trunk's length varies by 0.3 to 4 % (standard deviation) in people seen clearly.
MAX_OFF_SHARE: Final = 0.25
# So many frames, evenly spread, tell how the length changes with the distance.
MAX_FRAMES: Final = 300


def without_broken_trunks(track: PoseTrack) -> PoseTrack:
    """Remove all keypoints from frames whose trunk is far from its usual length.

    Parameters
    ----------
    track
        Of T frames, seen from the front or the back.

    Returns
    -------
    PoseTrack
        NaN with confidence 0 in frames whose trunk differs by more than 25 % from the length usual
        at that time, a robust line through its logarithm (Theil 1950, Sen 1968); unchanged if the
        trunk is known in fewer than three frames.
    """
    length = np.linalg.norm(track.mid("shoulder") - track.mid("hip"), axis=1)
    known = np.flatnonzero(np.isfinite(length) & (length > 0.0))
    if len(known) < 3:
        return track
    some = known[:: max(1, len(known) // MAX_FRAMES)]
    # Theil (1950) and Sen (1968): a line through the median of all slopes.
    slope, start, *_ = theilslopes(np.log(length[some]), track.time_s[some])
    usual = np.exp(start + slope * track.time_s)
    broken = np.abs(length - usual) > MAX_OFF_SHARE * usual
    confidence = np.where(broken[:, None], 0.0, track.confidence)
    return replace(
        track, xy=np.where(broken[:, None, None], np.nan, track.xy), confidence=confidence
    )
