"""From numbers to at most three findings, by rules kept as data; and a drill for each."""

from leanline.findings.drills import Drill, drills
from leanline.findings.evaluate import find
from leanline.findings.rules import Rule, rules

__all__ = ["Drill", "Rule", "drills", "find", "rules"]
