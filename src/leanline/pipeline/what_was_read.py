"""What was read from a clip that cannot be measured: who, when, how large, how fast."""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.model import Capture, PoseTrack, View
from leanline.reason import Param, Reason
from leanline.runner.prepare import classify_view
from leanline.skeleton import LEG

#: Markers on which measurements from the side rest, from the top down.
PARTS: Final = ("shoulder", "hip", *LEG)


def what_was_read(capture: Capture, view: View | None = None, spm: float = np.nan) -> Reason:
    """The sentence on the person that was followed.

    Parameters
    ----------
    capture
        The raw keypoints.
    view
        From where they are seen; found out if None.
    spm
        Steps a minute, NaN if there were none.

    Returns
    -------
    Reason
        ``nobody.read``, or ``nobody.read_steps`` with steps; of a track also which markers are
        known and which are missing.
    """
    pose = capture.pose
    seen = np.asarray(np.isfinite(pose.xy).all(axis=2)).any(axis=1)
    times = pose.time_s[seen]
    params: dict[str, Param] = {
        "start_s": float(times[0]) if len(times) else 0.0,
        "end_s": float(times[-1]) if len(times) else 0.0,
        "size": _size(capture),
        "unit": pose.unit,
        "view": view or classify_view(pose),
    }
    if not capture.video.width:
        params["read"] = _markers(pose)
    if np.isfinite(spm):
        params["spm"] = float(spm)
        return Reason("nobody.read_steps", params)
    return Reason("nobody.read", params)


def _markers(pose: PoseTrack) -> Reason:
    """The sentence on which of the markers that matter a track has, on either side."""
    known = tuple(part for part in PARTS if _is_seen(pose, part))
    missing = tuple(part for part in PARTS if part not in known)
    if not known:
        return Reason("nobody.no_markers", {"missing": missing})
    if not missing:
        return Reason("nobody.all_markers", {"known": known})
    return Reason("nobody.markers", {"known": known, "missing": missing})


def _is_seen(pose: PoseTrack, part: str) -> bool:
    names = (f"left_{part}", f"right_{part}", f"mid_{part}")
    return any(bool(np.isfinite(pose.point(name)).all(axis=1).any()) for name in names)


def _size(capture: Capture) -> float:
    """Median over the frames of the longer side of the box around all points."""
    xy = capture.pose.xy
    seen = np.isfinite(xy).all(axis=2)
    frames = xy[seen.sum(axis=1) >= 2]
    if not len(frames):
        return 0.0
    extent = np.nanmax(frames, axis=1) - np.nanmin(frames, axis=1)
    return float(np.median(extent.max(axis=1)))
