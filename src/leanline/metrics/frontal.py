"""Metrics of the frontal plane: feet, weight, hips and shoulders, seen from the back or front.

All are measured in the plane of the picture. Tracks are mirrored to a view from the back, so x
points to the runner's own right, y up. Offsets, the breadth of the hips and the residual errors
between people come from the profile of the pose source (``FrontalModel``).
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
from leanline.registry.metrics import METRICS
from leanline.signals.filters import lowpass
from leanline.skeleton import ANKLE_AND_FOOT, SIDES, Side

# Weight shift needs feet at least this far apart, as a share of the breadth of the hips.
MIN_STANCE_WIDTH: Final = 0.3
# Values at mid-stance are means from this much before to this much after it, in strides.
HALF_WINDOW_STRIDES: Final = 0.05
# The size of the runner in the picture changes more slowly than this.
SIZE_HZ: Final = 0.5
# Limbs and shoulders look shorter as they turn towards the camera, so a high percentile over time
# is their length.
LENGTH_PCT: Final = 90.0
# Steps are located without the toes, which turn out and are hidden.
REAR_FOOT: Final = ("heel", "ankle")
# Metrics withheld in these views, of clips with steps and of standing.
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
RUNNING: Final = tuple(
    name
    for name, metric in METRICS.items()
    if metric.plane == "frontal" and metric.section != "stand"
)
# Behind the console of a treadmill, pose networks guess most of the body: if the trunk is seen in a
# smaller share of frames than this, only cadence is measured. Without a console it is always seen.
MIN_SEEN_SHARE: Final = 0.8
# Metrics precise enough on bodies left out (validation/FRONTAL.md); all others stay "poor".
PROVEN: Final = ("stance_width_pct", "weight_shift_pct", "shoulder_level_deg", "shoulder_tilt_deg")
# Running has at least this many strides per second.
MIN_STRIDE_HZ: Final = 1.05


@dataclass(frozen=True)
class Plane:
    """A person in the frontal plane, as seen from the back.

    Parameters
    ----------
    pose
        x to the person's own right, y up, camera roll removed.
    roll_sd_deg
        Standard deviation of the camera roll.
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
        """The pose source's model of these views."""
        return self.profile.frontal

    def offset(self, name: str) -> float:
        """Systematic error of a metric, to be subtracted."""
        return self.model.offset.get(name, 0.0)

    def residual(self, name: str) -> float:
        """Standard deviation of the error that a metric keeps."""
        return self.model.residual[name]


def measure_frontal(
    plane: Plane, activity: Activity, strides: Strides | None, view: View
) -> dict[str, Metric]:
    """Measure all metrics of the frontal plane.

    Parameters
    ----------
    plane
        The person as seen from the back.
    activity
        Of the person.
    strides
        Of the person; None without steps.
    view
        ``front`` or ``back``, as filmed.

    Returns
    -------
    dict of Metric
        By id; those that cannot be measured in this view carry the reason.
    """
    side_view_only = Reason(f"metric.filmed_from_{'front' if view == 'front' else 'behind'}")
    if activity == "standing":
        missing = {name: withheld(name, side_view_only) for name in STANDING_SIDE_ONLY}
        return missing | _grade(_measure_standing(plane), plane.model)
    missing = {name: withheld(name, side_view_only) for name in SIDE_ONLY}
    if strides is None:
        return missing
    metrics = missing | {"cadence_spm": _cadence(strides)}
    if activity != "running":
        return metrics
    if seen_share(plane.pose) < MIN_SEEN_SHARE:
        body_hidden = Reason("metric.body_hidden")
        return metrics | {name: withheld(name, body_hidden) for name in RUNNING}
    return metrics | _grade(_measure_running(plane, strides.middles), plane.model)


def seen_share(pose: PoseTrack) -> float:
    """Share of the frames in which the trunk is seen."""
    trunk = pose.mid("shoulder") - pose.mid("hip")
    return float(np.isfinite(trunk).all(axis=1).mean())


def _grade(metrics: dict[str, Metric], model: FrontalModel) -> dict[str, Metric]:
    """Raise the quality of proven metrics to fair if the pose source has a fitted model."""
    if model.breadth is None:
        return metrics
    return {
        name: replace(metric, quality="fair") if name in PROVEN and metric.quality else metric
        for name, metric in metrics.items()
    }


def tilt_deg(pose: PoseTrack, part: str) -> Array:
    """Tilt of the line from the left to the right joint of a pair.

    Parameters
    ----------
    pose
        As seen from the back.
    part
        The pair, such as ``hip``.

    Returns
    -------
    array
        (T,) degrees, positive if the right side is higher.
    """
    line = pose.point(f"right_{part}") - pose.point(f"left_{part}")
    return np.asarray(np.degrees(np.arctan2(line[:, 1], line[:, 0])))


def hip_breadth(pose: PoseTrack, model: FrontalModel) -> tuple[Array, float]:
    """Distance between the hip joints; like the trunk it grows as the runner comes nearer.

    Parameters
    ----------
    pose
        As seen from the back.
    model
        Of the pose source.

    Returns
    -------
    tuple of array and float
        (T,) in the track's unit, and its standard deviation between people as a share of it.
    """
    trunk = _trunk_length(pose)
    if model.breadth is None:
        return np.asarray(
            _median(_distance_between(pose, "hip") / trunk) * trunk
        ), model.breadth_sd_share
    fitted = model.breadth
    shoulders = shoulder_share(pose) / fitted.shoulder_share
    hips = hip_share(pose) / fitted.hip_share
    share = fitted.share * shoulders**fitted.shoulder_exponent * hips**fitted.hip_exponent
    return np.asarray(share * body_length(pose) * trunk), fitted.sd_share


def shoulder_share(pose: PoseTrack) -> float:
    """Distance between the shoulder points as a share of ``body_length``.

    A high percentile, as the trunk turns.
    """
    shoulders = _distance_between(pose, "shoulder") / _trunk_length(pose)
    return _percentile(shoulders, LENGTH_PCT) / body_length(pose)


def hip_share(pose: PoseTrack) -> float:
    """Median distance between the hip points as a share of ``body_length``."""
    hips = _distance_between(pose, "hip") / _trunk_length(pose)
    return _median(hips) / body_length(pose)


def _distance_between(pose: PoseTrack, part: str) -> Array:
    """Distance between the left and right joint of a pair, (T,)."""
    return np.asarray(
        np.linalg.norm(pose.point(f"right_{part}") - pose.point(f"left_{part}"), axis=1)
    )


def body_length(pose: PoseTrack) -> float:
    """Length of leg and trunk, from ankle to shoulder, in trunk lengths."""
    trunk = _trunk_length(pose)
    legs = [_leg_length(pose, side) / trunk for side in SIDES]
    return 1.0 + _percentile(np.fmax(*legs), LENGTH_PCT)


def _leg_length(pose: PoseTrack, side: Side) -> Array:
    hip, knee, ankle = (pose.point(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
    return np.asarray(np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1))


def _trunk_length(pose: PoseTrack) -> Array:
    """Length in the picture, smoothed, (T,)."""
    length = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    return lowpass(length, pose.time_s, cutoff_hz=SIZE_HZ)


def foot_across(pose: PoseTrack, side: Side, parts: Sequence[str] = ANKLE_AND_FOOT) -> Array:
    """Mediolateral position of a foot, the mean of its keypoints that are seen.

    Parameters
    ----------
    pose
        As seen from the back.
    side
        Of the foot.
    parts
        Its keypoints, without the side.

    Returns
    -------
    array
        (T,) in the track's unit; NaN where no keypoint is seen.
    """
    x = np.array([pose.point(f"{side}_{part}")[:, 0] for part in parts])
    known = np.isfinite(x)
    total = np.where(known, x, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _measure_standing(plane: Plane) -> dict[str, Metric]:
    pose = plane.pose
    feet = {side: foot_across(pose, side) for side in SIDES}
    stance_width = feet["right"] - feet["left"]
    breadth, breadth_sd_share = hip_breadth(pose, plane.model)
    name = "stance_width_pct"
    width_pct = 100.0 * stance_width / breadth - plane.offset(name)
    sd = float(np.hypot(breadth_sd_share * _median(width_pct), plane.residual(name)))
    mid_feet = 0.5 * (feet["left"] + feet["right"])
    return {
        name: _summarize_frames(name, width_pct, sd, shared_part(sd)),
        "weight_shift_pct": _weight_shift(plane, stance_width, mid_feet),
        "shoulder_level_deg": _level("shoulder_level_deg", plane, "shoulder"),
        "hip_level_deg": _level("hip_level_deg", plane, "hip"),
    }


def _weight_shift(plane: Plane, stance_width: Array, mid_feet: Array) -> Metric:
    """Centre of mass right of the middle of the feet, % of their distance; 50: over the right foot.

    Each degree of roll shifts it by 0.017 of its height.
    """
    name, pose = "weight_shift_pct", plane.pose
    if not _median(stance_width / hip_breadth(pose, plane.model)[0]) > MIN_STANCE_WIDTH:
        return withheld(name, Reason("metric.feet_too_close"))
    mass = centre_of_mass(pose)
    height = _median(mass[:, 1] - pose.mid("ankle")[:, 1]) / _median(stance_width)
    sd = np.hypot(plane.residual(name), 100.0 * height * np.radians(plane.roll_sd_deg))
    shift_pct = 100.0 * (mass[:, 0] - mid_feet) / stance_width
    return _summarize_frames(name, shift_pct, float(sd), shared_part(plane.residual(name)))


def _level(name: str, plane: Plane, part: str) -> Metric:
    residual_sd = plane.residual(name)
    sd = float(np.hypot(residual_sd, plane.roll_sd_deg))
    return _summarize_frames(name, tilt_deg(plane.pose, part), sd, shared_part(residual_sd))


def _summarize_frames(name: str, values: Array, sd: float, shared_sd: float) -> Metric:
    """Median over the frames."""
    known = values[np.isfinite(values)]
    if len(known) == 0 or not np.isfinite(sd):
        return withheld(name, Reason("metric.hips_shoulders_feet_unseen"))
    median, half_width = float(np.median(known)), NORMAL_95 * sd
    ci95 = (median - half_width, median + half_width)
    spread = float(np.std(known))
    return Metric(name, median, ci95, spread, 1, quality="poor", shared_sd=shared_sd)


def _measure_running(plane: Plane, middles: Sequence[MidStance]) -> dict[str, Metric]:
    metrics = {
        "hip_drop_deg": _drop("hip_drop_deg", plane, "hip", middles)
        if plane.model.hips_tilt
        else withheld("hip_drop_deg", Reason("metric.hips_do_not_tilt")),
        "shoulder_tilt_deg": _drop("shoulder_tilt_deg", plane, "shoulder", middles),
    }
    name = "step_width_pct"
    breadth, breadth_sd_share = hip_breadth(plane.pose, plane.model)
    width_pct = _step_widths(plane.pose, middles, 100.0 / breadth) - plane.offset(name)
    sd_pct = float(np.hypot(breadth_sd_share * _median(width_pct), plane.residual(name)))
    metrics[name] = _summarize_steps(name, middles, width_pct, sd_pct)
    metrics["crossover_pct"] = _crossover(width_pct, sd_pct)
    name = "step_width_m"
    if plane.height_m is None:
        metrics[name] = withheld(name, Reason("metric.scale_unknown"))
    else:
        scale = _metres_per_unit(plane.pose, plane.profile.stature_share * plane.height_m)
        m_per_pct = _median(breadth * scale) / 100.0
        metrics[name] = _summarize_steps(name, middles, width_pct * m_per_pct, sd_pct * m_per_pct)
    return metrics


def _metres_per_unit(pose: PoseTrack, body_length_m: float) -> Array:
    """Metres per unit of the track, (T,), from the length of leg and trunk."""
    return np.asarray(body_length_m / (body_length(pose) * _trunk_length(pose)))


def _drop(name: str, plane: Plane, part: str, middles: Sequence[MidStance]) -> Metric:
    """Drop of the swing side; its sign alternates between steps, so camera roll averages out."""
    drops_deg = _drops_deg(plane.pose, part, middles) - plane.offset(name)
    return _summarize_steps(name, middles, drops_deg, plane.residual(name))


def _drops_deg(pose: PoseTrack, part: str, middles: Sequence[MidStance]) -> Array:
    """Tilt towards the side of the swing leg at each mid-stance, (N,)."""
    tilts_deg = _mean_at(pose, tilt_deg(pose, part), middles)
    return tilts_deg * _outward_signs(middles)


def _step_widths(pose: PoseTrack, middles: Sequence[MidStance], scale: Array) -> Array:
    """Mediolateral distance of each foot from the mean of the steps before and after it, (N,).

    Negative if the foot lands across the line of travel; multiplied by ``scale``, (T,).
    """
    feet = {side: _mean_at(pose, foot_across(pose, side, REAR_FOOT), middles) for side in SIDES}
    x = np.array([feet[middle.side][step] for step, middle in enumerate(middles)])
    to_the_right = np.full(len(middles), np.nan)
    if len(middles) > 2:
        to_the_right[1:-1] = x[1:-1] - 0.5 * (x[:-2] + x[2:])
    return to_the_right * _outward_signs(middles) * _mean_at(pose, scale, middles)


def _outward_signs(middles: Sequence[MidStance]) -> Array:
    """Direction of x from the middle of the body to the stance foot, (N,)."""
    return np.array([1.0 if middle.side == "right" else -1.0 for middle in middles])


def _mean_at(pose: PoseTrack, values: Array, middles: Sequence[MidStance]) -> Array:
    """Means of (T,) values around each mid-stance, (N,); NaN if none is known so near to it."""
    known = np.isfinite(values)
    if known.sum() < 2:
        return np.full(len(middles), np.nan)
    lags = np.linspace(-HALF_WINDOW_STRIDES, HALF_WINDOW_STRIDES, 5)
    sampled_s = np.array([m.time_s + m.stride_s * lags for m in middles]).reshape(-1, 5)
    means = np.interp(sampled_s, pose.time_s[known], values[known]).mean(axis=1)
    middles_s = np.array([m.time_s for m in middles])
    half_window_s = HALF_WINDOW_STRIDES * np.array([m.stride_s for m in middles])
    gap_s = np.abs(middles_s[:, None] - pose.time_s[known]).min(axis=1, initial=np.inf)
    return np.where(gap_s < half_window_s, means, np.nan)


def _summarize_steps(name: str, middles: Sequence[MidStance], values: Array, sd: float) -> Metric:
    """Mean of the medians of left and right; the interval covers ``sd`` and the steps' spread."""
    by_side = [_known_of_side(values, middles, side) for side in SIDES]
    if any(len(one) == 0 for one in by_side):
        return withheld(name, Reason("metric.few_steps_of_both_feet"))
    left, right = (float(np.median(one)) for one in by_side)
    residuals = np.concatenate([one - one.mean() for one in by_side])
    spread = float(np.std(residuals, ddof=2)) if len(residuals) > 2 else float("nan")
    standard_error = 0.0 if not np.isfinite(spread) else spread / np.sqrt(len(residuals))
    half_width = NORMAL_95 * float(np.hypot(sd, standard_error))
    mean = 0.5 * (left + right)
    return Metric(
        name,
        mean,
        (mean - half_width, mean + half_width),
        spread if np.isfinite(spread) else None,
        len(residuals),
        left,
        right,
        quality="poor",
        shared_sd=shared_part(sd),
    )


def _known_of_side(values: Array, middles: Sequence[MidStance], side: Side) -> Array:
    of_side = values[[middle.side == side for middle in middles]]
    return np.asarray(of_side[np.isfinite(of_side)])


def _crossover(width_pct: Array, sd_pct: float) -> Metric:
    """Share of the steps that cross the line of travel, with Wilson's interval (1927)."""
    known = width_pct[np.isfinite(width_pct)]
    n = len(known)
    if n < 2:
        return withheld("crossover_pct", Reason("metric.few_steps_of_both_feet"))
    # A foot within its standard deviation of the line of travel may be on either side of it.
    low, high = (_wilson_pct(known < limit) for limit in (-sd_pct, sd_pct))
    share = float(np.mean(known < 0.0))
    return Metric("crossover_pct", 100.0 * share, (low[0], high[1]), n=n, quality="poor")


def _wilson_pct(crosses: Iterable[bool] | Array) -> tuple[float, float]:
    hits = np.asarray(crosses)
    n, p, z2 = len(hits), float(np.mean(hits)), NORMAL_95**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half_width = float(NORMAL_95 / (1 + z2 / n) * np.sqrt(p * (1 - p) / n + z2 / (4 * n**2)))
    return 100.0 * max(0.0, centre - half_width), 100.0 * min(1.0, centre + half_width)


def _cadence(strides: Strides) -> Metric:
    if strides.runs and strides.stride_hz < MIN_STRIDE_HZ:
        return withheld("cadence_spm", SLOWED)
    spm = 120.0 * strides.stride_hz
    n = max(len(strides.middles) - 1, 1)
    # Time from the first to the last mid-stance, each with a standard deviation of 20 ms.
    half_width = NORMAL_95 * 2.0**0.5 * 0.020 * spm**2 / 60.0 / n
    return Metric("cadence_spm", spm, (spm - half_width, spm + half_width), n=n, quality="fair")


def _median(values: Array) -> float:
    return _percentile(values, 50.0)


def _percentile(values: Array, percent: float) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, percent)) if len(known) else float("nan")
