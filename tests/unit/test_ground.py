"""Belt or path, and how fast the ground moves."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from leanline.model import Direction, PoseTrack
from tests.feet import facing_right, ground_and_contacts
from tests.synthetic import synthetic_runner


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize(
    ("surface", "camera"),
    [("treadmill", "fixed"), ("overground", "fixed"), ("overground", "follow")],
)
def test_the_surface_is_told_from_feet_hips_and_scene(
    surface: Literal["treadmill", "overground"],
    camera: Literal["fixed", "follow"],
    direction: Direction,
) -> None:
    runner = synthetic_runner(
        surface=surface, camera=camera, direction=direction, noise=2.0, fps=60
    )
    ground, _ = ground_and_contacts(*facing_right(runner), runner.leg_length)
    assert ground.surface == surface
    assert ground.speed == pytest.approx(runner.speed, rel=0.04)
    expected = 0.0 if camera == "fixed" and surface == "overground" else -runner.speed
    assert np.median(ground.velocity) == pytest.approx(expected, abs=0.04 * runner.speed)


def test_a_camera_that_travels_along_unseen_leaves_the_feet_to_tell() -> None:
    runner = synthetic_runner(surface="overground", camera="follow")
    ground, contacts = ground_and_contacts(
        runner.pose, np.zeros(len(runner.pose.time_s)), runner.leg_length
    )
    assert np.median(ground.velocity) == pytest.approx(-runner.speed, rel=0.03)
    assert len(contacts) > 10


def test_drifting_back_on_the_belt_is_still_a_treadmill() -> None:
    runner = synthetic_runner(noise=1.0)
    drift = -0.1 * runner.speed * runner.pose.time_s
    moved = runner.pose.xy + np.stack([drift, 0 * drift], axis=1)[:, None]
    pose = PoseTrack(runner.pose.time_s, moved, runner.pose.confidence, runner.pose.keypoints, "px")
    ground, _ = ground_and_contacts(pose, runner.scene_shift, runner.leg_length)
    assert ground.surface == "treadmill"
    assert np.median(ground.velocity) == pytest.approx(-1.1 * runner.speed, rel=0.04)


def test_somebody_standing_has_no_ground_speed() -> None:
    runner = synthetic_runner(seconds=2.0)
    still = np.repeat(runner.pose.xy[:1], len(runner.pose.time_s), axis=0)
    still = still + np.random.default_rng(0).normal(0, 2, still.shape)
    pose = PoseTrack(runner.pose.time_s, still, runner.pose.confidence, runner.pose.keypoints, "px")
    ground, contacts = ground_and_contacts(pose, runner.scene_shift, runner.leg_length)
    assert ground.surface == "unknown"
    assert np.isnan(ground.velocity).all()
    assert contacts == ()
