"""Matching of events, labels and values, on cases that can be verified by hand."""

from __future__ import annotations

import json

import pytest

from leanline.scoring.events import compare_foot, match_events
from leanline.scoring.parts import Case, event_score, exit_score, label_score, score_part
from leanline.scoring.results import Answer, Result
from leanline.scoring.truth import EventTimes, Truth
from tests.scores import LEAN, truth_entry

KEY = f"metric.{LEAN}"


def truth(name: str = "run", **more: object) -> Truth:
    return Truth.model_validate_json(json.dumps(truth_entry(name, **more)))


def contacts(left: list[float], right: list[float]) -> dict[str, dict[str, list[float]]]:
    return {"left": {"contact_s": left}, "right": {"contact_s": right}}


def test_events_match_their_nearest_within_a_tenth_of_a_second() -> None:
    pairs = match_events((1.0, 2.0, 3.0), (1.02, 2.11, 2.96))
    assert pairs == ((1.0, 1.02), (3.0, 2.96))


def test_of_two_found_events_the_nearer_one_counts() -> None:
    assert match_events((1.0,), (0.97, 1.02)) == ((1.0, 1.02),)


def test_one_found_event_belongs_to_one_true_event() -> None:
    assert match_events((1.0, 1.12), (1.05,)) == ((1.0, 1.05),)


def test_found_events_outside_the_labelled_part_do_not_count() -> None:
    foot = compare_foot((1.0, 2.0), (0.5, 0.95, 1.5, 2.05, 2.5), ())
    assert (foot.true, foot.counted) == (2, 3)
    assert foot.differences_s == pytest.approx((-0.05, 0.05))


def test_where_nothing_is_labelled_nothing_is_wrong() -> None:
    assert compare_foot((), (1.0, 2.0), ()).counted == 0


def test_exchanged_feet_are_on_the_wrong_side() -> None:
    foot = compare_foot((1.0, 2.0), (1.0,), (1.0, 2.0))
    assert len(foot.differences_s) == 1
    assert foot.right_side == 0
    assert compare_foot((1.0, 2.0), (1.0, 2.0), (1.0, 2.0)).right_side == 2


def test_shares_of_events_by_hand() -> None:
    found: EventTimes = {("contact", "left"): (1.01, 1.5, 2.01), ("contact", "right"): (1.51,)}
    case = Case(truth(events=contacts([1.0, 2.0], [1.5, 2.5])), Result(events=found), "a")
    score = event_score("contact", [case])
    assert (score.true, score.counted, score.matched) == (4, 4, 3)
    assert (score.recall, score.precision) == (0.75, 0.75)
    # Of the right foot one was found, and none of it among those of the left.
    assert score.right_share == 0.75
    assert score.timing_ms is not None
    assert score.timing_ms.bias == pytest.approx(10.0)


def test_two_events_say_nothing_of_their_spread() -> None:
    found: EventTimes = {("contact", "left"): (1.0, 2.0)}
    case = Case(truth(events=contacts([1.0, 2.0], [])), Result(events=found), "a")
    assert event_score("contact", [case]).timing_ms is None


def test_a_tool_without_events_finds_none() -> None:
    case = Case(truth(events=contacts([1.0], [])), Result(), "a")
    score = event_score("contact", [case])
    assert (score.recall, score.precision) == (0.0, 0.0)


def test_confusion_counts_every_pair_of_words() -> None:
    said = ["rear", "mid", None, "rear"]
    cases = [
        Case(
            truth(f"c{n}", foot_strike="rear"),
            Result(labels={} if word is None else {"foot_strike": word}),
            "a",
        )
        for n, word in enumerate(said)
    ]
    score = label_score("foot_strike", cases)
    assert score.confusion == {("rear", "rear"): 2, ("rear", "mid"): 1, ("rear", None): 1}
    assert (score.clips, score.given, score.right) == (4, 3, 2)


def test_a_clip_to_be_refused_is_right_without_a_result() -> None:
    refuse, answer = truth("nobody", exit=4), truth("run")
    cases = [Case(refuse, None, "a"), Case(answer, None, "b"), Case(answer, Result(), "c")]
    assert exit_score(cases).right == 2
    assert exit_score([Case(refuse, Result(), "a")]).right == 0


def test_a_clip_to_be_refused_counts_for_nothing_else() -> None:
    case = Case(truth("nobody", exit=4, metrics={LEAN: 1.0}, activity="none"), Result(), "a")
    part = score_part([case])
    assert (list(part.values), list(part.labels), part.persons) == ([], ["exit"], 0)


def test_clips_without_a_value_or_a_result_are_told_apart() -> None:
    known = [truth(name, metrics={LEAN: 5.0}) for name in "abc"]
    results = [Result({KEY: Answer(6.0, (4.0, 7.0))}), Result({KEY: Answer(None)}), None]
    cases = [Case(t, r, t.name) for t, r in zip(known, results, strict=True)]
    value = score_part(cases).values[KEY]
    assert (value.clips, len(value.pairs), len(value.given)) == (3, 2, 1)
    assert value.agreement is not None
    assert value.agreement.bias == 1.0
    assert value.worst_clip == "a"
    assert value.calibration is not None
    assert value.calibration.covered == 1.0


def test_what_nobody_measured_has_no_agreement() -> None:
    value = score_part([Case(truth(metrics={LEAN: 5.0}), Result(), "a")]).values[KEY]
    assert (value.agreement, value.icc, value.calibration) == (None, None, None)


def test_values_that_are_null_in_the_truth_are_not_asked_for() -> None:
    assert score_part([Case(truth(metrics={LEAN: None}), Result(), "a")]).values == {}
