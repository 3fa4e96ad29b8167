"""Left and right of a person seen from the front or back, frame by frame.

Pose networks sometimes mistake a back for a front, mostly where the face or the shoulders are
hidden, and then swap left and right in the whole body. In these views hips and shoulders do not
cross, so their order shows the swap.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from leanline.model import PoseTrack, View
from leanline.skeleton import swapped_name

# Pairs of joints whose order in the picture shows which way a person faces.
UNCROSSED: Final = ("hip", "shoulder")


def with_sides_facing(track: PoseTrack, view: View) -> PoseTrack:
    """Swap left and right in frames whose hips and shoulders face the other way.

    Parameters
    ----------
    track
        As filmed, x to the right of the picture.
    view
        ``front`` or ``back``, the view in most of the clip.

    Returns
    -------
    PoseTrack
        Positions and confidence swapped in those frames; unchanged where neither hips nor
        shoulders are seen.
    """
    right_to_left = [track.point(f"left_{p}") - track.point(f"right_{p}") for p in UNCROSSED]
    left_minus_right = np.nan_to_num(np.array(right_to_left)[..., 0]).sum(axis=0)
    swapped = left_minus_right < 0.0 if view == "front" else left_minus_right > 0.0
    counterpart = [
        track.keypoints.index(other) if track.has(other := swapped_name(name)) else own
        for own, name in enumerate(track.keypoints)
    ]
    xy, confidence = track.xy.copy(), track.confidence.copy()
    xy[swapped] = track.xy[swapped][:, counterpart]
    confidence[swapped] = track.confidence[swapped][:, counterpart]
    return replace(track, xy=xy, confidence=confidence)
