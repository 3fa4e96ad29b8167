"""Roll at the runner, from lines of known cameras."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.camera.lines import NO_LINES, Lines, candidate_lines
from leanline.camera.phone_level import PhoneLevel
from leanline.camera.roll import estimate_roll, fuse_roll
from leanline.model import Array, Capture, Contact, Direction, Estimate, SceneEvidence
from leanline.runner.prepare import prepare
from tests.captures import capture
from tests.scenes import LENS, room, scattered, seen
from tests.synthetic import synthetic_runner

MIDDLE = np.zeros(2)


def estimate(scene: SceneEvidence, place: Array = MIDDLE, path: Lines = NO_LINES) -> Estimate:
    return fuse_roll(candidate_lines(scene, LENS), path, place)


def width(roll: Estimate) -> float:
    return roll.ci95[1] - roll.ci95[0]


def codes(found: Estimate) -> tuple[str, ...]:
    """What an estimate rests on, without the kind."""
    return tuple(source.code.removeprefix("estimate.") for source in found.sources)


@pytest.mark.parametrize(
    ("roll", "pitch", "yaw"),
    [(0, 0, 0), (4, 0, 0), (-6, 5, 0), (3, -8, 10), (-3, 0, 20), (10, 3, -15)],
)
def test_roll_is_found_whatever_the_pitch_and_yaw(roll: float, pitch: float, yaw: float) -> None:
    found = estimate(room(roll, pitch, yaw))
    assert abs(found.value - roll) < 0.5
    assert found.ci95[0] < roll < found.ci95[1]
    assert width(found) < 2.5
    assert codes(found) == ("vertical_lines", "horizontal_lines")


def test_the_vertical_that_counts_is_the_one_at_the_runner() -> None:
    roll, pitch = 1.0, 9.0
    foot, head = np.array([[1.8, -0.8], [1.8, 0.8]])
    upright = seen(np.array([foot, head]), roll, pitch, 0.0)
    tilt = np.degrees(np.arctan2(-(upright[1] - upright[0])[0], (upright[1] - upright[0])[1]))
    assert abs(tilt - roll) > 2.0
    found = estimate(room(roll, pitch), LENS.tangents(upright.mean(axis=0)))
    assert abs(found.value - tilt) < 0.6


def test_level_lines_alone_leave_more_doubt_than_with_uprights() -> None:
    alone, both = estimate(room(3.0, uprights=0)), estimate(room(3.0))
    assert abs(alone.value - 3.0) < 1.0
    assert codes(alone) == ("horizontal_lines",)
    assert width(alone) > width(both)


def test_upright_lines_are_enough() -> None:
    found = estimate(room(-4.0, levels=0))
    assert abs(found.value + 4.0) < 0.7
    assert codes(found) == ("vertical_lines",)


def test_clutter_tells_nothing_and_the_interval_says_so() -> None:
    found = estimate(SceneEvidence((scattered(60),)))
    assert abs(found.value) < 3.0
    assert width(found) > 6.0
    assert codes(found) == ("held_level",)


def test_an_empty_scene_leaves_what_is_believed_of_phones() -> None:
    found = estimate(SceneEvidence(()))
    assert found.value == pytest.approx(0.0, abs=0.01)
    assert 9.0 < width(found) < 14.0


def test_pictures_of_a_panning_camera_each_have_their_own_yaw() -> None:
    views = [room(2.0, 0.0, yaw, seed=int(yaw) + 50).segments[0] for yaw in (-15.0, 0.0, 15.0)]
    found = estimate(SceneEvidence(tuple(views)))
    assert abs(found.value - 2.0) < 0.5


def test_sources_that_disagree_widen_the_interval_and_it_is_told() -> None:
    leaning = room(4.0, levels=0, clutter=0).segments[0]
    level = room(-2.0, uprights=0, clutter=0).segments[0]
    found = estimate(SceneEvidence((np.vstack([leaning, level]),)))
    assert found.conflicting
    assert width(found) > 2.0 * width(estimate(room(0.0)))


def test_a_path_alone_tells_roll() -> None:
    path = Lines(np.array([[0.0, -0.2]]), np.radians([3.0]), np.radians([0.8]))
    found = estimate(SceneEvidence(()), path=path)
    assert codes(found) == ("footfalls",)
    assert 1.5 < found.value < 3.0


def test_the_phones_level_is_a_source_and_narrows_the_interval() -> None:
    empty = SceneEvidence(())
    found = fuse_roll(candidate_lines(empty, LENS), NO_LINES, MIDDLE, PhoneLevel(4.0, 0.3))
    assert codes(found) == ("phone_level",)
    assert 3.0 < found.value < 4.0
    assert width(found) < 0.5 * width(estimate(empty))
    shaken = fuse_roll(candidate_lines(empty, LENS), NO_LINES, MIDDLE, PhoneLevel(4.0, 2.0))
    assert width(shaken) > width(found)


def test_vertical_lines_prevail_over_a_phone_that_is_wrong() -> None:
    views = candidate_lines(room(1.0), LENS)
    found = fuse_roll(views, NO_LINES, MIDDLE, PhoneLevel(8.0))
    assert abs(found.value - 1.0) < 0.5
    assert found.conflicting
    agreed = fuse_roll(views, NO_LINES, MIDDLE, PhoneLevel(1.0))
    assert not agreed.conflicting
    assert width(agreed) < width(found)


def test_a_track_without_its_video_has_the_phones_level() -> None:
    track = capture(synthetic_runner())
    found = estimate_roll(None, track, prepare(track), phone=PhoneLevel(2.0))
    assert found.value == 2.0
    assert codes(found) == ("phone_level",)


def test_the_value_given_overrides_the_picture() -> None:
    filmed = capture(synthetic_runner(), picture=True)
    filmed = replace(filmed, scene=room(5.0))
    found = estimate_roll(-1.0, filmed, prepare(filmed))
    assert found.value == -1.0
    assert codes(found) == ("given",)
    assert width(found) < 1.5


def test_a_track_in_metres_is_upright() -> None:
    track = capture(synthetic_runner(unit="m", px_per_m=1.0))
    found = estimate_roll(None, track, prepare(track))
    assert found.value == 0.0
    assert width(found) == 0.0


def test_a_track_in_pixels_without_its_video_is_not_known_to_be_upright() -> None:
    track = capture(synthetic_runner())
    assert width(estimate_roll(None, track, prepare(track))) > 8.0


@pytest.mark.parametrize("direction", ["left", "right"])
def test_footfalls_of_a_runner_who_passes_are_a_source(direction: Direction) -> None:
    filmed, contacts = passing(3.0, direction)
    found = estimate_roll(None, filmed, prepare(filmed), contacts)
    assert codes(found) == ("footfalls",)
    assert found.ci95[0] < 3.0 < found.ci95[1]
    assert found.value > 1.0


def test_three_footfalls_are_too_few() -> None:
    filmed, contacts = passing(3.0, "right")
    found = estimate_roll(None, filmed, prepare(filmed), contacts[:3])
    assert codes(found) == ("held_level",)


def passing(roll_deg: float, direction: Direction) -> tuple[Capture, tuple[Contact, ...]]:
    """A runner who passes with the feet just below the middle of the picture."""
    runner = synthetic_runner(
        surface="overground", roll_deg=roll_deg, seconds=3.0, px_per_m=100.0, direction=direction
    )
    filmed = capture(runner, picture=True)
    feet = np.nanmedian(filmed.pose.point("left_ankle"), axis=0)
    moved = filmed.pose.xy - feet + (640.0, 300.0)
    return replace(filmed, pose=replace(filmed.pose, xy=moved)), runner.contacts
