"""Misplaced points, gaps and noise, removed without moving anything in time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.model import Array, PoseTrack, Rhythm
from leanline.runner.clean import smooth_track
from leanline.runner.sides import solve_sides
from tests.captures import standing
from tests.legs import with_noise, with_xy
from tests.synthetic import SyntheticRunner, synthetic_runner

LEG_PARTS = ("hip", "knee", "ankle", "heel", "foot_index")


@pytest.fixture(scope="module")
def runner() -> SyntheticRunner:
    return synthetic_runner(fps=60, seconds=6.0)


def smooth(track: PoseTrack, leg_length: float) -> PoseTrack:
    return smooth_track(track, solve_sides(track, leg_length).rhythm, leg_length)


def leg_error(found: PoseTrack, true: PoseTrack) -> Array:
    """Distance from the truth, (T, 10), in the track's unit."""
    names = [f"{side}_{part}" for side in ("left", "right") for part in LEG_PARTS]
    return np.stack(
        [np.linalg.norm(found.point(name) - true.point(name), axis=1) for name in names], axis=1
    )


def test_a_clean_track_is_hardly_changed(runner: SyntheticRunner) -> None:
    error = leg_error(smooth(runner.pose, runner.leg_length), runner.pose)
    # The made-up foot has corners in its path; 1 % of the leg is 2 px here.
    assert np.median(error) < 0.005 * runner.leg_length
    assert np.percentile(error, 95) < 0.02 * runner.leg_length


def test_noise_is_reduced(runner: SyntheticRunner) -> None:
    noisy = with_noise(runner.pose, 4.0)
    before = np.median(leg_error(noisy, runner.pose))
    assert np.median(leg_error(smooth(noisy, runner.leg_length), runner.pose)) < 0.5 * before


def test_misplaced_points_are_removed(runner: SyntheticRunner) -> None:
    noisy = with_noise(runner.pose, 2.0)
    xy = noisy.xy.copy()
    wrong = np.random.default_rng(1).random(xy.shape[:2]) < 0.05
    xy[wrong] += [90.0, -60.0]
    error = leg_error(smooth(with_xy(noisy, xy), runner.leg_length), runner.pose)
    clean = leg_error(smooth(noisy, runner.leg_length), runner.pose)
    assert np.nanpercentile(error, 99) < np.percentile(clean, 99) + 0.02 * runner.leg_length


def test_a_short_gap_is_filled_from_the_cycle_and_a_long_one_stays(
    runner: SyntheticRunner,
) -> None:
    xy = runner.pose.xy.copy()
    heel = runner.pose.keypoints.index("left_heel")
    xy[100:106, heel] = np.nan
    xy[200:240, heel] = np.nan
    found = smooth(with_xy(runner.pose, xy), runner.leg_length).point("left_heel")
    true = runner.pose.point("left_heel")
    short = np.linalg.norm(found[100:106] - true[100:106], axis=1)
    assert short.max() < 0.04 * runner.leg_length
    assert np.isnan(found[205:235]).all()


def test_what_the_network_does_not_trust_counts_as_missing(runner: SyntheticRunner) -> None:
    xy, confidence = runner.pose.xy.copy(), np.array(runner.pose.confidence)
    toe = runner.pose.keypoints.index("right_foot_index")
    xy[50:54, toe] += 30.0
    confidence[50:54, toe] = 0.01
    spoiled = replace(runner.pose, xy=xy, confidence=confidence)
    found = smooth(spoiled, runner.leg_length).point("right_foot_index")
    error = np.linalg.norm(found - runner.pose.point("right_foot_index"), axis=1)[50:54]
    assert error.max() < 0.04 * runner.leg_length


@pytest.mark.parametrize("fps", [30, 60])
def test_nothing_moves_in_time(fps: float) -> None:
    runner = synthetic_runner(fps=fps, seconds=6.0)
    found = smooth(with_noise(runner.pose, 3.0), runner.leg_length)
    for name in ("left_heel", "right_foot_index", "left_knee"):
        x, y = found.point(name)[:, 0], runner.pose.point(name)[:, 0]
        x, y = x - x.mean(), y - y.mean()
        lags = np.arange(-2, 3)
        alike = [float(x[3 + k : len(x) - 3 + k] @ y[3:-3]) for k in lags]
        bend = alike[1] - 2 * alike[2] + alike[3]
        late_s = 0.5 * (alike[1] - alike[3]) / bend / fps
        assert abs(late_s) < 0.003


def test_a_track_mirrored_in_time_is_smoothed_to_the_mirror(runner: SyntheticRunner) -> None:
    noisy = with_noise(runner.pose, 3.0)
    forth = smooth(noisy, runner.leg_length).xy
    time_s = noisy.time_s
    back = replace(noisy, time_s=time_s[-1] - time_s[::-1], xy=noisy.xy[::-1])
    again = smooth(back, runner.leg_length).xy[::-1]
    np.testing.assert_allclose(again[20:-20], forth[20:-20], atol=0.01 * runner.leg_length)


def test_one_step_that_differs_keeps_its_difference(runner: SyntheticRunner) -> None:
    xy = runner.pose.xy.copy()
    bump = 12.0 * np.exp(-0.5 * ((runner.pose.time_s - 3.0) / 0.15) ** 2)
    for part in ("shoulder", "ear"):
        for side in ("left", "right"):
            xy[:, runner.pose.keypoints.index(f"{side}_{part}"), 0] += bump
    found = smooth(with_noise(with_xy(runner.pose, xy), 1.0), runner.leg_length)
    moved = found.mid("shoulder")[:, 0] - runner.pose.mid("shoulder")[:, 0]
    assert moved[180] == pytest.approx(12.0, abs=4.0)
    assert abs(moved[60]) < 3.0


def test_a_standing_person_keeps_slow_sway_and_loses_jitter() -> None:
    still = standing(noise=0.0, sway_px=8.0, seconds=8.0)
    found = smooth_track(with_noise(still, 3.0), None, 215.0)
    error = np.linalg.norm(found.mid("shoulder") - still.mid("shoulder"), axis=1)
    assert np.median(error) < 2.0


def test_a_keypoint_that_is_never_seen_stays_missing(runner: SyntheticRunner) -> None:
    xy = runner.pose.xy.copy()
    xy[:, runner.pose.keypoints.index("left_wrist")] = np.nan
    track = with_xy(runner.pose, xy)
    rhythm = Rhythm(170 / 120, 170 / 120 * track.time_s, 0.9)
    assert np.isnan(smooth_track(track, rhythm, runner.leg_length).point("left_wrist")).all()
    assert np.isnan(smooth_track(track, None, runner.leg_length).point("left_wrist")).all()
