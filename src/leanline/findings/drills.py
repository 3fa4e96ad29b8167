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
    """Advice that goes with a finding, in one language.

    Parameters
    ----------
    title
        What to work on.
    cue
        What to think of while running.
    why
        Its rationale.
    drill
        Exercises with doses.
    keep
        What to leave alone.
    again
        When to film again.
    """

    title: str
    cue: str
    why: str
    drill: tuple[str, ...]
    keep: str
    again: str


@cache
def drills(code: str = "en") -> Mapping[str, Drill]:
    """Return the drills by finding id.

    Parameters
    ----------
    code
        Of the language, such as ``en``.

    Returns
    -------
    Mapping of str to Drill
        In that language.

    Raises
    ------
    UsageError
        An unknown language.
    """
    name = f"{language(code).code}.toml"
    text = files("leanline.findings").joinpath("texts", name).read_text(encoding="utf-8")
    return {
        finding: Drill(**{**entry, "drill": tuple(entry["drill"])})
        for finding, entry in tomllib.loads(fill_band(text)).items()
    }
