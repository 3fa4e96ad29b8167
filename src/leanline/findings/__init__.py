"""Findings: at most three per clip, from rules kept as data, with a drill for each."""

from leanline.findings.drills import Drill, drills
from leanline.findings.evaluate import evaluate_rules
from leanline.findings.rules import Rule, rules

__all__ = ["Drill", "Rule", "drills", "evaluate_rules", "rules"]
