"""How directions of the scene look in the picture of a camera that is rolled and pitched.

Camera axes: x right, y up, z into the picture. Roll is positive when the camera is turned
clockwise as the photographer sees it (the picture's content turns counter-clockwise),
pitch when it looks up, yaw when what runs to the right also runs away from the camera.
All angles in radians; angles may be arrays of one shape.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array

Direction3 = tuple[Array, Array, Array]


def upwards(roll: Array, pitch: Array) -> Direction3:
    """The true vertical."""
    return _rolled(roll, np.zeros_like(pitch), np.cos(pitch), np.sin(pitch))


def along(roll: Array, pitch: Array, yaw: Array) -> Direction3:
    """Horizontal, to the right and turned away by ``yaw``."""
    ahead = np.sin(yaw)
    return _rolled(roll, np.cos(yaw), -np.sin(pitch) * ahead, np.cos(pitch) * ahead)


def away(roll: Array, pitch: Array, yaw: Array) -> Direction3:
    """Horizontal, square to ``along``."""
    ahead = np.cos(yaw)
    return _rolled(roll, -np.sin(yaw), -np.sin(pitch) * ahead, np.cos(pitch) * ahead)


def seen_at(direction: Direction3, u: Array, v: Array) -> tuple[Array, Array]:
    """Direction in the picture, (x, y), of a line in space through the point (u, v)."""
    x, y, z = direction
    return x - u * z, y - v * z


def local_roll(roll: Array, pitch: Array, place: Array) -> Array:
    """Turn of the true vertical at ``place`` (2,), counter-clockwise in the picture."""
    x, y = seen_at(upwards(roll, pitch), place[0], place[1])
    return np.asarray(np.arctan2(-x, y))


def _rolled(roll: Array, x: Array, y: Array, z: Array) -> Direction3:
    cosine, sine = np.cos(roll), np.sin(roll)
    return cosine * x - sine * y, sine * x + cosine * y, z
