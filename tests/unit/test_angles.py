"""Joint angles of figures whose angles are known."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.metrics.angles import joint_angles
from leanline.model import PoseTrack

# A figure that stands straight, facing +x, in metres.
STRAIGHT = {
    "shoulder": (0.0, 1.5),
    "elbow": (0.0, 1.2),
    "wrist": (0.0, 0.9),
    "hip": (0.0, 1.0),
    "knee": (0.0, 0.5),
    "ankle": (0.0, 0.05),
    "heel": (-0.05, 0.0),
    "foot_index": (0.2, 0.0),
}
SET = {"pelvis_tilt", "hip_flexion_l", "knee_angle_l", "ankle_angle_l", "arm_flex_l"}


def angles(**moved: tuple[float, float]) -> dict[str, float]:
    places = STRAIGHT | moved
    names = tuple(f"{side}_{part}" for side in ("left", "right") for part in places)
    xy = np.array([[*places.values(), *places.values()]] * 2)
    track = PoseTrack(np.array([0.0, 0.1]), xy, np.ones(xy.shape[:2]), names, "m")
    return {name: float(values[0]) for name, values in joint_angles(track).items()}


def test_a_straight_figure_has_no_angles() -> None:
    found = angles()
    assert set(found) >= SET
    assert found.pop("pelvis_ty") == pytest.approx(1.0)
    np.testing.assert_allclose(list(found.values()), 0.0, atol=1e-9)


def test_leaning_ahead_tilts_the_pelvis_ahead_and_flexes_the_hip() -> None:
    found = angles(shoulder=(0.5, 1.5), elbow=(0.5, 1.2), wrist=(0.5, 0.9))
    assert found["pelvis_tilt"] == pytest.approx(-45)
    assert found["hip_flexion_r"] == pytest.approx(45)


def test_a_raised_knee_flexes_hip_and_knee() -> None:
    found = angles(knee=(0.5, 1.0), ankle=(0.5, 0.55), heel=(0.45, 0.5), foot_index=(0.7, 0.5))
    assert found["hip_flexion_l"] == pytest.approx(90)
    assert found["knee_angle_l"] == pytest.approx(90)
    assert found["ankle_angle_l"] == pytest.approx(0)


def test_toes_up_and_a_shin_ahead_are_dorsiflexion() -> None:
    assert angles(foot_index=(0.2, 0.25))["ankle_angle_r"] == pytest.approx(45)
    assert angles(knee=(0.45, 0.5), ankle=(0.0, 0.05))["ankle_angle_r"] == pytest.approx(45)


def test_an_arm_ahead_and_a_bent_elbow_are_flexion() -> None:
    found = angles(elbow=(0.3, 1.5), wrist=(0.3, 1.8))
    assert found["arm_flex_l"] == pytest.approx(90)
    assert found["elbow_flex_l"] == pytest.approx(90)


def test_joints_without_points_are_left_out_and_pixels_give_no_place() -> None:
    xy = np.array([[(0.0, 100.0), (0.0, 200.0)]])
    track = PoseTrack(np.array([0.0]), xy, np.ones((1, 2)), ("left_hip", "left_shoulder"), "px")
    assert set(joint_angles(track)) == {"pelvis_tilt"}
