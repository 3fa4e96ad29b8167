"""From real time back to the clip's: events where the player shows them, times only if sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from leanline.metrics.measure import Measured
from leanline.metrics.summary import withheld
from leanline.model import Contact, Metric
from leanline.reason import Reason

# What follows the clock; angles, lengths and ratios of times do not.
TIMED: Final = ("cadence_spm", "step_time_s", "contact_time_s", "flight_time_s", "hold_s")
WHY: Final = Reason("metric.perhaps_slow_motion")


def in_playback_time(contacts: Iterable[Contact], factor: float) -> tuple[Contact, ...]:
    """Contacts in seconds of the clip; ``factor`` is seconds of the clip per real second."""
    return tuple(
        replace(c, contact_s=c.contact_s * factor, toe_off_s=c.toe_off_s * factor) for c in contacts
    )


def steps_in_playback_time(measured: Measured, factor: float) -> Measured:
    """Steps at their moments in the clip; the values measured in them stay real."""
    steps = tuple(
        replace(step, contact_s=step.contact_s * factor, toe_off_s=step.toe_off_s * factor)
        for step in measured.steps
    )
    return replace(measured, steps=steps)


def without_times(measured: Measured, *, speed_given: bool) -> Measured:
    """Everything that a wrong clock would make wrong, withheld with the reason.

    A step's length is speed times time, so it needs no clock, unless the speed is given.
    """
    timed = (*TIMED, "step_length_m" if speed_given else "speed_mps")
    metrics: dict[str, Metric] = {
        name: withheld(name, WHY) if name in timed and metric.value is not None else metric
        for name, metric in measured.metrics.items()
    }
    steps = tuple(replace(s, values=_without(s.values, timed)) for s in measured.steps)
    return replace(measured, metrics=metrics, steps=steps)


def _without(values: Mapping[str, float], timed: tuple[str, ...]) -> Mapping[str, float]:
    return {name: np.nan if name in timed else value for name, value in values.items()}
