"""Keypoints are taken to joint centres frame by frame, by what the frame shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.model import Array, PoseTrack
from leanline.pose.outline import LEVELS
from leanline.profile import JointModel, profile_of
from leanline.runner.joint_centres import MOVED, feature_names, joint_features, to_joint_centres
from leanline.runner.prepare import outline_facing_x, prepare
from tests.captures import capture, mirrored, standing
from tests.synthetic import synthetic_runner

LEG = 200.0


def frames(count: int = 6) -> tuple[PoseTrack, Array]:
    """A runner facing +x and an outline round the trunk."""
    track = synthetic_runner(noise=0.0, fps=30.0).pose
    track = track.select(np.arange(len(track.time_s)) < count)
    edges = np.tile([-40.0, 45.0], (count, len(LEVELS), 1))
    return track, edges


def model(**changes: object) -> JointModel:
    """A model whose only opinion is a shift that follows the near shoulder."""
    names = feature_names()
    targets = tuple(f"{side}_{part}" for part in MOVED for side in ("near", "far"))
    track, edges = frames()
    mean = joint_features(track, "right", edges, LEG).mean(axis=0)
    weights = np.zeros((len(names), len(targets), 2))
    weights[names.index("near_shoulder_x"), targets.index("near_hip"), 0] = 0.5
    made = JointModel(
        features=names,
        targets=targets,
        mean=mean,
        precision=np.eye(len(names)) / 0.3**2,
        weights=weights,
        shift=np.full((len(targets), 2), 0.01),
        plain=np.full((len(targets), 2), -0.02),
        familiar=(2.0, 3.0),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def shifts_of(
    track: PoseTrack, edges: Array | None, given_model: JointModel
) -> tuple[dict[str, Array], Array]:
    """By how much every point was moved, leg lengths, and how unlike the training it is."""
    after, distance = to_joint_centres(track, "right", edges, LEG, given_model)
    names = track.keypoints
    return {n: (after.point(n) - track.point(n)) / LEG for n in names}, distance


def test_features_have_a_name_each() -> None:
    track, edges = frames()
    features = joint_features(track, "right", edges, LEG)
    assert features.shape == (6, len(feature_names()))
    assert len(set(feature_names())) == len(feature_names())


def test_a_frame_like_the_training_is_moved_as_the_training_says() -> None:
    track, edges = frames()
    still = model(weights=np.zeros_like(model().weights))
    shifts, _ = shifts_of(track, edges, still)
    np.testing.assert_allclose(shifts["left_hip"], 0.01, atol=1e-9)
    np.testing.assert_allclose(shifts["right_foot_index"], 0.01, atol=1e-9)
    np.testing.assert_array_equal(shifts["left_wrist"], 0.0)


def test_the_shift_follows_the_features() -> None:
    track, edges = frames()
    xy = track.xy.copy()
    xy[:, track.keypoints.index("right_shoulder"), 0] += 0.1 * LEG
    before, after = (
        shifts_of(t, edges, model())[0]["right_hip"] for t in (track, track.with_xy(xy))
    )
    np.testing.assert_allclose(after - before, np.tile([0.05, 0.0], (6, 1)), atol=1e-9)


def test_a_frame_unlike_the_training_goes_back_to_the_plain_shift() -> None:
    track, edges = frames()
    strange = edges + 40.0 * LEG
    shifts, distance = shifts_of(track, strange, model())
    assert (distance > 3.0).all()
    np.testing.assert_allclose(shifts["left_shoulder"], -0.02, atol=1e-9)


def test_without_an_outline_the_rest_still_tells() -> None:
    track, edges = frames()
    with_edges, without = (shifts_of(track, e, model())[0]["left_knee"] for e in (edges, None))
    np.testing.assert_allclose(without, with_edges, atol=1e-6)


def test_missing_features_are_filled_in_as_their_neighbours_expect() -> None:
    names = feature_names()
    nose, ear = names.index("nose_x"), names.index("near_ear_x")
    covariance = np.eye(len(names))
    covariance[nose, ear] = covariance[ear, nose] = 0.8
    weights = np.zeros_like(model().weights)
    weights[nose, 0, 0] = 1.0
    tied = model(precision=np.linalg.inv(covariance), weights=weights, familiar=(90.0, 99.0))
    track, edges = frames()
    xy = track.xy.copy()
    xy[:, track.keypoints.index("right_ear"), 0] += 0.5 * LEG
    xy[:, track.keypoints.index("nose")] = np.nan
    shift = shifts_of(track.with_xy(xy), edges, tied)[0]["right_shoulder"][:, 0]
    away = joint_features(track.with_xy(xy), "right", edges, LEG)[:, ear] - tied.mean[ear]
    np.testing.assert_allclose(shift, 0.01 + 0.8 * away, atol=1e-9)


@given(st.integers(0, 5), st.floats(-30, 30), st.floats(-30, 30))
def test_frames_do_not_look_at_each_other(frame: int, dx: float, dy: float) -> None:
    track, edges = frames()
    xy = track.xy.copy()
    xy[frame] += [dx, dy]
    xy[frame, :4] += 7.0
    one, other = (
        to_joint_centres(t, "right", edges, LEG, model())[0].xy for t in (track, track.with_xy(xy))
    )
    rest = np.arange(6) != frame
    np.testing.assert_array_equal(one[rest], other[rest])


def test_an_outline_seen_from_the_other_side_is_mirrored() -> None:
    edges = np.array([[[-40.0, 55.0]]])
    assert outline_facing_x(edges, "right") is edges
    np.testing.assert_array_equal(outline_facing_x(edges, "left"), [[[-55.0, 40.0]]])
    assert outline_facing_x(None, "left") is None


@pytest.mark.parametrize("source", ["blazepose-full", "blazepose-heavy"])
def test_either_network_has_tables_that_fit_together(source: str) -> None:
    joints = profile_of(source).joints
    assert joints is not None
    count, points = len(joints.features), len(joints.targets)
    assert joints.features == feature_names()
    assert joints.targets == tuple(f"{s}_{p}" for p in MOVED for s in ("near", "far"))
    assert joints.weights.shape == (count, points, 2)
    assert joints.shift.shape == joints.plain.shape == (points, 2)
    assert joints.precision.shape == (count, count)
    assert np.linalg.eigvalsh(joints.precision).min() > 0.0
    # Nobody's joints are a tenth of the leg from where annotators see them on the mean.
    assert np.abs(joints.shift).max() < 0.1


def test_a_source_that_is_not_known_keeps_its_points() -> None:
    made = capture(synthetic_runner(), picture=True)
    assert made.profile.joints is None
    assert prepare(made).strangeness == 1.0


def test_a_mirrored_clip_has_mirrored_joint_centres() -> None:
    track = standing(lean_deg=6.0, noise=0.0, sway_px=0.0)
    leans = []
    for seen in (track, mirrored(track)):
        runner = prepare(
            replace(capture(seen, picture=True), profile=profile_of("blazepose-heavy"))
        )
        ahead = runner.pose.mid("shoulder")[:, 0] - runner.pose.mid("ankle")[:, 0]
        leans.append(float(np.median(ahead)))
    assert leans[0] == pytest.approx(leans[1], abs=1e-6)
