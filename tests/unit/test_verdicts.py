"""Every step of the method that was filmed has its verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from leanline.findings import StepVerdict, judge_steps, step_verdicts
from leanline.languages import ENGLISH, GERMAN, LANGUAGES
from leanline.model import Metric, Verdict
from leanline.reason import Reason
from leanline.result_wording import finding_text
from leanline.wording.catalogue import LANGUAGE_CODES, catalogue
from tests.analyses import metric, said

RUNNER: Mapping[str, float] = {
    "waist_bend_deg": 2.0,
    "lean_body_deg": 7.0,
    "lean_sway_deg": 0.8,
    "foot_strike_angle_deg": 15.0,
    "shin_angle_deg": 1.0,
}


def runner(half_width: float = 1.0, **changes: float | None) -> dict[str, Metric]:
    values = {**RUNNER, **changes}
    return {name: metric(name, value, half_width) for name, value in values.items()}


def by_id(found: Mapping[str, Metric]) -> dict[str, Verdict]:
    return {verdict.id: verdict for verdict in judge_steps(found, "running")}


def test_every_step_says_what_is_fine() -> None:
    verdicts = judge_steps(runner(), "running")
    assert [(v.id, v.step, v.outcome) for v in verdicts] == [
        ("assess", 1, "keep"),
        ("run", 3, "keep"),
        ("land", 4, "keep"),
    ]
    texts = [verdict.text for verdict in verdicts]
    assert texts[0].startswith("Your body is clearly one line")
    assert texts[1].startswith("Your lean is clearly within the method's coaching band")
    assert texts[2].startswith("You clearly land under your body")


def test_what_is_to_change_is_said_with_its_probability() -> None:
    run = by_id(runner(lean_body_deg=10.5))["run"]
    assert (run.outcome, run.statement) == ("change", "lean_high")
    assert run.probability == pytest.approx(0.8365, abs=1e-4)
    assert "probably lean further" in run.text


def test_the_likelier_of_two_faults_of_a_step_is_said() -> None:
    run = by_id(runner(lean_body_deg=10.5, lean_sway_deg=5.0))["run"]
    assert run.statement == "lean_unsteady"


def test_what_is_not_decided_is_too_close_to_tell() -> None:
    verdicts = by_id(runner(6.0, lean_body_deg=9.0, waist_bend_deg=8.0, shin_angle_deg=4.0))
    assert {v.outcome for v in verdicts.values()} == {"open"}
    assert all("too close to tell" in v.text for v in verdicts.values())


def test_a_shin_ahead_of_the_knee_is_fine_off_the_heel() -> None:
    land = by_id(runner(shin_angle_deg=9.0, foot_strike_angle_deg=-4.0))["land"]
    assert (land.outcome, land.statement) == ("keep", "not_on_heel")


def test_a_shin_ahead_of_the_knee_says_when_the_strike_was_not_measured() -> None:
    strike = metric("foot_strike_angle_deg", None, why=said("the shoes are unclear"))
    land = by_id(runner(shin_angle_deg=12.0) | {"foot_strike_angle_deg": strike})["land"]
    assert (land.outcome, land.statement) == ("open", "")
    assert "whether you land on the heel was not measured: the shoes are unclear" in land.text


def test_an_arched_back_is_not_called_straight() -> None:
    assert by_id(runner(waist_bend_deg=-15.0))["assess"].statement == "arched"


def test_what_was_not_measured_says_why() -> None:
    found = runner() | {"waist_bend_deg": metric("waist_bend_deg", None, why=said("dark"))}
    assess = by_id(found)["assess"]
    assert (assess.outcome, assess.probability) == ("unmeasured", None)
    assert assess.text == "Not measured: dark."
    assert finding_text(assess.reasons, GERMAN) == "Nicht gemessen: dark."


def test_a_step_that_was_not_filmed_has_no_verdict() -> None:
    assert judge_steps({}, "running") == ()
    assert set(by_id({"shin_angle_deg": metric("shin_angle_deg", 1.0)})) == {"land"}


def test_walking_has_no_verdicts() -> None:
    assert judge_steps(runner(), "walking") == ()


def test_standing_is_judged_in_one_verdict() -> None:
    found = {
        "stand_lean_deg": metric("stand_lean_deg", 7.0),
        "stand_straightness_deg": metric("stand_straightness_deg", 1.0),
    }
    (stand,) = judge_steps(found, "standing")
    assert (stand.id, stand.step, stand.outcome) == ("stand", 2, "keep")


@pytest.mark.parametrize("language", LANGUAGE_CODES)
@pytest.mark.parametrize("verdict", step_verdicts(), ids=lambda verdict: verdict.id)
def test_every_statement_has_its_sentence(verdict: StepVerdict, language: str) -> None:
    for fine in verdict.fine:
        ends = ("", "_low", "_high", "_above", "_below")
        params = {f"{c.metric}{end}": 3.0 for c in fine.conditions for end in ends}
        reason = Reason(f"verdict.{fine.id}", {**params, "certainty": "probably"})
        text = finding_text((reason,), LANGUAGES[language])
        assert catalogue(language)["word.probably"] in text
        assert "{" not in text


def test_the_catalogue_has_no_other_statements() -> None:
    stated = {fine.id for verdict in step_verdicts() for fine in verdict.fine}
    codes = {code for code in catalogue("en") if code.startswith("verdict.")}
    assert codes == {f"verdict.{name}" for name in stated | {"open", "unmeasured"}}


def test_no_sentence_hedges_twice() -> None:
    hedges = r"\bmay\b|\bmight\b|perhaps|conclusive|for sure|seems"
    for code, text in catalogue("en").items():
        if code.startswith(("finding.", "verdict.")):
            assert not re.search(hedges, text), code


def test_a_verdict_is_worded_in_both_languages() -> None:
    run = by_id(runner())["run"]
    assert "(6.0 to 8.0)" in finding_text(run.reasons, ENGLISH)
    assert "(6,0 bis 8,0)" in finding_text(run.reasons, GERMAN)
