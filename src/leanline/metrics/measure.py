"""All metrics of one clip."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from leanline.camera.derotate import roll_facing_x
from leanline.confidence import NORMAL_95
from leanline.gait.analyse import Gait
from leanline.metrics.sampling import Sampler
from leanline.metrics.spec import STEP_METRICS
from leanline.metrics.steps import measure_steps
from leanline.metrics.summary import ErrorSources, quality, step_weights, summarise, withheld
from leanline.metrics.timing_uncertainty import clock_doubt, event_sd_s
from leanline.model import Array, Camera, Estimate, Metric, PoseTrack, Runner, Step
from leanline.profile import PoseProfile
from leanline.reason import Reason
from leanline.registry.bands import MIDFOOT_STRIKE
from leanline.runner.keypoint_noise import CLEAR_TIMES, noise_ratio
from leanline.skeleton import SIDES

STRIKE = "foot_strike_angle_deg"
# A strike is named when it is this likely, and called rough below the second: of runners left out
# of the fit nine in ten were named at the first, 95 % of them rightly.
STRIKE_PROBABILITY, STRIKE_CERTAIN = 0.65, 0.975
# The shoe's lower edge is not read any more where keypoints scatter farther than in clear clips,
# or where the legs are taken for each other in so many frames: it was wrong by 20
# degrees and more there.
SOLE_SWAPS = 0.25
# What hangs on the head, and the share of frames without it from which it is not measured: a
# bounce was 35 of 70 mm where it was lost in half of them.
WITH_HEAD, HEAD_LOST = ("vertical_oscillation_pct", "head_offset_pct"), 0.1
NO_SCALE = Reason("metric.scale_unknown")
NO_STEPS = Reason("metric.too_few_steps")
UNKNOWN = Reason("metric.unknown")


@dataclass(frozen=True)
class Measured:
    """The metrics by id, and the steps behind them."""

    metrics: dict[str, Metric]
    steps: tuple[Step, ...]


def measure(
    runner: Runner, gait: Gait, camera: Camera, profile: PoseProfile, speed_mps: float | None
) -> Measured:
    """Everything that a clip of a gait allows to be measured; the rest says why not."""
    roll = roll_facing_x(runner.direction, camera)
    sampler = Sampler(runner.pose, roll, runner.leg_length, profile, runner.sole_deg)
    roll_sd = _half_width(camera.roll_deg) / NORMAL_95
    if gait.activity == "walking":
        return Measured(_walking(gait), ())
    read = measure_steps(gait.contacts, sampler)
    rate_hz = 1.0 / float(np.median(np.diff(runner.pose.time_s)))
    unclear = noise_ratio(runner.scatter, profile.noise)
    clip = ErrorSources(
        rate_hz,
        roll_sd,
        profile.residual,
        _along_sd(camera),
        unclear,
        clock_doubt(gait.contacts, read, sampler, event_sd_s(profile.timing, rate_hz)),
    )
    hidden = _hidden(runner, unclear)
    steps = _without(_less_offsets(read, profile.offset), hidden)
    weights = step_weights(steps, runner.pose.time_s, runner.slant)
    metrics = {name: _one(name, runner.pose, steps, clip, weights) for name in STEP_METRICS}
    metrics["cadence_spm"] = _cadence(gait)
    metrics |= {name: withheld(name, why) for name, why in hidden.items()}
    metrics[STRIKE] = _of_near_foot(metrics[STRIKE], runner, steps, clip)
    metrics["foot_strike"] = _strike(metrics[STRIKE])
    metrics["lean_sway_deg"] = _sway(metrics["lean_body_deg"])
    metrics |= _symmetry(metrics)
    metrics |= _metric_lengths(metrics, sampler.stature, camera.metres_per_px)
    metrics |= _travel(metrics, runner, gait, camera, speed_mps)
    return Measured(metrics, steps)


def _less_offsets(steps: tuple[Step, ...], offset: Mapping[str, float]) -> tuple[Step, ...]:
    """The steps with what the pose source reads too much taken off."""
    return tuple(
        replace(
            step,
            values={name: value - offset.get(name, 0.0) for name, value in step.values.items()},
        )
        for step in steps
    )


def _along_sd(camera: Camera) -> float:
    """How well lengths along the path are known, as a share: 1 / cos(yaw) to first order."""
    if camera.yaw_deg is None:
        return 0.0
    sd = np.radians(_half_width(camera.yaw_deg) / NORMAL_95)
    return float(sd * np.hypot(np.tan(np.radians(camera.yaw_deg.value)), sd / 2.0**0.5))


def _half_width(estimate: Estimate) -> float:
    return 0.5 * (estimate.ci95[1] - estimate.ci95[0])


def _one(
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
    # The mean step time is the first to the last contact over the steps between, each contact
    # right to some 10 ms.
    half = NORMAL_95 * 2.0**0.5 * 0.010 * rate.value_spm**2 / 60.0 / max(n, 1)
    return Metric(
        "cadence_spm",
        rate.value_spm,
        (rate.value_spm - half, rate.value_spm + half),
        sd,
        n,
        quality=quality(n, False, np.inf),
    )


def _hidden(runner: Runner, unclear: float) -> dict[str, Reason]:
    """The metrics of what the picture does not show well enough, and why."""
    shoes, head = _soles_unread(runner, unclear), _head_leaves(runner.raw)
    return ({STRIKE: shoes} if shoes else {}) | (dict.fromkeys(WITH_HEAD, head) if head else {})


def _soles_unread(runner: Runner, unclear: float) -> Reason | None:
    """Why the soles cannot be read, where the source reads them off the shoe's edge."""
    if runner.sole_deg is None:
        return None
    if unclear > CLEAR_TIMES:
        return Reason("metric.shoes_unclear")
    if runner.swapped_frames > SOLE_SWAPS * len(runner.raw.time_s):
        return Reason("metric.legs_confused")
    return None


def _head_leaves(raw: PoseTrack) -> Reason | None:
    """Why the bounce cannot be measured where a head that leaves the picture is part of it.

    While it is in, the network holds it and the shoulders down below the picture's edge.
    """
    if not all(raw.has(f"{side}_ear") for side in SIDES):
        return None
    body = np.isfinite(raw.mid("hip")).all(axis=1)
    ears = [np.isfinite(raw.point(f"{side}_ear")).all(axis=1) for side in SIDES]
    lost = body & ~ears[0] & ~ears[1]
    if lost.sum() <= HEAD_LOST * body.sum():
        return None
    return Reason("metric.head_out_of_picture")


def _without(steps: tuple[Step, ...], names: Collection[str]) -> tuple[Step, ...]:
    gone = dict.fromkeys(names, np.nan)
    return tuple(replace(step, values={**step.values, **gone}) for step in steps) if gone else steps


def _of_near_foot(
    angle: Metric, runner: Runner, steps: Sequence[Step], clip: ErrorSources
) -> Metric:
    """The strike angle of the foot towards the camera alone, where soles are seen.

    The far one is read too flat by twice as much (Mo et al. 2025 find 5.1 against 2.9 degrees
    by hand); it stays beside it as the other side's.
    """
    near = [step for step in steps if step.side == runner.near]
    if runner.sole_deg is None or not near or angle.value is None:
        return angle
    alone = summarise(angle.id, near, clip)
    return angle if alone.value is None else replace(alone, left=angle.left, right=angle.right)


def _strike(angle: Metric) -> Metric:
    if not isinstance(angle.value, float):
        return withheld("foot_strike", angle.why or Reason("metric.strike_angle_missing"))
    low, high = angle.ci95 or (angle.value, angle.value)
    sd = max((high - low) / (2.0 * NORMAL_95), 1e-9)
    below_fore, below_rear = (
        NormalDist(angle.value, sd).cdf(border)
        for border in (MIDFOOT_STRIKE.low, MIDFOOT_STRIKE.high)
    )
    likely = {"fore": below_fore, "mid": below_rear - below_fore, "rear": 1.0 - below_rear}
    kind = max(likely, key=lambda name: likely[name])
    if likely[kind] < STRIKE_PROBABILITY:
        return withheld("foot_strike", Reason("metric.strike_ambiguous"))
    sure = likely[kind] >= STRIKE_CERTAIN
    return Metric("foot_strike", kind, n=angle.n, quality=angle.quality if sure else "poor")


def _sway(lean: Metric) -> Metric:
    if lean.sd is None or lean.n < 3:
        return withheld("lean_sway_deg", Reason("metric.three_steps_needed"))
    from scipy.stats import chi2

    free = lean.n - 1
    low, high = (float(lean.sd * np.sqrt(free / chi2.ppf(p, free))) for p in (0.975, 0.025))
    return Metric("lean_sway_deg", lean.sd, (low, high), n=lean.n, quality=lean.quality)


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
        half = 100.0 * 2.0 * NORMAL_95 * STEP_METRICS[source].residual / middle
        found[name] = Metric(name, value, (value - half, value + half), n=metric.n, quality="poor")
    return found


def _metric_lengths(
    metrics: dict[str, Metric], stature: float, scale: Estimate | None
) -> dict[str, Metric]:
    """Percent of height as metres, where the scale is known."""
    height = stature / 100.0
    found = {}
    for source in ("landing_distance_pct", "vertical_oscillation_pct"):
        name = source.replace("_pct", "_m")
        metric = metrics[source]
        if scale is None or metric.value is None:
            found[name] = withheld(name, NO_SCALE if scale is None else metric.why or UNKNOWN)
        else:
            found[name] = _scaled(name, metric, scale, height)
    return found


def _scaled(name: str, metric: Metric, scale: Estimate, unit: float) -> Metric:
    """A metric times ``unit`` times the scale, with the scale's own interval in it."""
    factor = scale.value * unit
    value = float(metric.value or 0.0) * factor
    low, high = metric.ci95 or (0.0, 0.0)
    half = np.hypot(0.5 * (high - low) * factor, abs(value) * _half_width(scale) / scale.value)
    sd, left, right = (
        None if part is None else part * factor for part in (metric.sd, metric.left, metric.right)
    )
    interval = (value - float(half), value + float(half))
    return Metric(name, value, interval, sd, metric.n, left, right, metric.quality)


def _travel(
    metrics: dict[str, Metric],
    runner: Runner,
    gait: Gait,
    camera: Camera,
    speed_mps: float | None,
) -> dict[str, Metric]:
    """Speed and step length: given for a treadmill, else from the ground and the scale."""
    cadence = metrics["cadence_spm"].value
    speed = _speed(runner, gait, camera, speed_mps)
    if not isinstance(speed.value, float) or not isinstance(cadence, float):
        why = speed.why or metrics["cadence_spm"].why or UNKNOWN
        return {"speed_mps": speed, "step_length_m": withheld("step_length_m", why)}
    length, low, high = (60.0 * v / cadence for v in (speed.value, *(speed.ci95 or (0.0, 0.0))))
    step = Metric("step_length_m", length, (low, high), n=speed.n, quality=speed.quality)
    return {"speed_mps": speed, "step_length_m": step}


def _speed(runner: Runner, gait: Gait, camera: Camera, speed_mps: float | None) -> Metric:
    if speed_mps is not None:
        return Metric("speed_mps", speed_mps, (speed_mps, speed_mps), n=1, quality="good")
    scale, units = camera.metres_per_px, _speed_units(runner, gait)
    if scale is None or not np.isfinite(units):
        return withheld("speed_mps", NO_SCALE)
    value = units * scale.value
    # Feet on a belt are seen to move with it only so well; hips over the scene far better.
    seen = gait.ground.spread / units if gait.ground.surface != "overground" else 0.01
    seen = NORMAL_95 * float(np.hypot(max(seen, 0.01), _along_sd(camera)))
    half = value * float(np.hypot(seen, _half_width(scale) / scale.value))
    interval = (value - half, value + half)
    return Metric("speed_mps", value, interval, n=len(gait.contacts), quality="fair")


def _speed_units(runner: Runner, gait: Gait) -> float:
    """Running speed in units of the track: of the hips past the scene, or of the belt."""
    if gait.ground.surface != "overground":
        return gait.ground.speed
    path = runner.pose.mid("hip")[:, 0] - runner.scene_shift[:, 0]
    known = np.isfinite(path)
    return float(np.polyfit(runner.pose.time_s[known], path[known], 1)[0])
