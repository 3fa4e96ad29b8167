"""Scenes of straight lines whose camera is known, as segments in a picture."""

from __future__ import annotations

import numpy as np

from leanline.model import Array, SceneEvidence
from leanline.video.lens import Lens

LENS = Lens(1280, 720)


def room(
    roll_deg: float,
    pitch_deg: float = 0.0,
    yaw_deg: float = 0.0,
    *,
    uprights: int = 14,
    levels: int = 14,
    clutter: int = 20,
    noise_px: float = 0.5,
    seed: int = 0,
) -> SceneEvidence:
    """Uprights and levels of a wall 5 m away, seen by a turned camera, amid clutter."""
    rng = np.random.default_rng(seed)
    start = np.column_stack(
        [rng.uniform(-2.5, 2.5, uprights + levels), rng.uniform(-1.2, 1.2, uprights + levels)]
    )
    step = np.zeros_like(start)
    step[:uprights, 1] = rng.uniform(0.4, 1.2, uprights)
    step[uprights:, 0] = rng.uniform(0.4, 1.2, levels)
    ends = [seen(points, roll_deg, pitch_deg, yaw_deg) for points in (start, start + step)]
    segments = np.hstack(ends) + rng.normal(0.0, noise_px, (len(start), 4))
    return SceneEvidence((np.vstack([segments, scattered(clutter, seed)]),))


def scattered(count: int, seed: int = 0) -> Array:
    """Segments in any direction, (count, 4)."""
    rng = np.random.default_rng(seed + 1000)
    middle = rng.uniform(0.0, 1.0, (count, 2)) * (LENS.width_px, LENS.height_px)
    turn, half = rng.uniform(0.0, np.pi, count), rng.uniform(10.0, 30.0, count)
    reach = half[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    return np.hstack([middle - reach, middle + reach])


def seen(wall: Array, roll_deg: float, pitch_deg: float, yaw_deg: float) -> Array:
    """Pixels (N, 2), y up, of points (N, 2) in metres on a wall 5 m ahead.

    Written out as one rotation after the other: the camera's own formulas are not used.
    """
    roll, pitch, yaw = np.radians([roll_deg, pitch_deg, yaw_deg])
    x, y, z = wall[:, 0], wall[:, 1], np.zeros(len(wall))
    x, z = x * np.cos(yaw) - z * np.sin(yaw), x * np.sin(yaw) + z * np.cos(yaw) + 5.0
    y, z = y * np.cos(pitch) - z * np.sin(pitch), y * np.sin(pitch) + z * np.cos(pitch)
    x, y = x * np.cos(roll) - y * np.sin(roll), x * np.sin(roll) + y * np.cos(roll)
    centre = np.array([LENS.width_px, LENS.height_px]) / 2.0
    return np.asarray(np.column_stack([x, y]) / z[:, None] * LENS.focal_px + centre)
