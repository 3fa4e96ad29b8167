"""Sentences for reasons, read from ``texts/LANGUAGE.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from leanline.reason import Param, Reason

LANGUAGE_CODES: Final = ("en", "de")
_TEXTS: Final = files("leanline.wording") / "texts"


def render(reason: Reason, language: str = "en") -> str:
    """The sentence of a reason.

    Parameters
    ----------
    reason
        Code and parameters; every placeholder of the sentence needs its parameter.
    language
        One of ``LANGUAGE_CODES``.

    Raises
    ------
    KeyError
        The catalogue has no such code, or a parameter is missing: a mistake in leanline, which
        the tests look for.
    """
    return catalogue(language)[reason.code].format_map(
        {name: _written(value, language) for name, value in reason.params.items()}
    )


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences of a language by their dotted code."""
    entries = tomllib.loads((_TEXTS / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat(entries))


def listed(texts: Sequence[str], language: str) -> str:
    """An enumeration such as ``a, b and c``."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {catalogue(language)['word.and']} {texts[-1]}"


def _flat(entries: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in entries.items():
        code = f"{prefix}{key}"
        found += _flat(value, f"{code}.") if isinstance(value, Mapping) else [(code, str(value))]
    return found


def _written(value: Param, language: str) -> object:
    """The parameter as something whose format follows the language."""
    if isinstance(value, float):
        return _Decimal(value, language)
    if isinstance(value, int):
        return value
    return _Words(value, language)


class _Words:
    """Text as it is, or with the format ``word`` the language's word for a code.

    ``{unit:word}`` looks ``word.px`` up; of several codes it makes an enumeration.
    """

    def __init__(self, value: str | tuple[str, ...], language: str) -> None:
        self._texts = (value,) if isinstance(value, str) else value
        self._language = language

    def __format__(self, spec: str) -> str:
        """The texts, joined by commas, or their words."""
        if spec != "word":
            return format(", ".join(self._texts), spec)
        words = catalogue(self._language)
        return listed([words[f"word.{text}"] for text in self._texts], self._language)


class _Decimal(float):
    """A float whose formatted text has the language's decimal mark."""

    mark: str

    def __new__(cls, value: float, language: str) -> _Decimal:
        """Remember the mark beside the number."""
        made = super().__new__(cls, value)
        made.mark = "," if language == "de" else "."
        return made

    def __format__(self, spec: str) -> str:
        """As a float would be, with the language's mark."""
        return format(float(self), spec or "g").replace(".", self.mark)
