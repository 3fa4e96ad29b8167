"""The standing drill: posture, own zero, holds and repetitions."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from leanline.drill import (
    TYPICAL,
    HoldCounter,
    Posture,
    Postures,
    find_break,
    find_drill,
    postures_from_points,
    repetitions,
    standing_baseline,
)
from leanline.model import Array
from tests.leans import TALL, as_plank, drill_course, lean_course


def _up(length: float, lean_deg: float) -> Array:
    angle = np.radians(lean_deg)
    return np.array([[length * np.sin(angle), length * np.cos(angle)]])


def _body(shank: float, thigh: float, trunk: float, head: float) -> Postures:
    ankle = np.zeros((1, 2))
    knee = ankle + _up(45, shank)
    hip = knee + _up(43, thigh)
    shoulder = hip + _up(50, trunk)
    return postures_from_points(np.zeros(1), ankle, knee, hip, shoulder, shoulder + _up(20, head))


def test_a_plank_has_its_lean_everywhere_and_no_bend() -> None:
    seen = _body(8, 8, 8, 8).at(0)
    assert astuple(seen) == pytest.approx((8.0, 8.0, 0.0, 0.0, 0.0))


def test_bends_are_positive_forward() -> None:
    seen = _body(10, -5, 20, 50).at(0)
    assert seen.knee_deg == pytest.approx(15)
    assert seen.hip_deg == pytest.approx(20 - seen.leg_deg)
    assert seen.head_deg == pytest.approx(30)


def test_an_unseen_ear_leaves_the_other_angles() -> None:
    nothing = np.full((1, 2), np.nan)
    seen = postures_from_points(
        np.zeros(1), np.zeros((1, 2)), _up(40, 5), _up(80, 5), _up(130, 5), nothing
    )
    assert np.isnan(seen.at(0).head_deg)
    assert seen.at(0).lean_deg == pytest.approx(5)


@pytest.mark.parametrize(
    ("off", "name", "angle"),
    [
        (Posture(6, 6, 1, 2, 2), None, 1.0),
        (Posture(6, 1, 9, 0, 0), "waist_bent", 9.0),
        (Posture(6, -4, 12, 0, 0), "hip_back", 12.0),
        (Posture(6, 9, -7, 0, 0), "hips_ahead", 7.0),
        (Posture(6, 6, 0, 20, 0), "knees_bent", 20.0),
        (Posture(6, 6, 0, 0, 25), "head_dropped", 25.0),
        (Posture(6, 6, 0, 0, -25), "head_back", 25.0),
        (Posture(6, 6, 0, -30, 0), None, 0.0),
    ],
)
def test_the_line_breaks_where_it_is_furthest_from_straight(
    off: Posture, name: str | None, angle: float
) -> None:
    seen = Posture(
        TALL.lean_deg + off.lean_deg,
        TALL.leg_deg + off.leg_deg,
        off.hip_deg,
        off.knee_deg,
        TALL.head_deg + off.head_deg,
    )
    found = find_break(seen, TALL)
    assert found.name == name
    if name is not None:
        assert found.angle_deg == pytest.approx(angle)


def test_a_head_is_not_judged_without_the_runners_own_zero() -> None:
    assert find_break(Posture(8, 8, 1, 0, 40), TYPICAL).name is None


def test_nothing_seen_breaks_nowhere() -> None:
    found = find_break(Posture(*[float("nan")] * 3), TALL)
    assert found.name is None
    assert np.isnan(found.angle_deg)


def test_each_lean_from_tall_to_tall_is_a_repetition() -> None:
    found = find_drill(as_plank(*lean_course(drill_course((7.0, 8.0, 6.0)), seed=1)))
    assert found.zero_deg == pytest.approx(2.0, abs=0.1)
    assert [rep.lean_deg for rep in found.repetitions] == pytest.approx([7, 8, 6], abs=0.1)
    minus_standing = [rep.lean_zeroed_deg for rep in found.repetitions]
    assert minus_standing == pytest.approx([5, 6, 4], abs=0.2)
    assert all(rep.whole and rep.breaks_at is None for rep in found.repetitions)


def test_a_hold_lasts_while_the_lean_is_in_the_band() -> None:
    # 5 s at 7 degrees, and the 0.4 s at each end in which the lean passes from 5 to 7.
    (rep,) = repetitions(as_plank(*lean_course(drill_course((7.0,)))), TALL)
    assert rep.hold_s == pytest.approx(5.8, abs=1e-6)
    assert rep.steadiness_deg == pytest.approx(0.0, abs=1e-9)


def test_a_lean_beyond_the_band_is_not_held() -> None:
    (rep,) = repetitions(as_plank(*lean_course(drill_course((13.0,)))), TALL)
    assert rep.lean_deg == pytest.approx(13, abs=0.5)
    assert rep.hold_s == pytest.approx(5 / 11, abs=1e-6)


def test_a_short_dip_within_the_slack_does_not_end_a_hold() -> None:
    corners = [(0, 2), (1, 2), (2, 7), (4, 7), (4.5, 4.7), (5, 7), (7, 7), (8, 2), (9, 2)]
    (rep,) = repetitions(as_plank(*lean_course(corners)), TALL)
    assert rep.hold_s == pytest.approx(5.8, abs=1e-6)
    corners[4] = (4.5, 4.2)
    (rep,) = repetitions(as_plank(*lean_course(corners)), TALL)
    assert rep.hold_s < 3.0


def test_steadiness_is_the_spread_within_the_hold_without_its_ends() -> None:
    times, lean = lean_course(drill_course((7.0,), hold_s=8.0))
    wave = np.where((times > 3) & (times < 11), 0.5 * np.sin(2 * np.pi * times), 0.0)
    (rep,) = repetitions(as_plank(times, lean + wave), TALL)
    assert rep.steadiness_deg == pytest.approx(0.5 / np.sqrt(2), abs=0.03)


def test_sway_while_standing_tall_is_no_repetition() -> None:
    times, lean = lean_course([(0, 2), (20, 2)])
    found = find_drill(as_plank(times, lean + 0.9 * np.sin(times)))
    assert found.repetitions == ()
    assert found.longest_hold_s == 0.0
    assert found.zero_deg == pytest.approx(2.0, abs=0.2)


def test_a_clip_of_only_a_held_lean_is_one_repetition_without_a_zero() -> None:
    found = find_drill(as_plank(*lean_course([(0, 7), (4, 7)], seed=0)))
    assert found.zero_deg is None
    (rep,) = found.repetitions
    assert not rep.whole
    assert rep.lean_zeroed_deg is None
    assert rep.hold_s == pytest.approx(4.0, abs=0.05)


def test_a_clip_that_ends_in_the_lean_has_a_repetition_that_is_not_whole() -> None:
    (rep,) = repetitions(as_plank(*lean_course([(0, 2), (2, 2), (3, 7), (6, 7)])), TALL)
    assert not rep.whole
    assert rep.end_s == 6.0


def test_a_break_is_named_with_its_angle_from_the_runners_own_zero() -> None:
    times, lean = lean_course(drill_course((7.0,)))
    bend = 4.0 + np.where(lean > 4.0, 12.0, 0.0)
    (rep,) = find_drill(as_plank(times, lean, hip_deg=bend, leg_deg=lean - bend / 3)).repetitions
    assert rep.breaks_at == "waist_bent"
    assert rep.straightness_deg == pytest.approx(12.0, abs=0.5)


def test_unseen_frames_are_bridged_when_few_and_end_a_hold_when_many() -> None:
    times, lean = lean_course(drill_course((7.0,), hold_s=6.0))
    short = np.where((times > 5) & (times < 5.3), np.nan, lean)
    long = np.where((times > 5) & (times < 6.5), np.nan, lean)
    assert repetitions(as_plank(times, short), TALL)[0].hold_s == pytest.approx(6.8, abs=1e-6)
    assert repetitions(as_plank(times, long), TALL)[0].hold_s < 3.1


def test_a_frame_that_is_not_later_is_passed_over() -> None:
    counter = HoldCounter(TALL)
    for time_s, lean in ((0.0, 2.0), (0.4, 7.0), (0.4, 20.0), (0.2, 2.0), (0.8, 7.0)):
        state = counter.feed(time_s, Posture(lean, lean, 0.0))
    assert state.leaning
    assert state.hold_s == pytest.approx(0.56)


def test_nothing_in_is_nothing_out() -> None:
    empty = as_plank(np.empty(0), np.empty(0))
    assert standing_baseline(empty) is None
    assert find_drill(empty).repetitions == ()


def test_somebody_who_never_stands_tall_has_no_zero() -> None:
    assert standing_baseline(as_plank(*lean_course([(0, 7), (3, 7), (4, 12), (8, 12)]))) is None


def test_the_zero_is_the_least_lean_however_far_some_leans_go() -> None:
    clip = as_plank(*lean_course(drill_course((6.0, 15.0, 6.0)), seed=3))
    zero = standing_baseline(clip)
    assert zero is not None
    assert zero.lean_deg == pytest.approx(2.0, abs=0.1)


def test_passing_through_a_backward_lean_is_not_standing_tall() -> None:
    corners = [(0, 2), (2, 2), (2.5, -6), (3, 2), (5, 2), (6, 7), (10, 7), (11, 2), (13, 2)]
    zero = standing_baseline(as_plank(*lean_course(corners)))
    assert zero is not None
    assert zero.lean_deg == pytest.approx(2.0, abs=0.1)
