"""Which way up a film is, which shot of it is measured, and who is one person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leanline.errors import NobodyError, UsageError
from leanline.model import VideoInfo
from leanline.pose.choose_shot import choose
from leanline.pose.detector import Person
from leanline.pose.first_look import FirstLook, first_look
from leanline.pose.sightings import Sighting, TrackedPerson, rejoin
from leanline.pose.upright import upright_turn_deg
from leanline.settings import Settings
from leanline.video.cuts import Shot
from leanline.video.framing import AS_SHOWN
from tests.clips import grey_steps, make_clip
from tests.people import follow, walking

PATH = Path("clip.mp4")
UP = {0: (0.0, -1.0), 90: (-1.0, 0.0), 180: (0.0, 1.0), 270: (1.0, 0.0)}


def tracked(
    tilt_deg: float, start_s: float = 0.0, seconds: float = 3.0, radius_px: float = 100.0
) -> TrackedPerson:
    """Somebody whose trunk is tilted clockwise."""
    step = radius_px / 2 * np.array([np.sin(np.radians(tilt_deg)), -np.cos(np.radians(tilt_deg))])
    person = Person((200.0, 200.0), (200.0 + step[0], 200.0 + step[1]), radius_px, 0.95)
    times = start_s + np.arange(0.0, seconds, 0.2)
    return TrackedPerson(tuple(Sighting(float(t), person) for t in times))


@pytest.mark.parametrize("lean_deg", [-30.0, -12.0, 0.0, 15.0, 30.0])
@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_the_turn_is_the_one_that_puts_people_upright(turn_deg: int, lean_deg: float) -> None:
    assert upright_turn_deg([tracked(lean_deg - turn_deg)]) == turn_deg


def test_people_who_disagree_or_lie_askew_turn_nothing() -> None:
    assert upright_turn_deg([]) == 0
    assert upright_turn_deg([tracked(0.0), tracked(90.0)]) == 0
    assert upright_turn_deg([tracked(45.0 + 90.0 * 1.0)]) == 0


class TurnedDetector:
    """Sees one person whose head points to the right while the picture is wider than high."""

    def find(self, picture: object, tiles: object) -> tuple[Person, ...]:
        del tiles
        height, width = picture.shape[:2]  # type: ignore[attr-defined]
        x, y = (0.0, -40.0) if height > width else (40.0, 0.0)
        return (Person((width / 2, height / 2), (width / 2 + x, height / 2 + y), 80.0, 0.95),)


def test_a_film_on_its_side_is_looked_at_upright(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=grey_steps(320, 240), frames=45)
    look = first_look(clip, Settings(), lambda *_: None, TurnedDetector())  # type: ignore[arg-type]
    assert look.framing.rotate_deg == look.info.rotated_deg == 270
    assert (look.info.width, look.info.height) == (240, 320)
    assert [note.code for note in look.notes] == ["turned"]


def test_a_turn_that_was_asked_for_is_kept_or_refused(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=grey_steps(320, 240), frames=45)
    detector = TurnedDetector()
    asked = first_look(clip, Settings(rotate_deg=270), lambda *_: None, detector)  # type: ignore[arg-type]
    assert asked.notes == ()
    with pytest.raises(NobodyError, match="not upright") as caught:
        first_look(clip, Settings(rotate_deg=0), lambda *_: None, detector)  # type: ignore[arg-type]
    assert caught.value.reason.params["rotate_deg"] == 270
    with pytest.raises(UsageError, match="outside"):
        first_look(clip, Settings(crop="400,0,50,50"), lambda *_: None, detector)  # type: ignore[arg-type]


SHOTS = (Shot(0.0, 3.9), Shot(4.0, 8.0), Shot(8.1, 12.0))
INFO = VideoInfo("clip.mp4", 30.0, 360, 12.0, 640, 480)
SMALL = tracked(0.0, start_s=0.4, radius_px=60.0)
LARGE = tracked(0.0, start_s=4.4)
LOOK = FirstLook(INFO, AS_SHOWN, (SMALL, LARGE), SHOTS)


def test_the_best_shot_is_measured_and_said() -> None:
    choice = choose(LOOK, None, None, PATH)
    assert (choice.person, choice.shot, choice.others) == (LARGE, SHOTS[1], 0)
    (note,) = choice.notes
    assert note.code == "several_shots"
    assert "3 shots; shot 2, from 4.0 to 8.0 s" in note.text


def test_a_shot_or_a_person_can_be_chosen() -> None:
    assert choose(LOOK, None, 1, PATH).person is SMALL
    assert choose(LOOK, 1, None, PATH).shot == SHOTS[0]
    with pytest.raises(NobodyError, match="Shot 3"):
        choose(LOOK, None, 3, PATH)
    with pytest.raises(UsageError, match="numbered 1 to 3"):
        choose(LOOK, None, 4, PATH)
    with pytest.raises(UsageError):
        choose(LOOK, 1, 2, PATH)


def test_a_film_without_cuts_has_no_shot_to_say() -> None:
    choice = choose(FirstLook(INFO, AS_SHOWN, (LARGE,), SHOTS[1:2]), None, None, PATH)
    assert choice.shot is None
    assert choice.notes == ()


def test_a_runner_who_passes_behind_a_post_is_one_runner() -> None:
    way = walking(100, 200)
    hidden = lambda t: None if 2.0 <= t < 3.4 else way(t)  # noqa: E731
    (runner,) = follow({"runner": hidden})
    assert runner.duration_s > 5.0


def test_people_who_come_one_after_the_other_are_two() -> None:
    first = walking(100, 400, seen=(0.0, 2.0))
    second = walking(1500, -300, seen=(3.2, 6.0))
    assert len(follow({"first": first, "second": second})) == 2


def test_nobody_is_joined_across_a_cut_or_another_size() -> None:
    early, late = tracked(0.0, 0.0), tracked(0.0, 4.0)
    assert len(rejoin((early, late))) == 1
    assert len(rejoin((early, late), cuts_s=(3.5,))) == 2
    assert len(rejoin((early, tracked(0.0, 4.0, radius_px=180.0)))) == 2
