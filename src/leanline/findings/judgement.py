"""How likely a rule holds in a clip, and which of its sentences says so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from leanline.findings.decision import PROBABLY, certainty
from leanline.findings.probability import is_measured, numbers, probability_by_metric
from leanline.findings.rules import Condition, Rule, Severity
from leanline.model import Metric
from leanline.reason import Reason
from leanline.result_wording import CERTAINTY


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
    doubtful
        Id of the metric whose condition is most in doubt.
    """

    rule: Rule
    metrics: Mapping[str, Metric]
    probability: float
    doubtful: str

    @property
    def open_sentence(self) -> str:
        """The sentence on the condition that is most in doubt."""
        return next(one.open for one in self.rule.conditions if one.metric == self.doubtful)

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
    return Judgement(rule, metrics, probability, doubtful)


def missing_condition(rule: Rule, metrics: Mapping[str, Metric]) -> Reason | None:
    """Return the sentence on the one condition that keeps a rule from being judged.

    Parameters
    ----------
    rule
        The rule.
    metrics
        Metrics by id.

    Returns
    -------
    Reason or None
        None unless all other conditions are probably met and the rule has a sentence for this.
    """
    missing = [one for one in rule.conditions if not is_measured(metrics.get(one.metric))]
    if len(missing) != 1 or not missing[0].unmeasured:
        return None
    others: list[Condition] = [one for one in rule.conditions if one is not missing[0]]
    by_metric = probability_by_metric(others, metrics, rule.min_n)
    if by_metric is None or math.prod(by_metric.values()) < PROBABLY:
        return None
    metric = metrics.get(missing[0].metric)
    why = metric.why if metric is not None else None
    params = {**numbers(metrics, others), "why": why or Reason("metric.unknown")}
    return Reason(f"finding.{rule.id}.{missing[0].unmeasured}", params)
