"""Effect of uncertain event times on each metric.

Body lines rotate at 120 to 200 degrees per second while the foot is on the ground, so a lean is
only as certain as the time at which it is read. How fast each metric changes when all contacts, or
all toe-offs, are shifted is measured in the clip itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from leanline.metrics.sampling import Sampler
from leanline.metrics.steps import measure_steps
from leanline.model import Contact, Step
from leanline.profile import EventTiming

#: Shift of the events used to measure the change.
SHIFT_S: Final = 0.005
# Remaining error of locating an event between frames, in frames (standard deviation).
TIMING_FRAMES: Final = 0.1


def event_sd_s(timing: EventTiming, rate_hz: float) -> tuple[float, float]:
    """Return the standard deviations of contact and toe-off times at a frame rate.

    Parameters
    ----------
    timing
        Of the pose source.
    rate_hz
        Frames per second.

    Returns
    -------
    tuple of float
        Of contact and toe-off, seconds.
    """
    spreads = (timing.contact_sd_s, timing.toe_off_sd_s)
    contact_sd, toe_off_sd = (float(np.hypot(sd, TIMING_FRAMES / rate_hz)) for sd in spreads)
    return contact_sd, toe_off_sd


def timing_sd(
    contacts: Sequence[Contact],
    steps: Sequence[Step],
    sampler: Sampler,
    event_sd: tuple[float, float],
) -> dict[str, float]:
    """Compute the standard deviation of each metric's mean due to event times.

    Parameters
    ----------
    contacts, steps
        The contacts, and the steps measured in them.
    sampler
        The one used to measure the steps.
    event_sd
        Standard deviations of contact and toe-off, seconds; the same error in all steps of a clip.

    Returns
    -------
    dict of str to float
        By id, in the metric's unit; 0 for metrics without a value.
    """
    contact_later = [replace(c, contact_s=c.contact_s + SHIFT_S) for c in contacts]
    toe_off_later = [replace(c, toe_off_s=c.toe_off_s + SHIFT_S) for c in contacts]
    by_contact = _rates(steps, measure_steps(contact_later, sampler))
    by_toe_off = _rates(steps, measure_steps(toe_off_later, sampler))
    contact_sd, toe_off_sd = event_sd
    return {
        name: float(np.hypot(contact_sd * by_contact[name], toe_off_sd * by_toe_off[name]))
        for name in by_contact
    }


def _rates(steps: Sequence[Step], moved: Sequence[Step]) -> Mapping[str, float]:
    """Return the change of each metric's mean per second of shift; zero where not measured."""
    found = {}
    for name in {name for step in steps for name in step.values}:
        pairs = zip(steps, moved, strict=True)
        change = np.array([after.values[name] - before.values[name] for before, after in pairs])
        known = change[np.isfinite(change)]
        found[name] = float(np.mean(known)) / SHIFT_S if len(known) else 0.0
    return found
