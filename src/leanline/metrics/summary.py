"""From one value per step to one metric with its interval and quality."""

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
# Events of one frame at 60 Hz are right to some 10 ms; below, times are marked.
GOOD_RATE_HZ = 50.0
# Keypoints that scatter so many times as far as in clear clips make poor values, fair ones
# from ``CLEAR_TIMES`` on.
POOR_TIMES = 2.5
# Fewer steps do not tell whether neighbours are alike.
MIN_FOR_MEMORY = 10
# Seen this far off square, near and far foot stand a degree beside where they are (leg lean,
# 10 cm nearer or farther than the body), as much as steps differ from each other.
SLANT_DEG = 10.0


@dataclass(frozen=True)
class ErrorSources:
    """What of clip and source makes every value less sure.

    ``rate_hz`` is the frame rate, ``roll_sd_deg`` how well the roll is known, ``residual``
    what the pose source gets wrong between bodies, by metric (``anatomy.toml``), and
    ``along_sd`` how well lengths along the path are known, as a share: yaw foreshortens them.
    ``unclear`` is how many times farther the keypoints scatter than in clear clips: the residual
    grows with it. ``clock`` is what the doubt of the events' moments makes of each metric, a
    standard deviation.
    """

    rate_hz: float
    roll_sd_deg: float
    residual: Mapping[str, float]
    along_sd: float = 0.0
    unclear: float = 1.0
    clock: Mapping[str, float] = field(default_factory=dict)


def step_weights(steps: Sequence[Step], time_s: Array, slant: Array | None) -> Array:
    """How much each step counts, (N,): those seen square on more than those seen slantwise.

    ``slant`` (T,) is the tangent of the angle off square at ``time_s``, None if it stays.
    """
    if slant is None:
        return np.ones(len(steps))
    middle = np.array([0.5 * (step.contact_s + step.toe_off_s) for step in steps])
    off = np.interp(middle, time_s, slant) / np.tan(np.radians(SLANT_DEG))
    return np.asarray(1.0 / (1.0 + off**2))


def summarise(
    name: str, steps: Sequence[Step], clip: ErrorSources, weights: Array | None = None
) -> Metric:
    """One metric over all steps: mean, spread, both sides, 95 % interval, quality.

    ``weights`` (N,) say how much each step counts for what is measured along the path.
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
    )


def withheld(name: str, why: Reason) -> Metric:
    """A metric that was not measured, and the reason; its code begins with ``metric.``."""
    return Metric(id=name, value=None, why=why)


@dataclass(frozen=True)
class Errors:
    """Standard errors of a mean: of steps, keypoints, roll and yaw together, and the clock."""

    steps: float
    keypoints: float
    attitude: float
    clock: float

    @property
    def whole(self) -> float:
        """All together."""
        return float(np.hypot(np.hypot(self.steps, self.keypoints), self._camera(self.clock)))

    @property
    def smallest_change(self) -> float:
        """Smallest change between two clips of one runner that is real, 95 %.

        What keypoints and clock get wrong is mostly the runner's own and the same in both; half
        of it is taken to change with clothes, light and pace (no study tells).
        """
        people = np.hypot(self.steps, 0.5 * self.keypoints)
        once = np.hypot(people, self._camera(0.5 * self.clock))
        return float(NORMAL_95 * np.sqrt(2.0) * once)

    def _camera(self, clock: float) -> float:
        return float(np.hypot(self.attitude, clock))


def _errors(name: str, values: Array, weights: Array, clip: ErrorSources) -> Errors:
    spec = STEP_METRICS[name]
    residual = clip.residual.get(name, spec.residual) * clip.unclear**spec.blur
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 2.0 * residual
    # Unequal weights are worth fewer steps (Kish 1965).
    worth = float(weights.sum() ** 2 / (weights @ weights)) / len(values)
    steps = spread / np.sqrt(max(1.0, worth * independent(values)))
    yaw = abs(float(np.mean(values))) * clip.along_sd if spec.along else 0.0
    attitude = float(np.hypot(spec.roll * clip.roll_sd_deg, yaw))
    clock = clip.clock.get(name, 0.0) * clip.unclear
    return Errors(float(steps), residual, attitude, clock)


def independent(values: Array) -> float:
    """How many independent values a run of steps is worth (first-order autocorrelation)."""
    n = len(values)
    if n < MIN_FOR_MEMORY:
        return float(n)
    rest = values - values.mean()
    total = float(rest @ rest)
    memory = float(rest[1:] @ rest[:-1]) / total if total > 0 else 0.0
    memory = float(np.clip(memory, 0.0, 0.8))
    return max(1.0, n * (1.0 - memory) / (1.0 + memory))


def quality(n: int, timed: bool, rate_hz: float, unclear: float = 1.0) -> MetricQuality:
    """How much a value over ``n`` steps at this frame rate, seen so unclearly, is worth."""
    if n < FAIR_STEPS or unclear > POOR_TIMES:
        return "poor"
    if n < GOOD_STEPS or unclear > CLEAR_TIMES or (timed and rate_hz < GOOD_RATE_HZ):
        return "fair"
    return "good"


def _side_mean(values: Array, weights: Array, steps: Sequence[Step], side: str) -> float | None:
    mine = np.array([step.side == side for step in steps]) & np.isfinite(values)
    return float(np.average(values[mine], weights=weights[mine])) if mine.any() else None


def _spread(values: Array, steps: Sequence[Step]) -> float | None:
    """Standard deviation from step to step of the same foot, both feet together.

    A steady difference between the feet (the far one is seen otherwise than the near one) is
    no unsteadiness.
    """
    squares, free = 0.0, 0
    for side in SIDES:
        mine = values[[step.side == side for step in steps]]
        mine = mine[np.isfinite(mine)]
        if len(mine) > 1:
            squares += float(np.sum((mine - mine.mean()) ** 2))
            free += len(mine) - 1
    return float(np.sqrt(squares / free)) if free else None


def _balanced_mean(values: Array, weights: Array, steps: Sequence[Step]) -> float:
    """Mean of the two sides' means, so that an odd step does not favour one foot."""
    means = [_side_mean(values, weights, steps, side) for side in SIDES]
    return float(np.mean([mean for mean in means if mean is not None]))
