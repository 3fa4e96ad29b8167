"""Where the runner is in the picture, for films that are cropped and levelled to the runner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.report.picture_geometry import Scene
from leanline.signals.filters import lowpass

# The crop follows the runner but not the strides of 0.6 to 1 s: the picture must not bounce.
_FOLLOW_HZ: Final = 0.6
# Room for what has no keypoint (top of the head, hands, soles), as a share of the body.
_MARGIN: Final = 0.12
# Single frames with a misplaced limb must not widen the picture of all others.
_COVERED: Final = 98.0


#: (N,) whether a frame shows the runner.
Seen = NDArray[np.bool_]


@dataclass(frozen=True)
class Crop:
    """A window of constant size that follows the runner.

    Parameters
    ----------
    x, y
        (N,) centre of the window over time, pixels of the picture, y down.
    width, height
        Of the window once the picture is level, pixels.
    body
        Typical height of the body in the picture, pixels.
    """

    x: Array
    y: Array
    width: float
    height: float
    body: float


def crop_to_runner(scene: Scene) -> Crop | None:
    """Find the window that holds the runner throughout the clip.

    Parameters
    ----------
    scene
        The runner's points and the true vertical.

    Returns
    -------
    Crop or None
        None if no frame shows the runner.
    """
    level = _level(scene)
    seen = np.array([np.isfinite(points).all(axis=1).any() for points in level], dtype=np.bool_)
    if not seen.any():
        return None
    low, high = _extent(level, seen)
    centre = _follow(scene.pose.time_s, 0.5 * (low + high), seen)
    reach = np.percentile(
        np.maximum(centre[seen] - low[seen], high[seen] - centre[seen]), _COVERED, axis=0
    )
    body = float(np.median((high - low)[seen, 1]))
    size = 2.0 * (reach + _MARGIN * body)
    picture = centre @ _axes(scene)
    return Crop(picture[:, 0], scene.height_px - picture[:, 1], size[0], size[1], body)


def _axes(scene: Scene) -> Array:
    """Return (2, 2) rows: the level direction to the right, and up, in the picture (y up)."""
    return np.array([[scene.up[1], -scene.up[0]], scene.up])


def _level(scene: Scene) -> Array:
    """Return (N, K, 2) the keypoints along the level axes."""
    return np.asarray(scene.pose.xy @ _axes(scene).T)


def _extent(level: Array, seen: Seen) -> tuple[Array, Array]:
    """Return the lowest and highest coordinates of each frame, NaN where nothing is seen."""
    low, high = np.full((2, len(level), 2), np.nan)
    low[seen], high[seen] = np.nanmin(level[seen], axis=1), np.nanmax(level[seen], axis=1)
    return low, high


def _follow(time_s: Array, centre: Array, seen: Seen) -> Array:
    """Smooth the centre over time; gaps are bridged in a straight line."""
    frames = np.arange(len(centre))
    filled = np.column_stack(
        [np.interp(frames, frames[seen], centre[seen, axis]) for axis in range(2)]
    )
    return lowpass(filled, time_s, cutoff_hz=_FOLLOW_HZ)
