"""Detection of people in one picture: the BlazePose detector over a pyramid of tiles.

The network sees 224 x 224 pixels and only finds people who are large in them, so it is applied to
the whole picture and to overlapping tiles of a half and a third of its size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.model import Array
from leanline.pose.crops import Square
from leanline.pose.networks import Network, Tensor
from leanline.video.picture import Picture

INPUT_PX = 224
# The network's own operating point (MediaPipe's published graph) is 0.5.
MIN_SCORE = 0.5
# Minimum overlap of two boxes of the same person from different tiles.
SAME_OVERLAP = 0.3


@dataclass(frozen=True)
class Person:
    """A detected person, pixels from the top left of the picture, y down.

    Parameters
    ----------
    hip, shoulder
        (x, y) of the network's mid-hip and mid-shoulder.
    radius_px
        Radius of the circle around mid-hip that contains the whole body.
    score
        How sure the detector is, 0 to 1.
    """

    hip: tuple[float, float]
    shoulder: tuple[float, float]
    radius_px: float
    score: float


def pyramid(width: int, height: int, *, large_only: bool = False) -> tuple[Square, ...]:
    """Lay out tiles in which to search for people.

    Parameters
    ----------
    width, height
        Of the picture, pixels.
    large_only
        Whether people of at least a third of the picture's height are enough, rather than a
        quarter; it needs a third of the tiles.

    Returns
    -------
    tuple of Square
        The whole picture first.
    """
    tiles = [Square.around(width / 2, height / 2, max(width, height))]
    for share in (0.75,) if large_only else (0.75, 0.5):
        side = round(share * min(width, height))
        tiles += [
            Square(round(left), round(top), side)
            for top in _starts(height, side)
            for left in _starts(width, side)
        ]
    return tuple(tiles)


def _starts(length: float, side: float) -> Array:
    """Return the starts of tiles that cover ``length`` with at least 40 % overlap."""
    count = int(np.ceil((length - side) / (0.6 * side))) + 1
    return np.linspace(0, length - side, max(count, 1))


class PersonDetector:
    """Finds people; holds the compiled network."""

    def __init__(self) -> None:
        self._network = Network("pose_detector", ("Identity", "Identity_1"))
        self._anchors = _anchor_centres()

    def find(self, picture: Picture, tiles: tuple[Square, ...]) -> tuple[Person, ...]:
        """Find people in any of the tiles, best score first."""
        jobs = ((_network_input(picture, tile), tile) for tile in tiles)
        found: list[Person] = []
        for tile, (boxes, scores) in self._network.map(jobs):
            found += _decode(boxes[0], scores[0, :, 0], self._anchors, tile)
        return _merge(found)


def _anchor_centres() -> Array:
    """Return anchor centres (2254, 2) in input units: 2, 2 and 6 on grids of 28, 14 and 7."""
    rows = []
    for grid, per_cell in ((28, 2), (14, 2), (7, 6)):
        y, x = np.mgrid[:grid, :grid]
        centres = (np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / grid
        rows.append(np.repeat(centres, per_cell, axis=0))
    return np.concatenate(rows)


def _network_input(picture: Picture, tile: Square) -> Tensor:
    return tile.cut(picture, INPUT_PX).astype(np.float32) / np.float32(127.5) - np.float32(1)


def _decode(boxes: Tensor, logits: Tensor, anchors: Array, tile: Square) -> list[Person]:
    scores = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -100, 100)))
    people = []
    for i in np.flatnonzero(scores >= MIN_SCORE):
        points = boxes[i, 4:].reshape(4, 2) / INPUT_PX + anchors[i]
        points = tile.to_picture(points)
        radius = float(np.hypot(*(points[1] - points[0])))
        hip, shoulder = (tuple(map(float, points[k])) for k in (0, 2))
        people.append(
            Person((hip[0], hip[1]), (shoulder[0], shoulder[1]), radius, float(scores[i]))
        )
    return people


def _merge(found: list[Person]) -> tuple[Person, ...]:
    """Merge each cluster of overlapping circles to its score-weighted mean."""
    left = sorted(found, key=lambda person: -person.score)
    merged = []
    while left:
        best = left[0]
        same = [person for person in left if _overlap(best, person) > SAME_OVERLAP]
        left = [person for person in left if _overlap(best, person) <= SAME_OVERLAP]
        merged.append(_mean(same))
    return tuple(merged)


def _mean(people: list[Person]) -> Person:
    weights = np.array([person.score for person in people])
    rows = np.array([(*p.hip, *p.shoulder, p.radius_px) for p in people])
    hx, hy, sx, sy, radius = np.average(rows, axis=0, weights=weights)
    return Person(
        (float(hx), float(hy)), (float(sx), float(sy)), float(radius), float(weights.max())
    )


def _overlap(a: Person, b: Person) -> float:
    """Return the intersection over union of the squares around two people."""
    reach = a.radius_px + b.radius_px
    sides = [
        max(0.0, min(reach - abs(p - q), 2 * a.radius_px, 2 * b.radius_px))
        for p, q in zip(a.hip, b.hip, strict=True)
    ]
    both = sides[0] * sides[1]
    return both / (4 * a.radius_px**2 + 4 * b.radius_px**2 - both + 1e-9)
