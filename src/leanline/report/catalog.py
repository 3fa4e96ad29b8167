"""The metrics that the report shows, and its words in a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from leanline.languages import Language, language
from leanline.registry.bands import fill_band
from leanline.registry.definition import MetricDefinition
from leanline.registry.metrics import METRICS


@dataclass(frozen=True)
class Texts:
    """The words of one language; a missing one is a mistake of ours, so it raises KeyError."""

    language: Language
    entries: Mapping[str, Any]

    def say(self, key: str, **values: object) -> str:
        """The text of a dotted key with its places filled in; numbers as the language does."""
        text = str(self._at(key))
        return text.format_map(values) if values else text

    def list(self, key: str) -> Sequence[str]:
        """The texts of a dotted key that holds several."""
        return [str(text) for text in self._at(key)]

    def has(self, key: str) -> bool:
        """Whether there is such a key."""
        try:
            self._at(key)
        except KeyError:
            return False
        return True

    def _at(self, key: str) -> Any:  # noqa: ANN401
        entry: Any = self.entries
        for part in key.split("."):
            entry = entry[part]
        return entry


@cache
def catalog() -> tuple[MetricDefinition, ...]:
    """All metrics that the report has a row for, in the order of the page."""
    return tuple(metric for metric in METRICS.values() if metric.in_report)


@cache
def texts(code: str) -> Texts:
    """The report's words; ``UsageError`` for a language there is none of."""
    return Texts(language(code), tomllib.loads(fill_band(_read("texts", f"{code}.toml"))))


def _read(*parts: str) -> str:
    return files("leanline.report").joinpath(*parts).read_text(encoding="utf-8")
