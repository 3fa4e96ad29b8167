"""The drill from in front and behind, live: what is said, drawn, and what a clip says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leanline import analyze
from leanline.live.follower import CausalFollower
from leanline.live.front import FrontNumbers
from leanline.live.session import LiveSession, LiveSettings, Reading
from leanline.model import PoseTrack, View
from leanline.pipeline import analyze_capture
from leanline.pose.detector import PersonDetector
from leanline.pose.landmarks import LandmarkNetwork
from leanline.profile import profile_of
from leanline.settings import Settings
from leanline.video.picture import cut_square
from leanline.video.reader import read_frames
from tests.captures import capture
from tests.live.script import SIZE, leaning, play, session
from tests.rear import HIP_BREADTH, seen_by_camera, standing_body

FRONT = Path(__file__).parents[2].parent / "shared" / "data" / "front"


def standing_in_front(view: View = "front", seconds: float = 7.0, **body: float) -> PoseTrack:
    made: dict[str, Any] = {"seconds": seconds, **body}
    return seen_by_camera(*standing_body(**made), view, noise=0.4)


def last(readings: list[Reading]) -> FrontNumbers:
    found = readings[-1].front
    assert found is not None
    return found


@pytest.mark.parametrize("view", ["front", "back"])
def test_facing_the_camera_stance_and_weight_are_measured(view: View) -> None:
    found = last(play(session(), standing_in_front(view, stance_m=0.34, shift_m=-0.08)))
    assert found.view == view
    assert found.metrics["stance_width_pct"].value == pytest.approx(170.0, abs=6.0)
    # The trunk is 23.5 % off the middle, the centre of mass less, as the feet stay behind.
    assert found.metrics["weight_shift_pct"].value == pytest.approx(-20.0, abs=1.5)
    said = {verdict.id: verdict for verdict in found.verdicts}
    # This source of poses is rough, so nothing is more than probable.
    assert said["stance"].texts["en"].startswith("Your feet are probably wider than hip width")
    assert said["stance"].texts["de"].startswith("Deine Füße stehen wahrscheinlich weiter")
    assert said["weight"].outcome == "change"
    assert "links" in said["weight"].texts["de"]


def test_a_good_stance_is_said_to_be_one() -> None:
    found = last(play(session(source="blazepose-full"), standing_in_front(stance_m=0.23)))
    assert [verdict.outcome for verdict in found.verdicts] == ["keep", "keep"]
    shoulders, hips = found.levels
    assert shoulders["en"].startswith("Shoulders, right side higher: ")
    assert hips["de"].startswith("Hüfte, rechts höher: ")


def test_the_marks_are_where_the_feet_are() -> None:
    pose = standing_in_front(stance_m=0.40, shift_m=0.08)
    marks = play(session(), pose)[-1].marks
    assert marks is not None
    left, right = (np.array(point) * SIZE for point in marks.ground)
    # From in front the left foot is on the right of the picture.
    assert left[0] > right[0]
    ends = [np.array(point) * SIZE for point in marks.hips]
    assert marks.weight is not None
    weight_x = marks.weight[0] * SIZE[0]
    assert abs(weight_x - right[0]) < abs(weight_x - left[0])
    apart, hips = (float(np.linalg.norm(a - b)) for a, b in ((left, right), ends))
    assert apart / hips == pytest.approx(0.40 / HIP_BREADTH, rel=0.05)
    assert {"left_hip", "right_shoulder"} <= set(marks.joints)


def test_no_lean_is_shown_from_in_front_and_no_stance_from_the_side() -> None:
    front = play(session(), standing_in_front())[-1]
    assert (front.posture, front.line, front.stand, front.cue) == (None, None, None, None)
    side = play(session(), leaning(np.full(150, 2.0)))[-1]
    assert side.front is None
    assert side.marks is None
    assert side.posture is not None


def test_the_checks_let_somebody_who_faces_the_camera_pass_in_the_drill_only() -> None:
    readings = play(session(), standing_in_front())
    checks = next(r.checks for r in reversed(readings) if r.checks)
    assert {check.id: check.state for check in checks}["side"] == "good"
    assert readings[-1].phase == "measuring"
    run = play(session(LiveSettings(mode="run", roll_deg=0.0)), standing_in_front())
    assert run[-1].phase == "checking"
    assert run[-1].front is None


def test_turning_from_side_to_front_changes_what_is_measured() -> None:
    live = session()
    assert play(live, leaning(np.full(150, 2.0)))[-1].front is None
    turned = standing_in_front()
    turned = replace(turned, time_s=turned.time_s + 6.0)
    assert play(live, turned)[-1].front is not None


@pytest.mark.parametrize("view", ["front", "back"])
def test_live_and_film_measure_alike(view: View) -> None:
    pose = standing_in_front(view, stance_m=0.26, shift_m=0.03)
    live = last(play(session(source="blazepose-full"), pose))
    seen = replace(capture(pose, picture=True), profile=profile_of("blazepose-full"))
    film = analyze_capture(seen, Settings(roll_deg=0.0))
    for name, metric in live.metrics.items():
        assert metric.value == pytest.approx(film.metrics[name].value, abs=1.0), name


@pytest.mark.slow
@pytest.mark.skipif(not FRONT.is_dir(), reason="needs the shared clips")
@pytest.mark.parametrize("name", ["fds0", "fds5"])
def test_live_and_film_of_a_clip_agree_within_their_intervals(name: str) -> None:
    clip = FRONT / f"{name}.mp4"
    film = analyze(clip, quality="fast", pose_model="full")
    follower = CausalFollower(PersonDetector(), LandmarkNetwork("full"))
    live: LiveSession | None = None
    readings: list[Reading] = []
    for frame in read_frames(clip):
        height, width = frame.picture().shape[:2]
        side = max(height, width)
        whole = cut_square(frame.picture(), 0, 0, side, side)[:height, :width]
        live = live or LiveSession(LiveSettings(), (width, height))
        live.phase = "measuring"
        readings.append(live.see(whole, frame.time_s, follower.see(whole, frame.time_s)))
        task = live.next_task()
        if task is not None:
            live.apply_result(task.work())
    found = last(readings)
    for metric_id, metric in found.metrics.items():
        other = film.metrics[metric_id]
        assert metric.ci95 is not None
        assert other.ci95 is not None
        assert metric.ci95[0] <= float(other.value or 0.0) <= metric.ci95[1], metric_id
        assert other.ci95[0] <= float(metric.value or 0.0) <= other.ci95[1], metric_id
