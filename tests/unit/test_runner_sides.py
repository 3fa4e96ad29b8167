"""Left and right: exchanged in made-up runners, solved, and counted."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.model import PoseTrack
from leanline.runner.sides import ARM, Sides, apply_sides, solve_sides
from leanline.skeleton import LEG
from tests.legs import Frames, bursts, crossings, legs_exchanged, with_noise, with_xy, without
from tests.synthetic import SyntheticRunner, synthetic_runner

PARTS = ("knee", "ankle", "heel", "foot_index")


def share_right(true: PoseTrack, solved: PoseTrack, parts: tuple[str, ...] = PARTS) -> float:
    """Share of frames whose leg is nearer to where that leg is than to the other one."""
    own = other = 0.0
    for part in parts:
        for side, far in (("left", "right"), ("right", "left")):
            at = solved.point(f"{side}_{part}")
            own = own + np.linalg.norm(at - true.point(f"{side}_{part}"), axis=1)
            other = other + np.linalg.norm(at - true.point(f"{far}_{part}"), axis=1)
    return float(np.mean(own <= other))


def solve(track: PoseTrack, leg_length: float) -> tuple[Sides, PoseTrack]:
    sides = solve_sides(track, leg_length)
    return sides, apply_sides(track, sides)


def runner_and(frames: Frames, runner: SyntheticRunner, noise: float = 3.0) -> PoseTrack:
    return legs_exchanged(with_noise(runner.pose, noise), frames)


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("share", [0.05, 0.2, 0.35])
def test_random_bursts_are_repaired_and_counted(fps: float, share: float) -> None:
    runner = synthetic_runner(fps=fps, seconds=6.0)
    swapped = bursts(len(runner.pose.time_s), share)
    sides, solved = solve(runner_and(swapped, runner), runner.leg_length)
    assert share_right(runner.pose, solved) >= 0.995
    assert abs(sides.swaps - swapped.sum()) <= 0.02 * len(swapped)


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("within", [0.1, 0.2, 0.35])
def test_legs_exchanged_wherever_they_cross_are_repaired(fps: float, within: float) -> None:
    runner = synthetic_runner(fps=fps, seconds=6.0)
    swapped = crossings(runner.pose, within * runner.leg_length)
    _, solved = solve(runner_and(swapped, runner), runner.leg_length)
    assert share_right(runner.pose, solved) >= 0.995


def test_one_leg_seen_as_always_in_front_is_repaired() -> None:
    # What a network does that takes the leading leg for the near one.
    runner = synthetic_runner(fps=60, seconds=6.0)
    ahead = runner.pose.point("left_ankle")[:, 0] > runner.pose.point("right_ankle")[:, 0]
    _, solved = solve(runner_and(ahead, runner), runner.leg_length)
    right = share_right(runner.pose, solved)
    # Nothing tells left from right here, but each track must stay on one leg.
    assert max(right, 1 - right) >= 0.995


def test_right_labels_are_left_alone() -> None:
    runner = synthetic_runner(fps=60, seconds=6.0)
    sides, solved = solve(with_noise(runner.pose, 3.0), runner.leg_length)
    assert sides.swaps <= 1
    assert share_right(runner.pose, solved) >= 0.995


def test_a_long_stretch_of_exchanged_legs_is_repaired() -> None:
    runner = synthetic_runner(fps=60, seconds=8.0)
    swapped: Frames = np.zeros(len(runner.pose.time_s), bool)
    swapped[100:220] = True
    sides, solved = solve(runner_and(swapped, runner), runner.leg_length)
    assert share_right(runner.pose, solved) >= 0.995
    assert abs(sides.swaps - 120) <= 2


def test_missing_and_misplaced_points_do_not_decide() -> None:
    runner = synthetic_runner(fps=60, seconds=6.0)
    swapped = bursts(len(runner.pose.time_s), 0.15, seed=3)
    xy = runner_and(swapped, runner).xy.copy()
    rng = np.random.default_rng(4)
    xy[rng.random(xy.shape[:2]) < 0.1] = np.nan
    xy[rng.random(xy.shape[:2]) < 0.05] += 150.0
    spoiled = PoseTrack(
        runner.pose.time_s, xy, runner.pose.confidence, runner.pose.keypoints, runner.pose.unit
    )
    sides, _ = solve(spoiled, runner.leg_length)
    assert np.mean(sides.legs_swapped == swapped) >= 0.97


def test_arms_are_solved_apart_from_legs() -> None:
    runner = synthetic_runner(fps=60, seconds=6.0)
    swapped = bursts(len(runner.pose.time_s), 0.1, seed=2, longest=6)
    track = legs_exchanged(with_noise(runner.pose, 1.0), swapped, parts=ARM)
    sides, solved = solve(track, runner.leg_length)
    assert sides.swaps <= 1
    assert share_right(runner.pose, solved, ARM) >= 0.97


@pytest.mark.parametrize("gone", [("knee",), ("ankle",), ("heel", "foot_index"), ("shoulder",)])
def test_tracks_with_fewer_keypoints_are_solved_too(gone: tuple[str, ...]) -> None:
    runner = synthetic_runner(fps=60, seconds=6.0)
    there = tuple(part for part in LEG if part not in gone)
    swapped = bursts(len(runner.pose.time_s), 0.15)
    track = legs_exchanged(without(with_noise(runner.pose, 3.0), *gone), swapped, parts=there)
    _, solved = solve(track, runner.leg_length)
    assert share_right(runner.pose, solved, there) >= 0.99


def test_exchanging_twice_gives_the_track_back() -> None:
    runner = synthetic_runner(fps=60, seconds=2.0)
    swapped = bursts(len(runner.pose.time_s), 0.3)
    sides = Sides(swapped, ~swapped, None)
    twice = apply_sides(apply_sides(runner.pose, sides), sides)
    np.testing.assert_array_equal(twice.xy, runner.pose.xy)


def test_confidence_goes_with_the_leg() -> None:
    runner = synthetic_runner(fps=60, seconds=1.0)
    names = runner.pose.keypoints
    confidence = np.array(runner.pose.confidence)
    confidence[:, names.index("left_ankle")] = 0.2
    track = PoseTrack(runner.pose.time_s, runner.pose.xy, confidence, names, "px")
    all_frames: Frames = np.ones(len(track.time_s), bool)
    turned = apply_sides(track, Sides(all_frames, ~all_frames, None))
    assert (turned.trust("right_ankle") == 0.2).all()
    assert (turned.trust("left_ankle") == 1.0).all()


@pytest.mark.parametrize("posture", [0, 5, 12])
def test_somebody_who_stands_has_no_rhythm_and_keeps_the_labels(posture: int) -> None:
    # The postures of the stride, held still: legs together and far apart.
    made = synthetic_runner(fps=60, seconds=3.0).pose
    xy = np.repeat(made.xy[posture : posture + 1], len(made.time_s), axis=0)
    sides = solve_sides(with_noise(with_xy(made, xy), 1.0), 215.0)
    assert sides.rhythm is None
    assert sides.swaps == 0
