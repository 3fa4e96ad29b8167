"""What is seen unclearly has wider intervals, or no number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.model import Analysis
from leanline.pipeline import analyze_capture
from leanline.profile import profile_of
from leanline.reason import Reason
from leanline.runner.keypoint_noise import PARTS, measure_keypoint_noise, noise_ratio
from leanline.runner.prepare import prepare
from leanline.settings import Settings
from tests.captures import capture
from tests.synthetic import synthetic_runner

# About the scatter of clear clips: 0.6 % of a leg of 215 px.
CLEAR_PX = 1.3


def _analyse(noise: float, *, source: str = "blazepose-heavy", soles: bool = False) -> Analysis:
    made = capture(synthetic_runner(noise=noise, fps=60.0), picture=True)
    frames = len(made.pose.time_s)
    # A sole that turns up before each contact; only that there is one matters.
    pitch = np.tile(10.0 * np.sin(np.arange(frames))[:, None], (1, 2)) if soles else None
    made = replace(made, profile=profile_of(source), sole_deg=pitch)
    return analyze_capture(made, Settings(height_m=1.75, roll_deg=0.0))


def _width(found: Analysis, name: str) -> float:
    low, high = found.metrics[name].ci95 or (np.nan, np.nan)
    return high - low


@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_the_scatter_of_keypoints_is_that_of_their_noise(noise: float) -> None:
    runner = prepare(capture(synthetic_runner(noise=noise)))
    assert set(runner.scatter) == set(PARTS)
    for scatter in runner.scatter.values():
        assert scatter * runner.leg_length == pytest.approx(noise, rel=0.2)


def test_half_the_frames_hold_the_same_scatter() -> None:
    fast, slow = (prepare(capture(synthetic_runner(noise=3.0, fps=f))).scatter for f in (120, 60))
    assert fast["hip"] == pytest.approx(slow["hip"], rel=0.2)


def test_what_is_never_seen_does_not_scatter() -> None:
    pose = synthetic_runner().pose
    nothing = replace(pose, xy=np.full_like(pose.xy, np.nan))
    assert measure_keypoint_noise(nothing, nothing, 1.0) == {}


def test_a_source_whose_clear_clips_are_not_known_is_taken_as_clear() -> None:
    assert noise_ratio({"hip": 0.05}, {}) == 1.0
    assert noise_ratio({}, {"hip": 0.05}) == 1.0


def test_a_steadier_source_than_usual_is_no_surer() -> None:
    assert noise_ratio({"hip": 0.001}, {"hip": 0.003}) == 1.0


@pytest.mark.parametrize("name", ["lean_body_deg", "waist_bend_deg", "contact_time_s"])
def test_intervals_grow_with_the_scatter(name: str) -> None:
    clear, poor = _analyse(CLEAR_PX), _analyse(6 * CLEAR_PX)
    assert _width(poor, name) > 2.0 * _width(clear, name)


def test_an_unclear_clip_says_so_and_its_numbers_are_worth_less() -> None:
    clear, poor = _analyse(CLEAR_PX), _analyse(6 * CLEAR_PX)
    assert "unclear" not in {note.code for note in clear.warnings}
    assert "unclear" in {note.code for note in poor.warnings}
    assert poor.metrics["lean_body_deg"].quality == "poor"


def test_shoes_that_are_seen_unclearly_give_no_strike() -> None:
    clear, poor = _analyse(CLEAR_PX, soles=True), _analyse(4 * CLEAR_PX, soles=True)
    assert clear.metrics["foot_strike_angle_deg"].value is not None
    for name in ("foot_strike_angle_deg", "foot_strike"):
        assert poor.metrics[name].value is None
        assert poor.metrics[name].why == Reason("metric.shoes_unclear")
    assert all(np.isnan(step.values["foot_strike_angle_deg"]) for step in poor.steps)


def test_a_track_from_elsewhere_keeps_its_intervals() -> None:
    found = _analyse(4 * CLEAR_PX, source="theia")
    assert "unclear" not in {note.code for note in found.warnings}


@pytest.mark.parametrize("source", ["blazepose-full", "blazepose-heavy"])
def test_the_usual_scatter_of_each_network_is_known(source: str) -> None:
    usual = profile_of(source).noise
    assert set(usual) == set(PARTS)
    assert all(0.001 < scatter < 0.03 for scatter in usual.values())
