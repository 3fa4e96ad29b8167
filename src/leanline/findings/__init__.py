"""Findings and verdicts: what a clip decides, from rules kept as data, with drills."""

from leanline.findings.drills import Drill, drills
from leanline.findings.evaluate import evaluate_rules
from leanline.findings.forecast import Forecast, forecast
from leanline.findings.rules import Rule, rules
from leanline.findings.verdicts import StepVerdict, judge_steps, step_verdicts

__all__ = [
    "Drill",
    "Forecast",
    "Rule",
    "StepVerdict",
    "drills",
    "evaluate_rules",
    "forecast",
    "judge_steps",
    "rules",
    "step_verdicts",
]
