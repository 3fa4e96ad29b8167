from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from leanline.metrics.measure import _scale_metric
from leanline.model import Analysis, Estimate, Metric
from leanline.report.compare import CompareRow, compare_model, write_comparison
from leanline.trends.change import compare_metric, smallest_change
from tests.analyses import analysis, metric
from tests.runners import grey_clip, whole_analysis


def run(**values: Any) -> Analysis:
    """A run on the treadmill at a known speed."""
    return analysis(**{"speed_mps": 3.0, **values})


def with_metric(whole: Analysis, made: Metric) -> Analysis:
    return replace(whole, metrics={**whole.metrics, made.id: made})


def row(before: Analysis, after: Analysis, name: str = "lean_body_deg") -> CompareRow:
    return next(r for r in compare_model(before, after).rows if r.id == name)


def test_a_difference_beyond_both_intervals_is_a_change() -> None:
    before = with_metric(run(), metric("lean_body_deg", 10.0, 1.0))
    after = with_metric(run(), metric("lean_body_deg", 7.0, 1.0))
    found = row(before, after)
    assert (found.difference, found.interval, found.smallest) == ("−3.0°", "−4.4 to −1.6", "1.4°")
    assert found.verdict == "changed"


def test_a_difference_within_the_intervals_cannot_be_told() -> None:
    before = with_metric(run(), metric("lean_body_deg", 10.0, 1.0))
    after = with_metric(run(), metric("lean_body_deg", 11.3, 1.0))
    found = row(before, after)
    assert (found.difference, found.verdict) == ("+1.3°", "same")


def test_a_clip_is_not_distinguishable_from_itself() -> None:
    model = compare_model(run(), run())
    assert {r.verdict for r in model.rows} == {"same"}
    assert "Nothing clearly changed" in model.summary


def test_a_known_smallest_change_is_used_before_the_intervals() -> None:
    a = metric("lean_body_deg", 5.0, 4.0, sdc95=1.5)
    b = metric("lean_body_deg", 7.0, 4.0, sdc95=1.8)
    assert smallest_change(a, b) == 1.8
    assert row(with_metric(run(), a), with_metric(run(), b)).verdict == "changed"
    assert smallest_change(a, metric("lean_body_deg", 7.0, 3.0)) == pytest.approx(5.0)


def test_without_an_interval_nothing_is_said() -> None:
    bare = metric("lean_body_deg", 10.0, None)
    found = row(with_metric(run(), bare), run())
    assert found.verdict == "cannot"
    assert "no interval" in found.why


def test_what_one_clip_does_not_show_cannot_be_compared() -> None:
    found = row(run(), run(lean_body_deg=None))
    assert (found.after, found.verdict) == ("–", "cannot")
    assert "after" in found.why


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (lambda: run(speed_mps=4.0), "the speeds differ (3.00 m/s and 4.00 m/s)"),
        (lambda: replace(run(), surface="overground"), "the surfaces differ"),
        (lambda: replace(run(), view="front"), "the views differ"),
        (
            lambda: replace(run(), provenance=replace(run().provenance, pose_model="rtm")),
            "the pose models differ (blazepose-full and rtm)",
        ),
        (lambda: analysis("standing"), "one is running, the other standing lean"),
    ],
)
def test_unlike_clips_are_not_compared_and_the_reason_is_said(after: Any, why: str) -> None:
    model = compare_model(run(), after())
    assert not model.comparable
    assert why in model.summary
    shared = [r for r in model.rows if "–" not in (r.before, r.after) and r.id != "speed_mps"]
    assert {r.verdict for r in shared} <= {"cannot"}


def test_the_speed_itself_is_compared_at_any_speed() -> None:
    assert row(run(speed_mps=3.0), run(speed_mps=4.0), "speed_mps").verdict == "changed"


def test_speeds_that_their_intervals_cannot_tell_apart_do_not_forbid_it() -> None:
    a = with_metric(run(), metric("speed_mps", 3.0, 0.4))
    b = with_metric(run(), metric("speed_mps", 3.4, 0.4))
    assert compare_model(a, b).comparable


def test_an_unknown_speed_is_warned_of() -> None:
    assert any("speed is not known" in note for note in compare_model(analysis(), run()).notes)


def test_the_kind_of_strike_changes_only_with_its_angle() -> None:
    fore = run(foot_strike="mid", foot_strike_angle_deg=11.9)
    assert row(run(), fore, "foot_strike").verdict == "same"
    clear = run(foot_strike="fore", foot_strike_angle_deg=-9.0)
    assert row(run(), clear, "foot_strike").verdict == "changed"


def test_the_comparison_speaks_german_too() -> None:
    model = compare_model(run(), run(lean_body_deg=4.0), "de")
    found = next(r for r in model.rows if r.id == "lean_body_deg")
    assert (found.before, found.after, found.verdict_word) == ("10,4°", "4,0°", "verändert")


def test_both_are_shown_at_the_same_phase(tmp_path: Path) -> None:
    clip = grey_clip(tmp_path / "run.mp4")
    whole = whole_analysis(clip)
    page = write_comparison((whole, whole), (clip, clip), tmp_path).read_text(encoding="utf-8")
    assert page.count("<img") == 4
    assert "mid-stance, right foot" in page
    pairs = compare_model(whole, whole).pairs
    assert all(pair.before.shot.side == pair.after.shot.side for pair in pairs)


def test_both_inputs_can_be_traced() -> None:
    model = compare_model(run(), run())
    assert [facts[-1].value for facts in model.provenance] == ["ab" * 32] * 2


def test_the_model_is_plain_data() -> None:
    assert json.loads(json.dumps(asdict(compare_model(run(), run()))))["comparable"]


def test_the_summary_is_one_sentence_on_what_changed() -> None:
    quicker = with_metric(run(), metric("cadence_spm", 170.0, 1.0, sdc95=3.0))
    slower = with_metric(run(), metric("cadence_spm", 158.0, 1.0, sdc95=3.0))
    there, back = compare_model(slower, quicker), compare_model(quicker, slower)
    assert there.summary == "Cadence rose by 12.0 steps/min; nothing else clearly changed."
    assert back.summary == "Cadence fell by 12.0 steps/min; nothing else clearly changed."
    german = compare_model(slower, quicker, "de").summary
    assert german.endswith("gestiegen; sonst hat sich nichts eindeutig verändert.")


def test_metres_and_percent_of_one_metric_give_one_verdict() -> None:
    scale = Estimate(1.0, (0.98, 1.02), ())
    for pct, expected in ((10.0, "same"), (14.0, "changed")):
        pair = [
            metric("landing_distance_pct", value, 1.5, sdc95=1.2, shared_sd=0.5)
            for value in (9.5, pct)
        ]
        metres = [_scale_metric("landing_distance_m", one, scale, 0.0175) for one in pair]
        assert compare_metric(*pair).verdict == expected
        assert compare_metric(*metres).verdict == expected
