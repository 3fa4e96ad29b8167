"""The body's centre of mass and height from keypoints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.metrics.body import HEAD_MASS, LIMBS, TRUNK, centre_of_mass, stature
from leanline.model import PoseTrack
from leanline.pipeline import analyze_capture
from leanline.reason import Reason
from leanline.settings import Settings
from tests.captures import capture
from tests.legs import with_xy, without
from tests.synthetic import synthetic_runner


@pytest.fixture(scope="module")
def track() -> PoseTrack:
    return synthetic_runner(fps=60, seconds=2.0).pose


def move(track: PoseTrack, name: str, by: tuple[float, float]) -> PoseTrack:
    xy = track.xy.copy()
    xy[:, track.keypoints.index(name)] += by
    return with_xy(track, xy)


def test_the_segments_weigh_one_body() -> None:
    total = HEAD_MASS + TRUNK.mass + 2 * sum(limb.mass for limb in LIMBS)
    assert total == pytest.approx(1.0, abs=0.01)


def test_a_body_in_one_point_has_its_centre_there(track: PoseTrack) -> None:
    everything = with_xy(track, np.full(track.xy.shape, 7.0))
    np.testing.assert_allclose(centre_of_mass(everything), 7.0)


def test_the_centre_is_between_hip_and_shoulder(track: PoseTrack) -> None:
    height = centre_of_mass(track)[:, 1]
    assert (height > track.mid("hip")[:, 1] - 0.02 * 437).all()
    assert (height < track.mid("shoulder")[:, 1]).all()


def test_the_centre_moves_with_the_body(track: PoseTrack) -> None:
    by = np.array([30.0, -20.0])
    away = with_xy(track, track.xy + by)
    np.testing.assert_allclose(centre_of_mass(away), centre_of_mass(track) + by)


def test_an_arm_moves_the_centre_by_its_share_of_the_mass(track: PoseTrack) -> None:
    shift = centre_of_mass(move(track, "left_wrist", (100.0, 0.0))) - centre_of_mass(track)
    np.testing.assert_allclose(shift[:, 1], 0, atol=1e-9)
    # The hand and some of the forearm: about 1.3 % of the body.
    assert 0.8 < shift[0, 0] < 2.0


def test_with_too_much_of_the_body_missing_there_is_no_centre(track: PoseTrack) -> None:
    assert np.isnan(centre_of_mass(without(track, "shoulder"))).all()
    assert np.isnan(centre_of_mass(without(track, "knee"))).all()
    # Hands and head out of view do not matter so much.
    assert np.isfinite(centre_of_mass(without(track, "wrist"))).all()


def test_the_height_is_about_that_of_the_runner() -> None:
    made = synthetic_runner(fps=60, seconds=2.0, height_m=1.75, px_per_m=250)
    assert stature(made.pose, made.leg_length) == pytest.approx(1.75 * 250, rel=0.03)


def test_without_shoulders_the_leg_alone_tells_the_height() -> None:
    made = synthetic_runner(fps=60, seconds=2.0)
    found = stature(without(made.pose, "shoulder"), made.leg_length)
    assert found == pytest.approx(1.75 * 250, rel=0.03)


def test_without_a_leg_length_the_height_is_not_known(track: PoseTrack) -> None:
    assert np.isnan(stature(without(track, "shoulder"), float("nan")))


@pytest.mark.parametrize(("lost", "measured"), [(0.0, True), (0.05, True), (0.4, False)])
def test_a_head_that_leaves_the_picture_takes_the_bounce_with_it(
    lost: float, measured: bool
) -> None:
    made = capture(synthetic_runner(), picture=True)
    xy = made.pose.xy.copy()
    gone = np.arange(len(xy)) % 20 < 20 * lost
    for name in ("nose", "left_ear", "right_ear"):
        xy[gone, made.pose.keypoints.index(name)] = np.nan
    found = analyze_capture(replace(made, pose=replace(made.pose, xy=xy)), Settings(height_m=1.75))
    bounce = found.metrics["vertical_oscillation_m"]
    assert (bounce.value is not None) == measured
    assert measured or bounce.why == Reason("metric.head_out_of_picture")
    assert found.metrics["lean_body_deg"].value is not None
