"""Cadence from two independent sources: foot contacts and the bounce of the hips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from leanline.model import Array, Contact
from leanline.reason import Reason
from leanline.signals.spectrum import dominant_frequency
from leanline.skeleton import SIDES

_AGREE = 0.02
_COUNT_STEPS = 0.25  # steps: accuracy of counting bounces in a short clip
_SEARCH = 0.25
_MISSED = 1.5
_MIN_STEPS = 2


@dataclass(frozen=True, eq=False)
class Cadence:
    """Steps (not strides) per minute of both feet.

    Parameters
    ----------
    value_spm
        NaN when it was not measured.
    step_times_s
        Times from each contact to the next of the other foot, seconds.
    bounce_spm
        Cadence that the hips show, steps per minute; NaN if unclear.
    why
        Why it was not measured; None when it was.
    """

    value_spm: float
    step_times_s: Array
    bounce_spm: float
    why: Reason | None = None


def estimate_cadence(contacts: Sequence[Contact], time_s: Array, hip_y: Array) -> Cadence:
    """Estimate the cadence from contacts and check it against the bounce of the hips.

    It is 60 over the mean step time. The contacts of each foot are linear in the step number, with
    a common slope for both feet: the mean step time. This uses every contact, and a constant delay
    of one foot (the far one) does not affect it.

    Parameters
    ----------
    contacts
        In order of time; at least two steps.
    time_s, hip_y
        (T,) each; height of the hips in any unit, NaN where missing.

    Returns
    -------
    Cadence
        Withheld for too few steps, or if contacts and bounce differ by more than 2 % and by
        more than the length of the clip explains.
    """
    steps = step_times(contacts)
    nothing = float("nan")
    if len(steps) < _MIN_STEPS:
        return Cadence(nothing, steps, nothing, Reason("metric.two_steps_needed"))
    step_s = _common_slope(contacts, float(np.median(steps)))
    rough_hz = 1.0 / step_s
    bounce_hz, _ = dominant_frequency(
        hip_y, time_s, low_hz=(1.0 - _SEARCH) * rough_hz, high_hz=(1.0 + _SEARCH) * rough_hz
    )
    bounce_spm = 60.0 * bounce_hz
    value_spm = 60.0 / step_s
    allowed = max(_AGREE, _COUNT_STEPS / (rough_hz * float(time_s[-1] - time_s[0])))
    if np.isfinite(bounce_hz) and abs(bounce_spm / value_spm - 1.0) > allowed:
        why = Reason(
            "metric.cadence_disagrees", {"contacts_spm": value_spm, "bounce_spm": bounce_spm}
        )
        return Cadence(nothing, steps, bounce_spm, why)
    return Cadence(value_spm, steps, bounce_spm)


def step_times(contacts: Sequence[Contact]) -> Array:
    """Times from each contact to the next of the other foot, without those that skip one.

    Parameters
    ----------
    contacts
        Of both feet, in order of time.

    Returns
    -------
    Array
        Seconds.
    """
    gaps = np.array([b.contact_s - a.contact_s for a, b in pairwise(contacts) if a.side != b.side])
    return gaps[gaps < _MISSED * np.median(gaps)] if len(gaps) else gaps


def _common_slope(contacts: Sequence[Contact], rough_s: float) -> float:
    """Return the mean step time by least squares over the contacts of both feet."""
    top = bottom = 0.0
    for side in SIDES:
        times = np.array([contact.contact_s for contact in contacts if contact.side == side])
        if len(times) > 1:
            strides = np.rint(np.diff(times) / (2.0 * rough_s))
            number = 2.0 * np.concatenate([[0.0], np.cumsum(strides)])
            number -= number.mean()
            top += float(number @ times)
            bottom += float(number @ number)
    return top / bottom if bottom > 0.0 else rough_s
