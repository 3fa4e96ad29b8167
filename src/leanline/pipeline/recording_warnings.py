"""What in the recording makes the numbers of a clip from the side rougher than they could be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from leanline.gait.analyse import Gait
from leanline.model import AnalysisWarning, Capture, Estimate, Runner, warning
from leanline.runner.keypoint_noise import CLEAR_TIMES, noise_ratio

#: Below this frame rate, Hz, contact times are rough.
MIN_RATE_HZ: Final = 50.0
#: Below this many steps the mean of a clip is rough.
MIN_STEPS: Final = 7
#: From this yaw on, degrees, the person is warned.
MIN_WARNED_YAW_DEG: Final = 15.0


def recording_warnings(capture: Capture, gait: Gait, runner: Runner) -> tuple[AnalysisWarning, ...]:
    """Warn of an unclear picture, an oblique view, a low frame rate and few steps.

    Parameters
    ----------
    capture
        With the frame rate and the noise usual for its pose source.
    gait
        With activity and contacts.
    runner
        With the scatter of its keypoints and its yaw.

    Returns
    -------
    tuple of AnalysisWarning
        Empty if there is nothing to warn of.
    """
    return tuple(_warnings(capture, gait, runner))


def _warnings(capture: Capture, gait: Gait, runner: Runner) -> Iterator[AnalysisWarning]:
    running = gait.activity == "running"
    ratio = noise_ratio(runner.scatter, capture.profile.noise)
    rate_hz = capture.video.fps * capture.video.time_scale
    if running and ratio > CLEAR_TIMES:
        yield warning("unclear", noise_ratio=ratio)
    if runner.yaw_deg is not None and abs(runner.yaw_deg.value) > MIN_WARNED_YAW_DEG:
        yield _oblique(runner.yaw_deg)
    if running and rate_hz < MIN_RATE_HZ:
        yield warning("low_frame_rate", rate_hz=rate_hz)
    if running and len(gait.contacts) < MIN_STEPS:
        yield warning("few_steps", steps=len(gait.contacts))


def _oblique(yaw: Estimate) -> AnalysisWarning:
    low, high = sorted(abs(end) for end in yaw.ci95)
    return warning(
        "off_side",
        yaw_deg=abs(yaw.value),
        low_deg=low,
        high_deg=high,
        direction="towards_camera" if yaw.value > 0 else "away_from_camera",
    )
