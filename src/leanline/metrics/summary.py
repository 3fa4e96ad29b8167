"""Aggregation of step values into one metric with interval and quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.metrics.spec import STEP_METRICS
from leanline.model import Array, Metric, MetricQuality, Step
from leanline.reason import Reason
from leanline.runner.keypoint_noise import CLEAR_TIMES
from leanline.skeleton import SIDES

# Steps for a stable mean: 6 to 7 a side (Dingenen et al. 2018); twice that is called good.
GOOD_STEPS = 14
FAIR_STEPS = 7
# Events of one frame at 60 Hz are accurate to about 10 ms; below, timed metrics are downgraded.
GOOD_RATE_HZ = 50.0
# Keypoint noise relative to clear clips above which values are poor (fair from ``CLEAR_TIMES`` on).
POOR_TIMES = 2.5
# Autocorrelation cannot be estimated from fewer steps.
MIN_FOR_MEMORY = 10
# Parts of the errors of keypoints and event times that change from clip to clip with clothes,
# light, camera and pace; the rest belongs to the runner, in every clip alike. With 0.5, 94 to 100 %
# of pairs of clips of one body differ by less than the smallest detectable change in every lean,
# bend and offset, but 80 to 91 % in what depends on the moment of contact, where the clips of a
# body share 5 to 49 % of the variance of their errors (validation/DECISIONS.md, bodies left out).
CHANGING = 0.5
CHANGING_AT_CONTACT = 0.85
# Off-perpendicular angle at which near and far foot appear displaced by one degree of leg lean (10
# cm nearer or farther than the body), as much as steps vary.
SLANT_DEG = 10.0


@dataclass(frozen=True)
class ErrorSources:
    """Sources of error of a clip and its pose source.

    Parameters
    ----------
    rate_hz
        Frames per second.
    roll_sd_deg
        Standard deviation of the camera's roll, degrees.
    residual
        Standard deviation of the pose source's error between people, by metric, in its unit.
    along_sd
        Relative standard deviation of lengths along the path, which yaw foreshortens.
    unclear
        Keypoint noise relative to clear clips, at least 1; the residual grows with it.
    clock
        Standard deviation of each metric due to the uncertain times of events, in its unit.
    """

    rate_hz: float
    roll_sd_deg: float
    residual: Mapping[str, float]
    along_sd: float = 0.0
    unclear: float = 1.0
    clock: Mapping[str, float] = field(default_factory=dict)


def step_weights(steps: Sequence[Step], time_s: Array, slant: Array | None) -> Array:
    """Weight the steps: perpendicular views count more than oblique ones.

    Parameters
    ----------
    steps
        N of them.
    time_s
        (T,) strictly rising, in the steps' time.
    slant
        (T,) tangent of the angle off perpendicular; None if constant.

    Returns
    -------
    Array
        (N,) above 0, at most 1.
    """
    if slant is None:
        return np.ones(len(steps))
    middle = np.array([0.5 * (step.contact_s + step.toe_off_s) for step in steps])
    off = np.interp(middle, time_s, slant) / np.tan(np.radians(SLANT_DEG))
    return np.asarray(1.0 / (1.0 + off**2))


def summarise(
    name: str, steps: Sequence[Step], clip: ErrorSources, weights: Array | None = None
) -> Metric:
    """Aggregate one metric over all steps: mean, spread, both sides, 95 % interval, quality.

    Parameters
    ----------
    name
        Id of the metric.
    steps
        N of them; those without a value are left out.
    clip
        Sources of error.
    weights
        (N,) for metrics measured along the path; None for equal weights.

    Returns
    -------
    Metric
        Mean of both sides' means; withheld if no step has a value.
    """
    spec = STEP_METRICS[name]
    weights = weights if weights is not None and spec.along else np.ones(len(steps))
    values = np.array([step.values.get(name, np.nan) for step in steps], dtype=np.float64)
    known = np.isfinite(values)
    n = int(known.sum())
    if n == 0:
        return withheld(name, Reason("metric.not_seen"))
    mean = _balanced_mean(values, weights, steps)
    sd = _spread(values, steps)
    errors = _errors(name, values[known], weights[known], clip)
    half = NORMAL_95 * errors.whole
    return Metric(
        id=name,
        value=mean,
        ci95=(mean - half, mean + half),
        sd=sd,
        n=n,
        left=_side_mean(values, weights, steps, "left"),
        right=_side_mean(values, weights, steps, "right"),
        quality=quality(n, spec.timed, clip.rate_hz, clip.unclear),
        sdc95=max(errors.smallest_change, spec.change),
        shared_sd=errors.shared,
    )


def withheld(name: str, why: Reason) -> Metric:
    """Return a metric that was not measured, with the reason.

    Parameters
    ----------
    name
        Id of the metric.
    why
        Its code begins with ``metric.``.

    Returns
    -------
    Metric
        Without a value.
    """
    return Metric(id=name, value=None, why=why)


@dataclass(frozen=True)
class Errors:
    """Standard errors of a mean by origin, in the metric's unit.

    Parameters
    ----------
    steps
        From the variation between steps.
    keypoints
        From the pose source's error between people.
    attitude
        From roll and yaw of the camera together.
    clock
        From the times of events.
    changing
        Share of the errors of keypoints and clock that changes from clip to clip, 0 to 1.
    """

    steps: float
    keypoints: float
    attitude: float
    clock: float
    changing: float = CHANGING

    @property
    def whole(self) -> float:
        """All combined."""
        return float(np.hypot(np.hypot(self.steps, self.keypoints), self._camera(self.clock)))

    @property
    def smallest_change(self) -> float:
        """Smallest detectable change between two clips of one runner, 95 %.

        Errors of keypoints and timing are partly individual and the same in both clips.
        """
        people = np.hypot(self.steps, self.changing * self.keypoints)
        once = np.hypot(people, self._camera(self.changing * self.clock))
        return float(NORMAL_95 * np.sqrt(2.0) * once)

    @property
    def shared(self) -> float:
        """The part that all clips of a runner have in common."""
        return shared_part(float(np.hypot(self.keypoints, self.clock)), self.changing)

    def _camera(self, clock: float) -> float:
        return float(np.hypot(self.attitude, clock))


def shared_part(sd: float, changing: float = CHANGING) -> float:
    """Return the part of an error between people that all clips of one runner share.

    Parameters
    ----------
    sd
        Standard deviation of the whole error.
    changing
        Share of it that changes from clip to clip, 0 to 1.

    Returns
    -------
    float
        Standard deviation, in the same unit; with the changing part it adds up to ``sd``.
    """
    return float(sd * np.sqrt(1.0 - changing**2))


def _errors(name: str, values: Array, weights: Array, clip: ErrorSources) -> Errors:
    spec = STEP_METRICS[name]
    residual = clip.residual.get(name, spec.residual) * clip.unclear**spec.blur
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 2.0 * residual
    # Effective number of steps under unequal weights (Kish 1965).
    efficiency = float(weights.sum() ** 2 / (weights @ weights)) / len(values)
    steps = spread / np.sqrt(max(1.0, efficiency * _effective_count(values)))
    yaw = abs(float(np.mean(values))) * clip.along_sd if spec.along else 0.0
    attitude = float(np.hypot(spec.roll * clip.roll_sd_deg, yaw))
    clock = clip.clock.get(name, 0.0) * clip.unclear
    changing = CHANGING_AT_CONTACT if spec.timed else CHANGING
    return Errors(float(steps), residual, attitude, clock, changing)


def _effective_count(values: Array) -> float:
    """Return the effective number of independent values, given their first-order autocorrelation.

    Parameters
    ----------
    values
        (N,) finite, in order of time.

    Returns
    -------
    float
        From 1 to N; N below ten values, where the autocorrelation cannot be estimated.
    """
    n = len(values)
    if n < MIN_FOR_MEMORY:
        return float(n)
    rest = values - values.mean()
    total = float(rest @ rest)
    memory = float(rest[1:] @ rest[:-1]) / total if total > 0 else 0.0
    memory = float(np.clip(memory, 0.0, 0.8))
    return max(1.0, n * (1.0 - memory) / (1.0 + memory))


def quality(n: int, timed: bool, rate_hz: float, unclear: float = 1.0) -> MetricQuality:
    """Grade a value by its number of steps, the frame rate and the keypoint noise.

    Parameters
    ----------
    n
        Number of steps.
    timed
        Whether the metric is a time, which a low frame rate blurs.
    rate_hz
        Frames per second.
    unclear
        Keypoint noise relative to clear clips, at least 1.

    Returns
    -------
    MetricQuality
        ``good``, ``fair`` or ``poor``.
    """
    if n < FAIR_STEPS or unclear > POOR_TIMES:
        return "poor"
    if n < GOOD_STEPS or unclear > CLEAR_TIMES or (timed and rate_hz < GOOD_RATE_HZ):
        return "fair"
    return "good"


def _side_mean(values: Array, weights: Array, steps: Sequence[Step], side: str) -> float | None:
    of_side = np.array([step.side == side for step in steps]) & np.isfinite(values)
    return float(np.average(values[of_side], weights=weights[of_side])) if of_side.any() else None


def _spread(values: Array, steps: Sequence[Step]) -> float | None:
    """Return the standard deviation between steps of the same foot, pooled over both feet.

    A constant difference between the feet (the far one is seen differently) is not variability.
    """
    squares, free = 0.0, 0
    for side in SIDES:
        of_side = values[[step.side == side for step in steps]]
        of_side = of_side[np.isfinite(of_side)]
        if len(of_side) > 1:
            squares += float(np.sum((of_side - of_side.mean()) ** 2))
            free += len(of_side) - 1
    return float(np.sqrt(squares / free)) if free else None


def _balanced_mean(values: Array, weights: Array, steps: Sequence[Step]) -> float:
    """Return the mean of both sides' means, so that an odd number of steps favours neither foot."""
    means = [_side_mean(values, weights, steps, side) for side in SIDES]
    return float(np.mean([mean for mean in means if mean is not None]))
