from __future__ import annotations

import numpy as np

from leanline.live.follower import SEARCH_INTERVAL_S, CausalFollower
from leanline.pose.detector import Person
from tests.live.script import GREY, SIZE, ScriptedFinder, ScriptedReader, leaning

SOMEBODY = Person((640.0, 400.0), (640.0, 250.0), 250.0, 0.95)
CHAIR = Person((200.0, 400.0), (200.0, 350.0), 300.0, 0.6)


def follower(
    people: tuple[Person, ...] = (SOMEBODY,), presence: tuple[float, ...] = ()
) -> tuple[CausalFollower, ScriptedFinder, ScriptedReader]:
    finder = ScriptedFinder(people)
    reader = ScriptedReader(leaning(np.full(30, 5.0)), presence=list(presence))
    return CausalFollower(finder, reader), finder, reader


def test_the_detector_looks_only_until_somebody_is_followed() -> None:
    following, finder, _ = follower()
    for k in range(20):
        assert following.see(GREY, k / 30) is not None
    assert finder.asked == 1


def test_the_crop_goes_where_the_last_landmarks_say() -> None:
    following, _, reader = follower()
    for k in range(20):
        following.see(GREY, k / 30)
    first, last = reader.crops[0], reader.crops[-1]
    assert abs(first.left + first.side / 2 - SOMEBODY.hip[0]) <= 1
    seen = reader.pose.xy[-1] * (1.0, -1.0) + (0.0, SIZE[1])
    inside = (seen > (last.left, last.top)) & (seen < (last.left + last.side, last.top + last.side))
    assert inside.all()


def test_the_largest_sure_person_is_chosen() -> None:
    small = Person((300.0, 400.0), (300.0, 330.0), 120.0, 0.97)
    following, _, reader = follower((CHAIR, small, SOMEBODY))
    following.see(GREY, 0.0)
    assert abs(reader.crops[0].left + reader.crops[0].side / 2 - SOMEBODY.hip[0]) <= 1


def test_furniture_is_nobody() -> None:
    following, _, reader = follower((CHAIR,))
    assert following.see(GREY, 0.0) is None
    assert reader.crops == []


def test_an_empty_picture_is_not_searched_at_every_frame() -> None:
    following, finder, _ = follower(())
    for k in range(31):
        following.see(GREY, k / 30)
    assert finder.asked <= 1 + 1.1 / SEARCH_INTERVAL_S


def test_a_smaller_picture_is_searched_anew() -> None:
    following, finder, _ = follower()
    following.see(GREY, 0.0)
    following.see(GREY[::2, ::2], 0.03)
    assert finder.asked == 2


def test_somebody_lost_is_looked_for_again() -> None:
    following, finder, _ = follower(presence=(1.0, 1.0, 0.1, 1.0))
    found = [following.see(GREY, k / 2) is not None for k in range(5)]
    assert found == [True, True, False, True, True]
    assert finder.asked == 2
