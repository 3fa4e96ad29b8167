"""The drills that are drawn: every finding has one, and every drawing is of a whole person."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from xml.etree import ElementTree

import pytest

from leanline.findings import drills
from leanline.report.exercise_cards import exercise_card, exercise_cards
from leanline.report.exercise_svg import HEIGHT, WIDTH
from leanline.report.exercises import exercises, exercises_of
from leanline.report.figure_pose import SHANK, THIGH, Pose, frames, joints
from leanline.wording.catalogue import LANGUAGE_CODES

SVG = "{http://www.w3.org/2000/svg}"


def test_every_finding_with_a_drill_has_a_drawing_and_no_other() -> None:
    assert set(exercises_of()) == set(drills())
    assert {name for names in exercises_of().values() for name in names} == set(exercises())


@pytest.mark.parametrize("code", LANGUAGE_CODES)
@pytest.mark.parametrize("name", sorted(exercises()))
def test_a_drawing_says_what_it_shows_and_stays_inside(name: str, code: str) -> None:
    card = exercise_card(name, code, "here")
    root = ElementTree.fromstring(card.svg)  # noqa: S314
    title, shown = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert shown is not None
    assert title.text == card.title
    assert root.get("aria-labelledby") == f"here-{name}-t here-{name}-d"
    assert all((card.dose, card.feels, card.mistake, card.stop, shown.text))
    for line in root.iter(f"{SVG}polyline"):
        for x, y in (map(float, pair.split(",")) for pair in line.attrib["points"].split()):
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


@pytest.mark.parametrize("name", sorted(exercises()))
def test_a_drawing_moves_and_has_a_still_of_itself(name: str) -> None:
    root = ElementTree.fromstring(exercise_card(name).svg)  # noqa: S314
    groups = {group.get("class"): group for group in root.iter(f"{SVG}g")}
    moves = list(groups["moving"].iter(f"{SVG}animate"))
    assert moves
    assert not list(groups["still"].iter(f"{SVG}animate"))
    for move in moves:
        times = list(map(float, move.attrib["keyTimes"].split(";")))
        assert len(times) == len(move.attrib["values"].split(";"))
        assert (times[0], times[-1]) == (0.0, 1.0)
        assert all(a <= b for a, b in pairwise(times))


@pytest.mark.parametrize("name", sorted(n for n, one in exercises().items() if one.poses))
def test_limbs_keep_their_lengths_and_no_foot_is_in_the_ground(name: str) -> None:
    exercise = exercises()[name]
    assert len(exercise.hold_s) == len(exercise.poses)
    for pose in frames(exercise.poses, 6):
        placed = joints(pose, exercise.anchor)
        for side in ("near", "far"):
            hip, knee, ankle = placed["hip"], placed[f"{side}_knee"], placed[f"{side}_ankle"]
            assert hypot(hip[0] - knee[0], hip[1] - knee[1]) == pytest.approx(THIGH)
            assert hypot(knee[0] - ankle[0], knee[1] - ankle[1]) == pytest.approx(SHANK)
        lowest = min(
            placed[f"{side}_{end}"][1] for side in ("near", "far") for end in ("heel", "toe")
        )
        assert lowest == pytest.approx(pose.lift)


def test_a_plank_is_straight_and_stands_on_its_ankles() -> None:
    placed = joints(Pose(trunk=10, near_thigh=-10, near_shank=-10, far_thigh=-10, far_shank=-10))
    (x0, y0), (x1, y1), (x2, y2) = (placed[n] for n in ("near_ankle", "hip", "shoulder"))
    assert x0 == pytest.approx(0.0)
    assert (x1 - x0) / (y1 - y0) == pytest.approx((x2 - x0) / (y2 - y0))
    assert x2 > x1 > x0


def test_the_other_step_is_the_same_with_the_other_leg() -> None:
    pose = Pose(near_thigh=40, far_arm=20)
    assert pose.mirrored() == Pose(far_thigh=40, near_arm=20)
    assert pose.mirrored().mirrored() == pose


def test_a_finding_has_its_cards_in_its_language() -> None:
    cards = exercise_cards("waist_bend", "de")
    assert [card.id for card in cards] == ["standing_lean", "wall_plank", "partner_fall"]
    assert cards[0].title == "Vorlage im Stehen"
    assert exercise_cards("no_such_finding") == ()
