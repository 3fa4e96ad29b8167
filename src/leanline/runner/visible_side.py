"""Whose points are read of somebody standing sideways on: both sides', or one where one is hidden.

Standing in line with the camera, one side of the body hides the other, and networks are sure of the
near side only. The line from ankle to shoulder of one side is then the body's, but for the few
centimetres by which one foot may be ahead of the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import PoseTrack
from leanline.skeleton import SIDES, Side, other

#: The points that make the body line.
LINE: Final = ("ankle", "hip", "shoulder")
_COPIED: Final = (*LINE, "knee", "ear")
# Both sides are read if they are seen together in this share of the frames.
_ENOUGH: Final = 0.3
#: Standard deviation that one side alone adds to a lean, degrees: feet that stand 5 cm apart along
#: the picture shift the line of one side by 2.5 cm in 1.4 m from ankle to shoulder (geometry).
ONE_SIDE_SD_DEG: Final = 1.0


@dataclass(frozen=True, eq=False)
class VisibleBody:
    """The points that the body line is read from.

    Parameters
    ----------
    pose
        The track, with one side's points in the place of the other's where that is hidden.
    side
        The side that was read; None for both.
    """

    pose: PoseTrack
    side: Side | None = None


def visible_body(pose: PoseTrack) -> VisibleBody:
    """Read one side of the body where the other is hidden most of the time.

    Parameters
    ----------
    pose
        Of somebody standing.

    Returns
    -------
    VisibleBody
        The very track if both sides are seen, or neither.
    """
    seen = {side: _line_seen(pose, side) for side in SIDES}
    together = float((seen["left"] & seen["right"]).mean())
    side = max(SIDES, key=lambda one: float(seen[one].mean()))
    if together >= _ENOUGH or float(seen[side].mean()) <= together:
        return VisibleBody(pose)
    return VisibleBody(_with_one_side(pose, side), side)


def _line_seen(pose: PoseTrack, side: Side) -> NDArray[np.bool_]:
    points = [pose.point(f"{side}_{part}") for part in LINE]
    return np.asarray(np.isfinite(points).all(axis=(0, 2)))


def _with_one_side(pose: PoseTrack, side: Side) -> PoseTrack:
    """Put one side's points of the body line in the place of the other side's."""
    xy, confidence = pose.xy.copy(), pose.confidence.copy()
    for part in _COPIED:
        own, hidden = f"{side}_{part}", f"{other(side)}_{part}"
        if pose.has(own, hidden):
            source, target = pose.keypoints.index(own), pose.keypoints.index(hidden)
            xy[:, target], confidence[:, target] = xy[:, source], confidence[:, source]
    return replace(pose, xy=xy, confidence=confidence)
