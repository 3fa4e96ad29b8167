"""Angles and distances between keypoints; x forward, y up."""

from __future__ import annotations

import numpy as np

from leanline.model import Array


def lean_deg(low: Array, high: Array) -> Array:
    """Return the angle of the line ``low`` -> ``high`` to the vertical, positive forward, (N,) deg.

    ``low`` and ``high`` are (N, 2).
    """
    line = high - low
    return np.asarray(np.degrees(np.arctan2(line[..., 0], line[..., 1])))


def rise_deg(back: Array, front: Array) -> Array:
    """Return the angle of ``back`` -> ``front`` to the horizontal, deg, positive when rising."""
    line = front - back
    return np.asarray(np.degrees(np.arctan2(line[..., 1], line[..., 0])))


def flexion_deg(upper: Array, joint: Array, lower: Array) -> Array:
    """Return the flexion at ``joint``, (N,) degrees, unsigned; 0 for three points on a line."""
    a, b = upper - joint, lower - joint
    cross = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    along = (a * b).sum(axis=-1)
    return np.asarray(180.0 - np.degrees(np.arctan2(np.abs(cross), along)))


def ahead_of_line(point: Array, start: Array, end: Array) -> Array:
    """Return the signed distance of ``point`` from the line ``start`` -> ``end``, positive ahead.

    For an upward line, ahead is towards +x; in the unit of the points.
    """
    line = end - start
    away = point - start
    cross = line[..., 1] * away[..., 0] - line[..., 0] * away[..., 1]
    return np.asarray(cross / np.hypot(line[..., 0], line[..., 1]))
