"""The way along positions of a satellite receiver, and the speed on it."""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.model import Array

_EARTH_RADIUS_M: Final = 6_371_008.8  # mean radius of the WGS 84 ellipsoid
# Positions are averaged over this time before and after each: their scatter, summed from one second
# to the next, would make the way longer than it is, by a quarter at a scatter of 1.5 m.
_SMOOTH_S: Final = 2.0
# Speed is taken over this time before and after each sample.
_SPEED_S: Final = 5.0
# Longer gaps are rests, or another sport.
_MAX_GAP_S: Final = 30.0


def distance_of(time_s: Array, latitude_deg: Array, longitude_deg: Array) -> Array:
    """Return the distance covered up to each position, (N,) metres.

    Parameters
    ----------
    time_s
        (N,) seconds, increasing.
    latitude_deg, longitude_deg
        (N,) degrees north and east, NaN where unknown.

    Returns
    -------
    Array
        NaN where the position is unknown.
    """
    distance = np.full(len(time_s), np.nan)
    known = np.flatnonzero(np.isfinite(latitude_deg) & np.isfinite(longitude_deg))
    if len(known) == 0:
        return distance
    t = time_s[known]
    north, east = np.radians(latitude_deg[known]), np.unwrap(np.radians(longitude_deg[known]))
    wide = np.cos(0.5 * (north[1:] + north[:-1]))
    steps = _EARTH_RADIUS_M * np.stack([np.diff(north), wide * np.diff(east)], axis=1)
    places = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
    sums = np.concatenate([np.zeros((1, 2)), np.cumsum(places, axis=0)])
    # As far to both sides, so that the ends of each stretch stay where they are.
    ends = np.flatnonzero(np.diff(t) > _MAX_GAP_S)
    start_s, stop_s = t[np.append(0, ends + 1)], t[np.append(ends, len(t) - 1)]
    stretch = np.searchsorted(stop_s, t)
    reach_s = np.minimum(_SMOOTH_S, np.minimum(t - start_s[stretch], stop_s[stretch] - t))
    first = np.searchsorted(t, t - reach_s, side="left")
    end = np.searchsorted(t, t + reach_s, side="right")
    smooth = (sums[end] - sums[first]) / (end - first)[:, None]
    ways = np.linalg.norm(np.diff(smooth, axis=0), axis=1)
    distance[known] = np.concatenate([[0.0], np.cumsum(ways)])
    return distance


def speed_along(time_s: Array, distance_m: Array) -> Array:
    """Return the speed at each sample, (N,) m/s.

    Parameters
    ----------
    time_s
        (N,) seconds, increasing.
    distance_m
        (N,) metres covered, NaN where unknown.

    Returns
    -------
    Array
        NaN where it is unknown, as beside a long gap.
    """
    speed = np.full(len(time_s), np.nan)
    known = np.flatnonzero(np.isfinite(distance_m))
    stretches = np.split(known, np.flatnonzero(np.diff(time_s[known]) > _MAX_GAP_S) + 1)
    for stretch in stretches:
        if len(stretch) < 2:
            continue
        t, d = time_s[stretch], distance_m[stretch]
        before, after = np.maximum(t - _SPEED_S, t[0]), np.minimum(t + _SPEED_S, t[-1])
        speed[stretch] = (np.interp(after, t, d) - np.interp(before, t, d)) / (after - before)
    return speed
