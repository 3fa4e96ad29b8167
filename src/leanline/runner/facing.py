"""Left and right of somebody seen from in front or behind, frame by frame.

A network sometimes takes a back for a front, most of all where the face or the shoulders are
hidden, and exchanges all sides at once. Hips and shoulders do not cross in these views, so
their order tells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from leanline.model import PoseTrack, View
from leanline.skeleton import swapped_name

ABREAST: Final = ("hip", "shoulder")


def with_sides_facing(track: PoseTrack, view: View) -> PoseTrack:
    """Swap all sides in frames whose hips and shoulders face the other way.

    Parameters
    ----------
    track
        As filmed, x to the right of the picture.
    view
        ``front`` or ``back``: what most of the clip shows.

    Returns
    -------
    PoseTrack
        Positions and confidence swapped in those frames; unchanged where neither is seen.
    """
    across = [track.point(f"left_{p}") - track.point(f"right_{p}") for p in ABREAST]
    seen = np.nan_to_num(np.array(across)[..., 0]).sum(axis=0)
    turned = seen < 0.0 if view == "front" else seen > 0.0
    order = [
        track.keypoints.index(other) if track.has(other := swapped_name(name)) else own
        for own, name in enumerate(track.keypoints)
    ]
    xy, confidence = track.xy.copy(), track.confidence.copy()
    xy[turned] = track.xy[turned][:, order]
    confidence[turned] = track.confidence[turned][:, order]
    return replace(track, xy=xy, confidence=confidence)
