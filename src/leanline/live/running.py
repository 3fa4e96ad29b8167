"""Running, seen live: the last seconds through the kernels of the analysis, once a second.

Left and right, contacts and mid-stance are found over the strides just run, as in a clip, so
that a live number means the same as the offline one; it comes a second or two late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from leanline.camera.derotate import turned
from leanline.gait.analyse import analyse_gait
from leanline.metrics.sampling import Sampler
from leanline.metrics.steps import measure_steps
from leanline.metrics.summary import FAIR_STEPS
from leanline.model import Activity, Capture, PoseTrack, Step
from leanline.runner.prepare import prepare
from leanline.skeleton import SIDES

# The strides that are looked at together, and how short a look may be.
WINDOW_S, MIN_WINDOW_S = 6.0, 3.0
MIN_RATE_HZ: Final = 10.0
# A step counts once its toe-off is so long ago: the filters need to see what came after.
SETTLED_S: Final = 0.25
# Two contacts nearer than this are one and the same seen in two looks.
SAME_S: Final = 0.15
# What is shown is the middle of so many steps, both feet five times, and of no fewer than a clip
# needs for a fair number.
RECENT_STEPS: Final = 10
# What the measurement of a running step needs of the body.
PARTS: Final = ("ear", "shoulder", "hip", "knee", "ankle", "heel", "foot_index")


@dataclass(frozen=True)
class RunLook:
    """What one look at the last seconds found; ``until_s`` is its last frame."""

    until_s: float
    activity: Activity
    cadence_spm: float
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class RunNumbers:
    """What is shown of a run: the middle of the last steps, NaN where not known yet."""

    activity: Activity
    steps: int
    cadence_spm: float
    lean_deg: float
    waist_bend_deg: float


def long_enough(capture: Capture) -> bool:
    """Whether a capture holds enough frames of the runner to be looked at."""
    seen = np.isfinite(capture.pose.mid("hip")).all(axis=1)
    return bool(
        capture.video.duration_s >= MIN_WINDOW_S
        and capture.video.fps >= MIN_RATE_HZ
        and seen.mean() > 0.8
    )


def look(capture: Capture, roll_deg: float) -> RunLook:
    """Steps and cadence of the last seconds (some 0.2 s of work).

    Parameters
    ----------
    capture
        At least ``long_enough``.
    roll_deg
        The camera's, positive clockwise as the photographer sees it.
    """
    runner = prepare(replace(capture, pose=_without_arms(capture.pose)))
    roll = runner.forward_sign * roll_deg
    level = replace(runner, pose=replace(runner.pose, xy=turned(runner.pose.xy, -roll)))
    gait = analyse_gait(level, capture.profile.timing)
    until_s = float(capture.pose.time_s[-1])
    if runner.view != "side" or gait.activity != "running":
        return RunLook(until_s, gait.activity, gait.cadence.value_spm, ())
    sampler = Sampler(runner.pose, roll, runner.leg_length, capture.profile, runner.sole_deg)
    steps = measure_steps(gait.contacts, sampler)
    return RunLook(until_s, gait.activity, gait.cadence.value_spm, steps)


def _without_arms(pose: PoseTrack) -> PoseTrack:
    names = ("nose", *(f"{side}_{part}" for part in PARTS for side in SIDES))
    columns = [pose.keypoints.index(name) for name in names]
    return PoseTrack(
        pose.time_s, pose.xy[:, columns], pose.confidence[:, columns], names, pose.unit
    )


@dataclass
class StepAccumulator:
    """Keeps every step once, over looks that overlap."""

    _steps: list[Step] = field(default_factory=list)
    _activity: Activity = "none"
    _cadence_spm: float = float("nan")

    def take(self, found: RunLook) -> None:
        """Add new steps; those seen before are as the later look, which saw more, has them."""
        self._activity, self._cadence_spm = found.activity, found.cadence_spm
        settled = [s for s in found.steps if s.toe_off_s <= found.until_s - SETTLED_S]
        # Where feet and hips tell two cadences, strides were missed or the picture jumped.
        if settled and np.isfinite(found.cadence_spm):
            first_s = settled[0].contact_s - SAME_S
            self._steps = [step for step in self._steps if step.contact_s < first_s] + settled

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps so far, in order."""
        return tuple(self._steps)

    def numbers(self) -> RunNumbers:
        """What is shown now."""
        recent = self._steps[-RECENT_STEPS:]
        return RunNumbers(
            self._activity,
            len(self._steps),
            self._cadence_spm,
            _middle(recent, "lean_body_deg"),
            _middle(recent, "waist_bend_deg"),
        )


def _middle(steps: Sequence[Step], name: str) -> float:
    """Mean of both sides' medians, so that one misread step does not show."""
    if len(steps) < FAIR_STEPS:
        return float("nan")
    sides = []
    for side in SIDES:
        values = [step.values.get(name, np.nan) for step in steps if step.side == side]
        known = [value for value in values if np.isfinite(value)]
        if known:
            sides.append(float(np.median(known)))
    return float(np.mean(sides)) if sides else float("nan")
