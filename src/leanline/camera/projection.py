"""Projection of directions in space into the picture of a rolled and pitched camera.

Camera axes: x right, y up, z into the picture. Roll is positive when the camera is rotated
clockwise as the photographer sees it (the picture's content rotates counter-clockwise), pitch when
it looks up, yaw when what runs to the right also runs away from the camera. All angles are in
radians and may be arrays of one shape.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array

Direction3 = tuple[Array, Array, Array]


def up_direction(roll: Array, pitch: Array) -> Direction3:
    """Return the true vertical in camera axes.

    Parameters
    ----------
    roll, pitch
        Radians, of one shape.

    Returns
    -------
    Direction3
        Components right, up and into the picture of a unit vector, each of that shape.
    """
    return _roll(roll, np.zeros_like(pitch), np.cos(pitch), np.sin(pitch))


def along_direction(roll: Array, pitch: Array, yaw: Array) -> Direction3:
    """Return the horizontal direction to the right, rotated away from the camera by ``yaw``.

    Parameters
    ----------
    roll, pitch, yaw
        Radians, of one shape.

    Returns
    -------
    Direction3
        Components right, up and into the picture of a unit vector, each of that shape.
    """
    ahead = np.sin(yaw)
    return _roll(roll, np.cos(yaw), -np.sin(pitch) * ahead, np.cos(pitch) * ahead)


def away_direction(roll: Array, pitch: Array, yaw: Array) -> Direction3:
    """Return the horizontal direction away from the camera, perpendicular to ``along_direction``.

    Parameters
    ----------
    roll, pitch, yaw
        Radians, of one shape.

    Returns
    -------
    Direction3
        Components right, up and into the picture of a unit vector, each of that shape.
    """
    ahead = np.cos(yaw)
    return _roll(roll, -np.sin(yaw), -np.sin(pitch) * ahead, np.cos(pitch) * ahead)


def project_direction(direction: Direction3, u: Array, v: Array) -> tuple[Array, Array]:
    """Project the direction of a line in space that is seen at the point (u, v) into the picture.

    Parameters
    ----------
    direction
        Components right, up and into the picture.
    u, v
        Tangents off the optical axis, right and up; broadcast against the components.

    Returns
    -------
    tuple of Array
        Components right and up in the picture, not normalised.
    """
    x, y, z = direction
    return x - u * z, y - v * z


def local_roll(roll: Array, pitch: Array, place: Array) -> Array:
    """Return the rotation of the true vertical at one point of the picture.

    Parameters
    ----------
    roll, pitch
        Of the camera, radians, of one shape.
    place
        (2,) tangents off the optical axis, right and up.

    Returns
    -------
    Array
        Radians from -pi to pi, positive counter-clockwise in the picture, of the shape of ``roll``;
        equals ``roll`` without pitch.
    """
    x, y = project_direction(up_direction(roll, pitch), place[0], place[1])
    return np.asarray(np.arctan2(-x, y))


def _roll(roll: Array, x: Array, y: Array, z: Array) -> Direction3:
    cosine, sine = np.cos(roll), np.sin(roll)
    return cosine * x - sine * y, sine * x + cosine * y, z
