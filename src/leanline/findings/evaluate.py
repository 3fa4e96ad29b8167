"""Evaluation of the rules on the metrics of one clip."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from leanline.findings.rules import Condition, Detail, Frames, Rule, Severity, rules
from leanline.model import Activity, Finding, Metric, Step
from leanline.reason import Param, Reason

MAX_FINDINGS: Final = 3
MAX_FRAMES: Final = 3

Certainty = Literal["clearly", "perhaps", "no"]


def evaluate_rules(
    metrics: Mapping[str, Metric], steps: Sequence[Step], activity: Activity
) -> tuple[Finding, ...]:
    """Return at most three findings, the most important first.

    A rule yields ``work_on`` only if entire 95 % intervals exceed its thresholds, and ``watch`` if
    only the values do. If nothing is wrong, and enough was measured to tell, there is one ``good``
    finding. Within a severity the order is the method's: the waist, then the lean, then the
    landing.

    Parameters
    ----------
    metrics
        Metrics by id; missing ones are ignored.
    steps
        Steps with their values, to select frames that show a finding.
    activity
        What the person does; walking has no rules.

    Returns
    -------
    tuple of Finding
        Empty if no rule applies.
    """
    applicable = [rule for rule in rules() if rule.activity == activity]
    faults = [f for rule in applicable if not rule.praises for f in _apply(rule, metrics, steps)]
    if faults:
        faults.sort(key=lambda finding: finding.severity != "work_on")
        return tuple(faults[:MAX_FINDINGS])
    return tuple(f for rule in applicable if rule.praises for f in _apply(rule, metrics, steps))[:1]


def _apply(rule: Rule, metrics: Mapping[str, Metric], steps: Sequence[Step]) -> list[Finding]:
    met = [
        _check(condition, metrics.get(condition.metric), rule.min_n)
        for condition in rule.conditions
    ]
    if "no" in met:
        return []
    severity: Severity = "watch" if "perhaps" in met else "work_on"
    if rule.praises:
        severity = "good"
    return [
        Finding(
            id=rule.id,
            step=rule.step,
            severity=severity,
            reasons=_reasons(rule, severity, metrics),
            evidence=rule.evidence,
            frames_s=_frames(rule.frames, steps) if rule.frames else (),
        )
    ]


def _reasons(rule: Rule, severity: Severity, metrics: Mapping[str, Metric]) -> tuple[Reason, ...]:
    """Return the rule's reason and those of its details, with their numbers."""
    params: dict[str, Param] = {}
    for condition in rule.conditions:
        params |= _numbers(metrics[condition.metric])
        if condition.above is not None:
            params[f"{condition.metric}_above"] = condition.above
        if condition.below is not None:
            params[f"{condition.metric}_below"] = condition.below
    details = [detail for detail in rule.details if _applies(detail, severity, metrics)]
    return (
        Reason(f"finding.{rule.id}.{severity}", params),
        *(
            Reason(f"finding.{rule.id}.{detail.id}", _numbers(metrics[detail.needs]))
            for detail in details
        ),
    )


def _applies(detail: Detail, severity: Severity, metrics: Mapping[str, Metric]) -> bool:
    needed = metrics.get(detail.needs)
    if needed is None or needed.value is None or detail.when not in (None, severity):
        return False
    return detail.equals in (None, needed.value)


def _numbers(metric: Metric) -> dict[str, Param]:
    """Return a metric's value and interval as parameters."""
    value = metric.value
    params: dict[str, Param] = {}
    if value is not None:
        params[metric.id] = value if isinstance(value, str) else float(value)
    if metric.ci95 is not None:
        params[f"{metric.id}_low"], params[f"{metric.id}_high"] = map(float, metric.ci95)
    return params


def _check(condition: Condition, metric: Metric | None, min_n: int) -> Certainty:
    """Check a condition, given the metric's interval, number of steps and quality."""
    if metric is None or metric.value is None:
        return "no"
    certain = metric.quality in ("good", "fair") and metric.n >= min_n
    if condition.equals is not None:
        return "no" if metric.value != condition.equals else "clearly" if certain else "perhaps"
    if isinstance(metric.value, str) or not math.isfinite(metric.value):
        return "no"
    low, high = metric.ci95 or (-math.inf, math.inf)
    if condition.above is not None:
        beyond, clear = metric.value > condition.above, low > condition.above
    else:
        limit = condition.below if condition.below is not None else -math.inf
        beyond, clear = metric.value < limit, high < limit
    if not beyond:
        return "no"
    return "clearly" if clear and certain else "perhaps"


def _frames(frames: Frames, steps: Sequence[Step]) -> tuple[float, ...]:
    """Return up to three times of the steps that show the finding best."""
    seen = [
        (value, time_s)
        for step in steps
        if math.isfinite(value := step.values.get(frames.value, math.nan))
        and math.isfinite(time_s := _moment(step, frames))
    ]
    if not seen:
        return ()
    mean = math.fsum(value for value, _ in seen) / len(seen)
    sign = -1.0 if frames.worst == "lowest" else 1.0
    far = frames.worst == "furthest"
    badness = [abs(value - mean) if far else sign * value for value, _ in seen]
    order = sorted(range(len(seen)), key=lambda i: -badness[i])
    return tuple(seen[i][1] for i in order[:MAX_FRAMES])


def _moment(step: Step, frames: Frames) -> float:
    if frames.moment == "contact":
        return step.contact_s
    return 0.5 * (step.contact_s + step.toe_off_s)
