"""What is measured of somebody seen from behind or in front: feet, weight, hips and shoulders.

All in the picture's plane. The track is put as seen from behind, so that x is towards the
runner's own right, y up. No clip with known joints was at hand from these sides: the spreads
below are what is feared, not what was found, and every metric is called rough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.gait.frontal import MidStance, Strides
from leanline.metrics.body import centre_of_mass
from leanline.metrics.spec import STEP_METRICS
from leanline.metrics.summary import withheld
from leanline.model import Activity, Array, Metric, PoseTrack, View
from leanline.reason import Reason
from leanline.signals.filters import lowpass
from leanline.skeleton import SIDES, Side

# Feared standard deviations: hips' breadth by keypoints (a share), a foot's place (% of hip
# breadth), the centre of mass between the feet (% of their distance), a line's tilt (degrees).
BREADTH_SHARE: Final = 0.12
FOOT_PCT: Final = 10.0
SHIFT_PCT: Final = 6.0
TILT_DEG: Final = 1.5
# Feet nearer to each other than this share of the hips' breadth do not tell the weight.
MIN_APART: Final = 0.3
# Hip to shoulder as a share of stature (Drillis & Contini 1966, in Winter 2009).
TRUNK_SHARE: Final = 0.288
# Over this much of a stride about the middle of a stance values are averaged.
WINDOW_STRIDES: Final = 0.05
SIZE_HZ: Final = 0.5
SIDE_ONLY: Final = (
    *STEP_METRICS,
    "lean_sway_deg",
    "foot_strike",
    "landing_distance_m",
    "vertical_oscillation_m",
    "step_length_m",
    "speed_mps",
)
STANDING_SIDE_ONLY: Final = ("stand_lean_deg", "stand_straightness_deg", "stand_break", "hold_s")
SLOWED: Final = Reason("metric.perhaps_slow_motion")
# Nobody runs with fewer strides a second.
MIN_STRIDE_HZ: Final = 1.05


@dataclass(frozen=True)
class Plane:
    """The runner as seen from behind.

    ``pose`` x to the runner's right, y truly up; ``roll_sd_deg`` how well up is known;
    ``height_m`` the body height, if known.
    """

    pose: PoseTrack
    roll_sd_deg: float
    height_m: float | None = None


def measure_frontal(
    plane: Plane, activity: Activity, strides: Strides | None, view: View
) -> dict[str, Metric]:
    """All that can be measured from behind or in front; the rest says why not."""
    why = Reason(f"metric.filmed_from_{'front' if view == 'front' else 'behind'}")
    if activity == "standing":
        return {name: withheld(name, why) for name in STANDING_SIDE_ONLY} | _standing(plane)
    hidden = {name: withheld(name, why) for name in SIDE_ONLY}
    if strides is None:
        return hidden
    found = hidden | {"cadence_spm": _cadence(strides)}
    return found | _running(plane, strides.middles) if activity == "running" else found


def tilt_deg(pose: PoseTrack, part: str) -> Array:
    """Tilt of the line from left to right, positive when the right side is higher, (T,)."""
    line = pose.point(f"right_{part}") - pose.point(f"left_{part}")
    return np.asarray(np.degrees(np.arctan2(line[:, 1], line[:, 0])))


def hip_breadth(pose: PoseTrack) -> Array:
    """Distance of the hips, (T,), in the track's unit.

    The breadth itself is foreshortened by every turn of the pelvis, so it rides on the
    trunk's length, of which it is a steady share.
    """
    trunk = _trunk(pose)
    breadth = np.linalg.norm(pose.point("right_hip") - pose.point("left_hip"), axis=1)
    return np.asarray(_median(breadth / trunk) * trunk)


def _trunk(pose: PoseTrack) -> Array:
    length = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    return lowpass(length, pose.time_s, cutoff_hz=SIZE_HZ)


def foot_across(pose: PoseTrack, side: Side) -> Array:
    """Where a foot stands across, the middle of what is seen of heel, ankle and toe, (T,)."""
    parts = np.array([pose.point(f"{side}_{p}")[:, 0] for p in ("heel", "ankle", "foot_index")])
    known = np.isfinite(parts)
    total = np.where(known, parts, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _standing(plane: Plane) -> dict[str, Metric]:
    pose = plane.pose
    feet = {side: foot_across(pose, side) for side in SIDES}
    apart = feet["right"] - feet["left"]
    width = 100.0 * apart / hip_breadth(pose)
    return {
        "stance_width_pct": _over_time(
            "stance_width_pct", width, np.hypot(BREADTH_SHARE * _median(width), FOOT_PCT)
        ),
        "weight_shift_pct": _weight(plane, apart, 0.5 * (feet["left"] + feet["right"])),
        "shoulder_level_deg": _level("shoulder_level_deg", plane, "shoulder"),
        "hip_level_deg": _level("hip_level_deg", plane, "hip"),
    }


def _weight(plane: Plane, apart: Array, middle: Array) -> Metric:
    """Centre of mass off the middle of the feet, % of their distance: 50 is over the right foot.

    A degree of roll moves it by its height times 0.017.
    """
    name, pose = "weight_shift_pct", plane.pose
    if not _median(apart / hip_breadth(pose)) > MIN_APART:
        return withheld(name, Reason("metric.feet_too_close"))
    centre = centre_of_mass(pose)
    rise = _median(centre[:, 1] - pose.mid("ankle")[:, 1]) / _median(apart)
    sd = np.hypot(SHIFT_PCT, 100.0 * rise * np.radians(plane.roll_sd_deg))
    return _over_time(name, 100.0 * (centre[:, 0] - middle) / apart, sd)


def _level(name: str, plane: Plane, part: str) -> Metric:
    return _over_time(name, tilt_deg(plane.pose, part), np.hypot(TILT_DEG, plane.roll_sd_deg))


def _over_time(name: str, values: Array, sd: float) -> Metric:
    known = values[np.isfinite(values)]
    if len(known) == 0 or not np.isfinite(sd):
        return withheld(name, Reason("metric.hips_shoulders_feet_unseen"))
    middle, half = float(np.median(known)), NORMAL_95 * float(sd)
    interval = (middle - half, middle + half)
    return Metric(name, middle, interval, float(np.std(known)), 1, quality="poor")


def _running(plane: Plane, middles: Sequence[MidStance]) -> dict[str, Metric]:
    pose = plane.pose
    found = {
        # Left and right stance tilt opposite ways, so the camera's roll leaves the mean alone.
        name: _steps(name, middles, _drops(pose, part, middles), TILT_DEG)
        for name, part in (("hip_drop_deg", "hip"), ("shoulder_tilt_deg", "shoulder"))
    }
    breadth = hip_breadth(pose)
    width = _widths(pose, middles, 100.0 / breadth)
    found["step_width_pct"] = _steps("step_width_pct", middles, width, FOOT_PCT)
    found["crossover_pct"] = _crossover(width)
    if plane.height_m is None:
        found["step_width_m"] = withheld("step_width_m", Reason("metric.scale_unknown"))
    else:
        metres = TRUNK_SHARE * plane.height_m / _trunk(pose)
        sd = FOOT_PCT / 100.0 * _median(breadth * metres)
        found["step_width_m"] = _steps("step_width_m", middles, _widths(pose, middles, metres), sd)
    return found


def _drops(pose: PoseTrack, part: str, middles: Sequence[MidStance]) -> Array:
    """How much lower the side of the swinging leg is than that of the standing leg, (N,)."""
    tilt = _at(pose, tilt_deg(pose, part), middles)
    return tilt * _signs(middles)


def _widths(pose: PoseTrack, middles: Sequence[MidStance], scale: Array) -> Array:
    """Distance across from each foot's stand to the middle of its neighbours', (N,).

    Negative when the foot lands on the other side of the line of travel; times ``scale`` (T,).
    """
    feet = {side: _at(pose, foot_across(pose, side), middles) for side in SIDES}
    across = np.array([feet[m.side][k] for k, m in enumerate(middles)])
    width = np.full(len(middles), np.nan)
    if len(middles) > 2:
        width[1:-1] = across[1:-1] - 0.5 * (across[:-2] + across[2:])
    return width * _signs(middles) * _at(pose, scale, middles)


def _signs(middles: Sequence[MidStance]) -> Array:
    return np.array([1.0 if m.side == "right" else -1.0 for m in middles])


def _at(pose: PoseTrack, values: Array, middles: Sequence[MidStance]) -> Array:
    """Means of (T,) values about the middles of the stances, (N,); NaN where not seen."""
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(middles), np.nan)
    reach = np.linspace(-WINDOW_STRIDES, WINDOW_STRIDES, 5)
    moments = np.array([m.time_s + m.stride_s * reach for m in middles]).reshape(-1, 5)
    read = np.interp(moments, pose.time_s[known], values[known])
    return np.asarray(read.mean(axis=1))


def _steps(name: str, middles: Sequence[MidStance], values: Array, sd: float) -> Metric:
    """Mean of both sides' means, with the feared spread and that of the steps."""
    sides = [_known(values, middles, side) for side in SIDES]
    if any(len(side) == 0 for side in sides):
        return withheld(name, Reason("metric.few_steps_of_both_feet"))
    left, right = (float(np.mean(side)) for side in sides)
    rest = np.concatenate([side - side.mean() for side in sides])
    spread = float(np.std(rest, ddof=2)) if len(rest) > 2 else float("nan")
    noise = 0.0 if not np.isfinite(spread) else spread / np.sqrt(len(rest))
    half = NORMAL_95 * float(np.hypot(sd, noise))
    middle = 0.5 * (left + right)
    return Metric(
        name,
        middle,
        (middle - half, middle + half),
        spread if np.isfinite(spread) else None,
        len(rest),
        left,
        right,
        quality="poor",
    )


def _known(values: Array, middles: Sequence[MidStance], side: Side) -> Array:
    mine = values[[m.side == side for m in middles]]
    return np.asarray(mine[np.isfinite(mine)])


def _crossover(width: Array) -> Metric:
    """Share of the steps that cross the line of travel; Wilson's interval (1927)."""
    known = width[np.isfinite(width)]
    n = len(known)
    if n < 2:
        return withheld("crossover_pct", Reason("metric.few_steps_of_both_feet"))
    # A foot that lands within its own doubt of the line may be on either side of it.
    low, high = (_wilson(known < limit) for limit in (-FOOT_PCT, FOOT_PCT))
    share = float(np.mean(known < 0.0))
    return Metric("crossover_pct", 100.0 * share, (low[0], high[1]), n=n, quality="poor")


def _wilson(hits: Iterable[bool] | Array) -> tuple[float, float]:
    hit = np.asarray(hits)
    n, p, z2 = len(hit), float(np.mean(hit)), NORMAL_95**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_95 / (1 + z2 / n) * np.sqrt(p * (1 - p) / n + z2 / (4 * n**2))
    return 100.0 * max(0.0, middle - float(half)), 100.0 * min(1.0, middle + float(half))


def _cadence(strides: Strides) -> Metric:
    if strides.runs and strides.stride_hz < MIN_STRIDE_HZ:
        return withheld("cadence_spm", SLOWED)
    value = 120.0 * strides.stride_hz
    n = max(len(strides.middles) - 1, 1)
    # The first to the last middle of a stance over the steps between, each right to some 20 ms.
    half = NORMAL_95 * 2.0**0.5 * 0.020 * value**2 / 60.0 / n
    return Metric("cadence_spm", value, (value - half, value + half), n=n, quality="fair")


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
