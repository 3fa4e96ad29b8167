"""The metrics shown in reports, and the texts of each language."""

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
    """The texts of one language; a missing key is a programming error and raises ``KeyError``.

    Parameters
    ----------
    language
        How it writes numbers and units.
    entries
        Nested by the parts of the keys.
    """

    language: Language
    entries: Mapping[str, Any]

    def say(self, key: str, **values: object) -> str:
        """Return the text of a dotted key with placeholders filled in, numbers localised."""
        text = str(self._at(key))
        return text.format_map(values) if values else text

    def list(self, key: str) -> Sequence[str]:
        """Return the texts of a dotted key that holds a list."""
        return [str(text) for text in self._at(key)]

    def has(self, key: str) -> bool:
        """Whether the key exists."""
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
    """Return all metrics with a row in the report, in the order of the page."""
    return tuple(metric for metric in METRICS.values() if metric.in_report)


@cache
def texts(code: str) -> Texts:
    """The report's words; ``UsageError`` for a language there is none of."""
    return Texts(language(code), tomllib.loads(fill_band(_read("texts", f"{code}.toml"))))


def _read(*parts: str) -> str:
    return files("leanline.report").joinpath(*parts).read_text(encoding="utf-8")
