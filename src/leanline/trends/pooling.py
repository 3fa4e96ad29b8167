"""Several clips of one runner combined into one estimate of each metric.

A clip's error has a part of its own (steps, camera) and a part that all clips of the runner share
(how the pose source reads this body). The clips' true values differ too, as nobody runs twice the
same. The first and the last average out over clips; the shared part does not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from leanline.confidence import NORMAL_95, interval_sd
from leanline.model import Metric, MetricQuality

# A variance below this share of the whole counts as none: sums of squares in floating point.
_TINY: Final = 1e-12
_BISECTIONS: Final = 60


@dataclass(frozen=True)
class Reading:
    """One clip's value and how far it may be off.

    Parameters
    ----------
    value
        The value.
    sd
        Standard deviation of its whole error.
    shared_sd
        Standard deviation of the part that all clips of the runner share; at most ``sd``.
    """

    value: float
    sd: float
    shared_sd: float


@dataclass(frozen=True)
class Pooled:
    """What several clips say together.

    Parameters
    ----------
    value
        The runner's usual value.
    own_sd
        Standard deviation of the part of its error that more clips would reduce.
    shared_sd
        Standard deviation of the part that they would not.
    between_sd
        Standard deviation of the true values between clips.
    """

    value: float
    own_sd: float
    shared_sd: float
    between_sd: float

    @property
    def sd(self) -> float:
        """Standard deviation of the whole error."""
        return math.hypot(self.own_sd, self.shared_sd)


def pool(readings: Sequence[Reading]) -> Pooled:
    """Combine clips by a random-effects estimate.

    The spread between clips is that of Paule and Mandel (1982): the smallest with which the clips
    scatter no more than expected. The shared part is that of the clearest clip; what another clip
    has beyond that counts as its own.

    Parameters
    ----------
    readings
        At least one, in any order.

    Returns
    -------
    Pooled
        A single reading unchanged.

    Raises
    ------
    ValueError
        There is none.
    """
    if not readings:
        raise ValueError("nothing to pool")
    shared = min(reading.shared_sd for reading in readings)
    values = [reading.value for reading in readings]
    own = [max(reading.sd**2 - shared**2, 0.0) for reading in readings]
    floor = _TINY * max(*(reading.sd**2 for reading in readings), 1e-300)
    own = [max(variance, floor) for variance in own]
    between = _between_variance(values, own)
    mean, variance = _weighted_mean(values, own, between)
    return Pooled(mean, math.sqrt(variance), shared, math.sqrt(between))


def pool_metric(metrics: Sequence[Metric]) -> Metric | None:
    """Combine one metric of several clips.

    Parameters
    ----------
    metrics
        The metric in each clip, in order of time; clips without a value are left out.

    Returns
    -------
    Metric or None
        With the steps of all clips. A word is the one that most clips say, of several the newest;
        clips without an interval count alike. None if no clip has a value.
    """
    known = [metric for metric in metrics if metric.value is not None]
    if len(known) < 2:
        return known[0] if known else None
    if any(isinstance(metric.value, str) for metric in known):
        return _most_frequent(known)
    readings = [reading_of(metric) for metric in known]
    combined = replace(
        known[-1],
        n=sum(metric.n for metric in known),
        sd=_mean([metric.sd for metric in known]),
        left=_mean([metric.left for metric in known]),
        right=_mean([metric.right for metric in known]),
    )
    if any(reading is None for reading in readings):
        value = math.fsum(float(metric.value or 0.0) for metric in known) / len(known)
        return replace(combined, value=value, ci95=None)
    together = pool([reading for reading in readings if reading is not None])
    half = NORMAL_95 * together.sd
    return replace(
        combined,
        value=together.value,
        ci95=(together.value - half, together.value + half),
        quality=_typical_quality(known),
        sdc95=_smallest_change(known, together),
        minus_standing=None,
        shared_sd=together.shared_sd,
    )


def pool_metrics(clips: Sequence[Mapping[str, Metric]]) -> dict[str, Metric]:
    """Combine all metrics of several clips.

    Parameters
    ----------
    clips
        Metrics by id of each clip, in order of time.

    Returns
    -------
    dict of str to Metric
        By id; those that no clip measured are as in the newest clip that names them.
    """
    found: dict[str, Metric] = {}
    for name in dict.fromkeys(name for clip in clips for name in clip):
        metrics = [clip[name] for clip in clips if name in clip]
        found[name] = pool_metric(metrics) or metrics[-1]
    return found


def reading_of(metric: Metric) -> Reading | None:
    """Return a metric's value with its errors; None without an interval.

    Parameters
    ----------
    metric
        A number. If its shared part is unknown, as in older results, all of its error counts as
        shared.

    Returns
    -------
    Reading or None
        In the metric's unit.
    """
    if metric.ci95 is None or not isinstance(metric.value, int | float):
        return None
    sd = interval_sd(metric.ci95)
    if not (math.isfinite(sd) and math.isfinite(metric.value)):
        return None
    shared = sd if metric.shared_sd is None else min(metric.shared_sd, sd)
    return Reading(float(metric.value), sd, shared)


def _between_variance(values: Sequence[float], own: Sequence[float]) -> float:
    """Solve Paule and Mandel's equation by bisection; 0 if the clips agree."""

    def excess(between: float) -> float:
        mean, _ = _weighted_mean(values, own, between)
        return math.fsum(
            (value - mean) ** 2 / (variance + between)
            for value, variance in zip(values, own, strict=True)
        ) - (len(values) - 1)

    if len(values) < 2 or excess(0.0) <= 0.0:
        return 0.0
    low, high = 0.0, (max(values) - min(values)) ** 2
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0.0 else (low, middle)
    return high


def _weighted_mean(
    values: Sequence[float], own: Sequence[float], between: float
) -> tuple[float, float]:
    """Return the mean with the smallest variance, and that variance."""
    weights = [1.0 / (variance + between) for variance in own]
    total = math.fsum(weights)
    pairs = zip(values, weights, strict=True)
    return math.fsum(value * weight for value, weight in pairs) / total, 1.0 / total


def _smallest_change(metrics: Sequence[Metric], together: Pooled) -> float | None:
    """Return the smallest detectable change between two such sets of clips."""
    single = [metric.sdc95 for metric in metrics if metric.sdc95 is not None]
    if not single:
        return None
    return max(NORMAL_95 * math.sqrt(2.0) * together.own_sd, min(single) / math.sqrt(len(metrics)))


def _most_frequent(metrics: Sequence[Metric]) -> Metric:
    counts = Counter(metric.value for metric in metrics)
    most = max(counts.values())
    return next(metric for metric in reversed(metrics) if counts[metric.value] == most)


def _typical_quality(metrics: Sequence[Metric]) -> MetricQuality:
    counts = Counter(metric.quality for metric in metrics)
    most = max(counts.values())
    return next(metric.quality for metric in reversed(metrics) if counts[metric.quality] == most)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None
