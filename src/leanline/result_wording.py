"""Sentences for what a result carries as reasons: warnings, sources of estimates, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leanline.languages import Language
from leanline.reason import LEGACY, Param, Reason
from leanline.registry.bands import CADENCE_GOAL
from leanline.skeleton import SIDES
from leanline.wording.catalogue import catalogue, listed, render

#: The parameter that holds how certain a statement is: ``clearly`` or ``probably``.
CERTAINTY: Final = "certainty"
#: Parameters that are numbers of the metric that the parameter ``metric`` names.
OF_METRIC: Final = (*SIDES, "half")


def warning_text(reason: Reason, companion: str | None = None, language: str = "en") -> str:
    """Return the sentence of a warning.

    Parameters
    ----------
    reason
        The warning's.
    companion
        View of the companion clip that it is about; None for the clip itself.
    language
        Code of the language.

    Returns
    -------
    str
        One or more sentences.
    """
    text = render(reason, language)
    if companion is None:
        return text
    return render(Reason(f"companion.{companion}", {"text": text}), language)


def sources_text(sources: tuple[Reason, ...], conflicting: bool, language: str = "en") -> str:
    """Return what an estimate is based on.

    Parameters
    ----------
    sources
        The estimate's.
    conflicting
        Whether they disagree, which is mentioned.
    language
        Code of the language.

    Returns
    -------
    str
        Such as ``vertical lines and horizontal lines``.
    """
    text = listed([render(source, language) for source in sources], language)
    return render(Reason("estimate.conflicting", {"text": text}), language) if conflicting else text


def finding_text(reasons: tuple[Reason, ...], language: Language) -> str:
    """Return the sentences of a finding with its own numbers in them.

    Parameters
    ----------
    reasons
        The finding's, in order.
    language
        The language.

    Returns
    -------
    str
        Sentences separated by spaces.
    """
    return " ".join(_finding_sentence(reason, language) for reason in reasons)


def _finding_sentence(reason: Reason, language: Language) -> str:
    if reason.code == LEGACY:
        return render(reason, language.code)
    sentence = catalogue(language.code)[reason.code]
    return sentence.format_map(
        {name: _param(name, reason.params, language) for name in reason.params}
    )


def _param(name: str, params: Mapping[str, Param], language: Language) -> object:
    """Return what a placeholder stands for: a word, the sentence of a reason, or a metric."""
    value = params[name]
    if name in ("count", "metric"):
        return value
    if isinstance(value, Reason):
        return render(value, language.code)
    if name == CERTAINTY:
        return catalogue(language.code)[f"word.{value}"]
    if isinstance(value, tuple):
        words = catalogue(language.code)
        return listed([words[f"word.{code}"] for code in value], language.code)
    if name in OF_METRIC and isinstance(value, float):
        return language.say(str(params["metric"]), value)
    return _MetricValue(name, params, language)


@dataclass(frozen=True)
class _MetricValue:
    """A metric as the sentences of findings name it: ``{lean_body_deg}``, ``{lean_body_deg.bare}``.

    By itself it is the value with its interval.
    """

    metric_id: str
    params: Mapping[str, Param]
    language: Language

    def __str__(self) -> str:
        value, low, high = (self._number(end) for end in ("", "_low", "_high"))
        if value is None or low is None or high is None:
            return self.bare
        return f"{self.bare} ({self.language.interval(self.metric_id, value, (low, high))})"

    def _number(self, end: str) -> float | None:
        value = self.params.get(self.metric_id + end)
        return float(value) if isinstance(value, int | float) else None

    @property
    def bare(self) -> str:
        """The value alone."""
        value = self.params[self.metric_id]
        said = value if isinstance(value, str) else self._number("") or 0.0
        return self.language.say(self.metric_id, said)

    @property
    def raised(self) -> str:
        """Five per cent more, as a whole number."""
        value = self._number("")
        return "" if value is None else f"{value * CADENCE_GOAL:.0f}"

    @property
    def above(self) -> str:
        """The threshold that the value exceeds, with its unit."""
        return self._threshold("_above")

    @property
    def below(self) -> str:
        """The threshold that the value falls short of, with its unit."""
        return self._threshold("_below")

    def _threshold(self, end: str) -> str:
        value = self._number(end)
        if value is None:
            return ""
        return self.language.say(self.metric_id, value).replace(f"{self.language.decimal}0", "", 1)
