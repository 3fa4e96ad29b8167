"""The languages that results can be worded in: how each writes numbers and units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from leanline.errors import UsageError
from leanline.units import say, say_interval, spoken

LanguageCode = Literal["en", "de"]

_DECIMAL_POINT: Final = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True)
class Language:
    """How one language differs from the English of ``units``.

    Parameters
    ----------
    code
        Such as ``de``.
    decimal
        Decimal separator.
    to
        Word between the ends of an interval.
    units
        Replacements of units, with the space before them.
    words
        Replacements of whole words that stand for values.
    """

    code: LanguageCode
    decimal: str = "."
    to: str = "to"
    units: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def say(self, metric_id: str, value: float | str) -> str:
        """A value with its unit, such as ``6.1°`` or ``6,1°``."""
        if isinstance(value, str):
            return self.words.get(value, say(metric_id, value))
        style = spoken(metric_id, value)
        return self.number(style.number(value)) + self.unit(style.unit)

    def interval(self, metric_id: str, value: float, ci95: tuple[float, float]) -> str:
        """An interval without its unit, such as ``4.9 to 7.3``."""
        return self.number(say_interval(metric_id, value, ci95)).replace(" to ", f" {self.to} ")

    def number(self, text: str) -> str:
        """A text with its decimal points as this language writes them."""
        return text if self.decimal == "." else _DECIMAL_POINT.sub(self.decimal, text)

    def unit(self, unit: str) -> str:
        """A unit's abbreviation with the space before it, such as ``" m/s"``."""
        return self.units.get(unit, unit)


ENGLISH: Final = Language("en")
GERMAN: Final = Language(
    "de",
    decimal=",",
    to="bis",
    units={" steps/min": " Schritte/min"},
    words={
        "rear": "Rückfuß",
        "mid": "Mittelfuß",
        "fore": "Vorfuß",
        "straight": "nirgends",
        "hip_back": "Hüfte zurück",
        "waist_bent": "Taille gebeugt",
        "hips_ahead": "Hüfte voraus",
        "knees_bent": "Knie gebeugt",
        "head_dropped": "Kopf gesenkt",
        "head_back": "Kopf im Nacken",
    },
)
LANGUAGES: Final[Mapping[str, Language]] = {
    language.code: language for language in (ENGLISH, GERMAN)
}


def language(code: str) -> Language:
    """Return the language of a code.

    Parameters
    ----------
    code
        Such as ``de``.

    Returns
    -------
    Language
        The language.

    Raises
    ------
    UsageError
        The language is not supported.
    """
    if code not in LANGUAGES:
        raise UsageError(
            "usage.unknown_language", language=code, languages=tuple(sorted(LANGUAGES))
        )
    return LANGUAGES[code]
