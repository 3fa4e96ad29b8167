"""From end to end: a slowed clip gives the cadence of life, its events where they are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leanline.metrics.playback_time import SLOWED, SPED_UP, TIMED
from leanline.model import Analysis, Capture
from leanline.pipeline import analyze_capture
from leanline.settings import Settings
from tests.captures import capture
from tests.synthetic import synthetic_runner


def stretch(factor: float, fps: float | None = None) -> Capture:
    made = capture(synthetic_runner(fps=60, bounce_m=None, noise=1.0), picture=True)
    pose = replace(made.pose, time_s=made.pose.time_s * factor)
    return replace(made, pose=pose, video=replace(made.video, fps=fps or made.video.fps / factor))


@pytest.fixture(scope="module")
def real() -> Analysis:
    return analyze_capture(stretch(1.0), Settings())


@pytest.mark.parametrize("given", [None, 8.0])
def test_a_slowed_clip_is_measured_as_in_life(given: float | None, real: Analysis) -> None:
    slow = analyze_capture(stretch(8.0), Settings(slow_motion=given))
    assert slow.video.time_scale == 8.0
    for name in ("cadence_spm", "contact_time_s", "duty_factor_pct", "lean_body_deg"):
        assert slow.metrics[name].value == pytest.approx(real.metrics[name].value, rel=0.01)
    told = "slow_motion_by_fall" in {note.code for note in slow.warnings}
    assert told == (given is None)


def test_events_and_steps_are_in_the_clips_own_seconds(real: Analysis) -> None:
    slow = analyze_capture(stretch(8.0), Settings(slow_motion=8.0))
    assert len(slow.contacts) == len(real.contacts)
    for mine, theirs in zip(slow.contacts, real.contacts, strict=True):
        assert mine.contact_s == pytest.approx(8 * theirs.contact_s, abs=0.02)
        assert mine.toe_off_s == pytest.approx(8 * theirs.toe_off_s, abs=0.02)
    for step, contact in zip(slow.steps, slow.contacts, strict=True):
        assert step.contact_s == contact.contact_s
    first = slow.steps[0].values["step_time_s"]
    assert first == pytest.approx(real.steps[0].values["step_time_s"], rel=0.02)
    assert slow.runner is not None
    assert slow.runner.pose.time_s[-1] == pytest.approx(8 * (5 - 1 / 60))


def test_times_of_a_sped_up_clip_are_withheld_as_such() -> None:
    fast = analyze_capture(stretch(1.0 / 1.6), Settings(height_m=1.75))
    assert "sped_up" in {note.code for note in fast.warnings}
    assert fast.metrics["cadence_spm"].why == SPED_UP


def test_in_doubt_times_are_withheld_and_angles_are_not(real: Analysis) -> None:
    doubtful = analyze_capture(stretch(3.0, fps=30.0), Settings(height_m=1.75))
    assert doubtful.video.time_scale == 1.0
    assert "slow_motion_range" in {note.code for note in doubtful.warnings}
    for name in (*TIMED, "speed_mps"):
        if name in doubtful.metrics:
            assert doubtful.metrics[name].value is None
            assert doubtful.metrics[name].why == SLOWED
    for name in ("lean_body_deg", "duty_factor_pct", "step_length_m"):
        assert doubtful.metrics[name].value is not None
    lean = doubtful.metrics["lean_body_deg"].value
    assert lean == pytest.approx(real.metrics["lean_body_deg"].value, abs=0.1)


def test_saying_that_it_is_real_time_settles_it() -> None:
    asked = analyze_capture(stretch(1.5, fps=30.0), Settings(slow_motion=1.0))
    assert asked.video.time_scale == 1.0
    assert asked.metrics["cadence_spm"].value == pytest.approx(170 / 1.5, rel=0.01)


def test_in_doubt_a_given_speed_stays_and_the_step_length_goes() -> None:
    doubtful = analyze_capture(stretch(3.0, fps=30.0), Settings(speed_mps=3.0))
    assert doubtful.metrics["speed_mps"].value == 3.0
    assert doubtful.metrics["step_length_m"].value is None
