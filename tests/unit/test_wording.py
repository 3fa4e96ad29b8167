"""The catalogues are complete, in every language, whatever the parameters."""

from __future__ import annotations

import string

import pytest

from leanline.reason import Reason
from leanline.wording.catalogue import LANGUAGE_CODES, catalogue, render


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_language_has_every_code(language: str) -> None:
    assert set(catalogue(language)) == set(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_language_uses_the_same_parameters(language: str) -> None:
    english = catalogue("en")
    own = catalogue(language)
    assert {code: placeholders(own[code]) for code in own} == {
        code: placeholders(english[code]) for code in english
    }


def test_a_reason_is_data() -> None:
    reason = Reason("metric.too_few_steps", {"steps": 2})
    assert reason == Reason("metric.too_few_steps", {"steps": 2})
    assert hash(reason) == hash(Reason("metric.too_few_steps", {"steps": 2}))


def test_an_unknown_code_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        render(Reason("no.such_code"))
