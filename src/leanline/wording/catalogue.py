"""Sentences for reasons, read from ``texts/LANGUAGE.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
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


def _flat(entries: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in entries.items():
        code = f"{prefix}{key}"
        found += _flat(value, f"{code}.") if isinstance(value, Mapping) else [(code, str(value))]
    return found


def _written(value: Param, language: str) -> Param:
    """Lists joined by commas, decimals as the language writes them; formats stay possible."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return _Decimal(value, language) if isinstance(value, float) else value


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
