from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from leanline.model import CameraMotion, Capture, PoseTrack
from leanline.pose.recorded import track_to_capture
from tests.captures import capture
from tests.runners import small_runner

NAMES = ("left_heel", "right_heel")


def track(**changes: Any) -> PoseTrack:
    given: dict[str, Any] = {
        "time_s": np.arange(3) / 60.0,
        "xy": np.zeros((3, 2, 2)),
        "confidence": np.ones((3, 2)),
        "keypoints": NAMES,
        "unit": "px",
    }
    return PoseTrack(**(given | changes))


def with_value(shape: tuple[int, ...], value: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    values = np.zeros(shape)
    values[-1] = value
    return values


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"unit": "mm"}, "unit must be one of"),
        ({"xy": with_value((3, 2, 2), np.inf)}, "xy must not be infinite"),
        ({"xy": with_value((3, 2, 2), -np.inf)}, "xy must not be infinite"),
        ({"confidence": with_value((3, 2), 1.01)}, "confidence must be from 0 to 1"),
        ({"confidence": with_value((3, 2), -0.01)}, "confidence must be from 0 to 1"),
        ({"confidence": with_value((3, 2), np.nan)}, "confidence must be from 0 to 1"),
        ({"time_s": [0.0, 0.1, 0.1]}, "time_s must be finite and rise"),
        ({"time_s": [0.0, 0.1, np.nan]}, "time_s must be finite and rise"),
        ({"time_s": [0.0, 0.1, np.inf]}, "time_s must be finite and rise"),
        ({"xy": np.zeros((3, 2, 3))}, "xy must have shape"),
        ({"keypoints": ("left_heel", "left_heel")}, "keypoint names must be unique"),
    ],
)
def test_a_track_refuses_what_cannot_be(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        track(**changes)


def test_a_track_may_miss_points_and_have_no_frames() -> None:
    assert np.isnan(track(xy=np.full((3, 2, 2), np.nan)).xy).all()
    empty = track(time_s=[], xy=np.zeros((0, 2, 2)), confidence=np.zeros((0, 2)))
    assert repr(empty) == "PoseTrack(0 frames of 2 keypoints in px)"


def test_a_track_says_in_short_what_it_is() -> None:
    assert repr(track()) == "PoseTrack(3 frames of 2 keypoints in px, 0 to 0.0333333 s)"
    assert len(repr(capture(small_runner(), picture=True))) < 700


def test_tracks_can_be_compared_and_are_themselves_only() -> None:
    one = track()
    assert one == one
    assert one != track()
    assert len({one, one, track()}) == 2


def make_capture(**changes: Any) -> Capture:
    return replace(track_to_capture(track(), "run.csv", "array"), **changes)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"outline_px": np.zeros((2, 9, 2))}, "outline_px must have shape"),
        ({"outline_px": np.zeros((3, 9))}, "outline_px must have shape"),
        ({"sole_deg": np.zeros((3, 1))}, "sole_deg must have shape"),
        ({"camera": CameraMotion(np.zeros((2, 2)), moving=False)}, "shift_px must have shape"),
    ],
)
def test_a_capture_refuses_what_does_not_belong_to_its_track(
    changes: dict[str, Any], what: str
) -> None:
    with pytest.raises(ValueError, match=what):
        make_capture(**changes)


def test_every_array_is_a_read_only_copy() -> None:
    outline = np.zeros((3, 9, 2))
    shift = np.zeros((3, 2))
    made = make_capture(outline_px=outline, sole_deg=shift, camera=CameraMotion(shift, moving=True))
    outline[:] = shift[:] = 1.0
    assert made.camera is not None
    for values in (made.outline_px, made.sole_deg, made.camera.shift_px, made.pose.xy):
        assert values is not None
        assert not values.any()
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1.0
