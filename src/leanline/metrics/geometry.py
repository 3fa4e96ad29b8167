"""Angles and distances between keypoints; x forward, y up."""

from __future__ import annotations

import numpy as np

from leanline.model import Array


def lean_deg(low: Array, high: Array) -> Array:
    """Compute the angle of a line to the vertical.

    Parameters
    ----------
    low, high
        (..., 2) ends of the line, x forward and y up.

    Returns
    -------
    Array
        (...) degrees from -180 to 180, positive if ``high`` is ahead of ``low``; NaN where an end
        is missing.
    """
    line = high - low
    return np.asarray(np.degrees(np.arctan2(line[..., 0], line[..., 1])))


def rise_deg(back: Array, front: Array) -> Array:
    """Compute the angle of a line to the horizontal.

    Parameters
    ----------
    back, front
        (..., 2) ends of the line, x forward and y up.

    Returns
    -------
    Array
        (...) degrees from -180 to 180, positive if ``front`` is higher than ``back``; NaN where an
        end is missing.
    """
    line = front - back
    return np.asarray(np.degrees(np.arctan2(line[..., 1], line[..., 0])))


def flexion_deg(upper: Array, joint: Array, lower: Array) -> Array:
    """Compute the flexion at a joint, which is 0 for three points on a line.

    Parameters
    ----------
    upper, joint, lower
        (..., 2) positions, such as of hip, knee and ankle.

    Returns
    -------
    Array
        (...) degrees from 0 to 180, unsigned; NaN where a point is missing.
    """
    a, b = upper - joint, lower - joint
    cross = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    along = (a * b).sum(axis=-1)
    return np.asarray(180.0 - np.degrees(np.arctan2(np.abs(cross), along)))


def ahead_of_line(point: Array, start: Array, end: Array) -> Array:
    """Compute the signed distance of a point from a line.

    Parameters
    ----------
    point
        (..., 2) position.
    start, end
        (..., 2) two different points on the line.

    Returns
    -------
    Array
        (...) in the unit of the points; for an upward line positive towards +x. NaN where a point
        is missing.
    """
    line = end - start
    away = point - start
    cross = line[..., 1] * away[..., 0] - line[..., 0] * away[..., 1]
    return np.asarray(cross / np.hypot(line[..., 0], line[..., 1]))
