"""What the report shows of each metric, from ``catalog.toml``, and its words in a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from leanline.languages import Language, language

SectionId = Literal["assess", "stand", "run", "land"]
Grade = Literal["A", "B", "C", "D"]


@dataclass(frozen=True)
class Entry:
    """How one metric is shown; ``axis`` and ``band`` are in the metric's own unit."""

    id: str
    section: SectionId
    grade: Grade
    sources: tuple[str, ...]
    axis: tuple[float, float] | None = None
    band: tuple[float, float] | None = None
    instead: str | None = None


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
def catalog() -> tuple[Entry, ...]:
    """All metrics that are shown, in the order of the page."""
    data = tomllib.loads(_read("catalog.toml"))
    sources: Mapping[str, str] = data["sources"]
    return tuple(_entry(item, sources) for item in data["metric"])


@cache
def texts(code: str) -> Texts:
    """The report's words; ``UsageError`` for a language there is none of."""
    return Texts(language(code), tomllib.loads(_read("texts", f"{code}.toml")))


def _entry(item: Mapping[str, Any], sources: Mapping[str, str]) -> Entry:
    return Entry(
        id=item["id"],
        section=item["section"],
        grade=item["grade"],
        sources=tuple(sources[key] for key in item["sources"]),
        axis=_pair(item.get("axis")),
        band=_pair(item.get("band")),
        instead=item.get("instead"),
    )


def _pair(values: Sequence[float] | None) -> tuple[float, float] | None:
    return None if values is None else cast("tuple[float, float]", tuple(map(float, values)))


def _read(*parts: str) -> str:
    return files("leanline.report").joinpath(*parts).read_text(encoding="utf-8")
