"""Motion of the ground under the runner: belt, path, or unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leanline.gait.body_paths import BodyPaths
from leanline.gait.mean_stride import align_cycle, feet_paths, fold, passing_times, slow_path
from leanline.model import Array, Surface, frozen_array
from leanline.signals.filters import derivative
from leanline.skeleton import SIDES

_OVERGROUND = 0.6  # hips' speed over the scene, in running speeds
_TREADMILL = 0.3
_GRID_S = 0.0025
_MAX_PCT = 80.0
_STANCE_STRIDES = 0.12  # around mid-stance, well inside the shortest contacts


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground as it moves through the picture, in units of the pose per second.

    Parameters
    ----------
    surface
        Treadmill, overground or unknown.
    velocity
        (T,) along x; negative when the ground runs back under a runner who faces +x.
    speed
        How fast the runner runs over it; NaN when nobody runs.
    spread
        By how much the two feet disagree on that, a standard deviation.
    """

    surface: Surface
    velocity: Array
    speed: float
    spread: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "velocity", frozen_array(self.velocity))


def ground_speed(paths: BodyPaths, *, scene_shift: Array, leg_length: float) -> Ground:
    """Distinguish belt from path, and estimate the speed of the ground.

    A planted foot moves with the ground, so its speed relative to the hips is the running speed.
    If the hips pass the scene at that speed the runner is overground; if they stay in the scene, on
    a treadmill.

    Parameters
    ----------
    paths
        Of T frames.
    scene_shift
        (T,) displacement of the scene along x in the picture; zeros for a fixed camera.
    leg_length
        In the unit of the paths.

    Returns
    -------
    Ground
        On a treadmill a constant velocity from the planted feet; overground that of the scene;
        in between (a camera that moves along without seeing the scene) an unknown surface with
        the velocity of the planted feet. NaN velocity if nobody runs.
    """
    time_s, hip = paths.time_s, paths.hip
    unknown = Ground("unknown", np.full(len(time_s), np.nan), float("nan"), float("nan"))
    stride_s, mid_s = passing_times(paths, leg_length=leg_length)
    if not np.isfinite(stride_s) or not np.isfinite(hip).all(axis=1).any():
        return unknown
    hip_velocity = derivative(slow_path(hip, time_s, stride_s)[:, 0], time_s)
    feet = feet_paths(paths, hip_velocity - 1.0, stride_s)
    speeds = []
    for side in SIDES:
        if len(mid_s[side]):
            cycle = fold(feet, side, mid_s[side])
            cycle = fold(feet, side, align_cycle(feet, side, cycle, (0.0,)).mid_s)
            speeds.append(_planted_speed(cycle.velocity(_stance_grid(cycle.stride_s))))
    speed = float(np.mean(speeds))
    if not speed > 0.0:
        return unknown
    scene_velocity = derivative(_smooth_shift(scene_shift, time_s, stride_s), time_s)
    passed = float(np.median(hip_velocity - scene_velocity)) / speed
    spread = float(np.std(speeds))
    if passed > _OVERGROUND:
        return Ground("overground", scene_velocity, speed, spread)
    belt = np.full(len(time_s), float(np.mean(hip_velocity)) - speed)
    return Ground("treadmill" if abs(passed) < _TREADMILL else "unknown", belt, speed, spread)


def _stance_grid(stride_s: float) -> Array:
    return np.arange(-_STANCE_STRIDES * stride_s, _STANCE_STRIDES * stride_s, _GRID_S)


def _planted_speed(velocity: Array) -> float:
    """Backward speed of heel and toe around mid-stance; rolling over the foot only reduces it."""
    return float(np.percentile(-0.5 * (velocity[:, 0] + velocity[:, 2]), _MAX_PCT))


def _smooth_shift(shift: Array, time_s: Array, stride_s: float) -> Array:
    if not np.any(shift):
        return np.asarray(shift, dtype=np.float64)
    still = np.zeros_like(shift)
    return slow_path(np.column_stack([shift, still]), time_s, 0.3 * stride_s)[:, 0]
