"""A verdict for each step of the method that a clip shows: to change, to keep, or open."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from leanline.findings.decision import PROBABLY, certainty
from leanline.findings.judgement import Judgement, judge_rule, missing_condition
from leanline.findings.probability import is_measured, numbers, probability_by_metric
from leanline.findings.rules import Condition, Rule, condition_of, rules
from leanline.model import Activity, Metric, Verdict
from leanline.reason import Reason
from leanline.result_wording import CERTAINTY


@dataclass(frozen=True)
class Fine:
    """A statement that something is as it should be.

    Parameters
    ----------
    id
        Of the statement.
    conditions
        All have to be true.
    """

    id: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class StepVerdict:
    """What may be said of one step of the method.

    Parameters
    ----------
    id
        Of the verdict.
    step
        Step of the method, 1 to 4.
    activity
        The activity that it is for.
    faults
        Rules that ask for a change.
    fine
        Statements that nothing needs to change.
    """

    id: str
    step: int
    activity: Activity
    faults: tuple[Rule, ...]
    fine: tuple[Fine, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids of the metrics that its fine statements rest on."""
        used = (condition.metric for fine in self.fine for condition in fine.conditions)
        return tuple(dict.fromkeys(used))


@cache
def step_verdicts() -> tuple[StepVerdict, ...]:
    """Return what may be said of each step.

    Returns
    -------
    tuple of StepVerdict
        In the order of the file.
    """
    text = files("leanline.findings").joinpath("verdicts.toml").read_text(encoding="utf-8")
    by_id = {rule.id: rule for rule in rules()}
    return tuple(
        StepVerdict(
            entry["id"],
            entry["step"],
            entry["activity"],
            tuple(by_id[name] for name in entry["faults"]),
            tuple(
                Fine(fine["id"], tuple(condition_of(one) for one in fine["conditions"]))
                for fine in entry["fine"]
            ),
        )
        for entry in tomllib.loads(text)["verdict"]
    )


def judge_steps(metrics: Mapping[str, Metric], activity: Activity) -> tuple[Verdict, ...]:
    """Return a verdict for each step of the method that the clip shows.

    Parameters
    ----------
    metrics
        Metrics by id; a step none of whose metrics is among them was not filmed.
    activity
        What the person does; walking has no verdicts.

    Returns
    -------
    tuple of Verdict
        In the order of the method.
    """
    filmed = (
        verdict
        for verdict in step_verdicts()
        if verdict.activity == activity and any(name in metrics for name in verdict.needs)
    )
    return tuple(_judge(verdict, metrics) for verdict in filmed)


def _judge(verdict: StepVerdict, metrics: Mapping[str, Metric]) -> Verdict:
    judged = [judge_rule(rule, metrics) for rule in verdict.faults]
    faults = sorted((one for one in judged if one is not None), key=lambda one: -one.probability)
    if faults and faults[0].probability >= PROBABLY:
        return _change(verdict, faults[0])
    stated = [one for one in (_fine(verdict, fine, metrics) for fine in verdict.fine) if one]
    decided = [one for one in stated if (one.probability or 0.0) >= PROBABLY]
    if decided:
        return decided[0]
    missing = [found for rule in verdict.faults if (found := missing_condition(rule, metrics))]
    if missing:
        return Verdict(verdict.id, verdict.step, "open", "", (missing[0],))
    if faults and faults[0].probability > 0.0:
        return _open(verdict, faults[0])
    if stated:
        reason = Reason("verdict.open")
        return Verdict(verdict.id, verdict.step, "open", "", (reason,), stated[0].probability)
    return _unmeasured(verdict, metrics)


def _change(verdict: StepVerdict, fault: Judgement) -> Verdict:
    reason = fault.reason("verdict")
    return Verdict(verdict.id, verdict.step, "change", fault.rule.id, (reason,), fault.probability)


def _open(verdict: StepVerdict, fault: Judgement) -> Verdict:
    reason = fault.reason(fault.open_sentence)
    return Verdict(verdict.id, verdict.step, "open", fault.rule.id, (reason,), fault.probability)


def _fine(verdict: StepVerdict, fine: Fine, metrics: Mapping[str, Metric]) -> Verdict | None:
    """State that something is fine; its parts are statements each, so the least certain counts."""
    found = probability_by_metric(fine.conditions, metrics)
    if found is None:
        return None
    probability = min(found.values())
    params = {**numbers(metrics, fine.conditions), CERTAINTY: certainty(probability)}
    reason = Reason(f"verdict.{fine.id}", params)
    return Verdict(verdict.id, verdict.step, "keep", fine.id, (reason,), probability)


def _unmeasured(verdict: StepVerdict, metrics: Mapping[str, Metric]) -> Verdict:
    whys = (metrics[name].why for name in verdict.needs if not _has_value(metrics, name))
    why = next((why for why in whys if why is not None), Reason("metric.unknown"))
    reason = Reason("verdict.unmeasured", {"why": why})
    return Verdict(verdict.id, verdict.step, "unmeasured", "", (reason,))


def _has_value(metrics: Mapping[str, Metric], name: str) -> bool:
    return name not in metrics or is_measured(metrics[name])
