"""How the scene moves behind the runner."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from leanline.model import Array, CameraMotion
from leanline.video.background import BackgroundTracker, RunnerCircle

WIDTH, HEIGHT = 640, 360
RUNNER = RunnerCircle(320.0, 180.0, 90.0)
TIMES = np.arange(0, 2, 1 / 30)

Shift = Callable[[float], tuple[float, float]]


@pytest.fixture(scope="module")
def scene() -> NDArray[np.uint8]:
    """A wall of blobs, larger than the picture."""
    rough = np.random.default_rng(0).integers(0, 255, (60, 100, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(rough, (1600, 960), interpolation=cv2.INTER_CUBIC), np.uint8)


def watch(
    scene: NDArray[np.uint8], shift: Shift, *, runner_moves: bool = True, times: Array = TIMES
) -> CameraMotion:
    """The motion found while the scene's content shifts by ``shift`` (x right, y down)."""
    tracker = BackgroundTracker()
    person = np.random.default_rng(1).integers(0, 255, (140, 60, 3), dtype=np.uint8)
    for time_s in times:
        x, y = shift(float(time_s))
        move = np.array([[1.0, 0.0, x - 400], [0.0, 1.0, y - 300]])
        picture = np.asarray(cv2.warpAffine(scene, move, (WIDTH, HEIGHT)), np.uint8).copy()
        if runner_moves:
            left = 290 + round(30 * np.sin(9 * time_s))
            picture[110:250, left : left + 60] = person
        tracker.see(picture, float(time_s), RUNNER)
    return tracker.motion(times)


def test_a_fixed_camera_stands_still_whatever_the_runner_does(scene: NDArray[np.uint8]) -> None:
    motion = watch(scene, lambda _: (0.0, 0.0))
    assert not motion.moving
    assert not motion.shift_px.any()


def test_a_pan_is_followed_to_a_pixel_with_x_right(scene: NDArray[np.uint8]) -> None:
    motion = watch(scene, lambda t: (-100 * t, 0.0))
    assert motion.moving
    np.testing.assert_allclose(motion.shift_px[:, 0], -100 * TIMES, atol=1.5)
    np.testing.assert_allclose(motion.shift_px[:, 1], 0, atol=1.5)


def test_the_scene_sinking_in_the_picture_is_a_negative_shift(scene: NDArray[np.uint8]) -> None:
    motion = watch(scene, lambda t: (0.0, 40 * t))
    np.testing.assert_allclose(motion.shift_px[:, 1], -40 * TIMES, atol=1.5)


def test_a_shaking_hand_is_followed(scene: NDArray[np.uint8]) -> None:
    def hand(t: float) -> tuple[float, float]:
        return 8 * np.sin(2 * np.pi * 1.5 * t), 5 * np.sin(2 * np.pi * 2.1 * t)

    motion = watch(scene, hand)
    expected = np.array([hand(t) for t in TIMES]) * [1, -1]
    np.testing.assert_allclose(motion.shift_px, expected, atol=1.5)


def test_at_240_frames_a_second_the_motion_is_the_same(scene: NDArray[np.uint8]) -> None:
    times = np.arange(0, 0.5, 1 / 240)
    motion = watch(scene, lambda t: (-100 * t, 0.0), times=times)
    np.testing.assert_allclose(motion.shift_px[:, 0], -100 * times, atol=2.0)


def test_a_camera_that_moves_after_a_while_is_found_moving(scene: NDArray[np.uint8]) -> None:
    def late(t: float) -> tuple[float, float]:
        return (-100 * max(t - 1.2, 0.0), 0.0)

    motion = watch(scene, late)
    expected = np.array([late(t)[0] for t in TIMES])
    assert motion.moving
    np.testing.assert_allclose(motion.shift_px[TIMES > 1.4, 0], expected[TIMES > 1.4], atol=1.5)
    np.testing.assert_allclose(motion.shift_px[:, 0], expected, atol=5.0)


def test_without_texture_no_motion_is_claimed() -> None:
    motion = watch(np.full((960, 1600, 3), 128, np.uint8), lambda t: (-100 * t, 0.0))
    assert not motion.moving


def test_who_saw_nothing_reports_a_fixed_camera() -> None:
    motion = BackgroundTracker().motion(TIMES)
    assert motion.shift_px.shape == (len(TIMES), 2)
    assert not motion.moving
