"""Turning what was seen upright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leanline.model import Array, Camera, Direction, Runner
from leanline.skeleton import forward_sign


def turned(points: Array, angle_deg: float) -> Array:
    """Points (..., 2) turned counter-clockwise by ``angle_deg`` about the origin."""
    angle = np.radians(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]))


def roll_facing_x(direction: Direction | None, camera: Camera) -> float:
    """The camera's roll, degrees, as seen by a runner who was turned to face +x; 0 if unknown."""
    roll = camera.roll_deg.value
    if not np.isfinite(roll):
        return 0.0
    return forward_sign(direction) * roll


def derotated(runner: Runner, camera: Camera) -> Runner:
    """The runner over level ground: pose and scene with the true vertical along y."""
    roll = roll_facing_x(runner.direction, camera)
    pose = replace(runner.pose, xy=turned(runner.pose.xy, -roll))
    return replace(runner, pose=pose, scene_shift=turned(runner.scene_shift, -roll))
