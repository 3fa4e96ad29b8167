"""The sentences of findings, with a clip's own numbers in them, in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leanline.findings.rules import Rule, Severity, rules
from leanline.languages import ENGLISH, Language
from leanline.model import Analysis, Finding, Metric
from leanline.registry.bands import CADENCE_GOAL


def worded(
    rule: Rule, severity: Severity, metrics: Mapping[str, Metric], language: Language = ENGLISH
) -> str:
    """What a rule says of these metrics; details whose metric was not measured are left out.

    ``rule`` has the texts of ``language`` (see ``rules``).
    """
    words = {name: _Said(metric, language) for name, metric in metrics.items()}
    parts = [rule.texts[severity]]
    for detail in rule.details:
        needed = metrics.get(detail.needs)
        if needed is None or needed.value is None or detail.when not in (None, severity):
            continue
        if detail.equals in (None, needed.value):
            parts.append(detail.text)
    return " ".join(parts).format_map(words)


def said_in(finding: Finding, analysis: Analysis, language: Language) -> str:
    """A finding's text in ``language``; as it was written when its rule is no longer there."""
    if language == ENGLISH:
        return finding.text
    rule = next((rule for rule in rules(language.code) if rule.id == finding.id), None)
    if rule is None or finding.severity not in rule.texts:
        return finding.text
    return worded(rule, finding.severity, analysis.metrics, language)


@dataclass(frozen=True)
class _Said:
    """A metric as the texts of the rules name it."""

    metric: Metric
    language: Language

    def __str__(self) -> str:
        value, ci95 = self.metric.value, self.metric.ci95
        if isinstance(value, float) and ci95 is not None:
            return f"{self.bare} ({self.language.interval(self.metric.id, value, ci95)})"
        return self.bare

    @property
    def bare(self) -> str:
        value = self.metric.value
        return "" if value is None else self.language.say(self.metric.id, value)

    @property
    def raised(self) -> str:
        value = self.metric.value
        return "" if value is None or isinstance(value, str) else f"{round(value * CADENCE_GOAL)}"
