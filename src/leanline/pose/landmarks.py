"""Landmarks of one person in one square crop, from the BlazePose landmark network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, frozen_array
from leanline.pose.crops import Square
from leanline.pose.networks import Network, NetworkName, Tensor
from leanline.pose.outline import LEVELS, edges
from leanline.pose.sole import soles_deg
from leanline.settings import Device, PoseModel
from leanline.skeleton import BLAZEPOSE, SIDES

INPUT_PX = 256
# The network was trained on squares 1.25 times the circle around the body (MediaPipe graph).
CROP_REACH = 1.25
KEPT = len(BLAZEPOSE)
# Heat-map refinement: a landmark moves to the centre of mass of the 7 x 7 cells around it, if the
# map is confident there (MediaPipe's refinement calculator).
REFINE_REACH = 3
MIN_REFINE = 0.5
_HEELS: Final = [BLAZEPOSE.index(f"{side}_heel") for side in SIDES]
_TOES: Final = [BLAZEPOSE.index(f"{side}_foot_index") for side in SIDES]
_NO_OUTLINE: Final = frozen_array(np.full((len(LEVELS), 2), np.nan))
_NO_SOLES: Final = frozen_array([np.nan, np.nan])


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Landmarks of one frame, pixels from the top left of the picture, y down.

    Parameters
    ----------
    xy_px
        (K, 2) positions.
    confidence
        (K,) from 0 to 1.
    presence
        How sure the network is that there is a person, 0 to 1.
    outline_px
        (L, 2) left and right edges of the body across the trunk (``outline.edges``).
    sole_deg
        (2,) pitch of the left and right sole in the picture, toes up positive.
    circle_px
        Centre x, y and radius of the circle around the body, as from the detector; it determines
        the crop of the next frame in live use.
    """

    xy_px: Array
    confidence: Array
    presence: float
    outline_px: Array
    sole_deg: Array
    circle_px: tuple[float, float, float] = (np.nan, np.nan, np.nan)


class LandmarkNetwork:
    """The landmark network ``full`` or ``heavy``; holds the compiled model."""

    def __init__(self, model: PoseModel, *, half: bool = False, device: Device = "cpu") -> None:
        name: NetworkName = "pose_landmark_full" if model == "full" else "pose_landmark_heavy"
        outputs = ("Identity", "Identity_1", "Identity_3", "Identity_2")
        self._network = Network(name, outputs, half=half, device=device)

    def track(
        self, crops: Iterable[tuple[NDArray[np.uint8], Square]]
    ) -> Iterator[tuple[Square, Landmarks]]:
        """Yield landmarks of each crop (256, 256, 3), in order, in pixels of the whole picture."""
        jobs = ((_network_input(crop), square) for crop, square in crops)
        for square, tensors in self._network.map(jobs):
            yield square, _landmarks(tensors, square)

    def one(self, crop: NDArray[np.uint8], square: Square) -> Landmarks:
        """Return landmarks of one crop (256, 256, 3), identical to those of ``track``."""
        return _landmarks(self._network.one(_network_input(crop)), square)


def crop_square(x: float, y: float, radius_px: float) -> Square:
    """The square to crop for a person.

    Parameters
    ----------
    x, y
        Centre of the circle around the body, pixels.
    radius_px
        Its radius.

    Returns
    -------
    Square
        A quarter larger than the circle, as the network was trained.
    """
    return Square.around(x, y, 2 * CROP_REACH * radius_px)


def _network_input(crop: NDArray[np.uint8]) -> Tensor:
    return crop.astype(np.float32) / np.float32(255)


def _landmarks(tensors: tuple[Tensor, ...], square: Square) -> Landmarks:
    points, presence, maps, mask = tensors
    found = _decode(points[0], float(presence[0, 0]), maps[0], square)
    body = mask[0, :, :, 0]
    return replace(
        found,
        outline_px=_outline(found.xy_px, body, square),
        sole_deg=_soles(found.xy_px, body, square),
    )


def _decode(points: Tensor, presence: float, maps: Tensor, square: Square) -> Landmarks:
    rows = points.reshape(-1, 5).astype(np.float64)
    fractions = refine(rows[:KEPT, :2] / INPUT_PX, maps[:, :, :KEPT])
    confidence = _sigmoid(np.minimum(rows[:KEPT, 3], rows[:KEPT, 4]))
    xy = square.to_picture(fractions)
    return Landmarks(xy, confidence, presence, _NO_OUTLINE, _NO_SOLES, _circle(rows, square))


def _circle(rows: Array, square: Square) -> tuple[float, float, float]:
    """Compute the circle from the two alignment points: mid-hip, and a point on the circle."""
    if len(rows) < KEPT + 2:
        return (np.nan, np.nan, np.nan)
    middle, rim = square.to_picture(rows[KEPT : KEPT + 2, :2] / INPUT_PX)
    return float(middle[0]), float(middle[1]), float(np.hypot(*(rim - middle)))


def _outline(xy_px: Array, mask: Tensor, square: Square) -> Array:
    hip, shoulder = (
        0.5 * (xy_px[BLAZEPOSE.index(f"left_{part}")] + xy_px[BLAZEPOSE.index(f"right_{part}")])
        for part in ("hip", "shoulder")
    )
    return edges(mask, hip, shoulder, square)


def _soles(xy_px: Array, mask: Tensor, square: Square) -> Array:
    return soles_deg(mask, xy_px[_HEELS], xy_px[_TOES], square)


def refine(fractions: Array, maps: Tensor) -> Array:
    """Move points to the local centres of their heat maps.

    Points outside the crop, or with an unconfident map, are left unchanged.

    Parameters
    ----------
    fractions
        (K, 2) positions in fractions of the crop.
    maps
        (64, 64, K) logits.

    Returns
    -------
    array
        (K, 2) positions in fractions of the crop.
    """
    size = maps.shape[0]
    cells = np.floor(fractions * size).astype(int)
    inside = ((cells >= 0) & (cells < size)).all(axis=1)
    columns, rows = np.clip(cells, 0, size - 1).T
    reach = np.arange(-REFINE_REACH, REFINE_REACH + 1)
    window_x, window_y = columns[:, None] + reach, rows[:, None] + reach
    there = (window_y >= 0) & (window_y < size), (window_x >= 0) & (window_x < size)
    logits = maps[
        np.clip(window_y, 0, size - 1)[:, :, None],
        np.clip(window_x, 0, size - 1)[:, None, :],
        np.arange(len(fractions))[:, None, None],
    ]
    within = there[0][:, :, None] & there[1][:, None, :]
    heat = np.where(within, _sigmoid(logits.astype(np.float64)), 0.0)
    sure = inside & (heat.max(axis=(1, 2)) >= MIN_REFINE)
    total = np.maximum(heat.sum(axis=(1, 2)), 1e-12)
    x = (heat.sum(axis=1) * (window_x + 0.5)).sum(axis=1) / total / size
    y = (heat.sum(axis=2) * (window_y + 0.5)).sum(axis=1) / total / size
    return np.where(sure[:, None], np.stack([x, y], axis=1), fractions)


def _sigmoid(logits: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))))
