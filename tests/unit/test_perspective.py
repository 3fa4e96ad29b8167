"""A runner who passes the camera, seen as if square on."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.model import Array, PoseTrack
from leanline.runner.perspective import CameraView, estimate_view, rectify, to_picture
from leanline.video.lens import Lens

LENS = Lens(1280, 720)
# Upright, metres above the ground and to the runner's left, who runs along +x.
BODY = {
    "shoulder": (1.45, 0.17),
    "hip": (0.95, 0.09),
    "knee": (0.52, 0.06),
    "ankle": (0.10, 0.05),
}
DISTANCE_M, CAMERA_M = 6.0, 1.0
FPS = 60.0


def runner_seen(along_m: Array, yaw_deg: float) -> PoseTrack:
    """A stiff upright body that glides along a path turned towards the camera on its right."""
    yaw = np.radians(yaw_deg)
    names, points = [], []
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for part, (height, aside) in BODY.items():
            x = along_m * np.cos(yaw) + sign * aside * np.sin(yaw)
            depth = DISTANCE_M - along_m * np.sin(yaw) + sign * aside * np.cos(yaw)
            seen = np.stack([x / depth, (height - CAMERA_M) / depth], axis=1)
            names.append(f"{side}_{part}")
            points.append(seen * LENS.focal_px + np.array([LENS.width_px, LENS.height_px]) / 2.0)
    xy = np.stack(points, axis=1)
    time_s = np.arange(len(along_m)) / FPS
    return PoseTrack(time_s, xy, np.ones(xy.shape[:2]), tuple(names), "px")


def sight(moving: bool = False) -> CameraView:
    return CameraView("right", LENS, mirrored=False, moving=moving)


CROSSING = np.linspace(-2.2, 2.2, 100)


@pytest.mark.parametrize("yaw_deg", [-25.0, -10.0, 0.0, 5.0, 20.0])
def test_the_yaw_of_a_crossing_runner_is_told_by_their_growth(yaw_deg: float) -> None:
    track = runner_seen(CROSSING, yaw_deg)
    passing = estimate_view(track, np.zeros((100, 2)), 0.85, sight())
    assert passing is not None
    assert passing.yaw_deg is not None
    assert passing.yaw_deg.value == pytest.approx(yaw_deg, abs=1.0)


@pytest.mark.parametrize("yaw_deg", [-25.0, 0.0, 20.0])
def test_a_crossing_runner_keeps_size_and_speed_once_straightened(yaw_deg: float) -> None:
    track = runner_seen(CROSSING, yaw_deg)
    passing = estimate_view(track, np.zeros((100, 2)), 0.85, sight())
    assert passing is not None
    straight, _ = rectify(track, np.zeros((100, 2)), passing)
    trunk = (straight.mid("shoulder") - straight.mid("hip"))[:, 1]
    assert np.ptp(trunk) < 0.01 * trunk.mean()
    speed = np.diff(straight.mid("hip")[:, 0])
    assert np.ptp(speed) < 0.03 * speed.mean()
    # As far as the body is high, so far along the path: metres are the same both ways.
    metres_per_px = (1.45 - 0.95) / trunk.mean()
    assert speed.mean() * metres_per_px == pytest.approx(np.diff(CROSSING).mean(), rel=0.01)


def test_what_was_straightened_goes_back_to_its_place() -> None:
    track = runner_seen(CROSSING, 15.0)
    passing = estimate_view(track, np.zeros((100, 2)), 0.85, sight())
    assert passing is not None
    straight, _ = rectify(track, np.zeros((100, 2)), passing)
    np.testing.assert_allclose(to_picture(straight, track, passing).xy, track.xy, atol=1e-6)


@pytest.mark.parametrize("yaw_deg", [-20.0, -8.0, 0.0, 12.0, 20.0])
def test_the_yaw_of_a_runner_on_a_belt_lies_in_its_interval(yaw_deg: float) -> None:
    track = runner_seen(np.zeros(100), yaw_deg)
    leg = float(np.linalg.norm(track.mid("hip")[0] - track.mid("ankle")[0]))
    passing = estimate_view(track, np.zeros((100, 2)), leg, sight())
    assert passing is not None
    assert passing.yaw_deg is not None
    low, high = passing.yaw_deg.ci95
    assert low < yaw_deg < high
    assert abs(passing.yaw_deg.value - yaw_deg) < 5.0


def test_without_a_picture_nothing_is_said_of_the_yaw() -> None:
    track = runner_seen(np.zeros(100), 15.0)
    unseen = CameraView(None, None, mirrored=False, moving=False)
    assert estimate_view(track, np.zeros((100, 2)), 0.85, unseen) is None
