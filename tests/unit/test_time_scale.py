"""Slow motion from gravity or the file, or a question; never a wrong cadence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.metrics.body import stature
from leanline.model import Capture, VideoInfo
from leanline.playback.time_scale import TimeScale, estimate_time_scale, to_real_time
from leanline.runner.prepare import prepare
from tests.captures import capture
from tests.synthetic import SyntheticRunner, synthetic_runner

HEIGHT_M = 1.75
FACTORS = (2.0, 4.0, 8.0, 10.0)


def play(made: SyntheticRunner, factor: float, *, fps: float | None = None) -> Capture:
    """The capture of a runner whose clip plays ``factor`` times slower than life."""
    seen = capture(made, picture=True)
    pose = replace(seen.pose, time_s=seen.pose.time_s * factor)
    return replace(seen, pose=pose, video=replace(seen.video, fps=fps or seen.video.fps / factor))


def estimated(seen: Capture, height_m: float | None = None) -> TimeScale:
    runner = prepare(seen)
    return estimate_time_scale(
        runner, seen.video, stature(runner.pose, runner.leg_length), height_m
    )


def told(seen: Capture, height_m: float | None = None) -> tuple[float, bool, tuple[str, ...]]:
    scale = estimated(seen, height_m)
    return scale.factor, scale.sure, tuple(note.code for note in scale.notes)


@pytest.mark.parametrize("cadence_spm", [150.0, 170.0, 200.0])
@pytest.mark.parametrize("height_m", [None, HEIGHT_M])
def test_a_clip_in_real_time_is_not_called_slow(cadence_spm: float, height_m: float | None) -> None:
    made = synthetic_runner(fps=60, cadence_spm=cadence_spm, bounce_m=None, noise=2.0)
    assert told(play(made, 1.0), height_m) == (1.0, True, ())


@pytest.mark.parametrize("factor", FACTORS)
def test_gravity_tells_how_slow_a_stretched_clip_plays(factor: float) -> None:
    made = synthetic_runner(fps=60, bounce_m=None, noise=2.0)
    assert told(play(made, factor), HEIGHT_M) == (factor, True, ("slow_motion_by_fall",))


@pytest.mark.parametrize("recorded_hz", [60, 120, 240])
def test_what_a_phone_records_for_slow_motion_is_told_at_thirty(recorded_hz: int) -> None:
    made = synthetic_runner(fps=recorded_hz, bounce_m=None, noise=2.0)
    factor = recorded_hz / 30
    assert told(play(made, factor, fps=30.0)) == (factor, True, ("slow_motion_by_fall",))


@pytest.mark.slow
@pytest.mark.parametrize("cadence_spm", [145.0, 160.0, 178.0, 205.0])
@pytest.mark.parametrize("bounce_m", [None, 0.05, 0.11])
@pytest.mark.parametrize("factor", FACTORS)
def test_a_stretched_clip_is_told_right_or_asked_about(
    cadence_spm: float, bounce_m: float | None, factor: float
) -> None:
    made = synthetic_runner(fps=60, cadence_spm=cadence_spm, bounce_m=bounce_m)
    found, sure, codes = told(play(made, factor))
    assert not sure or found == factor
    (code,) = codes
    assert (
        code == "slow_motion_by_fall"
        if sure
        else code in ("slow_motion_range", "slow_motion_unsure")
    )


@pytest.mark.parametrize("factor", [1.0, 4.0])
def test_a_walker_is_never_a_runner_in_slow_motion(factor: float) -> None:
    made = synthetic_runner(
        fps=60, cadence_spm=112, duty_factor=0.62, speed_mps=1.4, bounce_m=0.04, seconds=8.0
    )
    _, sure, codes = told(play(made, factor))
    assert sure == (factor == 1.0)
    assert codes == (() if sure else ("slow_motion_unsure",))


def test_a_factor_in_between_is_asked_about_and_its_range_said() -> None:
    made = synthetic_runner(fps=60, bounce_m=None)
    seen = play(made, 3.0, fps=30.0)
    _, sure, codes = told(seen)
    assert not sure
    assert codes == ("slow_motion_range",)
    (note,) = estimated(seen).notes
    params = note.reason.params
    assert float(str(params["low"])) < 3.0 < float(str(params["high"]))


@pytest.mark.parametrize("times", [1.5, 1.7])
def test_a_sped_up_clip_is_never_called_slow(times: float) -> None:
    made = synthetic_runner(fps=60, bounce_m=None)
    seen = play(made, 1.0 / times)
    _, sure, codes = told(seen, HEIGHT_M)
    assert not sure
    assert codes == ("sped_up",)


def test_what_the_file_says_is_believed_where_gravity_agrees() -> None:
    made = synthetic_runner(fps=60, bounce_m=None)
    seen = play(made, 5.0, fps=30.0)
    claimed = replace(seen, video=replace(seen.video, time_scale=5.0))
    assert told(claimed) == (5.0, True, ("slow_motion_checked",))
    (note,) = estimated(claimed).notes
    params = note.reason.params
    assert float(str(params["low"])) < 5.0 < float(str(params["high"]))
    wrong = replace(seen, video=replace(seen.video, time_scale=1.5))
    assert not told(wrong)[1]


@pytest.mark.parametrize("walks", [False, True])
def test_a_frame_rate_of_the_file_that_the_motion_contradicts_is_not_believed(walks: bool) -> None:
    # Tags survive in apps that write the film anew in real time.
    gait = {"cadence_spm": 112.0, "duty_factor": 0.62, "speed_mps": 1.4, "bounce_m": 0.04}
    made = synthetic_runner(fps=60, seconds=8.0, **(gait if walks else {"bounce_m": None}))
    seen = play(made, 1.0)
    claimed = replace(seen, video=replace(seen.video, time_scale=8.0))
    code = "slow_motion_impossible" if walks else "slow_motion_not_as_file"
    assert told(claimed, HEIGHT_M) == (1.0, True, (code,))


def test_a_track_in_metres_needs_no_height() -> None:
    made = synthetic_runner(fps=60, bounce_m=None, unit="m", height_m=1.4)
    seen = capture(made)
    pose = replace(seen.pose, time_s=seen.pose.time_s * 4)
    slow = replace(seen, pose=pose, video=VideoInfo("made.trc", 15.0, 300, 20.0, 0, 0))
    assert told(slow) == (4.0, True, ("slow_motion_by_fall",))


def test_real_time_divides_the_clock_and_nothing_else() -> None:
    runner = prepare(play(synthetic_runner(fps=60), 4.0))
    real = to_real_time(runner, 4.0)
    assert runner.rhythm is not None
    assert real.rhythm is not None
    assert np.allclose(real.pose.time_s * 4, runner.pose.time_s)
    assert np.array_equal(real.pose.xy, runner.pose.xy, equal_nan=True)
    assert real.rhythm.stride_hz == pytest.approx(4 * runner.rhythm.stride_hz)
