"""Evaluation of the rules on the metrics of one clip, or of several pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from leanline.findings.decision import CLEARLY
from leanline.findings.frames import frames_of
from leanline.findings.judgement import Judgement, judge_rule
from leanline.findings.nothing_clear import nothing_clear
from leanline.findings.probability import is_measured, values
from leanline.findings.rules import Detail, rules
from leanline.findings.sides import side_reasons
from leanline.findings.verdicts import judge_steps
from leanline.model import Activity, Finding, Metric, Step
from leanline.reason import Reason

MAX_FINDINGS: Final = 3
#: What is not decided is a finding of its own if it is as likely as not.
LIKELY: Final = 0.5


def evaluate_rules(
    metrics: Mapping[str, Metric], steps: Sequence[Step], activity: Activity
) -> tuple[Finding, ...]:
    """Return at most three findings, the most important first.

    What is clearly so comes first, then what is probably so, both in the method's order: the
    waist, then the lean, then the landing. Without these, the first finding is what is fine. What
    is as likely as not follows, the likeliest first. If nothing at all is decided, the finding is
    what keeps it from being decided.

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
    undecided = sorted(
        (one for one in faults if not one.decided and one.probability > 0.0),
        key=lambda one: -one.probability,
    )
    likely = [one for one in undecided if one.probability >= LIKELY]
    first = _fault_findings(faults, steps) or _fine(judged, metrics, steps, activity)
    found = [*first, *(_finding(one, steps) for one in likely)]
    return tuple((found or [_finding(one, steps) for one in undecided[:1]])[:MAX_FINDINGS])


def _fault_findings(faults: Sequence[Judgement], steps: Sequence[Step]) -> list[Finding]:
    decided = [one for one in faults if one.decided]
    return [
        _finding(one, steps) for one in sorted(decided, key=lambda one: one.probability < CLEARLY)
    ]


def _fine(
    judged: Sequence[Judgement],
    metrics: Mapping[str, Metric],
    steps: Sequence[Step],
    activity: Activity,
) -> list[Finding]:
    """Return the rule that praises if it is decided, else what is fine step by step."""
    praise = [one for one in judged if one.rule.praises and one.decided]
    if praise:
        return [_finding(praise[0], steps)]
    fine = nothing_clear(judge_steps(metrics, activity))
    return [] if fine is None else [fine]


def _finding(judged: Judgement, steps: Sequence[Step]) -> Finding:
    rule = judged.rule
    return Finding(
        id=rule.id,
        step=rule.step,
        severity=judged.severity,
        reasons=_reasons(judged),
        evidence=rule.evidence,
        frames_s=frames_of(rule, steps, decided=judged.decided),
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
        *side_reasons(rule, metrics),
    )


def _applies(detail: Detail, judged: Judgement) -> bool:
    needed = judged.metrics.get(detail.needs)
    if needed is None or not is_measured(needed) or detail.when not in (None, judged.severity):
        return False
    return detail.equals in (None, needed.value)
