"""Angles and distances between keypoints; x ahead, y up."""

from __future__ import annotations

import numpy as np

from leanline.model import Array


def lean_deg(low: Array, high: Array) -> Array:
    """Angle of the line ``low`` -> ``high`` to the vertical, positive forward, (N,) degrees.

    ``low`` and ``high`` are (N, 2).
    """
    line = high - low
    return np.asarray(np.degrees(np.arctan2(line[..., 0], line[..., 1])))


def rise_deg(back: Array, front: Array) -> Array:
    """Angle of the line ``back`` -> ``front`` to the horizontal, positive when it rises."""
    line = front - back
    return np.asarray(np.degrees(np.arctan2(line[..., 1], line[..., 0])))


def flexion_deg(upper: Array, joint: Array, lower: Array) -> Array:
    """Flexion at ``joint``: 0 when the three points lie on a line, (N,) degrees, unsigned."""
    a, b = upper - joint, lower - joint
    cross = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    along = (a * b).sum(axis=-1)
    return np.asarray(180.0 - np.degrees(np.arctan2(np.abs(cross), along)))


def ahead_of_line(point: Array, start: Array, end: Array) -> Array:
    """Signed distance of ``point`` from the line ``start`` -> ``end``, positive ahead.

    For a line that runs upward, ahead is towards +x; the unit of the points.
    """
    line = end - start
    away = point - start
    cross = line[..., 1] * away[..., 0] - line[..., 0] * away[..., 1]
    return np.asarray(cross / np.hypot(line[..., 0], line[..., 1]))
