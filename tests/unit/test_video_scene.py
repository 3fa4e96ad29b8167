"""Lines of the scene from drawn pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from leanline.model import Array
from leanline.video.background import RunnerCircle
from leanline.video.scene import MAX_PICTURES, SceneObserver

FAR_OFF = RunnerCircle(-1e4, -1e4, 50.0)


def wall(door: tuple[int, int, int, int], size: tuple[int, int] = (640, 360)) -> NDArray[np.uint8]:
    picture = np.full((size[1], size[0], 3), 200, np.uint8)
    cv2.rectangle(picture, door[:2], door[2:], (40, 40, 40), -1)
    return picture


def steepness(segments: Array) -> Array:
    step = np.abs(segments[:, 2:] - segments[:, :2])
    return np.degrees(np.arctan2(step[:, 1], step[:, 0]))


def test_the_edges_of_a_door_are_found_with_y_up() -> None:
    observer = SceneObserver()
    observer.see(wall((100, 40, 180, 300)), 0.0, FAR_OFF)
    (segments,) = observer.evidence(moving=False).segments
    upright = segments[steepness(segments) > 80]
    assert {round(x, -1) for x in upright[:, 0]} == {100, 180}
    assert abs(upright[:, [1, 3]].max() - (360 - 40)) < 4
    assert abs(upright[:, [1, 3]].min() - (360 - 300)) < 4


def test_nothing_seen_is_no_evidence() -> None:
    assert SceneObserver().evidence(moving=False).segments == ()


def test_a_blank_wall_has_no_lines() -> None:
    observer = SceneObserver()
    observer.see(np.full((360, 640, 3), 128, np.uint8), 0.0, FAR_OFF)
    (segments,) = observer.evidence(moving=False).segments
    assert segments.shape == (0, 4)


def test_someone_who_passes_leaves_no_lines() -> None:
    observer = SceneObserver()
    for k in range(8):
        observer.see(wall((60 * k, 100, 60 * k + 40, 300)), 0.3 * k, FAR_OFF)
    (segments,) = observer.evidence(moving=False).segments
    assert len(segments) == 0


def test_a_runner_who_stays_in_place_is_masked() -> None:
    observer = SceneObserver()
    for k in range(4):
        observer.see(wall((300, 100, 340, 260)), 0.3 * k, RunnerCircle(320.0, 180.0, 120.0))
    (segments,) = observer.evidence(moving=False).segments
    assert len(segments) == 0


def test_a_moving_camera_gives_several_pictures() -> None:
    observer = SceneObserver()
    for k in range(8):
        observer.see(wall((60 * k, 100, 60 * k + 40, 300)), 0.3 * k, FAR_OFF)
    views = observer.evidence(moving=True).segments
    assert len(views) == 3
    assert all(len(segments) >= 4 for segments in views)


def test_a_short_clip_of_a_moving_camera_gives_what_there_is() -> None:
    observer = SceneObserver()
    observer.see(wall((100, 40, 180, 300)), 0.0, FAR_OFF)
    assert len(observer.evidence(moving=True).segments) == 1


def test_a_long_clip_keeps_few_pictures_spread_over_it() -> None:
    observer = SceneObserver()
    for k in range(400):
        observer.see(wall((100, 40, 180, 300), (64, 36)), 0.25 * k, FAR_OFF)
    kept = observer._pictures
    assert MAX_PICTURES // 2 < len(kept) <= MAX_PICTURES


def test_large_pictures_are_searched_small_and_told_in_full_pixels() -> None:
    observer = SceneObserver()
    observer.see(wall((400, 160, 720, 1200), (2560, 1440)), 0.0, FAR_OFF)
    (segments,) = observer.evidence(moving=False).segments
    upright = segments[steepness(segments) > 80]
    assert np.abs(upright[:, 0] - 400).min() < 5
    assert np.abs(upright[:, 0] - 720).min() < 5
