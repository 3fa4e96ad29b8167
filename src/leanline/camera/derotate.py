"""Rotation of coordinates to make the vertical upright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leanline.model import Array, Camera, Direction, Runner
from leanline.skeleton import forward_sign


def rotate(points: Array, angle_deg: float) -> Array:
    """Rotate points counter-clockwise about the origin.

    Parameters
    ----------
    points
        (..., 2), x right and y up.
    angle_deg
        Degrees, positive counter-clockwise.

    Returns
    -------
    Array
        Same shape and unit.
    """
    angle = np.radians(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def roll_facing_x(direction: Direction | None, camera: Camera) -> float:
    """Return the camera's roll for a runner who was mirrored to face +x.

    Parameters
    ----------
    direction
        Direction the runner faces in the picture; None for a track that is not mirrored.
    camera
        With the roll as the photographer sees it.

    Returns
    -------
    float
        Degrees, counter-clockwise rotation of the true vertical in the runner's axes; 0 if the roll
        is unknown.
    """
    roll = camera.roll_deg.value
    if not np.isfinite(roll):
        return 0.0
    return forward_sign(direction) * roll


def derotate(runner: Runner, camera: Camera) -> Runner:
    """Rotate pose and scene motion so that the true vertical is along y.

    Parameters
    ----------
    runner
        Facing +x, in the axes of the picture.
    camera
        With the roll to correct for.

    Returns
    -------
    Runner
        With ``pose`` and ``scene_shift`` rotated; ``raw``, ``seen`` and all else are unchanged.
    """
    roll = roll_facing_x(runner.direction, camera)
    pose = replace(runner.pose, xy=rotate(runner.pose.xy, -roll))
    return replace(runner, pose=pose, scene_shift=rotate(runner.scene_shift, -roll))
