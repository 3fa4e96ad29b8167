"""Rotation of coordinates to make the vertical upright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leanline.model import Array, Camera, Direction, Runner
from leanline.skeleton import forward_sign


def rotate(points: Array, angle_deg: float) -> Array:
    """Rotate points (..., 2) counter-clockwise by ``angle_deg`` about the origin."""
    angle = np.radians(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def roll_facing_x(direction: Direction | None, camera: Camera) -> float:
    """Return the camera's roll in degrees for a runner mirrored to face +x; 0 if unknown."""
    roll = camera.roll_deg.value
    if not np.isfinite(roll):
        return 0.0
    return forward_sign(direction) * roll


def derotate(runner: Runner, camera: Camera) -> Runner:
    """Rotate pose and scene motion so that the true vertical is along y."""
    roll = roll_facing_x(runner.direction, camera)
    pose = replace(runner.pose, xy=rotate(runner.pose.xy, -roll))
    return replace(runner, pose=pose, scene_shift=rotate(runner.scene_shift, -roll))
