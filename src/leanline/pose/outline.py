"""Where the body's outline stands at the hips, from the landmark network's own mask.

The hip landmark hardly follows when a runner bends at the waist; the outline does. Its front
and back edge are taken along lines across the trunk, from the hips a fifth of the way up
to the shoulders, where neither thighs nor chest count.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array
from leanline.pose.crops import Square
from leanline.pose.networks import Tensor

LEVELS = (0.0, 0.1, 0.2)
SAMPLES = 181
# How far across to look, as a share of the trunk's length.
REACH = 0.9
# The mask stands this many of its pixels to the left of the landmarks (rendered runners facing
# right and left; their mean offsets must mirror each other).
MASK_SHIFT_PX = 2.3


def edges(mask: Tensor, hip: Array, shoulder: Array, square: Square) -> Array:
    """Left and right edge of the body at the hips, pixels of the picture from the mid-hip.

    Parameters
    ----------
    mask
        (N, N) logits over the crop.
    hip, shoulder
        (2,) middle of hips and of shoulders, pixels of the picture, y down.
    square
        The crop.

    Returns
    -------
    Array
        (2,) signed distances along the line across the trunk, right positive; NaN where the
        mask shows nobody there.
    """
    import cv2

    scale = len(mask) / square.side
    low, high = ((p - (square.left, square.top)) * scale for p in (hip, shoulder))
    trunk = high - low
    length = float(np.hypot(*trunk))
    if not length > 4.0:
        return np.full(2, np.nan)
    across = np.array([-trunk[1], trunk[0]]) / length
    reach = np.linspace(-REACH * length, REACH * length, SAMPLES)
    found = []
    for level in LEVELS:
        line = low + level * trunk - (MASK_SHIFT_PX, 0.0) + reach[:, None] * across
        values = cv2.remap(
            mask, line[None, :, :1].astype(np.float32), line[None, :, 1:].astype(np.float32), 1
        )
        inside = _run_round_middle(values[0] > 0.0)
        if inside is not None:
            found.append((reach[inside[0]], reach[inside[1]]))
    if not found:
        return np.full(2, np.nan)
    return np.asarray(np.mean(found, axis=0) / scale)


def _run_round_middle(inside: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, int] | None:
    """First and last index of the unbroken run at or nearest to the middle."""
    where = np.flatnonzero(inside)
    if len(where) == 0:
        return None
    start = int(where[np.argmin(np.abs(where - len(inside) // 2))])
    outside = np.flatnonzero(~inside)
    left = outside[outside < start]
    right = outside[outside > start]
    first = int(left[-1]) + 1 if len(left) else 0
    last = int(right[0]) - 1 if len(right) else len(inside) - 1
    return first, last
