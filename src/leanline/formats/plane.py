"""The plane of the run in a file's axes: which way is up, and along which line the person runs.

Laboratories, cameras and animation programs count their axes differently: y up, z up, y down.
The body tells: the head is above the feet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.model import Array
from leanline.skeleton import ANKLE_AND_FOOT, SIDES

UPPER: Final = ("shoulder", "hip", "neck", "head_top", "nose")
LOWER: Final = ANKLE_AND_FOOT
MIDDLE: Final = ("knee",)
# The expected vertical stays unless the body is this many times longer along another axis: a
# runner who leans, or sprints from the blocks, is still upright.
CLEARLY_LONGER: Final = 1.5
# A running direction this close to an axis of the laboratory is taken to be that axis.
NEAR_AXIS_DEG: Final = 20.0
# A smaller distance between left and right, as a share of body height, means a planar track.
FLAT: Final = 0.02
# Share of the points of the best frames from which on a frame shows the whole body; chosen.
WHOLE_SHARE: Final = 0.9
AXES: Final = ("x", "y", "z")


@dataclass(frozen=True)
class Up:
    """Which way is up.

    Parameters
    ----------
    axis
        Number of the axis, from 0.
    sign
        1 or -1, its direction.
    """

    axis: int
    sign: float

    @property
    def name(self) -> str:
        """The direction as people write it, such as ``+z``."""
        return f"{'+' if self.sign > 0 else '-'}{AXES[self.axis]}"


def find_up(names: tuple[str, ...], xyz: Array, expected: int) -> Up:
    """Which way is up, by the body.

    Parameters
    ----------
    names
        The K keypoints.
    xyz
        (T, K, 2 or 3) positions in the file's axes, NaN where missing.
    expected
        Number of the axis that is vertical by the format's convention; it also counts where
        nothing tells.

    Returns
    -------
    Up
        Towards the head.
    """
    body = _body_line(names, xyz)
    if body is None:
        return Up(expected, 1.0)
    longest = int(np.argmax(np.abs(body)))
    axis = expected if CLEARLY_LONGER * abs(body[expected]) >= abs(body[longest]) else longest
    return Up(axis, -1.0 if body[axis] < 0 else 1.0)


def in_plane(names: tuple[str, ...], xyz: Array, up: Up) -> Array:
    """Project points onto the plane of the run.

    Two axes are turned by a multiple of 90 degrees, or mirrored, so that the body is upright. Of
    three, the running direction is perpendicular to the line from right to left, and snapped to an
    axis if close to it.

    Parameters
    ----------
    names
        Of the K points.
    xyz
        (T, K, 2 or 3) in the file's axes.
    up
        Which way is up in them.

    Returns
    -------
    array
        (T, K, 2): x along the run, y up.
    """
    height = up.sign * xyz[:, :, up.axis]
    level = [axis for axis in range(xyz.shape[2]) if axis != up.axis]
    if len(level) == 1:
        along = xyz[:, :, level[0]] * (1.0 if up.axis == 1 else -up.sign)
    else:
        along = xyz[:, :, level] @ _direction(names, xyz[:, :, level], height)
    return np.stack([along, height], axis=2)


def body_height(height: Array) -> float:
    """Median vertical extent of the points (T, K), in their unit; 0 if nothing is known.

    Only frames that show as many points as the best ones count: half a body is no height.
    """
    seen = np.isfinite(height)
    shown = seen.sum(axis=1)
    if not shown.any():
        return 0.0
    whole = shown >= WHOLE_SHARE * shown.max()
    return float(np.median(np.nanmax(height[whole], axis=1) - np.nanmin(height[whole], axis=1)))


def _body_line(names: tuple[str, ...], xyz: Array) -> Array | None:
    """Median line from the lower to the upper points, (D,); None if either is missing."""
    for above, below in ((UPPER, LOWER), (UPPER, MIDDLE), (MIDDLE, LOWER)):
        line = _mean_of(names, xyz, above) - _mean_of(names, xyz, below)
        known = line[np.isfinite(line).all(axis=1)]
        if len(known):
            middle = np.median(known, axis=0)
            return np.asarray(middle) if np.any(middle) else None
    return None


def _mean_of(names: tuple[str, ...], xyz: Array, parts: tuple[str, ...]) -> Array:
    """Mean of the known points of some parts, (T, D); NaN where there is none."""
    columns = [k for k, name in enumerate(names) if name.endswith(parts)]
    points = xyz[:, columns]
    known = np.asarray(np.isfinite(points).all(axis=2))
    count = known.sum(axis=1)
    total = np.where(known[:, :, None], points, 0.0).sum(axis=1)
    return np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], np.nan)


def _direction(names: tuple[str, ...], level: Array, height: Array) -> Array:
    """Return the unit vector of the running direction in the two horizontal axes, (2,)."""
    min_distance = FLAT * body_height(height)
    spread = [_spread(level[:, :, axis]) for axis in range(2)]
    across = _across(names, level)
    if min(spread) <= min_distance or across is None or not np.hypot(*across) > min_distance:
        return _axis(int(np.argmax(spread)))
    ahead = np.array([across[1], -across[0]]) / np.hypot(*across)
    nearest = int(np.argmax(np.abs(ahead)))
    if np.degrees(np.arccos(min(1.0, abs(ahead[nearest])))) < NEAR_AXIS_DEG:
        return _axis(nearest)
    return np.asarray(ahead)


def _axis(number: int) -> Array:
    return np.asarray(np.eye(2)[number])


def _spread(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.ptp(known)) if len(known) else 0.0


def _across(names: tuple[str, ...], level: Array) -> Array | None:
    """Return the mean vector from right to left of paired points, (2,)."""
    left, right = SIDES
    pairs = [
        (k, names.index(name.replace(left, right)))
        for k, name in enumerate(names)
        if name.startswith(left) and name.replace(left, right) in names
    ]
    ways = [level[:, k] - level[:, other] for k, other in pairs]
    every = np.concatenate(ways) if ways else np.empty((0, 2))
    known = every[np.isfinite(every).all(axis=1)]
    return np.asarray(np.median(known, axis=0)) if len(known) else None
