"""Conversion from real time back to playback time; times are withheld if uncertain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from leanline.metrics.measure import ClipMetrics
from leanline.metrics.summary import withheld
from leanline.model import Contact, Metric
from leanline.reason import Reason

# Metrics that depend on the time scale; angles, lengths and ratios of times do not.
TIMED: Final = ("cadence_spm", "step_time_s", "contact_time_s", "flight_time_s", "hold_s")
SLOWED: Final = Reason("metric.perhaps_slow_motion")
SPED_UP: Final = Reason("metric.sped_up")


def in_playback_time(contacts: Iterable[Contact], factor: float) -> tuple[Contact, ...]:
    """Convert contacts from real time to playback time.

    Parameters
    ----------
    contacts
        In real seconds.
    factor
        Seconds of the clip per real second.

    Returns
    -------
    tuple of Contact
        In seconds of the clip, same order.
    """
    return tuple(
        replace(c, contact_s=c.contact_s * factor, toe_off_s=c.toe_off_s * factor) for c in contacts
    )


def steps_in_playback_time(measured: ClipMetrics, factor: float) -> ClipMetrics:
    """Convert the times of steps to playback time; values measured in them stay in real time.

    Parameters
    ----------
    measured
        With steps in real seconds.
    factor
        Seconds of the clip per real second.

    Returns
    -------
    ClipMetrics
        With steps in seconds of the clip.
    """
    steps = tuple(
        replace(step, contact_s=step.contact_s * factor, toe_off_s=step.toe_off_s * factor)
        for step in measured.steps
    )
    return replace(measured, steps=steps)


def without_times(
    measured: ClipMetrics, *, speed_given: bool, sped_up: bool = False
) -> ClipMetrics:
    """Withhold every metric that a wrong time scale would falsify.

    Parameters
    ----------
    measured
        Of a clip that may be slow motion, or sped up.
    speed_given
        Whether the user gave the speed. Step length is speed times time, so it depends on the time
        scale only then; otherwise the speed does.
    sped_up
        Whether the clip plays faster than real time.

    Returns
    -------
    ClipMetrics
        Those metrics withheld, and their values in the steps NaN.
    """
    timed = (*TIMED, "step_length_m" if speed_given else "speed_mps")
    why = SPED_UP if sped_up else SLOWED
    metrics: dict[str, Metric] = {
        name: withheld(name, why) if name in timed and metric.value is not None else metric
        for name, metric in measured.metrics.items()
    }
    steps = tuple(replace(s, values=_without(s.values, timed)) for s in measured.steps)
    return replace(measured, metrics=metrics, steps=steps)


def _without(values: Mapping[str, float], timed: tuple[str, ...]) -> Mapping[str, float]:
    return {name: np.nan if name in timed else value for name, value in values.items()}
