"""Following people who enter, leave, cross, vanish and come back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.errors import NobodyError, UsageError
from leanline.pose.detector import Person, pyramid
from leanline.pose.select_person import select_person
from leanline.pose.sightings import Sighting, TrackedPerson
from leanline.pose.tracking import crop_path, track_people
from tests.people import (
    HEIGHT,
    KEY_S,
    WIDTH,
    ScriptedDetector,
    Way,
    follow,
    key_frames,
    person,
    walking,
)

CLIP = Path("clip.mp4")


def hips_x(someone: TrackedPerson) -> list[float]:
    return [sighting.person.hip[0] for sighting in someone.sightings]


def times(someone: TrackedPerson) -> list[float]:
    return [sighting.time_s for sighting in someone.sightings]


def at_x(speed_px: float, start_x: float, someone: TrackedPerson) -> bool:
    """Whether all sightings lie on one person's way."""
    expected = [start_x + speed_px * t for t in times(someone)]
    return bool(np.allclose(hips_x(someone), expected, atol=20))


def test_one_person_on_the_spot_is_followed_through_the_whole_clip() -> None:
    (runner,) = follow({"runner": walking(600, 0)})
    assert len(runner.sightings) == 30
    assert runner.duration_s == pytest.approx(29 * KEY_S)


def test_an_empty_scene_has_nobody_to_follow() -> None:
    assert follow({}) == ()
    assert follow({"runner": walking(600, 0)}, seconds=0.0) == ()


def test_somebody_who_enters_between_searches_is_followed_back_to_the_first_frame() -> None:
    (runner,) = follow({"runner": walking(-300, 200, seen=(2.4, 9))})
    assert times(runner)[0] == pytest.approx(2.4)
    assert len(runner.sightings) == 18
    assert at_x(200, -300, runner)


def test_somebody_who_leaves_is_not_seen_any_more() -> None:
    (runner,) = follow({"runner": walking(600, 0, seen=(0, 3.0))})
    assert times(runner)[-1] == pytest.approx(2.8)


def test_two_people_are_two() -> None:
    people = follow({"left": walking(300, 0), "right": walking(1000, 0)})
    assert sorted(round(np.median(hips_x(p))) for p in people) == [300, 1000]
    assert all(len(p.sightings) == 30 for p in people)


def test_two_who_cross_keep_their_own_ways() -> None:
    people = follow(
        {
            "right": walking(200, 150, radius_px=150),
            "left": walking(1100, -150, radius_px=140, y=420),
        }
    )
    assert len(people) == 2
    assert sorted(at_x(150, 200, p) for p in people) == [False, True]
    assert sorted(at_x(-150, 1100, p) for p in people) == [False, True]


def test_a_passer_by_does_not_take_the_runner_along() -> None:
    people = follow({"runner": walking(640, 0), "passer": walking(-200, 400, radius_px=150)})
    runner = max(people, key=lambda p: len(p.sightings))
    assert len(runner.sightings) == 30
    assert np.allclose(hips_x(runner), 640, atol=20)


def test_somebody_hidden_for_a_moment_is_the_same_person_after_it() -> None:
    def hidden(time_s: float) -> Person | None:
        return None if 2.1 < time_s < 2.7 else person(600)

    (runner,) = follow({"runner": hidden})
    assert times(runner)[-1] == pytest.approx(5.8)


def test_where_nothing_stirs_nobody_is_looked_for_again() -> None:
    scene = {"runner": walking(600, 0, radius_px=100)}
    detector = ScriptedDetector(scene)
    track_people(key_frames(20.0, scene), detector)
    first_search, looks = len(pyramid(WIDTH, HEIGHT)), 100
    assert detector.tiles < first_search + looks + 5


def test_somebody_lost_for_long_is_found_again_by_the_next_search() -> None:
    def gone(time_s: float) -> Person | None:
        return None if 1.9 < time_s < 3.5 else person(600)

    people = follow({"runner": gone, "spectator": walking(1100, 0)})
    seen = {round(t / KEY_S) for p in people if hips_x(p)[0] < 700 for t in times(p)}
    assert seen == {*range(10), *range(18, 30)}


def test_a_runner_who_crosses_between_two_searches_is_not_missed() -> None:
    (runner,) = follow({"runner": walking(-1500, 700, seen=(2.1, 3.95))}, seconds=8)
    assert times(runner) == pytest.approx(np.arange(2.2, 3.9, KEY_S))


def test_somebody_who_enters_after_the_last_search_is_found_beside_somebody_else() -> None:
    people = follow({"spectator": walking(1100, 0), "runner": walking(300, 0, seen=(4.3, 9))})
    assert sorted(times(p)[0] for p in people) == pytest.approx([0.0, 4.4])


def test_a_sudden_move_out_of_reach_is_searched_for_in_the_whole_picture() -> None:
    def jump(time_s: float) -> Person | None:
        return person(300 if time_s < 2.5 else 900)

    people = follow({"runner": jump})
    seen = {round(t / KEY_S) for p in people for t in times(p)}
    assert len(seen) >= 29


def test_jitter_of_the_detector_does_not_make_two_of_one() -> None:
    (runner,) = follow({"runner": walking(200, 120)}, jitter_px=15)
    assert len(runner.sightings) == 30


def test_a_second_detection_on_the_same_person_is_a_shadow() -> None:
    people = follow({"runner": walking(600, 0), "shadow": walking(640, 0, score=0.85)})
    assert len(people) == 1


@given(st.floats(-250, 250), st.floats(80, 200))
def test_whoever_crosses_the_picture_is_one_person_at_any_speed(
    speed_px: float, radius_px: float
) -> None:
    start = 640 - 3 * speed_px
    people = follow({"runner": walking(start, speed_px, radius_px=radius_px)})
    assert len(people) == 1
    assert at_x(speed_px, start, people[0])


# Choosing


def followed(way: Way, seconds: float = 6.0) -> TrackedPerson:
    seen = [(k * KEY_S, way(k * KEY_S)) for k in range(round(seconds / KEY_S))]
    return TrackedPerson(tuple(Sighting(t, someone) for t, someone in seen if someone is not None))


SMALL = followed(walking(200, 0, radius_px=80))
LARGE = followed(walking(900, 0, radius_px=160))


def test_the_larger_one_is_measured_and_the_other_is_named() -> None:
    choice = select_person((SMALL, LARGE), None, CLIP)
    assert choice.person is LARGE
    assert choice.others == 1
    (note,) = choice.notes
    assert note.code == "other_people"
    assert note.reason.params["person"] == 2
    assert "choose another person" in note.text


def test_whoever_travels_counts_for_more_than_a_spectator_of_the_same_size() -> None:
    runner = followed(walking(100, 180, radius_px=150))
    spectator = followed(walking(900, 0, radius_px=150))
    assert select_person((spectator, runner), None, CLIP).person is runner


def test_whoever_is_in_view_longer_is_measured() -> None:
    brief = followed(walking(300, 0, radius_px=150), seconds=1.0)
    assert select_person((brief, LARGE), None, CLIP).person is LARGE


def test_the_person_asked_for_is_measured_counted_from_the_left() -> None:
    assert select_person((LARGE, SMALL), 1, CLIP).person is SMALL
    assert select_person((LARGE, SMALL), 2, CLIP).person is LARGE


def test_somebody_who_comes_later_has_a_higher_number_wherever_they_enter() -> None:
    late = followed(walking(50, 0, seen=(2.0, 9.0)))
    assert select_person((late, LARGE), 2, CLIP).person is late


def test_asking_for_somebody_who_is_not_there_says_how_many_there_are() -> None:
    with pytest.raises(UsageError, match=r"person 3.*numbered 1 to 2"):
        select_person((SMALL, LARGE), 3, CLIP)


def test_furniture_and_glimpses_are_nobody() -> None:
    furniture = followed(walking(300, 0, score=0.7))
    glimpse = followed(walking(300, 0), seconds=2 * KEY_S)
    with pytest.raises(NobodyError, match=r"clip\.mp4 shows nobody"):
        select_person((furniture, glimpse), None, CLIP)


def test_somebody_half_hidden_counts_when_clearly_seen_a_few_times() -> None:
    hidden = followed(walking(300, 0, score=0.7))
    clear = followed(walking(300, 0, score=0.9), seconds=3 * KEY_S)
    half_hidden = TrackedPerson((*clear.sightings, *hidden.sightings[len(clear.sightings) :]))
    assert select_person((half_hidden,), None, CLIP).person is half_hidden


def test_one_person_alone_needs_no_warning() -> None:
    choice = select_person((LARGE,), None, CLIP)
    assert choice.others == 0
    assert choice.notes == ()


# The crop's path

FRAMES_S = np.arange(0, 6, 1 / 60)


def jitter(speed_px: float, jitter_px: float) -> TrackedPerson:
    rng = np.random.default_rng(1)
    rows = [
        (t, person(200 + speed_px * t + rng.normal(0, jitter_px), 400 + rng.normal(0, jitter_px)))
        for t in np.arange(0, 6, KEY_S)
    ]
    return TrackedPerson(tuple(Sighting(float(t), someone) for t, someone in rows))


@pytest.mark.parametrize("speed_px", [0.0, 150.0, -30.0])
def test_steady_travel_is_a_straight_path_to_both_ends(speed_px: float) -> None:
    path = crop_path(jitter(speed_px, 0.0), FRAMES_S)
    np.testing.assert_allclose(path[:, 0], 200 + speed_px * FRAMES_S, atol=0.5)
    np.testing.assert_allclose(path[:, 1:], [[400, 150]] * len(path), atol=1e-6)


def test_the_path_is_smoother_than_the_sightings_and_nearer_to_the_truth() -> None:
    someone = jitter(100, 12.0)
    path = crop_path(someone, FRAMES_S)
    error = path[:, 0] - (200 + 100 * FRAMES_S)
    seen = np.array(hips_x(someone)) - (200 + 100 * np.array(times(someone)))
    assert np.std(error) < 0.8 * np.std(seen)
    straight = np.interp(FRAMES_S, times(someone), hips_x(someone))
    assert np.std(np.diff(path[:, 0], n=2)) < 0.4 * np.std(np.diff(straight, n=2))


def test_beyond_the_sightings_the_path_goes_on_straight() -> None:
    part = followed(walking(100, 150), seconds=3.0)
    path = crop_path(part, FRAMES_S[FRAMES_S < 3.4])
    assert path[-1, 0] == pytest.approx(100 + 150 * 3.4, abs=8)


def test_a_gap_in_the_sightings_is_bridged_by_a_line() -> None:
    kept = [s for s in jitter(100, 0.0).sightings if not 2.0 < s.time_s < 3.5]
    path = crop_path(TrackedPerson(tuple(kept)), FRAMES_S)
    np.testing.assert_allclose(path[:, 0], 200 + 100 * FRAMES_S, atol=1.0)


@pytest.mark.parametrize("count", [1, 2])
def test_few_sightings_still_give_a_path(count: int) -> None:
    few = TrackedPerson(jitter(100, 0.0).sightings[:count])
    path = crop_path(few, FRAMES_S[:30])
    assert np.isfinite(path).all()
    assert path[0, 0] == pytest.approx(200, abs=1.0)
