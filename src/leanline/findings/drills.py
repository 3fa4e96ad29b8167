"""The drill for each finding, as data in every language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from leanline.languages import language
from leanline.registry.bands import fill_band


@dataclass(frozen=True)
class Drill:
    """A cue, its rationale, exercises with doses, what to leave alone, and when to film again."""

    title: str
    cue: str
    why: str
    drill: tuple[str, ...]
    keep: str
    again: str


@cache
def drills(code: str = "en") -> Mapping[str, Drill]:
    """Return the drills by finding id; ``UsageError`` for an unknown language."""
    name = f"{language(code).code}.toml"
    text = files("leanline.findings").joinpath("texts", name).read_text(encoding="utf-8")
    return {
        finding: Drill(**{**entry, "drill": tuple(entry["drill"])})
        for finding, entry in tomllib.loads(fill_band(text)).items()
    }
