"""All words by language: of reasons in ``texts/CODE.toml``, of pages in ``pages/CODE.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

from leanline.reason import Param, Reason
from leanline.registry.bands import fill_band

LANGUAGE_CODES: Final = ("en", "de")
#: How an edge calls a setting, given its name in Python: ``height_m`` is ``--height`` on the
#: command line and ``Height`` on the page.
NameOfSetting: TypeAlias = Callable[[str], str]
#: Parameters of these names hold the name of a setting.
SETTING_PARAMS: Final = ("setting", "other_setting")
#: What a sentence calls a setting that is no parameter of it: ``{settings.fps}``.
SETTINGS: Final = "settings"
#: A parameter that holds what was read from the file, a reason; its sentence follows the other.
READ: Final = "read"
_HINT: Final = "_hint"
#: What reasons say, and what pages say.
PARTS: Final = ("texts", "pages")


def render(reason: Reason, language: str = "en", names: NameOfSetting = str) -> str:
    """The sentence of a reason.

    Parameters
    ----------
    reason
        Code and parameters; every placeholder of the sentence needs its parameter.
    language
        One of ``LANGUAGE_CODES``.
    names
        How the reader knows the settings; as in Python unless given.

    Raises
    ------
    KeyError
        The catalogue has no such code, or a parameter is missing: a mistake in leanline, which
        the tests look for.
    """
    sentence = _filled(catalogue(language)[reason.code], reason, language, names)
    read = reason.params.get(READ)
    return f"{sentence} {render(read, language, names)}" if isinstance(read, Reason) else sentence


def hint(reason: Reason, language: str = "en", names: NameOfSetting = str) -> str:
    """What can be done about it: the sentence of the same code with ``_hint``; empty if none."""
    text = catalogue(language).get(f"{reason.code}{_HINT}", "")
    return _filled(text, reason, language, names)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences of a language by their dotted code."""
    return {code: text for part in PARTS for code, text in read_part(part, language).items()}


def read_part(part: str, language: str) -> Mapping[str, str]:
    """The sentences of one of ``PARTS`` by their dotted code."""
    file = files("leanline.wording") / part / f"{language}.toml"
    return dict(_flat(tomllib.loads(fill_band(file.read_text(encoding="utf-8")))))


def counted(code: str, count: int, **params: Param) -> Reason:
    """The reason of a code for a number of things: ``CODE_one`` of one, CODE of others."""
    return Reason(f"{code}_one" if count == 1 else code, {"count": count, **params})


def decimal_mark(language: str) -> str:
    """What separates the decimals of a number in a language, such as ``,``."""
    return catalogue(language)["number.decimal"]


def value_word(value: str, language: str) -> str:
    """The word for a metric's value that is no number, such as ``rearfoot`` for ``rear``."""
    return catalogue(language).get(f"value.{value}", value)


def listed(texts: Sequence[str], language: str) -> str:
    """An enumeration such as ``a, b and c``."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {catalogue(language)['word.and']} {texts[-1]}"


def written_date(day: date, language: str) -> str:
    """A date as the language writes it, such as ``3 May 2026``."""
    words = catalogue(language)
    month = words[f"date.month_{day.month}"]
    return words["date.day"].format(day=day.day, month=month, year=day.year)


def _flat(entries: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in entries.items():
        code = f"{prefix}{key}"
        found += _flat(value, f"{code}.") if isinstance(value, Mapping) else [(code, str(value))]
    return found


def _filled(text: str, reason: Reason, language: str, names: NameOfSetting) -> str:
    values: dict[str, object] = {
        name: names(str(value)) if name in SETTING_PARAMS else _written(value, language)
        for name, value in reason.params.items()
    }
    return text.format_map({**values, SETTINGS: _Settings(names)})


def _written(value: Param, language: str) -> object:
    """Lists joined by commas, decimals as the language writes them; formats stay possible.

    The reason behind a reason comes from a file or a program, which call settings as Python
    does.
    """
    if isinstance(value, Reason):
        return render(value, language)
    if isinstance(value, tuple):
        return _Text(", ".join(value), value, language)
    if isinstance(value, str):
        return _Text(value, (value,), language)
    return _Decimal(value, language) if isinstance(value, float) else value


class _Settings:
    """The names of settings as attributes, as a format string asks for them."""

    def __init__(self, names: NameOfSetting) -> None:
        self._names = names

    def __getattr__(self, setting: str) -> str:
        return self._names(setting)


class _Text(str):
    """Text as it is, or as the language says it.

    ``{unit:word}`` looks ``word.px`` up; of several codes it makes an enumeration. ``{day:date}``
    writes an ISO date such as ``2026-05-03`` in words.
    """

    codes: tuple[str, ...]
    language: str

    def __new__(cls, text: str, codes: tuple[str, ...], language: str) -> _Text:
        """Remember the codes beside the text."""
        made = super().__new__(cls, text)
        made.codes, made.language = codes, language
        return made

    def __format__(self, spec: str) -> str:
        """As a string would be, or the words."""
        if spec == "date":
            return written_date(date.fromisoformat(self), self.language)
        if spec != "word":
            return format(str(self), spec)
        words = catalogue(self.language)
        return listed([words[f"word.{code}"] for code in self.codes], self.language)


class _Decimal(float):
    """A float whose formatted text has the language's decimal mark."""

    mark: str

    def __new__(cls, value: float, language: str) -> _Decimal:
        """Remember the mark beside the number."""
        made = super().__new__(cls, value)
        made.mark = decimal_mark(language)
        return made

    def __format__(self, spec: str) -> str:
        """As a float would be, with the language's mark."""
        return format(float(self), spec or "g").replace(".", self.mark)
