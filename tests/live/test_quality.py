from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.live.level import given_roll, unknown_roll
from leanline.live.quality import Check, Light, all_passed, measure_light, run_checks
from leanline.model import Estimate, PoseTrack
from tests.captures import capture
from tests.live.script import GREY, leaning

GOOD_LIGHT = Light(120.0, 40.0)


def checked(
    pose: PoseTrack | None = None,
    *,
    light: Light = GOOD_LIGHT,
    roll: Estimate | None = None,
    given: bool = False,
    rate_hz: float = 25.0,
) -> dict[str, Check]:
    seen = capture(leaning(np.full(30, 3.0)) if pose is None else pose, picture=True)
    level = given_roll(0.0) if roll is None else roll
    made = run_checks(seen, light, level, given=given, rate_hz=rate_hz)
    return {check.id: check for check in made}


def without(*parts: str) -> PoseTrack:
    pose = leaning(np.full(30, 3.0))
    xy, confidence = pose.xy.copy(), pose.confidence.copy()
    for k, name in enumerate(pose.keypoints):
        if any(part in name for part in parts):
            xy[:, k], confidence[:, k] = np.nan, 0.0
    return replace(pose, xy=xy, confidence=confidence)


def test_a_good_picture_asks_for_nothing() -> None:
    made = checked()
    assert all_passed(list(made.values()))
    assert all(check.text.endswith(".") for check in made.values())


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            ("heel", "ankle", "foot_index"),
            "feet and toes. Tilt the camera down",
        ),
        (("nose", "ear"), "head. Tilt the camera up"),
        (("nose", "ear", "heel", "ankle"), "head and feet. Move the camera"),
    ],
)
def test_what_is_cut_off_is_named_with_what_to_do(parts: tuple[str, ...], says: str) -> None:
    check = checked(without(*parts))["whole"]
    assert check.state == "change"
    assert says in check.text


def test_somebody_far_away_is_asked_to_come_closer() -> None:
    pose = leaning(np.full(30, 3.0))
    check = checked(replace(pose, xy=0.4 * pose.xy + np.array([300.0, 200.0])))["size"]
    assert check.state == "change"
    assert "Come closer" in check.text


@pytest.mark.parametrize(("share", "state"), [(0.1, "good"), (0.4, "change"), (0.75, "change")])
def test_somebody_turned_to_the_camera_is_asked_to_turn(share: float, state: str) -> None:
    pose = leaning(np.full(30, 3.0))
    trunk = float(np.median(np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)))
    xy = pose.xy.copy()
    for side, sign in (("left", 0.5), ("right", -0.5)):
        xy[:, pose.keypoints.index(f"{side}_shoulder"), 0] += sign * share * trunk
    assert checked(replace(pose, xy=xy))["side"].state == state


@pytest.mark.parametrize(
    ("light", "state", "says"),
    [
        (Light(20.0, 30.0), "change", "too dark"),
        (Light(240.0, 30.0), "change", "too bright"),
        (Light(120.0, 5.0), "note", "hardly stand out"),
        (Light(120.0, 40.0), "good", "enough light"),
    ],
)
def test_light(light: Light, state: str, says: str) -> None:
    check = checked(light=light)["light"]
    assert (check.state, says in check.text) == (state, True)


def test_the_light_is_that_on_the_person() -> None:
    dark = GREY.copy()
    dark[:, 500:700] = 5
    assert measure_light(dark, (600.0, 360.0, 150.0)).mean < 10
    assert measure_light(dark, (200.0, 360.0, 100.0)).mean > 50


def test_a_level_that_is_not_known_is_said_to_be() -> None:
    check = checked(roll=unknown_roll())["level"]
    assert check.state == "note"
    assert "not known" in check.text
    assert "6°" in check.text


@pytest.mark.parametrize(
    ("roll", "says"),
    [
        (0.1, "level (± 0.6°), as entered"),
        (2.0, "2.0° clockwise"),
        (-7.0, "7.0° anticlockwise (± 0.6°), as entered. This is corrected, but level it"),
    ],
)
def test_a_known_tilt_is_told_with_its_direction(roll: float, says: str) -> None:
    assert says in checked(roll=given_roll(roll), given=True)["level"].text


def test_few_pictures_a_second_are_noted() -> None:
    assert checked(rate_hz=8.0)["rate"].state == "note"
