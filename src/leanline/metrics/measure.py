"""Measurement of all metrics of one clip."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from leanline.camera.derotate import roll_facing_x
from leanline.confidence import NORMAL_95, interval_half_width, interval_sd
from leanline.gait.analyse import Gait
from leanline.metrics.plausible import withhold_implausible
from leanline.metrics.sampling import Sampler
from leanline.metrics.spec import STEP_METRICS
from leanline.metrics.steps import measure_steps
from leanline.metrics.summary import (
    ErrorSources,
    quality,
    shared_part,
    step_weights,
    summarise,
    withheld,
)
from leanline.metrics.timing_uncertainty import event_sd_s, timing_sd
from leanline.model import Array, Camera, Estimate, Metric, PoseTrack, Runner, Step
from leanline.profile import PoseProfile
from leanline.reason import Reason
from leanline.registry.bands import MIDFOOT_STRIKE
from leanline.runner.keypoint_noise import CLEAR_TIMES, noise_ratio
from leanline.skeleton import SIDES

STRIKE = "foot_strike_angle_deg"
# Probabilities at which a strike is named at all and at which it is not called rough: of runners
# left out of the fit nine in ten were named at the first, 95 % of them correctly.
STRIKE_PROBABILITY, STRIKE_CERTAIN = 0.65, 0.975
# The sole's edge is not used if keypoints are noisier than in clear clips, or if this share of the
# frames has swapped legs: it was wrong by 20 degrees and more there.
SOLE_SWAPS = 0.25
# Metrics that depend on the head, and the share of frames without it above which they are withheld:
# vertical oscillation was off by 35 of 70 mm when it was missing in half of them.
WITH_HEAD, HEAD_LOST = ("vertical_oscillation_pct", "head_offset_pct"), 0.1
NO_SCALE = Reason("metric.scale_unknown")
NO_STEPS = Reason("metric.too_few_steps")
UNKNOWN = Reason("metric.unknown")


@dataclass(frozen=True)
class ClipMetrics:
    """The metrics of one clip, and the steps behind them.

    Parameters
    ----------
    metrics
        By id, including those that were withheld.
    steps
        In order of time.
    """

    metrics: dict[str, Metric]
    steps: tuple[Step, ...]


def measure_clip(
    runner: Runner, gait: Gait, camera: Camera, profile: PoseProfile, speed_mps: float | None
) -> ClipMetrics:
    """Measure everything that a clip of a gait allows; the rest is withheld with a reason.

    Parameters
    ----------
    runner
        Facing +x, seen from the side, in real time.
    gait
        Activity, ground and contacts of the same runner.
    camera
        Its roll is corrected for; with a scale there are also lengths in metres and the speed.
    profile
        Of the pose source: systematic offsets and errors of each metric.
    speed_mps
        Speed of the treadmill, metres per second; None if unknown.

    Returns
    -------
    ClipMetrics
        For walking only the cadence is measured, and there are no steps.
    """
    roll = roll_facing_x(runner.direction, camera)
    sampler = Sampler(runner.pose, roll, runner.leg_length, profile, runner.sole_deg)
    roll_sd = interval_sd(camera.roll_deg.ci95)
    if gait.activity == "walking":
        return ClipMetrics(withhold_implausible(_walking(gait)), ())
    raw_steps = measure_steps(gait.contacts, sampler)
    rate_hz = 1.0 / float(np.median(np.diff(runner.pose.time_s)))
    unclear = noise_ratio(runner.scatter, profile.noise)
    clip = ErrorSources(
        rate_hz,
        roll_sd,
        profile.residual,
        _along_sd(camera),
        unclear,
        timing_sd(gait.contacts, raw_steps, sampler, event_sd_s(profile.timing, rate_hz)),
    )
    hidden = _hidden(runner, profile, unclear)
    steps = _hide(_subtract_offsets(raw_steps, profile.offset), hidden)
    weights = step_weights(steps, runner.pose.time_s, runner.slant)
    metrics = {name: _step_metric(name, runner.pose, steps, clip, weights) for name in STEP_METRICS}
    metrics["cadence_spm"] = _cadence(gait)
    metrics |= {name: withheld(name, why) for name, why in hidden.items()}
    metrics[STRIKE] = _use_near_foot(metrics[STRIKE], runner, steps, clip)
    metrics["foot_strike"] = _classify_strike(metrics[STRIKE])
    metrics["lean_sway_deg"] = _sway(metrics["lean_body_deg"])
    metrics |= _symmetry(metrics)
    metrics |= _metric_lengths(metrics, sampler.stature, camera.metres_per_px)
    metrics |= _travel(metrics, runner, gait, camera, speed_mps)
    return ClipMetrics(withhold_implausible(metrics), steps)


def _subtract_offsets(steps: tuple[Step, ...], offset: Mapping[str, float]) -> tuple[Step, ...]:
    """Subtract the pose source's systematic offsets."""
    return tuple(
        replace(
            step,
            values={name: value - offset.get(name, 0.0) for name, value in step.values.items()},
        )
        for step in steps
    )


def _along_sd(camera: Camera) -> float:
    """Return the relative error of lengths along the path: 1 / cos(yaw) to first order."""
    if camera.yaw_deg is None:
        return 0.0
    sd = np.radians(interval_sd(camera.yaw_deg.ci95))
    return float(sd * np.hypot(np.tan(np.radians(camera.yaw_deg.value)), sd / 2.0**0.5))


def _step_metric(
    name: str, pose: PoseTrack, steps: Sequence[Step], clip: ErrorSources, weights: Array
) -> Metric:
    missing = [point for point in STEP_METRICS[name].needs if not pose.has(point)]
    if missing:
        parts = sorted({point.partition("_")[2] for point in missing})
        return withheld(name, Reason("metric.points_missing", {"parts": tuple(parts)}))
    return summarise(name, steps, clip, weights)


def _walking(gait: Gait) -> dict[str, Metric]:
    why = Reason("metric.walking")
    return {name: withheld(name, why) for name in STEP_METRICS} | {"cadence_spm": _cadence(gait)}


def _cadence(gait: Gait) -> Metric:
    rate = gait.cadence
    if not np.isfinite(rate.value_spm):
        return withheld("cadence_spm", rate.why or NO_STEPS)
    n = len(rate.step_times_s)
    sd = float(np.std(60.0 / rate.step_times_s, ddof=1)) if n > 1 else None
    # The mean step time is the time from the first to the last contact over the steps between, each
    # contact accurate to about 10 ms.
    half = NORMAL_95 * 2.0**0.5 * 0.010 * rate.value_spm**2 / 60.0 / max(n, 1)
    return Metric(
        "cadence_spm",
        rate.value_spm,
        (rate.value_spm - half, rate.value_spm + half),
        sd,
        n,
        quality=quality(n, False, np.inf),
        shared_sd=0.0,
    )


def _hidden(runner: Runner, profile: PoseProfile, unclear: float) -> dict[str, Reason]:
    """Return the metrics that the picture does not show well enough, and why."""
    shoes, head = _soles_unread(runner, unclear), _head_leaves(runner.raw)
    if profile.finished and profile.sole is not None and runner.sole_deg is None:
        shoes = Reason("metric.shoes_not_exported")
    return ({STRIKE: shoes} if shoes else {}) | (dict.fromkeys(WITH_HEAD, head) if head else {})


def _soles_unread(runner: Runner, unclear: float) -> Reason | None:
    """Return why soles cannot be read, for sources that read them off the shoe's edge."""
    if runner.sole_deg is None:
        return None
    if unclear > CLEAR_TIMES:
        return Reason("metric.shoes_unclear")
    if runner.swapped_frames > SOLE_SWAPS * len(runner.raw.time_s):
        return Reason("metric.legs_confused")
    return None


def _head_leaves(raw: PoseTrack) -> Reason | None:
    """Return why vertical oscillation cannot be measured if the head leaves the picture.

    Near the edge, networks keep head and shoulders below it.
    """
    if not all(raw.has(f"{side}_ear") for side in SIDES):
        return None
    body = np.isfinite(raw.mid("hip")).all(axis=1)
    ears = [np.isfinite(raw.point(f"{side}_ear")).all(axis=1) for side in SIDES]
    lost = body & ~ears[0] & ~ears[1]
    if lost.sum() <= HEAD_LOST * body.sum():
        return None
    return Reason("metric.head_out_of_picture")


def _hide(steps: tuple[Step, ...], names: Collection[str]) -> tuple[Step, ...]:
    hidden = dict.fromkeys(names, np.nan)
    return (
        tuple(replace(step, values={**step.values, **hidden}) for step in steps)
        if hidden
        else steps
    )


def _use_near_foot(
    angle: Metric, runner: Runner, steps: Sequence[Step], clip: ErrorSources
) -> Metric:
    """Use the strike angle of the near foot alone if soles are seen.

    The far one reads too flat by twice as much (Mo et al. 2025 find 5.1 against 2.9 degrees by
    hand); it remains as the value of its side.
    """
    near = [step for step in steps if step.side == runner.near]
    if runner.sole_deg is None or not near or angle.value is None:
        return angle
    alone = summarise(angle.id, near, clip)
    return angle if alone.value is None else replace(alone, left=angle.left, right=angle.right)


def _classify_strike(angle: Metric) -> Metric:
    if not isinstance(angle.value, float):
        return withheld("foot_strike", angle.why or Reason("metric.strike_angle_missing"))
    sd = max(interval_sd(angle.ci95 or (angle.value, angle.value)), 1e-9)
    below_fore, below_rear = (
        NormalDist(angle.value, sd).cdf(border)
        for border in (MIDFOOT_STRIKE.low, MIDFOOT_STRIKE.high)
    )
    probabilities = {"fore": below_fore, "mid": below_rear - below_fore, "rear": 1.0 - below_rear}
    kind = max(probabilities, key=lambda name: probabilities[name])
    if probabilities[kind] < STRIKE_PROBABILITY:
        return withheld("foot_strike", Reason("metric.strike_ambiguous"))
    sure = probabilities[kind] >= STRIKE_CERTAIN
    return Metric("foot_strike", kind, n=angle.n, quality=angle.quality if sure else "poor")


def _sway(lean: Metric) -> Metric:
    if lean.sd is None or lean.n < 3:
        return withheld("lean_sway_deg", Reason("metric.three_steps_needed"))
    from scipy.stats import chi2

    free = lean.n - 1
    low, high = (float(lean.sd * np.sqrt(free / chi2.ppf(p, free))) for p in (0.975, 0.025))
    return Metric(
        "lean_sway_deg", lean.sd, (low, high), n=lean.n, quality=lean.quality, shared_sd=0.0
    )


def _symmetry(metrics: dict[str, Metric]) -> dict[str, Metric]:
    """Left against right, 100 (L - R) / mean; the far leg is seen less well."""
    found = {}
    for source in ("step_time_s", "contact_time_s"):
        name, metric = f"symmetry_{source.removesuffix('_s')}_pct", metrics[source]
        if metric.left is None or metric.right is None:
            found[name] = withheld(name, Reason("metric.both_sides_needed"))
            continue
        middle = 0.5 * (metric.left + metric.right)
        value = 100.0 * (metric.left - metric.right) / middle
        sd = 100.0 * 2.0 * STEP_METRICS[source].residual / middle
        half = NORMAL_95 * sd
        found[name] = Metric(
            name,
            value,
            (value - half, value + half),
            n=metric.n,
            quality="poor",
            shared_sd=shared_part(sd),
        )
    return found


def _metric_lengths(
    metrics: dict[str, Metric], stature: float, scale: Estimate | None
) -> dict[str, Metric]:
    """Convert percent of height to metres if the scale is known."""
    height = stature / 100.0
    found = {}
    for source in ("landing_distance_pct", "vertical_oscillation_pct"):
        name = source.replace("_pct", "_m")
        metric = metrics[source]
        if scale is None or metric.value is None:
            found[name] = withheld(name, NO_SCALE if scale is None else metric.why or UNKNOWN)
        else:
            found[name] = _scale_metric(name, metric, scale, height)
    return found


def _scale_metric(name: str, metric: Metric, scale: Estimate, unit: float) -> Metric:
    """Multiply a metric by ``unit`` and the scale, including the scale's uncertainty."""
    factor = scale.value * unit
    value = float(metric.value or 0.0) * factor
    own = interval_half_width(metric.ci95 or (0.0, 0.0)) * factor
    by_scale = abs(value) * interval_half_width(scale.ci95) / scale.value
    half = np.hypot(own, by_scale)
    # The same height is given for every clip, and is as wrong in each.
    shared = np.hypot((metric.shared_sd or 0.0) * factor, by_scale / NORMAL_95)
    sd, left, right = (
        None if part is None else part * factor for part in (metric.sd, metric.left, metric.right)
    )
    interval = (value - float(half), value + float(half))
    return Metric(
        name,
        value,
        interval,
        sd,
        metric.n,
        left,
        right,
        metric.quality,
        sdc95=None if metric.sdc95 is None else metric.sdc95 * factor,
        shared_sd=float(shared),
    )


def _travel(
    metrics: dict[str, Metric],
    runner: Runner,
    gait: Gait,
    camera: Camera,
    speed_mps: float | None,
) -> dict[str, Metric]:
    """Measure speed and step length: given for a treadmill, else from ground and scale."""
    cadence = metrics["cadence_spm"].value
    speed = _speed(runner, gait, camera, speed_mps)
    if not isinstance(speed.value, float) or not isinstance(cadence, float):
        why = speed.why or metrics["cadence_spm"].why or UNKNOWN
        return {"speed_mps": speed, "step_length_m": withheld("step_length_m", why)}
    length, low, high = (60.0 * v / cadence for v in (speed.value, *(speed.ci95 or (0.0, 0.0))))
    shared = 60.0 * (speed.shared_sd or 0.0) / cadence
    step = Metric(
        "step_length_m", length, (low, high), n=speed.n, quality=speed.quality, shared_sd=shared
    )
    return {"speed_mps": speed, "step_length_m": step}


def _speed(runner: Runner, gait: Gait, camera: Camera, speed_mps: float | None) -> Metric:
    if speed_mps is not None:
        given = (speed_mps, speed_mps)
        return Metric("speed_mps", speed_mps, given, n=1, quality="good", shared_sd=0.0)
    scale, units = camera.metres_per_px, _speed_units(runner, gait)
    if scale is None or not np.isfinite(units):
        return withheld("speed_mps", NO_SCALE)
    value = units * scale.value
    # The speed of feet on a belt is known less accurately than that of the hips over the scene.
    seen = gait.ground.spread / units if gait.ground.surface != "overground" else 0.01
    seen = NORMAL_95 * float(np.hypot(max(seen, 0.01), _along_sd(camera)))
    by_scale = interval_half_width(scale.ci95) / scale.value
    half = value * float(np.hypot(seen, by_scale))
    return Metric(
        "speed_mps",
        value,
        (value - half, value + half),
        n=len(gait.contacts),
        quality="fair",
        shared_sd=value * by_scale / NORMAL_95,
    )


def _speed_units(runner: Runner, gait: Gait) -> float:
    """Running speed in units of the track: of the hips past the scene, or of the belt."""
    if gait.ground.surface != "overground":
        return gait.ground.speed
    path = runner.pose.mid("hip")[:, 0] - runner.scene_shift[:, 0]
    known = np.isfinite(path)
    return float(np.polyfit(runner.pose.time_s[known], path[known], 1)[0])
