"""Pitch of each shoe's sole, from the lower edge of the landmark network's mask.

Heel and toe landmarks are where annotators click on shoes and follow a foot's pitch only partly,
less so in distant or oblique views; the edge of the shoe follows it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.model import Array
from leanline.pose.crops import Square
from leanline.pose.networks import Tensor
from leanline.pose.outline import MASK_SHIFT_PX

# Search grid along the foot (the rounded tip of the shoe turns up) and across the heel-toe line, in
# lengths of that line.
ALONG: Final = np.linspace(0.05, 0.85, 21)
ACROSS: Final = np.linspace(-0.25, 0.60, 69)
# The edge is below the part of the foot that extends this far under the line.
FOOT_REACH: Final = 0.2
MIN_FOOT_PX: Final = 6.0
MIN_STATIONS: Final = 12
ROUNDS: Final = 5


def soles_deg(mask: Tensor, heels: Array, toes: Array, square: Square) -> Array:
    """Measure the pitch of each sole's edge in the picture, toes up positive.

    Parameters
    ----------
    mask
        (N, N) logits over the crop.
    heels, toes
        (F, 2) pixels of the picture, y down.
    square
        The crop.

    Returns
    -------
    Array
        (F,) degrees; NaN where the mask does not show the edge.
    """
    scale = len(mask) / square.side
    start, end = (
        (p - (square.left, square.top)) * scale - (MASK_SHIFT_PX, 0) for p in (heels, toes)
    )
    foot = end - start
    length = np.hypot(foot[:, 0], foot[:, 1])
    pitch = np.full(len(length), np.nan)
    large = length > MIN_FOOT_PX
    if not large.any():
        return pitch
    along = foot[large] / length[large, None]
    edge = _lower_edge(_sample_mask(mask, start[large], along, length[large]))
    line = np.arctan2(-along[:, 1], np.abs(along[:, 0]))
    pitch[large] = np.degrees(line - np.arctan(_robust_slopes(edge)))
    return pitch


def _sample_mask(mask: Tensor, start: Array, along: Array, length: Array) -> Array:
    """Sample the mask on a grid along each foot, (F, 21, 69); empty outside the crop."""
    import cv2

    down = np.stack([-along[:, 1], along[:, 0]], axis=1) * np.sign(along[:, :1] + 1e-12)
    steps, drops = length[:, None] * along, length[:, None] * down
    grid = (
        start[:, None, None]
        + ALONG[None, :, None, None] * steps[:, None, None]
        + ACROSS[None, None, :, None] * drops[:, None, None]
    )
    x, y = np.moveaxis(grid.reshape(-1, len(ACROSS), 2).astype(np.float32), -1, 0)
    outside = float(min(mask.min(), -1.0))
    seen = cv2.remap(mask, x, y, cv2.INTER_LINEAR, None, cv2.BORDER_CONSTANT, outside)
    return np.asarray(seen, np.float64).reshape(grid.shape[:3])


def _lower_edge(values: Array) -> Array:
    """Find where each line of the grids (F, S, D) leaves the foot downward, in foot lengths.

    NaN if unseen.
    """
    shape = values.shape[:2]
    values = values.reshape(-1, values.shape[2])
    inside, column = values > 0.0, np.arange(values.shape[1])
    near = int(np.searchsorted(ACROSS, FOOT_REACH))
    foot = near - np.argmax(inside[:, near::-1], axis=1)
    beyond = ~inside & (column > foot[:, None])
    last = np.maximum(np.argmax(beyond, axis=1) - 1, 0)
    rows = np.arange(len(values))
    above, below = values[rows, last], values[rows, last + 1]
    share = above / np.where(above > below, above - below, 1.0)
    edge = ACROSS[last] + share * (ACROSS[last + 1] - ACROSS[last])
    return np.where(inside[rows, foot] & beyond.any(axis=1), edge, np.nan).reshape(shape)


def _robust_slopes(edges: Array) -> Array:
    """Fit a line to each edge (F, S), robust against a few points off the shoe."""
    known = np.isfinite(edges)
    count = known.sum(axis=1)
    slope = np.full(len(edges), np.nan)
    seen = count >= MIN_STATIONS
    edges, known = np.where(known, edges, 0.0)[seen], known[seen]
    middle = count[seen] // 2
    weights = known.astype(np.float64)
    for _ in range(ROUNDS if seen.any() else 0):
        total = weights.sum(axis=1, keepdims=True)
        from_middle = ALONG - (weights @ ALONG)[:, None] / total
        height = edges - (weights * edges).sum(axis=1, keepdims=True) / total
        pull = weights * from_middle
        slope[seen] = (pull * height).sum(axis=1) / (pull * from_middle).sum(axis=1)
        off = np.abs(height - slope[seen, None] * from_middle)
        # numpy's median is ten times slower for so few values.
        usual = np.sort(np.where(known, off, np.inf), axis=1)[np.arange(len(off)), middle]
        weights = known / np.maximum(1.0, off / (1.5 * usual[:, None] + 1e-4)) ** 2
    return slope
