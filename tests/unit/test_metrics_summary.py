"""From steps to a number with an interval, and when it is withheld."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.camera.scale import metres_per_unit
from leanline.metrics.sampling import Sampler
from leanline.metrics.standing import measure_standing
from leanline.metrics.summary import ErrorSources, quality, step_weights, summarise, withheld
from leanline.model import Metric, Step
from leanline.reason import Reason
from leanline.skeleton import Side
from tests.captures import analysed, standing
from tests.legs import without
from tests.synthetic import synthetic_runner

LEVEL = ErrorSources(rate_hz=60.0, roll_sd_deg=0.0, residual={})


def steps(values: list[float], first: Side = "left") -> tuple[Step, ...]:
    """Steps of alternating sides with these body leans."""
    sides: tuple[Side, Side] = ("left", "right") if first == "left" else ("right", "left")
    return tuple(
        Step(sides[k % 2], 0.35 * k, 0.35 * k + 0.25, {"lean_body_deg": value})
        for k, value in enumerate(values)
    )


def lean(values: list[float], clip: ErrorSources = LEVEL) -> Metric:
    return summarise("lean_body_deg", steps(values), clip)


def half_width(metric: Metric) -> float:
    assert metric.ci95 is not None
    return 0.5 * (metric.ci95[1] - metric.ci95[0])


def test_mean_spread_number_and_sides() -> None:
    found = lean([6.0, 8.0] * 8)
    assert found.value == pytest.approx(7.0)
    assert (found.left, found.right, found.n) == (6.0, 8.0, 16)
    # The feet differ steadily; from step to step of one foot nothing changes.
    assert found.sd == pytest.approx(0.0)
    assert found.quality == "good"


def test_an_odd_step_does_not_favour_one_foot() -> None:
    assert lean([6.0, 8.0, 6.0, 8.0, 6.0]).value == pytest.approx(7.0)


def test_steps_in_which_it_was_not_seen_do_not_count() -> None:
    found = lean([6.0, np.nan, 6.0, 8.0, np.nan, 8.0])
    assert found.n == 4
    assert found.value == pytest.approx(7.0)


def test_one_side_alone_is_the_value() -> None:
    found = lean([6.0, np.nan, 6.2, np.nan])
    assert found.value == pytest.approx(6.1)
    assert found.right is None


def test_seen_in_no_step_it_is_withheld_with_a_reason() -> None:
    for found in (lean([np.nan, np.nan]), lean([])):
        assert found.value is None
        assert found.ci95 is None
        assert found.quality == "withheld"
        assert found.why


def test_a_single_step_has_a_value_but_no_spread() -> None:
    found = lean([6.0])
    assert found.value == 6.0
    assert found.sd is None
    assert half_width(found) > half_width(lean([6.0] * 10))


@given(st.lists(st.floats(-20, 40), min_size=2, max_size=30))
def test_the_interval_holds_the_value_and_never_vanishes(values: list[float]) -> None:
    found = lean(values)
    assert found.ci95 is not None
    assert isinstance(found.value, float)
    assert found.ci95[0] < found.value < found.ci95[1]


def test_what_all_clips_of_a_runner_share_is_neither_steps_nor_camera() -> None:
    sure = ErrorSources(60.0, 0.0, {"lean_body_deg": 1.0})
    shared = lean([6.0, 6.2] * 10, sure).shared_sd
    assert shared == pytest.approx(0.75**0.5)
    tilted = ErrorSources(60.0, 2.0, {"lean_body_deg": 1.0})
    assert lean([6.0, 9.0] * 3, tilted).shared_sd == shared
    late = ErrorSources(60.0, 0.0, {"lean_body_deg": 1.0}, clock={"lean_body_deg": 1.0})
    assert lean([6.0] * 20, late).shared_sd == pytest.approx(1.5**0.5)


def test_an_uncertain_roll_widens_the_interval_of_leans_but_not_of_the_bend() -> None:
    tilted = ErrorSources(rate_hz=60.0, roll_sd_deg=2.0, residual={})
    assert half_width(lean([6.0] * 20, tilted)) > half_width(lean([6.0] * 20)) + 1.0
    bend = tuple(Step("left", k, k + 0.2, {"waist_bend_deg": 3.0}) for k in range(20))
    assert half_width(summarise("waist_bend_deg", bend, tilted)) == half_width(
        summarise("waist_bend_deg", bend, LEVEL)
    )


def test_more_steps_narrow_the_interval_down_to_what_the_keypoints_leave() -> None:
    widths = [half_width(lean([3.0, 9.0] * count)) for count in (2, 8, 200)]
    assert widths[0] > widths[1] > widths[2] > 0.5


def test_quality_falls_with_few_steps_and_low_frame_rate() -> None:
    assert quality(20, False, 25.0) == "good"
    assert quality(20, True, 25.0) == "fair"
    assert quality(10, False, 60.0) == "fair"
    assert quality(4, False, 60.0) == "poor"


def test_a_withheld_metric_has_no_number() -> None:
    found = withheld("cadence_spm", Reason("metric.too_few_steps"))
    assert found.value is None
    assert found.quality == "withheld"
    assert found.why == Reason("metric.too_few_steps")


# What a whole analysis withholds, and why


def test_a_track_without_ankles_still_gives_trunk_lean_and_says_what_is_missing() -> None:
    found = analysed(without(synthetic_runner(fps=60).pose, "ankle")).metrics
    assert found["lean_trunk_deg"].value == pytest.approx(7.0, abs=0.3)
    for name in ("lean_body_deg", "lean_leg_deg", "waist_bend_deg", "shin_angle_deg"):
        assert found[name].value is None
        assert found[name].why == Reason("metric.points_missing", {"parts": ("ankle",)})
    assert found["cadence_spm"].value == pytest.approx(170, abs=0.5)
    assert found["contact_time_s"].value is not None


def test_a_track_without_shoulders_still_gives_leg_lean_and_landing_times() -> None:
    found = analysed(without(synthetic_runner(fps=60).pose, "shoulder")).metrics
    assert found["lean_leg_deg"].value == pytest.approx(5.0, abs=0.3)
    for name in ("lean_body_deg", "lean_trunk_deg", "landing_distance_pct"):
        assert found[name].value is None
        assert found[name].why == Reason("metric.points_missing", {"parts": ("shoulder",)})
    assert found["foot_strike"].value == "rear"


def test_a_track_without_knees_costs_only_shin_and_knee() -> None:
    found = analysed(without(synthetic_runner(fps=60).pose, "knee")).metrics
    for name in ("shin_angle_deg", "knee_flexion_contact_deg"):
        assert found[name].value is None
        assert found[name].why == Reason("metric.points_missing", {"parts": ("knee",)})
    assert found["lean_body_deg"].value == pytest.approx(5.8, abs=0.3)


def test_a_track_of_the_legs_alone_gives_steps() -> None:
    legs_only = without(
        synthetic_runner(fps=60).pose, "shoulder", "elbow", "wrist", "ear", "nose", "ankle"
    )
    found = analysed(legs_only).metrics
    assert found["cadence_spm"].value == pytest.approx(170, abs=0.5)
    assert found["contact_time_s"].value is not None


def test_lengths_in_metres_need_a_scale() -> None:
    made = synthetic_runner(fps=60)
    plain = analysed(made).metrics
    for name in ("landing_distance_m", "vertical_oscillation_m", "speed_mps", "step_length_m"):
        assert plain[name].value is None
        assert plain[name].why == Reason("metric.scale_unknown")
    scaled = analysed(made, height_m=1.75).metrics
    assert scaled["speed_mps"].value == pytest.approx(3.0, rel=0.05)
    assert scaled["step_length_m"].value == pytest.approx(3.0 * 60 / 170, rel=0.05)
    assert isinstance(scaled["landing_distance_m"].value, float)


def test_a_given_belt_speed_is_the_speed() -> None:
    found = analysed(synthetic_runner(fps=60), speed_mps=2.8).metrics
    assert found["speed_mps"].value == 2.8
    assert found["step_length_m"].value == pytest.approx(2.8 * 60 / 170, rel=0.01)


def test_a_track_in_metres_needs_no_height() -> None:
    found = analysed(synthetic_runner(fps=60, unit="m")).metrics
    assert found["speed_mps"].value == pytest.approx(3.0, rel=0.05)
    assert found["vertical_oscillation_m"].value is not None


@pytest.mark.parametrize(("angle", "kind"), [(20.0, "rear"), (3.0, "mid"), (-12.0, "fore")])
def test_the_foot_strike_is_named_after_its_angle(angle: float, kind: str) -> None:
    made = synthetic_runner(fps=120, foot_strike_angle_deg=angle)
    assert analysed(made).metrics["foot_strike"].value == kind


def test_walking_gets_its_cadence_and_nothing_that_is_defined_for_running() -> None:
    made = synthetic_runner(fps=60, cadence_spm=110, duty_factor=0.62, speed_mps=1.4, bounce_m=0.04)
    found = analysed(made)
    assert found.activity == "walking"
    assert found.metrics["cadence_spm"].value == pytest.approx(110, abs=1.0)
    assert found.metrics["lean_body_deg"].value is None
    assert found.metrics["lean_body_deg"].why == Reason("metric.walking")


# Scale


def test_the_scale_is_the_height_over_the_height_in_pixels() -> None:
    scale = metres_per_unit("px", 1.80, 450.0)
    assert scale is not None
    assert scale.value == pytest.approx(0.004)
    assert scale.ci95[0] < 0.004 < scale.ci95[1]


@pytest.mark.parametrize(("height", "stature"), [(None, 450.0), (1.8, float("nan")), (1.8, 0.0)])
def test_without_a_height_or_a_body_there_is_no_scale(height: float | None, stature: float) -> None:
    assert metres_per_unit("px", height, stature) is None


# Standing


@pytest.mark.parametrize("lean_deg", [0.0, 6.0, 12.0])
@pytest.mark.parametrize("bend_deg", [0.0, 10.0])
def test_a_standing_lean_is_from_the_ankles_and_breaks_show(
    lean_deg: float, bend_deg: float
) -> None:
    found = analysed(standing(lean_deg=lean_deg, bend_deg=bend_deg))
    assert found.activity == "standing"
    whole = np.degrees(
        np.arctan2(
            215 * np.sin(np.radians(lean_deg)) + 127 * np.sin(np.radians(lean_deg + bend_deg)),
            215 * np.cos(np.radians(lean_deg)) + 127 * np.cos(np.radians(lean_deg + bend_deg)),
        )
    )
    assert found.metrics["stand_lean_deg"].value == pytest.approx(whole, abs=0.3)
    straightness = found.metrics["stand_straightness_deg"]
    assert isinstance(straightness.value, float)
    assert straightness.value == pytest.approx(bend_deg, abs=1.0)
    assert straightness.ci95 is not None
    assert straightness.ci95[0] >= 0.0


def test_standing_without_ankles_is_withheld() -> None:
    sampler = Sampler(without(standing(), "ankle"), 0.0, 215.0)
    found = measure_standing([sampler.upright], 0.0, {})["stand_lean_deg"]
    assert found.value is None
    assert found.why


def test_a_standing_clip_has_no_running_numbers() -> None:
    found = analysed(standing())
    assert "cadence_spm" not in found.metrics
    assert found.contacts == ()
    assert found.surface == "unknown"


def test_steps_seen_slantwise_count_less() -> None:
    made = steps([4.0, 4.0, 8.0, 8.0])
    times = np.array([step.contact_s for step in made])
    slant = np.tan(np.radians([0.0, 0.0, 20.0, 20.0]))
    weights = step_weights(made, times, slant)
    assert weights[0] > 4.0 * weights[-1]
    weighted = summarise("lean_body_deg", made, LEVEL, weights)
    assert isinstance(weighted.value, float)
    assert 4.0 < weighted.value < 5.0
    assert half_width(weighted) > half_width(summarise("lean_body_deg", made, LEVEL))


def test_a_runner_who_stays_square_has_steps_of_one_weight() -> None:
    made = steps([4.0, 5.0])
    np.testing.assert_array_equal(step_weights(made, np.zeros(1), None), [1.0, 1.0])


def test_an_uncertain_yaw_widens_what_lies_along_the_path() -> None:
    made = steps([10.0, 10.5, 9.5, 10.0])
    slanted = replace(LEVEL, along_sd=0.05)
    assert half_width(summarise("lean_body_deg", made, slanted)) > half_width(
        summarise("lean_body_deg", made, LEVEL)
    )
