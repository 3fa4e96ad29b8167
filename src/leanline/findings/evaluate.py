"""Evaluation of the rules on the metrics of one clip."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from leanline.findings.decision import CLEARLY, PROBABLY, certainty
from leanline.findings.probability import is_measured, numbers, probability_by_metric, values
from leanline.findings.rules import Detail, Frames, Rule, Severity, rules
from leanline.model import Activity, Finding, Metric, Step
from leanline.reason import Reason
from leanline.result_wording import CERTAINTY

MAX_FINDINGS: Final = 3
MAX_FRAMES: Final = 3
#: What is not decided is a finding of its own if it is as likely as not.
LIKELY: Final = 0.5


@dataclass(frozen=True)
class Judgement:
    """A rule with the probability that it holds in a clip.

    Parameters
    ----------
    rule
        The rule.
    metrics
        Metrics of the clip by id; all that the rule needs were measured.
    probability
        0 to 1.
    open_sentence
        The sentence on the condition that is most in doubt.
    """

    rule: Rule
    metrics: Mapping[str, Metric]
    probability: float
    open_sentence: str

    @property
    def decided(self) -> bool:
        """Whether it is at least probable."""
        return self.probability >= PROBABLY

    @property
    def severity(self) -> Severity:
        """The severity of the finding that it would be."""
        if not self.decided:
            return "watch"
        return "good" if self.rule.praises else "work_on"

    def reason(self, sentence: str) -> Reason:
        """Return one of the rule's sentences with the numbers and the certainty."""
        params = numbers(self.metrics, self.rule.conditions)
        if self.decided:
            params[CERTAINTY] = certainty(self.probability)
        return Reason(f"finding.{self.rule.id}.{sentence}", params)


def evaluate_rules(
    metrics: Mapping[str, Metric], steps: Sequence[Step], activity: Activity
) -> tuple[Finding, ...]:
    """Return at most three findings, the most important first.

    What is clearly so comes first, then what is probably so, both in the method's order: the
    waist, then the lean, then the landing. What is as likely as not follows, the likeliest first.
    If there is none of these, the finding is what is fine, or else what keeps that from being
    decided.

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
    applicable = (rule for rule in rules() if rule.activity == activity)
    judged = [one for rule in applicable if (one := judge_rule(rule, metrics)) is not None]
    faults = [one for one in judged if not one.rule.praises]
    decided = sorted(
        (one for one in faults if one.decided), key=lambda one: one.probability < CLEARLY
    )
    undecided = sorted(
        (one for one in faults if not one.decided and one.probability > 0.0),
        key=lambda one: -one.probability,
    )
    likely = [one for one in undecided if one.probability >= LIKELY]
    found = [*decided, *likely][:MAX_FINDINGS] or _without_faults(judged, undecided)
    return tuple(_finding(one, steps) for one in found)


def judge_rule(rule: Rule, metrics: Mapping[str, Metric]) -> Judgement | None:
    """Return the probability that a rule holds.

    A fault needs all its metrics at once, and their errors are taken as independent. Praise is a
    statement about each metric, so the least certain counts.

    Parameters
    ----------
    rule
        The rule.
    metrics
        Metrics by id.

    Returns
    -------
    Judgement or None
        None if one of the rule's metrics was not measured.
    """
    by_metric = probability_by_metric(rule.conditions, metrics, rule.min_n)
    if by_metric is None:
        return None
    parts = by_metric.values()
    probability = min(parts) if rule.praises else math.prod(parts)
    doubtful = min(by_metric, key=lambda name: by_metric[name])
    open_sentence = next(c.open for c in rule.conditions if c.metric == doubtful)
    return Judgement(rule, metrics, probability, open_sentence)


def _without_faults(judged: Sequence[Judgement], undecided: Sequence[Judgement]) -> list[Judgement]:
    """Return what is fine; if that is not decided, the likeliest of what stands in the way."""
    praise = [one for one in judged if one.rule.praises]
    fine = [one for one in praise if one.decided]
    return fine[:1] or (list(undecided[:1]) if praise else [])


def _finding(judged: Judgement, steps: Sequence[Step]) -> Finding:
    rule = judged.rule
    return Finding(
        id=rule.id,
        step=rule.step,
        severity=judged.severity,
        reasons=_reasons(judged),
        evidence=rule.evidence,
        frames_s=_frames(rule.frames, steps) if rule.frames else (),
        probability=judged.probability,
    )


def _reasons(judged: Judgement) -> tuple[Reason, ...]:
    """Return the rule's sentences and those of its details, with their numbers."""
    rule, metrics = judged.rule, judged.metrics
    sentences = ("verdict", "advice") if judged.decided else (judged.open_sentence,)
    details = [detail for detail in rule.details if _applies(detail, judged)]
    return (
        *(judged.reason(sentence) for sentence in sentences),
        *(
            Reason(f"finding.{rule.id}.{detail.id}", values(metrics[detail.needs]))
            for detail in details
        ),
    )


def _applies(detail: Detail, judged: Judgement) -> bool:
    needed = judged.metrics.get(detail.needs)
    if needed is None or not is_measured(needed) or detail.when not in (None, judged.severity):
        return False
    return detail.equals in (None, needed.value)


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
