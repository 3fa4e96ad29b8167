"""What in the recording makes the numbers of a clip from the side rougher than they could be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from leanline.gait.analyse import Gait
from leanline.model import AnalysisWarning, Capture, Estimate, Runner
from leanline.runner.keypoint_noise import CLEAR_TIMES, noise_ratio

#: Below this frame rate, Hz, contact times are rough.
MIN_RATE_HZ: Final = 50.0
#: Below this many steps the mean of a clip is rough.
MIN_STEPS: Final = 7
#: From this yaw on, degrees, the person is warned.
MIN_WARNED_YAW_DEG: Final = 15.0


def recording_warnings(capture: Capture, gait: Gait, runner: Runner) -> tuple[AnalysisWarning, ...]:
    """Warnings of an unclear picture, an oblique view, a low frame rate and few steps."""
    return tuple(_warnings(capture, gait, runner))


def _warnings(capture: Capture, gait: Gait, runner: Runner) -> Iterator[AnalysisWarning]:
    running = gait.activity == "running"
    ratio = noise_ratio(runner.scatter, capture.profile.noise)
    rate_hz = capture.video.fps * capture.video.time_scale
    if running and ratio > CLEAR_TIMES:
        yield _unclear(ratio)
    if runner.yaw_deg is not None and abs(runner.yaw_deg.value) > MIN_WARNED_YAW_DEG:
        yield _oblique(runner.yaw_deg)
    if running and rate_hz < MIN_RATE_HZ:
        yield _low_rate(rate_hz)
    if running and len(gait.contacts) < MIN_STEPS:
        yield _few_steps(len(gait.contacts))


def _unclear(ratio: float) -> AnalysisWarning:
    text = (
        f"The runner is seen unclearly (dark, blurred, small, grainy or compressed): the "
        f"points on the body are {ratio:.1f} times as unsteady as in a clear clip, and the "
        f"intervals are so much wider."
    )
    return AnalysisWarning("unclear", text)


def _oblique(yaw: Estimate) -> AnalysisWarning:
    low, high = sorted(abs(end) for end in yaw.ci95)
    text = (
        f"The path turns about {abs(yaw.value):.0f} degrees ({low:.0f} to {high:.0f}) "
        f"{'towards' if yaw.value > 0 else 'away from'} the camera, which is taken out as "
        f"far as it is known; film at right angles to it."
    )
    return AnalysisWarning("off_side", text)


def _low_rate(rate_hz: float) -> AnalysisWarning:
    text = (
        f"At {rate_hz:.3g} frames a second contact times and landing angles are rough; "
        f"film at 60 or more."
    )
    return AnalysisWarning("low_frame_rate", text)


def _few_steps(steps: int) -> AnalysisWarning:
    return AnalysisWarning("few_steps", f"Only {steps} steps were seen whole; film at least 10.")
