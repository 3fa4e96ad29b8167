"""What is measured of somebody seen from behind or in front: feet, weight, hips and shoulders.

All in the picture's plane. The track is put as seen from behind, so that x is towards the
runner's own right, y up. Offsets, the hips' breadth and what stays wrong between people come
from the profile of the pose source (``FrontalModel``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.gait.frontal import MidStance, Strides
from leanline.metrics.body import centre_of_mass
from leanline.metrics.spec import STEP_METRICS
from leanline.metrics.summary import shared_part, withheld
from leanline.model import Activity, Array, Metric, PoseTrack, View
from leanline.profile import FrontalModel, PoseProfile
from leanline.reason import Reason
from leanline.signals.filters import lowpass
from leanline.skeleton import SIDES, Side

# Feet nearer to each other than this share of the hips' breadth do not tell the weight.
MIN_APART: Final = 0.3
# Over this much of a stride about the middle of a stance values are averaged.
WINDOW_STRIDES: Final = 0.05
SIZE_HZ: Final = 0.5
# Limbs and shoulders are shortest in the picture where they point at the camera: of the values
# over time those near the top tell their length.
LENGTH_PCT: Final = 90.0
FOOT: Final = ("heel", "ankle", "foot_index")
# On the mean of a step only the rear of the foot counts: the toes turn out and are hidden.
REAR_FOOT: Final = ("heel", "ankle")
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
RUNNING: Final = (
    "hip_drop_deg",
    "shoulder_tilt_deg",
    "step_width_pct",
    "crossover_pct",
    "step_width_m",
)
# Behind a console a network guesses at most of the body; of a runner whose trunk is seen less
# than this only the rhythm is measured. It is seen all the time in clips without one.
MIN_SEEN_SHARE: Final = 0.8
# What proved narrow enough on bodies left out (validation/FRONTAL.md); the rest stays rough.
PROVEN: Final = ("stance_width_pct", "weight_shift_pct", "shoulder_level_deg", "shoulder_tilt_deg")
# Nobody runs with fewer strides a second.
MIN_STRIDE_HZ: Final = 1.05


@dataclass(frozen=True)
class Plane:
    """The runner as seen from behind.

    Parameters
    ----------
    pose
        x to the runner's right, y truly up.
    roll_sd_deg
        Standard deviation of the camera's roll.
    profile
        Of the pose source.
    height_m
        Body height, if known.
    """

    pose: PoseTrack
    roll_sd_deg: float
    profile: PoseProfile
    height_m: float | None = None

    @property
    def model(self) -> FrontalModel:
        """How the pose source is read from these sides."""
        return self.profile.frontal

    def offset(self, name: str) -> float:
        """What a metric reads too much."""
        return self.model.offset.get(name, 0.0)

    def residual(self, name: str) -> float:
        """What stays wrong of a metric, a standard deviation."""
        return self.model.residual[name]


def measure_frontal(
    plane: Plane, activity: Activity, strides: Strides | None, view: View
) -> dict[str, Metric]:
    """Measure all that can be seen from behind or in front.

    Parameters
    ----------
    plane
        The runner as seen from behind.
    activity
        What they do.
    strides
        Their strides; None if they do not step.
    view
        The side that they were filmed from.

    Returns
    -------
    dict of Metric
        By id; what cannot be measured from there says why.
    """
    why = Reason(f"metric.filmed_from_{'front' if view == 'front' else 'behind'}")
    if activity == "standing":
        hidden = {name: withheld(name, why) for name in STANDING_SIDE_ONLY}
        return hidden | _with_quality(_standing(plane), plane.model)
    hidden = {name: withheld(name, why) for name in SIDE_ONLY}
    if strides is None:
        return hidden
    found = hidden | {"cadence_spm": _cadence(strides)}
    if activity != "running":
        return found
    if seen_share(plane.pose) < MIN_SEEN_SHARE:
        unseen = Reason("metric.body_hidden")
        return found | {name: withheld(name, unseen) for name in RUNNING}
    return found | _with_quality(_running(plane, strides.middles), plane.model)


def seen_share(pose: PoseTrack) -> float:
    """Share of the frames in which the trunk is seen."""
    trunk = pose.mid("shoulder") - pose.mid("hip")
    return float(np.isfinite(trunk).all(axis=1).mean())


def _with_quality(found: dict[str, Metric], model: FrontalModel) -> dict[str, Metric]:
    """Metrics that held on people left out are no longer called rough."""
    if model.breadth is None:
        return found
    return {
        name: replace(metric, quality="fair") if name in PROVEN and metric.quality else metric
        for name, metric in found.items()
    }


def tilt_deg(pose: PoseTrack, part: str) -> Array:
    """Tilt of the line from the left to the right of a part of the body.

    Parameters
    ----------
    pose
        x to the runner's right, y truly up.
    part
        Such as ``hip``.

    Returns
    -------
    array
        (T,) degrees, positive when the right side is higher.
    """
    line = pose.point(f"right_{part}") - pose.point(f"left_{part}")
    return np.asarray(np.degrees(np.arctan2(line[:, 1], line[:, 0])))


def hip_breadth(pose: PoseTrack, model: FrontalModel) -> tuple[Array, float]:
    """Distance between the hip joints; it grows with the trunk as the runner comes nearer.

    Parameters
    ----------
    pose
        As seen from behind.
    model
        Of the pose source.

    Returns
    -------
    tuple of array and float
        (T,) in the track's unit, and its standard deviation between people as a share of it.
    """
    trunk = _trunk(pose)
    if model.breadth is None:
        return np.asarray(_median(_apart(pose, "hip") / trunk) * trunk), model.breadth_sd_share
    found = model.breadth
    shoulders = shoulder_share(pose) / found.shoulder_share
    hips = hip_share(pose) / found.hip_share
    share = found.share * shoulders**found.shoulder_exponent * hips**found.hip_exponent
    return np.asarray(share * body_length(pose) * trunk), found.sd_share


def shoulder_share(pose: PoseTrack) -> float:
    """Distance of the shoulder points as a share of the body's length.

    Of a trunk that turns it is the largest, but for outliers.
    """
    return _percentile(_apart(pose, "shoulder") / _trunk(pose), LENGTH_PCT) / body_length(pose)


def hip_share(pose: PoseTrack) -> float:
    """Distance of the hip points as a share of the body's length, the median."""
    return _median(_apart(pose, "hip") / _trunk(pose)) / body_length(pose)


def _apart(pose: PoseTrack, part: str) -> Array:
    return np.asarray(
        np.linalg.norm(pose.point(f"right_{part}") - pose.point(f"left_{part}"), axis=1)
    )


def body_length(pose: PoseTrack) -> float:
    """Hip to ankle along the leg plus hip to shoulder, in trunk lengths."""
    trunk = _trunk(pose)
    legs = [_leg(pose, side) / trunk for side in SIDES]
    return 1.0 + _percentile(np.fmax(*legs), LENGTH_PCT)


def _leg(pose: PoseTrack, side: Side) -> Array:
    hip, knee, ankle = (pose.point(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
    return np.asarray(np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1))


def _trunk(pose: PoseTrack) -> Array:
    length = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    return lowpass(length, pose.time_s, cutoff_hz=SIZE_HZ)


def foot_across(pose: PoseTrack, side: Side, parts: Sequence[str] = FOOT) -> Array:
    """Where a foot is across the path: the mean of those of its parts that are seen.

    Parameters
    ----------
    pose
        x to the runner's right.
    side
        The foot.
    parts
        Keypoints without the side.

    Returns
    -------
    array
        (T,) in the track's unit; NaN where no part is seen.
    """
    places = np.array([pose.point(f"{side}_{part}")[:, 0] for part in parts])
    known = np.isfinite(places)
    total = np.where(known, places, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _standing(plane: Plane) -> dict[str, Metric]:
    pose = plane.pose
    feet = {side: foot_across(pose, side) for side in SIDES}
    apart = feet["right"] - feet["left"]
    breadth, breadth_sd = hip_breadth(pose, plane.model)
    name = "stance_width_pct"
    width = 100.0 * apart / breadth - plane.offset(name)
    sd = float(np.hypot(breadth_sd * _median(width), plane.residual(name)))
    return {
        name: _over_time(name, width, sd, shared_part(sd)),
        "weight_shift_pct": _weight(plane, apart, 0.5 * (feet["left"] + feet["right"])),
        "shoulder_level_deg": _level("shoulder_level_deg", plane, "shoulder"),
        "hip_level_deg": _level("hip_level_deg", plane, "hip"),
    }


def _weight(plane: Plane, apart: Array, middle: Array) -> Metric:
    """Centre of mass off the middle of the feet, % of their distance: 50 is over the right foot.

    A degree of roll moves it by its height times 0.017.
    """
    name, pose = "weight_shift_pct", plane.pose
    if not _median(apart / hip_breadth(pose, plane.model)[0]) > MIN_APART:
        return withheld(name, Reason("metric.feet_too_close"))
    centre = centre_of_mass(pose)
    rise = _median(centre[:, 1] - pose.mid("ankle")[:, 1]) / _median(apart)
    sd = np.hypot(plane.residual(name), 100.0 * rise * np.radians(plane.roll_sd_deg))
    shared = shared_part(plane.residual(name))
    return _over_time(name, 100.0 * (centre[:, 0] - middle) / apart, float(sd), shared)


def _level(name: str, plane: Plane, part: str) -> Metric:
    sd = plane.residual(name)
    whole = float(np.hypot(sd, plane.roll_sd_deg))
    return _over_time(name, tilt_deg(plane.pose, part), whole, shared_part(sd))


def _over_time(name: str, values: Array, sd: float, shared: float) -> Metric:
    known = values[np.isfinite(values)]
    if len(known) == 0 or not np.isfinite(sd):
        return withheld(name, Reason("metric.hips_shoulders_feet_unseen"))
    middle, half = float(np.median(known)), NORMAL_95 * sd
    interval = (middle - half, middle + half)
    spread = float(np.std(known))
    return Metric(name, middle, interval, spread, 1, quality="poor", shared_sd=shared)


def _running(plane: Plane, middles: Sequence[MidStance]) -> dict[str, Metric]:
    found = {
        "hip_drop_deg": _tilt("hip_drop_deg", plane, "hip", middles)
        if plane.model.hips_tilt
        else withheld("hip_drop_deg", Reason("metric.hips_do_not_tilt")),
        "shoulder_tilt_deg": _tilt("shoulder_tilt_deg", plane, "shoulder", middles),
    }
    name = "step_width_pct"
    breadth, breadth_sd = hip_breadth(plane.pose, plane.model)
    width = _widths(plane.pose, middles, 100.0 / breadth) - plane.offset(name)
    sd = float(np.hypot(breadth_sd * _median(width), plane.residual(name)))
    found[name] = _steps(name, middles, width, sd)
    found["crossover_pct"] = _crossover(width, sd)
    if plane.height_m is None:
        found["step_width_m"] = withheld("step_width_m", Reason("metric.scale_unknown"))
    else:
        metres = _metres(plane.pose, plane.profile.stature_share * plane.height_m)
        scale = _median(breadth * metres) / 100.0
        found["step_width_m"] = _steps("step_width_m", middles, width * scale, sd * scale)
    return found


def _metres(pose: PoseTrack, body_m: float) -> Array:
    """Metres per unit of the track, (T,), from the length of legs and trunk."""
    return np.asarray(body_m / (body_length(pose) * _trunk(pose)))


def _tilt(name: str, plane: Plane, part: str, middles: Sequence[MidStance]) -> Metric:
    """Left and right stance tilt opposite ways, so the camera's roll leaves the mean alone."""
    drops = _drops(plane.pose, part, middles) - plane.offset(name)
    return _steps(name, middles, drops, plane.residual(name))


def _drops(pose: PoseTrack, part: str, middles: Sequence[MidStance]) -> Array:
    """How much lower the side of the swinging leg is than that of the standing leg, (N,)."""
    tilt = _at(pose, tilt_deg(pose, part), middles)
    return tilt * _signs(middles)


def _widths(pose: PoseTrack, middles: Sequence[MidStance], scale: Array) -> Array:
    """Distance across from each foot's stand to the middle of its neighbours', (N,).

    Negative when the foot lands on the other side of the line of travel; times ``scale`` (T,).
    """
    feet = {side: _at(pose, foot_across(pose, side, REAR_FOOT), middles) for side in SIDES}
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
    read = np.interp(moments, pose.time_s[known], values[known]).mean(axis=1)
    middle_s = np.array([m.time_s for m in middles])
    away_s = np.abs(middle_s[:, None] - pose.time_s[known]).min(axis=1, initial=np.inf)
    return np.where(away_s < WINDOW_STRIDES * np.array([m.stride_s for m in middles]), read, np.nan)


def _steps(name: str, middles: Sequence[MidStance], values: Array, sd: float) -> Metric:
    """Mean of both sides' medians, with the spread between people and that of the steps."""
    sides = [_known(values, middles, side) for side in SIDES]
    if any(len(side) == 0 for side in sides):
        return withheld(name, Reason("metric.few_steps_of_both_feet"))
    left, right = (float(np.median(side)) for side in sides)
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
        shared_sd=shared_part(sd),
    )


def _known(values: Array, middles: Sequence[MidStance], side: Side) -> Array:
    mine = values[[m.side == side for m in middles]]
    return np.asarray(mine[np.isfinite(mine)])


def _crossover(width: Array, sd_pct: float) -> Metric:
    """Share of the steps that cross the line of travel; Wilson's interval (1927)."""
    known = width[np.isfinite(width)]
    n = len(known)
    if n < 2:
        return withheld("crossover_pct", Reason("metric.few_steps_of_both_feet"))
    # A foot that lands within its own doubt of the line may be on either side of it.
    low, high = (_wilson(known < limit) for limit in (-sd_pct, sd_pct))
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
    return _percentile(values, 50.0)


def _percentile(values: Array, percent: float) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, percent)) if len(known) else float("nan")
