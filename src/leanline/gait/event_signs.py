"""Signs of initial contact and toe-off in the mean stride of one leg.

No single sign of ground contact has the same delay in every runner, frame rate and strike: a foot
that has stopped, a heel that has risen and a knee at its straightest each err differently. All
signs are read off the same mean stride and combined in ``gait.events``.

Sources: speed of the foot over the ground, pilot on a force-plate treadmill (docs, methods);
furthest forward ankle, Zeni, Richards & Higginson 2008; peak knee extension at toe-off, Dingwell et
al. 2001 (5 ms in Fellin et al. 2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.gait.body_paths import BodyPaths
from leanline.gait.mean_stride import Cycle, Series, mean_series, slow_path
from leanline.model import Array
from leanline.skeleton import Side

GRID_S: Final = 0.0025
# Search windows in strides from passing, when the other foot swings past.
CONTACT_WINDOW: Final = (-0.40, -0.02)
TOE_OFF_WINDOW: Final = (0.04, 0.42)
LOADING_WINDOW: Final = (-0.35, 0.0)
FLAT_WINDOW: Final = (-0.10, 0.06)
# A foot faster over the ground than this, in running speeds, is certainly in the air.
SWINGING: Final = 1.2
# Thresholds: speeds over the ground in running speeds, rise of the heel in hip heights, pitch of
# the foot in degrees from flat. Low thresholds are lost in the jitter of a planted foot's
# keypoints; high ones are crossed too far from the event.
FORWARD_SPEED, FOOT_SPEED, HEEL_SPEED = 0.6, 0.7, 0.7
TOE_SPEED, LEAVING_SPEED, HEEL_RISE, FOOT_PITCH_DEG = 0.3, 0.5, 0.15, -30.0
# A sign further than this from the median of the others was misread; in runners with known events
# they have a standard deviation of 10 ms.
MAX_APART_S: Final = 0.05
# Maximum relative deviation of a planted foot's apparent speed from the ground's.
PLANTED_RANGE: Final = 0.12
# Position of the trunk's centre of mass between hips (0) and shoulders (1).
TRUNK_MASS_HEIGHT: Final = 0.45


@dataclass(frozen=True, eq=False)
class LegMotion:
    """Mean stride of one leg on a grid of moments; NaN where the parts were not seen.

    Parameters
    ----------
    grid_s
        (G,) seconds from passing.
    stride_s
        Time of a stride, seconds.
    velocity
        (G, 4) of heel x, y and toe x, y relative to the body, in running speeds.
    heel_rise
        (G,) above its place on the flat foot, in heights of the hips.
    pitch_deg
        (G,) of the foot from flat, toes up positive.
    knee_deg
        (G,) knee flexion.
    ankle_ahead
        (G,) of the ankle ahead of the body.
    trunk_speed
        (G,) upward speed of the trunk.
    """

    grid_s: Array
    stride_s: float
    velocity: Array
    heel_rise: Array
    pitch_deg: Array
    knee_deg: Array
    ankle_ahead: Array
    trunk_speed: Array

    def between(self, strides: tuple[float, float]) -> NDArray[np.intp]:
        """Return grid indices within a range of strides from passing."""
        low, high = strides[0] * self.stride_s, strides[1] * self.stride_s
        return np.flatnonzero((self.grid_s >= low) & (self.grid_s <= high))


def leg_motion(paths: BodyPaths, side: Side, cycle: Cycle) -> LegMotion:
    """Mean stride of a leg whose strides ``cycle`` has aligned.

    Parameters
    ----------
    paths
        Of T frames.
    side
        The leg.
    cycle
        Its mean stride, strides aligned.

    Returns
    -------
    LegMotion
        On an even grid over the stride.
    """
    grid = np.arange(-0.5, 0.5, GRID_S / cycle.stride_s) * cycle.stride_s
    path = cycle.path(grid)
    body = _body_series(paths, side, cycle)
    values, slopes = body.path(grid), body.velocity(grid)
    flat = (grid >= FLAT_WINDOW[0] * cycle.stride_s) & (grid <= FLAT_WINDOW[1] * cycle.stride_s)
    floor = float(np.percentile(path[flat, 1], 20))
    foot_deg = values[:, 2]
    return LegMotion(
        grid_s=grid,
        stride_s=cycle.stride_s,
        velocity=cycle.velocity(grid),
        heel_rise=(path[:, 1] - floor) / abs(floor),
        pitch_deg=foot_deg - float(np.median(foot_deg[flat])),
        knee_deg=values[:, 0] - values[:, 1],
        ankle_ahead=values[:, 3],
        trunk_speed=slopes[:, 4],
    )


def _body_series(paths: BodyPaths, side: Side, cycle: Cycle) -> Series:
    """Mean series of thigh and shank from vertical, foot from horizontal, ankle and trunk."""
    thigh = _segment_deg(paths.hip, paths.knee[side])
    shank = _segment_deg(paths.knee[side], paths.ankle[side])
    foot = paths.toe[side] - paths.heel[side]
    foot_deg = np.degrees(np.arctan2(foot[:, 1], foot[:, 0]))
    slow = slow_path(paths.hip, paths.time_s, cycle.stride_s)
    trunk = paths.hip[:, 1] - slow[:, 1]
    if np.isfinite(paths.shoulder).all(axis=1).any():
        slow_shoulder = slow_path(paths.shoulder, paths.time_s, cycle.stride_s)[:, 1]
        rise = paths.shoulder[:, 1] - slow_shoulder
        trunk = (1.0 - TRUNK_MASS_HEIGHT) * trunk + TRUNK_MASS_HEIGHT * rise
    ankle = paths.ankle[side][:, 0] - slow[:, 0]
    return mean_series(
        paths.time_s, np.stack([thigh, shank, foot_deg, ankle, trunk], axis=1), cycle
    )


def _segment_deg(upper: Array, lower: Array) -> Array:
    line = lower - upper
    return np.asarray(np.degrees(np.arctan2(line[:, 0], -line[:, 1])))


def contact_signs(motion: LegMotion, planted: float) -> dict[str, float]:
    """Return the time of each sign of initial contact, seconds from passing; NaN if missing.

    ``planted`` is the speed, in running speeds, at which the foot goes back with the ground.

    Parameters
    ----------
    motion
        Mean stride of the leg.
    planted
        Speed at which the foot goes back with the ground, in running speeds.

    Returns
    -------
    dict of str to float
        By the name of the sign.
    """
    window = motion.between(CONTACT_WINDOW)
    velocity = motion.velocity[window] + np.array([planted, 0.0, planted, 0.0])
    velocity = velocity / planted
    forward = 0.5 * (velocity[:, 0] + velocity[:, 2])
    foot = 0.5 * np.hypot(velocity[:, 0] + velocity[:, 2], velocity[:, 1] + velocity[:, 3])
    heel = np.hypot(velocity[:, 0], velocity[:, 1])
    swinging = np.flatnonzero(forward > SWINGING)
    landing = slice(swinging[-1] if len(swinging) else 0, None)
    grid = motion.grid_s[window]
    ahead = motion.between((-0.35, -0.02))
    loading = motion.between(LOADING_WINDOW)
    return {
        "forward_speed": first_below(grid[landing], forward[landing], FORWARD_SPEED),
        "foot_speed": first_below(grid[landing], foot[landing], FOOT_SPEED),
        "heel_speed": first_below(grid[landing], heel[landing], HEEL_SPEED),
        "ankle_farthest_ahead": lowest_at(motion.grid_s[ahead], -motion.ankle_ahead[ahead]),
        "trunk_falls_fastest": lowest_at(motion.grid_s[loading], motion.trunk_speed[loading]),
    }


def toe_off_signs(motion: LegMotion, planted: float) -> dict[str, float]:
    """Return the time of each sign of toe-off, seconds from passing; NaN if missing.

    Speeds are followed backwards from swing into stance, because the keypoints of a planted foot
    jitter too much to show the start of the movement.

    Parameters
    ----------
    motion
        Mean stride of the leg.
    planted
        Speed at which the foot goes back with the ground, in running speeds.

    Returns
    -------
    dict of str to float
        By the name of the sign.
    """
    window = motion.between(TOE_OFF_WINDOW)
    velocity = motion.velocity[window] + np.array([planted, 0.0, planted, 0.0])
    velocity = velocity / planted
    forward = 0.5 * (velocity[:, 0] + velocity[:, 2])
    foot = 0.5 * np.hypot(velocity[:, 0] + velocity[:, 2], velocity[:, 1] + velocity[:, 3])
    toe = np.hypot(velocity[:, 2], velocity[:, 3])
    swinging = np.flatnonzero(forward > SWINGING)
    back = slice(swinging[0] if len(swinging) else None, None, -1)
    grid = motion.grid_s[window]
    swing = motion.between((0.04, 0.45))
    return {
        "toe_speed": first_below(grid[back], toe[back], TOE_SPEED),
        "foot_speed": first_below(grid[back], foot[back], LEAVING_SPEED),
        "heel_rise": first_below(grid, -motion.heel_rise[window], -HEEL_RISE),
        "foot_pitch": first_below(grid, motion.pitch_deg[window], FOOT_PITCH_DEG),
        "knee_straightest": lowest_at(motion.grid_s[swing], motion.knee_deg[swing]),
    }


def combine_signs(signs: Mapping[str, float], late_s: Mapping[str, float]) -> float:
    """Combine the signs: the mean of their times, each minus its known delay.

    Signs that are missing, of which nothing is known, or that are far from the middle of the
    others do not count; NaN when none is left.

    Parameters
    ----------
    signs
        Seconds from passing by the name of the sign; NaN where it is missing.
    late_s
        Typical delay of each sign for this pose source, seconds; negative if early.

    Returns
    -------
    float
        Seconds from passing.
    """
    moments = np.array([signs[name] - late_s[name] for name in late_s])
    moments = moments[np.isfinite(moments)]
    if len(moments) == 0:
        return float("nan")
    near = np.abs(moments - np.median(moments)) <= MAX_APART_S
    return float(np.mean(moments[near])) if near.any() else float(np.median(moments))


def planted_speed(motion: LegMotion, contact_s: float, toe_off_s: float) -> float:
    """Return the apparent backward speed of the planted foot, in running speeds.

    The near foot moves faster in the picture than the far one, and ground speed is only
    approximate, so the speed is measured at the foot itself, within ``PLANTED_RANGE``.

    Parameters
    ----------
    motion
        Mean stride of the leg.
    contact_s, toe_off_s
        The events as far as they are known, seconds from passing.

    Returns
    -------
    float
        About 1.
    """
    length = toe_off_s - contact_s
    grid = motion.grid_s
    flat = (grid > contact_s + 0.25 * length) & (grid < contact_s + 0.65 * length)
    if not flat.any():
        return 1.0
    seen = -float(np.median(0.5 * (motion.velocity[flat, 0] + motion.velocity[flat, 2])))
    return float(np.clip(seen, 1.0 - PLANTED_RANGE, 1.0 + PLANTED_RANGE))


def first_below(grid: Array, values: Array, level: float) -> float:
    """Return the first interpolated position at which the values fall to the level.

    NaN when they never do.

    Parameters
    ----------
    grid
        (N,) rising or falling.
    values
        (N,) any unit.
    level
        In the same unit.

    Returns
    -------
    float
        In the unit of ``grid``.
    """
    above = values > level
    falls = np.flatnonzero(above[:-1] & ~above[1:])
    if len(falls) == 0:
        return float("nan")
    before = falls[0]
    share = (values[before] - level) / (values[before] - values[before + 1])
    return float(grid[before] + share * (grid[before + 1] - grid[before]))


def lowest_at(grid: Array, values: Array) -> float:
    """Where the values are lowest; NaN when they are not known.

    Parameters
    ----------
    grid
        (N,) evenly spaced.
    values
        (N,) any unit.

    Returns
    -------
    float
        In the unit of ``grid``.
    """
    return float(grid[np.argmin(values)]) if np.isfinite(values).all() else float("nan")
