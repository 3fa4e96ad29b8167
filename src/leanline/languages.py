"""The languages that results can be worded in: how each writes numbers and units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from leanline.errors import UsageError
from leanline.registry.formats import FORMATS
from leanline.units import say_interval, spoken
from leanline.wording.catalogue import catalogue, decimal_mark, value_word

LanguageCode = Literal["en", "de"]

_DECIMAL_POINT: Final = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True)
class Language:
    """How one language writes values; its words and signs are those of the catalogue.

    Parameters
    ----------
    code
        Such as ``de``.
    """

    code: LanguageCode

    @property
    def decimal(self) -> str:
        """Decimal separator."""
        return decimal_mark(self.code)

    @property
    def to(self) -> str:
        """Word between the ends of an interval."""
        return catalogue(self.code)["number.to"]

    def say(self, metric_id: str, value: float | str) -> str:
        """A value with its unit, such as ``6.1°`` or ``6,1°``."""
        if isinstance(value, str):
            return value_word(value, self.code)
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
        steps = FORMATS["spm"].unit
        return f" {catalogue(self.code)['number.steps']}" if unit == steps else unit


ENGLISH: Final = Language("en")
GERMAN: Final = Language("de")
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
