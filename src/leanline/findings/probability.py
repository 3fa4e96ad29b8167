"""The probability that conditions on the metrics of a clip are true."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from leanline.findings.decision import PROBABLY, probability_above
from leanline.findings.rules import Condition
from leanline.model import Metric
from leanline.reason import Param
from leanline.registry.metrics import METRICS

#: Nothing measured roughly or in few steps is more than probable, whatever its interval says.
MAX_ROUGH: Final = 0.95
#: A word has no interval; one that fits is a decision made where it was measured.
FITTING_WORD: Final = PROBABLY
#: Without an interval nothing is decided.
UNDECIDED: Final = 0.5


def probability_by_metric(
    conditions: Sequence[Condition], metrics: Mapping[str, Metric], min_n: int = 0
) -> Mapping[str, float] | None:
    """Return for each metric the probability that it meets all conditions on it.

    Parameters
    ----------
    conditions
        On one or several metrics.
    metrics
        Metrics by id.
    min_n
        Number of steps below which nothing is more than probable.

    Returns
    -------
    Mapping[str, float] or None
        Probabilities, 0 to 1, by metric in the order of the conditions; None if one of the
        metrics was not measured.
    """
    by_metric: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_metric.setdefault(condition.metric, []).append(condition)
    if not all(is_measured(metrics.get(name)) for name in by_metric):
        return None
    return {name: _all_met(own, metrics[name], min_n) for name, own in by_metric.items()}


def is_measured(metric: Metric | None) -> bool:
    """Whether a metric has a value: a word or a finite number.

    Parameters
    ----------
    metric
        None for a metric that is missing altogether.

    Returns
    -------
    bool
        False without a value.
    """
    value = None if metric is None else metric.value
    return isinstance(value, str) or (value is not None and math.isfinite(value))


def numbers(metrics: Mapping[str, Metric], conditions: Sequence[Condition]) -> dict[str, Param]:
    """Return the values, intervals and thresholds of conditions as parameters of a sentence.

    Parameters
    ----------
    metrics
        By id, with every metric that the conditions name.
    conditions
        On one or several metrics.

    Returns
    -------
    dict of str to Param
        As from ``values``; thresholds are named ``ID_above`` and ``ID_below``.
    """
    params: dict[str, Param] = {}
    for condition in conditions:
        params |= values(metrics[condition.metric])
        if condition.above is not None:
            params[f"{condition.metric}_above"] = condition.above
        if condition.below is not None:
            params[f"{condition.metric}_below"] = condition.below
    return params


def values(metric: Metric) -> dict[str, Param]:
    """Return a metric's value and interval as parameters of a sentence.

    Parameters
    ----------
    metric
        Measured or not.

    Returns
    -------
    dict of str to Param
        The value under the metric's id and the ends of its 95 % interval under ``ID_low`` and
        ``ID_high``, in its unit; what it does not have is left out.
    """
    value = metric.value
    params: dict[str, Param] = {}
    if value is not None:
        params[metric.id] = value if isinstance(value, str) else float(value)
    if metric.ci95 is not None:
        params[f"{metric.id}_low"], params[f"{metric.id}_high"] = map(float, metric.ci95)
    return params


def _all_met(conditions: Sequence[Condition], metric: Metric, min_n: int) -> float:
    """Return the probability that one value meets all conditions, such as both ends of a band.

    Conditions on the same value exclude each other's complements, so what they miss adds up.
    """
    missed = math.fsum(1.0 - _met(condition, metric) for condition in conditions)
    met = max(1.0 - missed, 0.0)
    rough = metric.quality not in ("good", "fair") or metric.n < min_n
    return min(met, MAX_ROUGH) if rough else met


def _met(condition: Condition, metric: Metric) -> float:
    value = metric.value
    if condition.equals is not None:
        return FITTING_WORD if value == condition.equals else 0.0
    if value is None or isinstance(value, str):
        return 0.0
    if condition.above is not None:
        return _above(metric, value, condition.above)
    return 1.0 if condition.below is None else 1.0 - _above(metric, value, condition.below)


def _above(metric: Metric, value: float, limit: float) -> float:
    if METRICS[metric.id].kind == "count":
        return float(value > limit)
    if metric.ci95 is None or not all(map(math.isfinite, metric.ci95)):
        return UNDECIDED
    return probability_above(value, metric.ci95, limit)
