"""The outline of the trunk, from the landmark network's segmentation mask.

The hip landmark hardly follows when a runner bends at the waist, but the outline does. Its two
edges are read along lines across the trunk, from the thighs to the chest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.pose.crops import Square
from leanline.pose.networks import Tensor

# Heights of the lines in trunk lengths above the hips; all below the shoulders, where raised arms
# do not widen the outline.
LEVELS = (-0.3, -0.15, 0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8)
SAMPLES = 181
# Search range across, as a share of the trunk's length.
REACH = 0.9
# Systematic displacement of the mask to the left of the landmarks, in mask pixels (rendered runners
# facing right and left; their mean offsets must mirror each other).
MASK_SHIFT_PX = 2.3


def edges(mask: Tensor, hip: Array, shoulder: Array, square: Square) -> Array:
    """Find the left and right edge of the body at ``LEVELS``, pixels of the picture.

    Parameters
    ----------
    mask
        (N, N) logits over the crop.
    hip, shoulder
        (2,) midpoints of hips and shoulders, pixels of the picture, y down.
    square
        The crop.

    Returns
    -------
    Array
        (L, 2) signed distances from the hip-shoulder line along each line across it, right
        positive; NaN where the mask is empty.
    """
    import cv2

    scale = len(mask) / square.side
    low, high = ((p - (square.left, square.top)) * scale for p in (hip, shoulder))
    trunk = high - low
    length = float(np.hypot(*trunk))
    if not length > 4.0:
        return np.full((len(LEVELS), 2), np.nan)
    across = np.array([-trunk[1], trunk[0]]) / length
    reach = np.linspace(-REACH * length, REACH * length, SAMPLES)
    lines = low + np.array(LEVELS)[:, None, None] * trunk - (MASK_SHIFT_PX, 0.0)
    lines = (lines + reach[:, None] * across).astype(np.float32)
    inside = cv2.remap(mask, lines[..., 0], lines[..., 1], cv2.INTER_LINEAR) > 0.0
    runs = _run_round_middle(inside).T
    seen = np.asarray(inside.any(axis=1))[:, np.newaxis]
    return np.where(seen, reach[np.where(seen, runs, 0)] / scale, np.nan)


def _run_round_middle(inside: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return first and last index of each row's run at or nearest to the middle, (2, rows)."""
    columns = np.arange(inside.shape[1])
    away = np.abs(columns - inside.shape[1] // 2)
    start = np.where(inside, away, inside.shape[1]).argmin(axis=1)[:, None]
    first = np.where(~inside & (columns < start), columns, -1).max(axis=1, initial=-1) + 1
    after = np.where(~inside & (columns > start), columns, inside.shape[1])
    last = after.min(axis=1, initial=inside.shape[1]) - 1
    return np.stack([first, last])
