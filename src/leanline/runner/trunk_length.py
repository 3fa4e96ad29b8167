"""Frames of clips from the front and back in which the trunk was mislocated.

Apart from the distance to the camera, the trunk of a person who runs or stands keeps its length.
Where half of the body is hidden, pose networks occasionally misplace hips and shoulders.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from leanline.model import PoseTrack

# Largest deviation from the expected length, as a share of it. In people seen clearly the standard
# deviation is 0.3 to 4 %.
MAX_DEVIATION: Final = 0.25
# The trend of the length is fitted to at most about twice this many frames, evenly spaced.
MAX_FRAMES: Final = 300


def without_broken_trunks(track: PoseTrack) -> PoseTrack:
    """Remove all keypoints from frames whose trunk is far from its expected length.

    Parameters
    ----------
    track
        Of T frames, seen from the front or the back.

    Returns
    -------
    PoseTrack
        NaN with confidence 0 in frames whose trunk differs by more than 25 % from the length
        expected then, by a Theil-Sen line through its logarithm (Theil 1950, Sen 1968); unchanged
        if the trunk is known in fewer than three frames.
    """
    from scipy.stats import theilslopes

    length = np.linalg.norm(track.mid("shoulder") - track.mid("hip"), axis=1)
    known = np.flatnonzero(np.isfinite(length) & (length > 0.0))
    if len(known) < 3:
        return track
    fitted = known[:: max(1, len(known) // MAX_FRAMES)]
    slope, intercept, *_ = theilslopes(np.log(length[fitted]), track.time_s[fitted])
    expected = np.exp(intercept + slope * track.time_s)
    broken = np.abs(length - expected) > MAX_DEVIATION * expected
    confidence = np.where(broken[:, None], 0.0, track.confidence)
    return replace(
        track, xy=np.where(broken[:, None, None], np.nan, track.xy), confidence=confidence
    )
