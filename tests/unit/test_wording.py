"""The catalogues are complete, in every language, whatever the parameters."""

from __future__ import annotations

import copy
import json
import pickle
import re
import string
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Final

import pytest

from leanline.findings import Rule, drills, nothing_clear, rules, step_verdicts
from leanline.languages import LANGUAGES
from leanline.reason import Param, Reason, from_json, to_json
from leanline.result_wording import finding_text, sources_text, warning_text
from leanline.wording.catalogue import LANGUAGE_CODES, catalogue, listed, render

#: English that a translated sentence has no use for; names of things (leanline, SD) are not here.
ENGLISH_WORDS: Final = (
    "the|and|of|with|were|not|from|your|you|this|that|is|are|at|by|for|feet|steps|hips|"
    "clip is|lean|towards|away|frames|seen|measured|pixels|metres"
)
#: Texts that are the same in every language.
INTERNATIONAL: Final = frozenset(
    {
        "home.start", "live_page.heading", "live_page.title", "page.clips", "page.live",
        "page.name", "plan_page.page_title", "plan_page.title", "page.clip_count",
        "page.clip_count_one", "athlete_page.plan", "live_page.clip",
        "settings_page.python", "watch.alone", "record_page.countdown",
    }
)  # fmt: skip
LONG_NAME: Final = "Läufer/" + "sehr langer Name " * 20
HUGE: Final = 1.0e300


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


def formats(text: str) -> dict[str, str]:
    """Formats by placeholder, the attributes of a placeholder left out."""
    parsed = string.Formatter().parse(text)
    return {
        re.split(r"[.\[!]", name)[0]: spec or "" for _, name, spec, _ in parsed if name is not None
    }


def words() -> tuple[str, ...]:
    return tuple(code.removeprefix("word.") for code in catalogue("en") if code.startswith("word."))


def extremes(spec: str) -> tuple[Param, ...]:
    """The least, the greatest and the oddest parameters that a format accepts."""
    if spec == "word":
        return (*words(), words())
    if spec == "date":
        return ("2026-01-31", "1999-12-01")
    if spec:
        return (0.0, -0.0, -12.5, 0.04, HUGE, float("nan"), float("inf"))
    return (0, -3, 10**15, 0.5, "", LONG_NAME, "x{y}", (), ("a", LONG_NAME))


def reasons(code: str) -> Iterator[Reason]:
    """A reason of each code with each extreme of each parameter."""
    wanted = formats(catalogue("en")[code]) | formats(catalogue("en").get(f"{code}_hint", ""))
    wanted.pop("settings", None)
    plain: dict[str, Param] = {name: extremes(spec)[0] for name, spec in wanted.items()}
    yield Reason(code, plain)
    for name, spec in wanted.items():
        for value in extremes(spec):
            yield Reason(code, {**plain, name: value})


CODES: Final = sorted(
    code
    for code in catalogue("en")
    if not code.startswith(("finding.", "verdict.")) and not code.endswith("_hint")
)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_code_renders_whatever_its_parameters(language: str) -> None:
    for reason in chain.from_iterable(map(reasons, CODES)):
        text = render(reason, language)
        for value in reason.params.values():
            if isinstance(value, str):
                text = text.replace(value, "")
        assert not re.search(r"\{\w*\}", text.replace("x{y}", "")), reason


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_finding_renders_whatever_its_numbers(rule: Rule, language: str) -> None:
    parts = rule.sentences
    metrics = {c.metric for c in rule.conditions} | {d.needs for d in rule.details}
    for value in (0.0, -12.5, 1e12, float("nan")):
        ends = ("", "_low", "_high", "_above", "_below")
        params: dict[str, Param] = {f"{metric}{end}": value for metric in metrics for end in ends}
        params |= {"certainty": "probably", "why": Reason("metric.unknown")}
        for part in parts:
            text = finding_text((Reason(f"finding.{rule.id}.{part}", params),), LANGUAGES[language])
            assert "{" not in text
            assert text.endswith(".")
    bare: dict[str, Param] = {**dict.fromkeys(metrics, 7.0), "certainty": "clearly"}
    bare["why"] = Reason("metric.unknown")
    for part in parts:
        assert finding_text((Reason(f"finding.{rule.id}.{part}", bare),), LANGUAGES[language])


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_the_headline_without_a_fault_names_every_statement_and_step(language: str) -> None:
    verdicts = step_verdicts()
    fine = tuple(f"fine_{one.id}" for verdict in verdicts for one in verdict.fine)
    topics = tuple(f"topic_{verdict.id}" for verdict in verdicts)
    params: dict[str, Param] = {"fine": fine, "open": topics, "unmeasured": topics}
    for part in nothing_clear.SENTENCES:
        text = finding_text((Reason(f"finding.nothing_clear.{part}", params),), LANGUAGES[language])
        assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_what_is_said_of_the_feet_has_their_numbers(language: str) -> None:
    params: dict[str, Param] = {"metric": "shin_angle_deg", "left": 3.0, "right": 9.0}
    for part in ("left_only", "right_only", "differ"):
        text = finding_text((Reason(f"finding.sides.{part}", params),), LANGUAGES[language])
        assert LANGUAGES[language].say("shin_angle_deg", 9.0) in text


@pytest.mark.parametrize("language", [code for code in LANGUAGE_CODES if code != "en"])
def test_no_sentence_is_left_in_english(language: str) -> None:
    for code, english in catalogue("en").items():
        own = catalogue(language)[code]
        letters = re.sub(r"\{[^}]*\}", "", english)
        if re.search(r"[a-z]{4}", letters) and code not in INTERNATIONAL:
            assert own != english, code
        left = re.sub(r"\{[^}]*\}", "", own)
        assert not re.search(rf"\b({ENGLISH_WORDS})\b", left), (code, left)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_kinds_that_are_parts_of_sentences_have_no_full_stop(language: str) -> None:
    for code, text in catalogue(language).items():
        kind = code.partition(".")[0]
        if kind in ("metric", "estimate", "word"):
            assert not text.endswith("."), code
        if kind in ("warning", "finding", "verdict"):
            assert text.endswith("."), code


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_drill_is_complete_and_in_its_language(language: str) -> None:
    assert set(drills(language)) == set(drills("en"))
    for name, drill in drills(language).items():
        texts = (drill.title, drill.cue, drill.why, *drill.drill, drill.keep, drill.again)
        assert all(text.strip() for text in texts), name
        if language != "en":
            assert not re.search(rf"\b({ENGLISH_WORDS})\b", " ".join(texts)), name


def test_an_enumeration_has_its_and() -> None:
    assert [listed(texts, "de") for texts in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a und b",
        "a, b und c",
    ]


def test_sources_that_disagree_are_named_as_such() -> None:
    sources = (Reason("estimate.vertical_lines"), Reason("estimate.footfalls"))
    assert sources_text(sources, conflicting=False) == "vertical lines and footfalls"
    assert "widersprechen" in sources_text(sources, conflicting=True, language="de")


def test_a_warning_about_the_companion_clip_says_so() -> None:
    damaged = Reason("warning.damaged")
    assert warning_text(damaged, "back").startswith("Clip from behind: The file is damaged")
    assert warning_text(damaged, "front", "de").startswith("Clip von vorn: Die Datei")


def test_the_parameters_of_a_reason_cannot_be_changed_but_copied() -> None:
    reason = Reason("metric.too_few_steps", {"steps": 2})
    with pytest.raises(TypeError):
        reason.params["steps"] = 3  # type: ignore[index]
    with pytest.raises(TypeError):
        reason.params.update(steps=3)  # type: ignore[attr-defined]
    assert pickle.loads(pickle.dumps(reason)) == copy.deepcopy(reason) == reason  # noqa: S301
    assert asdict(reason) == {"code": "metric.too_few_steps", "params": {"steps": 2}}
