"""How the sole of each shoe is pitched, from the lower edge of the landmark network's mask.

The heel and toe landmarks are where annotators click on shoes, and follow a foot's pitch only
in part, less the farther and the more slantwise it is seen; the edge of the shoe follows it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.model import Array
from leanline.pose.crops import Square
from leanline.pose.networks import Tensor
from leanline.pose.outline import MASK_SHIFT_PX

# Where along the foot the edge is looked for (the rounded tip of the shoe turns up), and how
# far above and below the line from heel to toe, in lengths of that line.
ALONG: Final = np.linspace(0.05, 0.85, 21)
ACROSS: Final = np.linspace(-0.25, 0.60, 69)
# The edge is below the part of the foot that reaches this far under the line.
FOOT_REACH: Final = 0.2
LEAST_FOOT_PX: Final = 6.0
LEAST_STATIONS: Final = 12
ROUNDS: Final = 5


def sole_deg(mask: Tensor, heel: Array, toe: Array, square: Square) -> float:
    """Pitch of a shoe's lower edge against the picture's horizontal, toes up positive.

    Parameters
    ----------
    mask
        (N, N) logits over the crop.
    heel, toe
        (2,) pixels of the picture, y down.
    square
        The crop.

    Returns
    -------
    float
        Degrees; NaN where the mask does not show the shoe's lower edge.
    """
    scale = len(mask) / square.side
    start, end = ((p - (square.left, square.top)) * scale - (MASK_SHIFT_PX, 0) for p in (heel, toe))
    length = float(np.hypot(*(end - start)))
    if not length > LEAST_FOOT_PX:
        return float("nan")
    along = (end - start) / length
    down = np.array([-along[1], along[0]]) * (1.0 if along[0] > 0 else -1.0)
    edge = _lower_edge(_looked_up(mask, start, along, down, length))
    known = np.isfinite(edge)
    if known.sum() < LEAST_STATIONS:
        return float("nan")
    line = np.arctan2(-along[1], abs(along[0]))
    return float(np.degrees(line - np.arctan(_robust_slope(ALONG[known], edge[known]))))


def _looked_up(mask: Tensor, start: Array, along: Array, down: Array, length: float) -> Array:
    """The mask on a grid laid along the foot, (21, 69); nobody outside the crop."""
    import cv2

    grid = start + length * (ALONG[:, None, None] * along + ACROSS[None, :, None] * down)
    x, y = np.moveaxis(grid.astype(np.float32), -1, 0)
    outside = float(min(mask.min(), -1.0))
    return np.asarray(
        cv2.remap(mask, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_CONSTANT, outside), np.float64
    )


def _lower_edge(values: Array) -> Array:
    """Where each row of the grid leaves the foot downwards, in foot lengths; NaN if unseen."""
    inside, column = values > 0.0, np.arange(values.shape[1])
    near = int(np.searchsorted(ACROSS, FOOT_REACH))
    foot = near - np.argmax(inside[:, near::-1], axis=1)
    beyond = ~inside & (column > foot[:, None])
    last = np.maximum(np.argmax(beyond, axis=1) - 1, 0)
    rows = np.arange(len(values))
    above, below = values[rows, last], values[rows, last + 1]
    share = above / np.where(above > below, above - below, 1.0)
    edge = ACROSS[last] + share * (ACROSS[last + 1] - ACROSS[last])
    return np.where(inside[rows, foot] & beyond.any(axis=1), edge, np.nan)


def _robust_slope(x: Array, y: Array) -> float:
    """Slope of a line that a few points off the shoe do not bend."""
    weights, slope = np.ones(len(x)), 0.0
    for _ in range(ROUNDS):
        total = weights.sum()
        from_middle = x - weights @ x / total
        height = y - weights @ y / total
        slope = float((weights * from_middle) @ height / ((weights * from_middle) @ from_middle))
        off = np.abs(height - slope * from_middle)
        # numpy's own median takes ten times as long for so few.
        usual = float(np.sort(off)[len(off) // 2])
        weights = 1.0 / np.maximum(1.0, off / (1.5 * usual + 1e-4)) ** 2
    return slope
