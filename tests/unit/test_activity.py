"""What people who do something else than run are called."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.errors import NobodyError
from leanline.gait.analyse import analyse_gait
from leanline.model import PoseTrack, View
from leanline.profile import profile_of
from leanline.runner.prepare import prepare
from tests.captures import analysed, capture, standing
from tests.motions import MOTIONS, from_in_front, track_of
from tests.rear import running_body, seen_by_camera, standing_body
from tests.synthetic import synthetic_runner

# Whole analyses of people who do something else: some forty of them.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("picture", [True, False])
@pytest.mark.parametrize("motion", MOTIONS)
def test_who_does_not_run_walk_or_stand_is_refused(motion: str, picture: bool) -> None:
    # Somebody on all fours looks like somebody upright in a picture on its side.
    refusal = "nobody running, walking or standing still|on its side"
    with pytest.raises(NobodyError, match=refusal):
        analysed(track_of(MOTIONS[motion]), picture=picture)


@pytest.mark.parametrize("hz", [0.7, 1.0, 1.6])
@pytest.mark.parametrize("motion", ["pedalling", "on a cross-trainer", "on all fours"])
def test_feet_that_go_round_are_no_run_at_any_pace(motion: str, hz: float) -> None:
    with pytest.raises(NobodyError):
        analysed(track_of(lambda t: MOTIONS[motion](t, hz)))  # type: ignore[call-arg]


@pytest.mark.parametrize("view", ["front", "back"])
@pytest.mark.parametrize("motion", ["marching", "pedalling", "sitting", "squatting"])
def test_seen_from_in_front_or_behind_they_are_refused_too(motion: str, view: View) -> None:
    times = np.arange(300) / 60.0
    with pytest.raises(NobodyError, match="nobody running, walking or standing still"):
        analysed(seen_by_camera(times, from_in_front(motion, times), view, noise=1.0), picture=True)


@pytest.mark.parametrize("view", ["front", "back"])
def test_runners_and_standers_from_in_front_or_behind_are_called_so(view: View) -> None:
    for made, label in ((running_body(), "running"), (standing_body(), "standing")):
        found = analysed(seen_by_camera(*made, view, noise=1.0), picture=True)
        assert (found.activity, found.view) == (label, view)


@pytest.mark.parametrize("moment", range(0, 40, 5))
def test_a_photograph_of_a_stride_is_nobody_standing(moment: int) -> None:
    moving = synthetic_runner(fps=60.0).pose
    still = np.repeat(moving.xy[moment : moment + 1], 240, axis=0)
    still += np.random.default_rng(0).normal(0.0, 1.0, still.shape)
    held = PoseTrack(np.arange(240) / 60.0, still, np.ones(still.shape[:2]), moving.keypoints, "px")
    with pytest.raises(NobodyError):
        analysed(held, picture=True)


@pytest.mark.parametrize("held_s", [0.2, 0.7])
def test_a_slideshow_of_strides_is_no_run(held_s: float) -> None:
    moving = synthetic_runner(fps=60.0, seconds=6.0, noise=1.0).pose
    shown = (np.floor(moving.time_s / held_s) * 17).astype(int) % len(moving.time_s)
    slides = moving.xy[shown] + np.random.default_rng(0).normal(0.0, 1.0, moving.xy.shape)
    with pytest.raises(NobodyError):
        analysed(replace(moving, xy=slides), picture=True)


def test_a_run_played_in_reverse_is_refused() -> None:
    made = synthetic_runner(fps=60.0).pose
    with pytest.raises(NobodyError):
        analysed(replace(made, xy=made.xy[::-1].copy()), picture=True)


@pytest.mark.parametrize("noise", [0.0, 3.0])
@pytest.mark.parametrize("bounce_m", [0.03, 0.06, 0.12])
def test_flat_and_bouncing_runners_are_runners(bounce_m: float, noise: float) -> None:
    made = synthetic_runner(bounce_m=bounce_m, noise=noise)
    assert analysed(made, picture=True).activity == "running"


def test_a_runner_who_bends_far_forward_is_a_runner() -> None:
    assert analysed(synthetic_runner(lean_trunk_deg=35.0)).activity == "running"


@pytest.mark.parametrize("duty_factor", [0.56, 0.65])
def test_a_walker_is_a_walker(duty_factor: float) -> None:
    made = synthetic_runner(duty_factor=duty_factor, speed_mps=1.4, cadence_spm=110, bounce_m=0.03)
    assert analysed(made).activity == "walking"


@pytest.mark.parametrize("bend_deg", [0.0, 25.0])
def test_a_plank_that_leans_or_breaks_still_stands(bend_deg: float) -> None:
    assert analysed(standing(lean_deg=12.0, bend_deg=bend_deg)).activity == "standing"


def test_shoulders_that_are_never_seen_speak_neither_for_nor_against_a_run() -> None:
    made = synthetic_runner()
    hidden = [made.pose.keypoints.index(f"{side}_shoulder") for side in ("left", "right")]
    xy = made.pose.xy.copy()
    xy[:, hidden] = np.nan
    track = type(made.pose)(made.pose.time_s, xy, made.pose.confidence, made.pose.keypoints, "px")
    gait = analyse_gait(prepare(capture(track)), profile_of("scripted").timing)
    assert gait.activity == "running"
