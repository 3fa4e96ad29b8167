"""From a raw capture to one runner who faces +x."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.model import PoseTrack
from leanline.runner.prepare import find_direction, mirror, prepare
from tests.captures import capture, mirrored, scaled, standing
from tests.legs import bursts, legs_exchanged, with_noise, with_xy, without
from tests.synthetic import synthetic_runner


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize("surface", ["treadmill", "overground"])
def test_the_runner_faces_x_whichever_way_they_were_filmed(direction: str, surface: str) -> None:
    made = synthetic_runner(fps=60, direction=direction, surface=surface)  # type: ignore[arg-type]
    runner = prepare(capture(made, picture=True))
    assert runner.direction == direction
    assert runner.view == "side"
    assert runner.raw is not runner.pose
    ahead = runner.pose.point("left_foot_index") - runner.pose.point("left_heel")
    assert np.median(ahead[:, 0]) > 0
    if surface == "overground":
        assert np.ptp(runner.pose.mid("hip")[:, 0]) > 5 * runner.leg_length


@pytest.mark.parametrize("direction", ["left", "right"])
def test_the_near_side_is_the_one_towards_the_camera(direction: str) -> None:
    made = synthetic_runner(fps=60, direction=direction)  # type: ignore[arg-type]
    assert prepare(capture(made, picture=True)).near == direction
    assert prepare(capture(made)).near is None


def test_a_runner_without_feet_faces_where_the_nose_is() -> None:
    track = without(synthetic_runner(fps=60).pose, "heel", "foot_index")
    assert find_direction(track) == "right"
    assert find_direction(mirrored(track)) == "left"


def test_flipping_keeps_left_left() -> None:
    track = synthetic_runner(fps=60, seconds=1.0).pose
    np.testing.assert_allclose(mirror(track).point("left_heel"), track.point("left_heel") * [-1, 1])
    np.testing.assert_array_equal(mirror(mirror(track)).xy, track.xy)


def abreast(track: PoseTrack, sign: float) -> PoseTrack:
    """The shoulders (and hips) seen side by side."""
    xy = track.xy.copy()
    for part, wide in (("shoulder", 90.0), ("hip", 55.0)):
        for side, way in (("left", 0.5), ("right", -0.5)):
            xy[:, track.keypoints.index(f"{side}_{part}"), 0] += sign * way * wide
    return with_xy(track, xy)


def test_shoulders_abreast_are_a_front_or_a_back_view() -> None:
    track = synthetic_runner(fps=60).pose
    front = prepare(capture(abreast(track, 1.0)))
    assert front.view == "front"
    assert front.direction is None
    assert prepare(capture(abreast(track, -1.0))).view == "back"


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_the_leg_is_as_long_as_it_is_in_any_pixels(scale: float) -> None:
    made = synthetic_runner(fps=60)
    runner = prepare(capture(scaled(made.pose, scale)))
    assert runner.leg_length == pytest.approx(scale * made.leg_length, rel=0.05)


@pytest.mark.parametrize(
    "gone",
    [("knee",), ("ankle",), ("knee", "ankle"), ("shoulder", "elbow", "wrist"), ("ear", "nose")],
)
def test_a_track_with_parts_missing_is_still_prepared(gone: tuple[str, ...]) -> None:
    made = synthetic_runner(fps=60)
    runner = prepare(capture(without(made.pose, *gone)))
    assert runner.rhythm is not None
    assert runner.rhythm.stride_hz == pytest.approx(170 / 120, rel=0.01)
    # Without knees the bent leg is measured straight, without ankles to the heel.
    assert runner.leg_length == pytest.approx(made.leg_length, rel=0.15)


def test_many_exchanged_frames_are_told_and_few_are_not() -> None:
    made = synthetic_runner(fps=60)
    swapped = bursts(len(made.pose.time_s), 0.2)
    runner = prepare(capture(legs_exchanged(made.pose, swapped)))
    assert runner.swapped_frames == pytest.approx(swapped.sum(), abs=6)
    (note,) = runner.notes
    assert note.code == "side_swaps"
    assert str(runner.swapped_frames) in note.text
    assert prepare(capture(with_noise(made.pose, 2.0))).notes == ()


def test_a_standing_person_has_no_rhythm() -> None:
    runner = prepare(capture(standing()))
    assert runner.rhythm is None
    assert runner.direction == "right"


def test_the_raw_track_is_what_the_source_said() -> None:
    made = synthetic_runner(fps=60, direction="left")
    shown = capture(made)
    assert prepare(shown).raw is shown.pose


def test_the_scenes_shift_is_along_the_running_direction() -> None:
    made = synthetic_runner(fps=60, direction="left", surface="overground", camera="follow")
    shown = capture(made, picture=True)
    shift = prepare(shown).scene_shift[:, 0]
    # The scene goes back under the runner, whichever way they run.
    assert shift[-1] - shift[0] < -5 * made.leg_length
    still = prepare(replace(shown, camera=None))
    assert not still.scene_shift.any()


def test_feet_that_are_never_seen_leave_the_face_to_tell_the_direction() -> None:
    made = mirrored(synthetic_runner(fps=60).pose)
    xy = made.xy.copy()
    for k, name in enumerate(made.keypoints):
        if name.endswith(("heel", "foot_index")):
            xy[:, k] = np.nan
    assert find_direction(with_xy(made, xy)) == "left"
