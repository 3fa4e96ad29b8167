"""Live measurement of running: the analysis of the last seconds, repeated about once a second.

Sides, contacts and mid-stance are found in a window of whole strides, as in a clip, so that live
numbers mean the same as offline ones; they are delayed by a second or two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from leanline.camera.derotate import rotate
from leanline.gait.analyse import analyse_gait
from leanline.metrics.sampling import Sampler
from leanline.metrics.steps import measure_steps
from leanline.metrics.summary import FAIR_STEPS
from leanline.model import Activity, Capture, PoseTrack, Step
from leanline.runner.prepare import prepare
from leanline.skeleton import LEG, SIDES

# Length of the window, and the least that can be analysed.
WINDOW_S, MIN_WINDOW_S = 6.0, 3.0
MIN_RATE_HZ: Final = 10.0
# A step counts once its toe-off is this long ago, because the filters need later samples.
SETTLED_S: Final = 0.25
# Contacts closer than this are the same contact, found in two windows.
SAME_CONTACT_S: Final = 0.15
# Numbers shown are medians of the last steps, five per foot, and of at least as many as a clip
# needs for fair quality.
RECENT_STEPS: Final = 10
# Body parts needed to measure a running step.
PARTS: Final = ("ear", "shoulder", "hip", *LEG)


@dataclass(frozen=True)
class RunWindow:
    """Steps found in one window.

    Parameters
    ----------
    until_s
        Time of its last frame.
    activity
        In it.
    cadence_spm
        Steps per minute; NaN if nobody ran.
    steps
        In order of time.
    """

    until_s: float
    activity: Activity
    cadence_spm: float
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class RunNumbers:
    """Numbers shown of a run: medians of the last steps, NaN while unknown.

    Parameters
    ----------
    activity
        Now.
    steps
        How many steps there were.
    cadence_spm
        Steps per minute.
    lean_deg, waist_bend_deg
        At mid-stance, degrees, forward positive.
    """

    activity: Activity
    steps: int
    cadence_spm: float
    lean_deg: float
    waist_bend_deg: float


def is_long_enough(capture: Capture) -> bool:
    """Whether a capture has enough frames of the runner to be analysed."""
    seen = np.isfinite(capture.pose.mid("hip")).all(axis=1)
    return bool(
        capture.video.duration_s >= MIN_WINDOW_S
        and capture.video.fps >= MIN_RATE_HZ
        and seen.mean() > 0.8
    )


def measure_window(capture: Capture, roll_deg: float) -> RunWindow:
    """Measure steps and cadence in the last seconds (takes about 0.2 s).

    Parameters
    ----------
    capture
        A capture for which ``is_long_enough`` holds.
    roll_deg
        Of the camera, positive clockwise as the photographer sees it.

    Returns
    -------
    RunWindow
        Without steps if nobody ran.
    """
    runner = prepare(replace(capture, pose=_without_arms(capture.pose)))
    roll = runner.forward_sign * roll_deg
    level = replace(runner, pose=replace(runner.pose, xy=rotate(runner.pose.xy, -roll)))
    gait = analyse_gait(level, capture.profile.timing)
    until_s = float(capture.pose.time_s[-1])
    if runner.view != "side" or gait.activity != "running":
        return RunWindow(until_s, gait.activity, gait.cadence.value_spm, ())
    sampler = Sampler(runner.pose, roll, runner.leg_length, capture.profile, runner.sole_deg)
    steps = measure_steps(gait.contacts, sampler)
    return RunWindow(until_s, gait.activity, gait.cadence.value_spm, steps)


def _without_arms(pose: PoseTrack) -> PoseTrack:
    names = ("nose", *(f"{side}_{part}" for part in PARTS for side in SIDES))
    columns = [pose.keypoints.index(name) for name in names]
    return PoseTrack(
        pose.time_s, pose.xy[:, columns], pose.confidence[:, columns], names, pose.unit
    )


@dataclass
class StepAccumulator:
    """Merges the steps of overlapping windows, each step once."""

    _steps: list[Step] = field(default_factory=list)
    _activity: Activity = "none"
    _cadence_spm: float = float("nan")

    def add_window(self, found: RunWindow) -> None:
        """Add the steps of a window; repeated ones replace the earlier, less informed one."""
        self._activity, self._cadence_spm = found.activity, found.cadence_spm
        settled = [s for s in found.steps if s.toe_off_s <= found.until_s - SETTLED_S]
        # If feet and hips disagree on the cadence, strides were missed or the picture jumped.
        if settled and np.isfinite(found.cadence_spm):
            first_s = settled[0].contact_s - SAME_CONTACT_S
            self._steps = [step for step in self._steps if step.contact_s < first_s] + settled

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps so far, in order."""
        return tuple(self._steps)

    def numbers(self) -> RunNumbers:
        """Return the current numbers."""
        recent = self._steps[-RECENT_STEPS:]
        return RunNumbers(
            self._activity,
            len(self._steps),
            self._cadence_spm,
            _median_of_sides(recent, "lean_body_deg"),
            _median_of_sides(recent, "waist_bend_deg"),
        )


def _median_of_sides(steps: Sequence[Step], name: str) -> float:
    """Mean of both sides' medians, which a single misread step hardly affects."""
    if len(steps) < FAIR_STEPS:
        return float("nan")
    sides = []
    for side in SIDES:
        values = [step.values.get(name, np.nan) for step in steps if step.side == side]
        known = [value for value in values if np.isfinite(value)]
        if known:
            sides.append(float(np.median(known)))
    return float(np.mean(sides)) if sides else float("nan")
