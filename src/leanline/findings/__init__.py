"""From numbers to at most three things to say, by rules kept as data."""

from leanline.findings.judge import find
from leanline.findings.rules import Rule, rules

__all__ = ["Rule", "find", "rules"]
