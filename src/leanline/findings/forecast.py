"""How many more clips would settle what is too close to tell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from leanline.confidence import NORMAL_95, interval_half_width
from leanline.findings.judgement import judge_rule
from leanline.findings.verdicts import StepVerdict, judge_steps, step_verdicts
from leanline.model import Activity, Metric
from leanline.reason import Param, Reason

#: More clips than this are not asked for.
MAX_MORE: Final = 3
# As good as any number of clips.
_COUNTLESS: Final = 10_000


@dataclass(frozen=True)
class Forecast:
    """What more clips would do for one step that is too close to tell.

    Parameters
    ----------
    verdict
        Id of the verdict.
    more
        How many more clips settle it if they read the same; None if so few do not.
    metric
        Id of the metric most in doubt.
    shared_half
        Half of its 95 % interval that no number of clips takes away; None if more clips would
        settle it in the end.
    """

    verdict: str
    more: int | None
    metric: str = ""
    shared_half: float | None = None

    @property
    def reason(self) -> Reason:
        """The forecast as a sentence."""
        if self.more == 1:
            return Reason("forecast.one")
        if self.more is not None:
            return Reason("forecast.several", {"count": self.more})
        if self.shared_half is None:
            return Reason("forecast.many", {"count": MAX_MORE})
        params: dict[str, Param] = {"metric": self.metric, "half": self.shared_half}
        return Reason("forecast.shared", params)


def forecast(
    metrics: Mapping[str, Metric], activity: Activity, clips: int = 1
) -> tuple[Forecast, ...]:
    """Predict for each step that is too close to tell how many more clips settle it.

    More clips are taken to read the same and to be as clear as those so far. They divide the part
    of the error that is a clip's own, and leave what all clips of the runner share.

    Parameters
    ----------
    metrics
        Of one clip, or of several pooled.
    activity
        What the person does.
    clips
        How many clips the metrics are from.

    Returns
    -------
    tuple of Forecast
        In the order of the method; without steps that are decided, or open because something was
        not measured or the shared part of its error is unknown.
    """
    undecided = [one.id for one in judge_steps(metrics, activity) if one.outcome == "open"]
    verdicts = [one for one in step_verdicts() if one.id in undecided]
    known = ((verdict, _doubtful(verdict, metrics)) for verdict in verdicts)
    return tuple(
        _predict(verdict, metric, metrics, clips)
        for verdict, metric in known
        if metric is not None and metric.shared_sd is not None
    )


def _doubtful(verdict: StepVerdict, metrics: Mapping[str, Metric]) -> Metric | None:
    """Return the metric that keeps the likeliest fault of a step open."""
    judged = [one for rule in verdict.faults if (one := judge_rule(rule, metrics)) is not None]
    if not judged:
        return None
    return metrics[max(judged, key=lambda one: one.probability).doubtful]


def _predict(
    verdict: StepVerdict, doubtful: Metric, metrics: Mapping[str, Metric], clips: int
) -> Forecast:
    for more in range(1, MAX_MORE + 1):
        if _is_decided(verdict, _with_more(metrics, clips, more)):
            return Forecast(verdict.id, more, doubtful.id)
    if _is_decided(verdict, _with_more(metrics, clips, _COUNTLESS)):
        return Forecast(verdict.id, None, doubtful.id)
    return Forecast(verdict.id, None, doubtful.id, NORMAL_95 * (doubtful.shared_sd or 0.0))


def _is_decided(verdict: StepVerdict, metrics: Mapping[str, Metric]) -> bool:
    judged = judge_steps(metrics, verdict.activity)
    return any(one.id == verdict.id and one.outcome in ("change", "keep") for one in judged)


def _with_more(metrics: Mapping[str, Metric], clips: int, more: int) -> dict[str, Metric]:
    return {
        name: _narrow_interval(metric, clips / (clips + more)) for name, metric in metrics.items()
    }


def _narrow_interval(metric: Metric, left: float) -> Metric:
    """Return a metric with a share of the variance of its own part left."""
    if metric.ci95 is None or metric.shared_sd is None or not isinstance(metric.value, float):
        return metric
    low, high = metric.ci95
    shared = min(NORMAL_95 * metric.shared_sd, interval_half_width(metric.ci95))
    below, above = (
        math.sqrt(shared**2 + left * max(half**2 - shared**2, 0.0))
        for half in (metric.value - low, high - metric.value)
    )
    return replace(metric, ci95=(metric.value - below, metric.value + above))
