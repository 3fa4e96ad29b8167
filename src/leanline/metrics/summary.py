"""From one value per step to one metric with its interval and quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leanline.metrics.spec import STEP_METRICS, StepMetric
from leanline.model import Array, Metric, Quality, Step
from leanline.skeleton import SIDES

# Steps for a stable mean: 6 to 7 a side (Dingenen et al. 2018); EVIDENCE asks for 10 and more.
GOOD_STEPS = 14
FAIR_STEPS = 7
# Events of one frame at 60 Hz are right to some 10 ms; below, times are marked.
GOOD_RATE_HZ = 50.0


@dataclass(frozen=True)
class Circumstances:
    """What of the clip makes every value less sure: frame rate, roll known to ``roll_sd``."""

    rate_hz: float
    roll_sd_deg: float


def summarise(name: str, steps: Sequence[Step], clip: Circumstances) -> Metric:
    """One metric over all steps: mean, spread, both sides, 95 % interval, quality."""
    spec = STEP_METRICS[name]
    values = np.array([step.values.get(name, np.nan) for step in steps], dtype=np.float64)
    known = np.isfinite(values)
    n = int(known.sum())
    if n == 0:
        return withheld(name, "it was not seen in any step")
    mean = _balanced_mean(values, steps)
    sd = float(np.std(values[known], ddof=1)) if n > 1 else None
    half = 1.96 * standard_error(values[known], spec, clip)
    return Metric(
        id=name,
        value=mean,
        ci95=(mean - half, mean + half),
        sd=sd,
        n=n,
        left=_side_mean(values, steps, "left"),
        right=_side_mean(values, steps, "right"),
        quality=quality(n, spec.timed, clip.rate_hz),
    )


def withheld(name: str, why: str) -> Metric:
    """A metric that was not measured, and the reason in words without a full stop."""
    return Metric(id=name, value=None, why=why)


def standard_error(values: Array, spec: StepMetric, clip: Circumstances) -> float:
    """Of the mean: spread of the steps, what the keypoints get wrong, and the roll."""
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 2.0 * spec.residual
    parts = (spread / np.sqrt(len(values)), spec.residual, spec.roll * clip.roll_sd_deg)
    return float(np.sqrt(sum(part**2 for part in parts)))


def quality(n: int, timed: bool, rate_hz: float) -> Quality:
    """How much a value over ``n`` steps at this frame rate is worth."""
    if n < FAIR_STEPS:
        return "poor"
    if n < GOOD_STEPS or (timed and rate_hz < GOOD_RATE_HZ):
        return "fair"
    return "good"


def _side_mean(values: Array, steps: Sequence[Step], side: str) -> float | None:
    mine = values[[step.side == side for step in steps]]
    mine = mine[np.isfinite(mine)]
    return float(mine.mean()) if len(mine) else None


def _balanced_mean(values: Array, steps: Sequence[Step]) -> float:
    """Mean of the two sides' means, so that an odd step does not favour one foot."""
    means = [_side_mean(values, steps, side) for side in SIDES]
    return float(np.mean([mean for mean in means if mean is not None]))
