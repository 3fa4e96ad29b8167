from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from leanline.findings import Rule, drills, evaluate_rules, nothing_clear, rules
from leanline.findings.probability import MAX_ROUGH
from leanline.languages import ENGLISH, GERMAN
from leanline.model import Activity, Finding, Metric, Step
from leanline.reason import Reason
from leanline.registry.metrics import threshold
from leanline.result_wording import finding_text
from leanline.wording.catalogue import LANGUAGE_CODES, catalogue
from tests.analyses import analysis, metric, said, steps

NARROW_PCT = threshold("stance_width_pct", "narrow")

STRAIGHT: Mapping[str, float | str] = {
    "waist_bend_deg": 2.0,
    "lean_body_deg": 7.0,
    "lean_sway_deg": 0.8,
    "foot_strike": "rear",
    "foot_strike_angle_deg": 15.0,
    "shin_angle_deg": 1.0,
    "landing_distance_m": 0.17,
    "cadence_spm": 160.0,
}


def runner(half_width: float = 1.0, **changes: float | str | None) -> dict[str, Metric]:
    """Metrics of a runner nothing is wrong with, but for the changes."""
    values = {**STRAIGHT, **changes}
    return {name: metric(name, value, half_width) for name, value in values.items()}


def told(
    found: Mapping[str, Metric], taken: tuple[Step, ...] = (), activity: Activity = "running"
) -> dict[str, str]:
    return {f.id: f.severity for f in evaluate_rules(found, taken, activity)}


def only(found: Mapping[str, Metric], taken: tuple[Step, ...] = ()) -> Finding:
    (finding,) = evaluate_rules(found, taken, "running")
    return finding


def uncertain_finding(found: Mapping[str, Metric]) -> Finding:
    (_, finding) = evaluate_rules(found, (), "running")
    assert finding.severity == "watch"
    return finding


def test_a_runner_nothing_is_wrong_with_hears_one_good_thing() -> None:
    assert told(runner()) == {"steady_form": "good"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"waist_bend_deg": 13.0}, "waist_bend"),
        ({"lean_body_deg": 12.0}, "lean_high"),
        ({"lean_body_deg": 2.0}, "lean_low"),
        ({"lean_sway_deg": 4.0}, "lean_unsteady"),
        ({"shin_angle_deg": 8.0}, "overstride"),
    ],
)
def test_an_interval_beyond_the_threshold_is_something_to_work_on(
    changes: dict[str, Any], rule: str
) -> None:
    assert told(runner(**changes)) == {rule: "work_on"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"waist_bend_deg": 10.2}, "waist_bend"),
        ({"lean_body_deg": 10.2}, "lean_high"),
        ({"lean_body_deg": 4.8}, "lean_low"),
        ({"lean_sway_deg": 2.7}, "lean_unsteady"),
        ({"shin_angle_deg": 5.2}, "overstride"),
        ({"shin_angle_deg": 9.0, "foot_strike_angle_deg": 7.6}, "overstride"),
    ],
)
def test_what_is_about_as_likely_as_not_is_too_close_to_tell(
    changes: dict[str, Any], rule: str
) -> None:
    (first, *rest) = evaluate_rules(runner(**changes), (), "running")
    assert first.severity == "good"
    assert {finding.id: finding.severity for finding in rest} == {rule: "watch"}


def test_a_value_without_an_interval_is_only_watched() -> None:
    found = runner() | {"waist_bend_deg": metric("waist_bend_deg", 20.0, None)}
    assert told(found) == {"nothing_clear": "good", "waist_bend": "watch"}


@pytest.mark.parametrize("doubt", [{"quality": "poor"}, {"n": 6}])
def test_poor_or_few_steps_are_never_more_than_probable(doubt: dict[str, Any]) -> None:
    found = runner() | {"waist_bend_deg": metric("waist_bend_deg", 20.0, 1.0, **doubt)}
    assert only(found).probability == MAX_ROUGH
    assert only(found).text.startswith("You probably bend at the waist")


def test_from_eighty_per_cent_on_it_is_probably_so() -> None:
    finding = only(runner(lean_body_deg=10.5))
    assert finding.severity == "work_on"
    assert finding.probability == pytest.approx(0.8365, abs=1e-4)
    assert finding.text.startswith("You probably lean further than")


def test_a_band_is_left_at_either_end_but_not_at_both() -> None:
    wide = runner() | {"lean_body_deg": metric("lean_body_deg", 7.5, 6.0)}
    (finding,) = evaluate_rules(wide, (), "running")
    assert finding.id == "nothing_clear"
    assert "Too close to tell: your lean." in finding.text


def test_the_condition_in_doubt_is_the_one_named() -> None:
    by_shin = uncertain_finding(runner(shin_angle_deg=5.2)).reasons[0]
    by_strike = uncertain_finding(runner(shin_angle_deg=9.0, foot_strike_angle_deg=7.6)).reasons[0]
    assert by_shin.code == "finding.overstride.watch"
    assert by_strike.code == "finding.overstride.strike_open"


def test_at_most_three_things_are_said_the_waist_first() -> None:
    found = runner(waist_bend_deg=15.0, lean_body_deg=2.0, lean_sway_deg=5.0, shin_angle_deg=9.0)
    assert list(told(found)) == ["waist_bend", "lean_low", "lean_unsteady"]


def test_what_is_sure_comes_before_what_is_watched() -> None:
    found = runner(waist_bend_deg=10.2, shin_angle_deg=9.0)
    assert told(found) == {"overstride": "work_on", "waist_bend": "watch"}
    assert list(told(found)) == ["overstride", "waist_bend"]


@pytest.mark.parametrize(("strike", "angle"), [("mid", 3.0), ("fore", -6.0)])
def test_only_rearfoot_strikers_hear_of_overstriding(strike: str, angle: float) -> None:
    found = runner(foot_strike=strike, foot_strike_angle_deg=angle, shin_angle_deg=9.0)
    assert told(found) == {"steady_form": "good"}


@pytest.mark.parametrize(("strike", "angle"), [("rear", 25.0), ("mid", 3.0), ("fore", -12.0)])
def test_no_foot_strike_is_a_fault_by_itself(strike: str, angle: float) -> None:
    found = runner(foot_strike=strike, foot_strike_angle_deg=angle)
    assert told(found) == {"steady_form": "good"}


@pytest.mark.parametrize("cadence", [140.0, 160.0, 200.0])
def test_no_cadence_is_a_fault_by_itself(cadence: float) -> None:
    assert told(runner(cadence_spm=cadence)) == {"steady_form": "good"}


def test_an_overstrider_is_offered_five_per_cent_above_their_own_cadence() -> None:
    text = only(runner(shin_angle_deg=9.0, cadence_spm=160.0)).text
    assert "5 % above your own 160.0 steps/min is 168" in text
    assert "17.0 cm" in text


def test_an_overstrider_of_unknown_cadence_and_distance_is_told_only_what_is_known() -> None:
    text = only(runner(shin_angle_deg=9.0, cadence_spm=None, landing_distance_m=None)).text
    assert "cadence" not in text
    assert "steps/min" not in text
    assert "with the shin near vertical. Only the left foot" in text


def test_cadence_is_not_advised_while_overstriding_is_only_watched() -> None:
    assert "steps/min" not in uncertain_finding(runner(shin_angle_deg=5.2)).text


def test_a_finding_says_its_number_with_the_interval() -> None:
    assert "13.0° (12.0 to 14.0)" in only(runner(waist_bend_deg=13.0)).text


def test_nothing_measured_nothing_said() -> None:
    assert evaluate_rules({}, (), "running") == ()
    withheld = {name: metric(name, None) for name in STRAIGHT}
    assert evaluate_rules(withheld, (), "running") == ()
    missing = {name: metric(name, math.nan) for name in STRAIGHT}
    assert evaluate_rules(missing, (), "running") == ()


def test_praise_needs_both_waist_and_lean() -> None:
    assert told(runner(waist_bend_deg=None)) == {"nothing_clear": "good"}
    assert told(runner(lean_body_deg=None)) == {"nothing_clear": "good"}


def test_without_a_fault_the_headline_says_what_is_fine_and_what_is_open() -> None:
    finding = only(runner(lean_body_deg=9.7, waist_bend_deg=None, shin_angle_deg=1.0))
    assert finding.text == (
        "Nothing clearly needs changing. Already fine: landing under the body. "
        "Too close to tell: your lean. Not measured: the line of your body."
    )
    assert finding.probability == pytest.approx(1.0, abs=1e-4)


def test_nothing_is_fine_where_a_step_calls_for_a_change() -> None:
    assert "nothing_clear" not in told(runner(lean_body_deg=12.0))


def test_where_nothing_is_decided_the_headline_is_what_is_open() -> None:
    found = runner(6.0, lean_body_deg=9.0, waist_bend_deg=8.0, shin_angle_deg=4.0)
    assert {finding.severity for finding in evaluate_rules(found, (), "running")} == {"watch"}


def landing(left: float | None, right: float | None, **more: Any) -> dict[str, Metric]:
    """A runner who reaches ahead, by both feet as given."""
    shin = metric("shin_angle_deg", 9.0, 1.0, left=left, right=right, **more)
    return runner() | {"shin_angle_deg": shin}


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (14.0, 4.0, "Only the left foot is over the limit: 14.0° left, 4.0° right."),
        (4.0, 14.0, "Only the right foot is over the limit: 4.0° left, 14.0° right."),
        (12.0, 6.0, "The feet differ by more than the measurement error"),
        (9.0, None, "Only the left foot could be measured."),
    ],
)
def test_feet_that_differ_are_judged_apart(left: float, right: float | None, words: str) -> None:
    strike = metric("foot_strike_angle_deg", 15.0, 1.0, left=15.0, right=15.0)
    found = landing(left, right) | {"foot_strike_angle_deg": strike}
    assert words in only(found).text


def test_a_strike_judged_by_one_foot_is_said_so() -> None:
    strike = metric("foot_strike_angle_deg", 15.0, 1.0, left=15.0, right=7.0)
    text = only(landing(9.8, 8.2) | {"foot_strike_angle_deg": strike}).text
    assert "judged by the left foot" in text


def test_feet_within_their_doubt_are_not_told_apart() -> None:
    strike = metric("foot_strike_angle_deg", 15.0, 1.0, left=15.0, right=15.0)
    assert (
        "foot" not in only(landing(9.8, 8.2) | {"foot_strike_angle_deg": strike}).reasons[-1].code
    )


def test_the_frames_cited_show_what_the_finding_says() -> None:
    strikes = [3.0, 12.0, 2.0, 14.0, 4.0, 9.0]
    taken = tuple(
        replace(step, values={"shin_angle_deg": 9.0 + i, "foot_strike_angle_deg": strike})
        for i, (step, strike) in enumerate(zip(steps(6), strikes, strict=True))
    )
    frames_s = only(runner(shin_angle_deg=9.0), taken).frames_s
    assert frames_s == tuple(taken[i].contact_s for i in (5, 3, 1))


def test_walking_has_no_rules() -> None:
    assert told(runner(waist_bend_deg=30.0), activity="walking") == {}


def test_the_steps_that_show_it_worst_are_named_by_the_middle_of_contact() -> None:
    bends = [1.0, 9.0, math.nan, 20.0, 12.0, 3.0]
    taken = tuple(
        Step(step.side, step.contact_s, step.toe_off_s, {"waist_bend_deg": bend})
        for step, bend in zip(steps(6), bends, strict=True)
    )
    frames_s = only(runner(waist_bend_deg=13.0), taken).frames_s
    assert frames_s == pytest.approx((1.305, 1.665))


def test_overstriding_is_shown_at_contact() -> None:
    taken = steps(4, shin_angle_deg=9.0)
    frames_s = only(runner(shin_angle_deg=9.0), taken).frames_s
    assert frames_s == tuple(step.contact_s for step in taken[:3])


def test_a_low_lean_is_shown_by_the_lowest_steps_and_an_unsteady_one_by_the_odd_ones() -> None:
    leans = [4.0, 1.0, 3.0, 3.0, 2.9]
    taken = tuple(
        Step("left", float(i), i + 0.2, {"lean_body_deg": lean}) for i, lean in enumerate(leans)
    )
    assert only(runner(lean_body_deg=2.0), taken).frames_s[0] == pytest.approx(1.1)
    assert only(runner(lean_sway_deg=5.0), taken).frames_s[:2] == pytest.approx((1.1, 0.1))


def test_steps_without_a_toe_off_show_nothing() -> None:
    taken = (Step("left", 1.0, math.nan, {"waist_bend_deg": 15.0}),)
    assert only(runner(waist_bend_deg=13.0), taken).frames_s == ()


@pytest.mark.parametrize(
    ("lean", "straightness", "expected"),
    [
        (7.0, 1.0, {"stand_good": "good"}),
        (7.0, 8.0, {"stand_straightness": "work_on"}),
        (12.0, 1.0, {"stand_lean_high": "work_on"}),
        (2.0, 1.0, {"stand_lean_low": "work_on"}),
        (4.9, 5.2, {"stand_straightness": "watch", "stand_lean_low": "watch"}),
    ],
)
def test_standing_is_judged_by_straightness_then_lean(
    lean: float, straightness: float, expected: dict[str, str]
) -> None:
    found = {
        "stand_lean_deg": metric("stand_lean_deg", lean),
        "stand_straightness_deg": metric("stand_straightness_deg", straightness),
    }
    assert told(found, activity="standing") == expected


STRAIGHT_PLANK: Mapping[str, float | str] = {
    "stand_lean_deg": 7.0,
    "stand_straightness_deg": 1.0,
    "stand_repetitions": 3.0,
    "hold_s": 7.0,
}


def plank(**changes: float | str) -> dict[str, Metric]:
    """Metrics of a drill nothing is wrong with, but for the changes."""
    values = {**STRAIGHT_PLANK, **changes}
    return {name: metric(name, value, 0.4, quality="fair") for name, value in values.items()}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"stand_good": "good"}),
        ({"hold_s": 3.0}, {"stand_hold_short": "work_on"}),
        ({"hold_s": 4.9}, {"stand_good": "good", "stand_hold_short": "watch"}),
        ({"hold_s": 3.0, "stand_repetitions": 0.0}, {"stand_good": "good"}),
        ({"stand_break": "knees_bent"}, {"stand_knees": "work_on"}),
        ({"stand_break": "head_dropped"}, {"stand_head": "work_on"}),
        ({"stand_break": "straight"}, {"stand_good": "good"}),
    ],
)
def test_a_drill_hears_where_it_breaks_and_how_long_it_was_held(
    changes: dict[str, float | str], expected: dict[str, str]
) -> None:
    assert told(plank(**changes), activity="standing") == expected


@pytest.mark.parametrize(
    ("where", "words"),
    [("waist_bent", "at the waist"), ("hip_back", "move back"), ("hips_ahead", "move ahead")],
)
def test_a_broken_plank_is_told_where(where: str, words: str) -> None:
    found = plank(stand_straightness_deg=12.0, stand_break=where)
    (finding,) = evaluate_rules(found, (), "standing")
    assert words in finding.text
    assert finding.text.count("It bends") == 1


SENTENCES = {code: text for code, text in catalogue("en").items() if code.startswith("finding.")}
FORBIDDEN = r"injur|correct|optimal|diagnos|prevent|risk|\b180\b|ideal|efficient|bad|wrong|force"


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES.keys())
def test_no_text_diagnoses_promises_or_prescribes_a_form(text: str) -> None:
    assert not re.search(FORBIDDEN, text, re.IGNORECASE)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_has_evidence_and_a_step(rule: Rule) -> None:
    assert rule.evidence in "ABCD"
    assert rule.step in (1, 2, 3, 4)


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_every_severity_and_detail_of_every_rule_has_its_sentence_and_no_other(
    language: str,
) -> None:
    needed = {f"finding.{rule.id}.{part}" for rule in rules() for part in rule.sentences}
    needed |= {f"finding.{nothing_clear.ID}.{part}" for part in nothing_clear.SENTENCES}
    needed |= {code for code in catalogue("en") if code.startswith("finding.sides.")}
    assert {code for code in catalogue(language) if code.startswith("finding.")} == needed


def test_every_number_named_by_a_text_is_one_the_rule_needs() -> None:
    for rule in rules():
        known = {condition.metric for condition in rule.conditions}
        needs = {detail.id: {detail.needs} for detail in rule.details}
        for part in rule.sentences:
            named = set(re.findall(r"{(\w+)", SENTENCES[f"finding.{rule.id}.{part}"]))
            certain = (
                {"certainty"} if part == "verdict" else {"why"} if "unmeasured" in part else set()
            )
            assert named <= needs.get(part, known | certain)


def test_a_finding_carries_its_numbers_and_thresholds() -> None:
    reason, advice = only(runner(waist_bend_deg=13.0)).reasons
    assert advice.code == "finding.waist_bend.advice"
    assert reason == Reason(
        "finding.waist_bend.verdict",
        {
            "certainty": "clearly",
            "waist_bend_deg": 13.0,
            "waist_bend_deg_low": 12.0,
            "waist_bend_deg_high": 14.0,
            "waist_bend_deg_above": 10.0,
        },
    )


def test_the_threshold_in_a_sentence_is_that_of_the_rule() -> None:
    assert "; the limit is 10°" in uncertain_finding(runner(waist_bend_deg=10.2)).text


@pytest.mark.parametrize("code", ["en", "de"])
def test_every_rule_has_a_drill_in_every_language(code: str) -> None:
    assert set(drills(code)) == {*(rule.id for rule in rules()), nothing_clear.ID}
    for drill in drills(code).values():
        assert drill.drill
        assert all((drill.title, drill.cue, drill.why, drill.keep, drill.again))


def test_drills_promise_nothing_and_diagnose_nothing() -> None:
    words = ("prevent", "heal", "cure", "correct form", "risk of injury", "diagnos", "guarantee")
    for drill in drills("en").values():
        text = " ".join((drill.title, drill.cue, drill.why, *drill.drill, drill.keep)).lower()
        assert not [word for word in words if word in text]
        assert "180" not in text


def test_a_finding_is_worded_in_german_with_the_same_numbers() -> None:
    (first, *_) = analysis().findings
    assert "13,1° (11,8 bis 14,4)" in finding_text(first.reasons, GERMAN)
    assert finding_text(first.reasons, ENGLISH) == first.text


def test_a_finding_from_before_codes_keeps_its_text() -> None:
    old = replace(analysis().findings[0], reasons=(said("Written before."),))
    assert finding_text(old.reasons, GERMAN) == old.text == "Written before."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"nothing_clear": "good"}),
        ({"stance_width_pct": 40.0}, {"stance_narrow": "work_on"}),
        (
            {"stance_width_pct": NARROW_PCT - 1.0},
            {"stance_narrow": "watch", "nothing_clear": "good"},
        ),
        ({"stance_width_pct": 190.0}, {"stance_wide": "work_on"}),
        ({"weight_shift_pct": 20.0}, {"weight_right": "work_on"}),
        ({"weight_shift_pct": -20.0}, {"weight_left": "work_on"}),
    ],
)
def test_a_rough_stance_from_in_front_is_never_more_than_probable(
    changes: dict[str, float], expected: dict[str, str]
) -> None:
    values = {"stance_width_pct": 105.0, "weight_shift_pct": 3.0, **changes}
    found = {name: metric(name, v, 5.0, quality="poor") for name, v in values.items()}
    findings = evaluate_rules(found, (), "standing")
    assert {f.id: f.severity for f in findings} == expected
    assert all((f.probability or 0.0) <= MAX_ROUGH for f in findings)
