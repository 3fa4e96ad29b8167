"""The moments of a clip that show a finding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from leanline.findings.rules import Condition, Frames, Rule
from leanline.model import Step

MAX_FRAMES: Final = 3


def frames_of(rule: Rule, steps: Sequence[Step], *, decided: bool) -> tuple[float, ...]:
    """Return up to three times of the steps that show a finding best.

    A decided finding is shown by steps that are as it says, in every condition that steps have a
    value for.

    Parameters
    ----------
    rule
        The finding's.
    steps
        Steps of the clip with their values.
    decided
        Whether the finding is; what is too close to tell may be shown by any step.

    Returns
    -------
    tuple of float
        Seconds; empty if no step shows it.
    """
    frames = rule.frames
    if frames is None:
        return ()
    shown = [step for step in steps if not decided or _meets(step, rule.conditions)]
    return _worst(frames, shown)


def _meets(step: Step, conditions: Sequence[Condition]) -> bool:
    """Whether a step meets all conditions; those on what no step has a value for do not count."""
    for condition in conditions:
        value = step.values.get(condition.metric)
        if value is None:
            continue
        above = condition.above is None or value > condition.above
        below = condition.below is None or value < condition.below
        if not (above and below):
            return False
    return True


def _worst(frames: Frames, steps: Sequence[Step]) -> tuple[float, ...]:
    seen = [
        (value, time_s)
        for step in steps
        if math.isfinite(value := step.values.get(frames.value, math.nan))
        and math.isfinite(time_s := _moment(step, frames))
    ]
    if not seen:
        return ()
    mean = math.fsum(value for value, _ in seen) / len(seen)
    sign = -1.0 if frames.worst == "lowest" else 1.0
    far = frames.worst == "furthest"
    badness = [abs(value - mean) if far else sign * value for value, _ in seen]
    order = sorted(range(len(seen)), key=lambda i: -badness[i])
    return tuple(seen[i][1] for i in order[:MAX_FRAMES])


def _moment(step: Step, frames: Frames) -> float:
    if frames.moment == "contact":
        return step.contact_s
    return 0.5 * (step.contact_s + step.toe_off_s)
