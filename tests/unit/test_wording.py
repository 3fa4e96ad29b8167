"""The catalogues are complete, in every language, whatever the parameters."""

from __future__ import annotations

import copy
import json
import pickle
import string

import pytest

from leanline.reason import Reason, from_json, to_json
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


def test_a_reason_survives_json_pickle_and_copies() -> None:
    behind = Reason("system.full")
    reason = Reason("input.unreadable", {"path": "run.mp4", "why": behind, "columns": ("a", "b")})
    assert from_json(json.loads(json.dumps(to_json(reason)))) == reason
    assert pickle.loads(pickle.dumps(reason)) == reason  # noqa: S301
    assert copy.deepcopy(reason) == reason


def test_texts_of_a_reason_can_be_changed_at_any_depth() -> None:
    inner = Reason("unit.metres", {"example": 1.78, "path": "secret"})
    reason = Reason("input.unreadable", {"why": inner, "paths": ("secret", "open")})
    shown = reason.map_text(lambda text: text.replace("secret", "…"))
    assert shown == Reason(
        "input.unreadable",
        {
            "why": Reason("unit.metres", {"example": 1.78, "path": "…"}),
            "paths": ("…", "open"),
        },
    )


def test_settings_are_named_as_the_reader_knows_them() -> None:
    reason = Reason("usage.choice", {"setting": "pose_model", "choices": ("full",), "value": "x"})
    assert render(reason).startswith("pose_model must")
    assert render(reason, names=lambda name: f"<{name}>").startswith("<pose_model> must")
    fixed = Reason("usage.end_before_start", {"start_s": 3.0, "end_s": 1.5})
    assert "--end (1,5 s)" in render(fixed, "de", lambda name: f"--{name.removesuffix('_s')}")


def test_an_unknown_code_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        render(Reason("no.such_code"))
