"""Causal filters, which use no future samples and therefore lag slightly.

The filters of ``leanline.signals`` have zero lag because they see the whole clip, so they cannot be
used frame by frame.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array

# After a gap this long, earlier values say nothing about the present one.
RESET_GAP_S = 0.5


class CausalOneEuro:
    """The 1 euro filter (Casiez, Roussel & Vogel 2012): smooth at rest, responsive in motion.

    A first-order low-pass filter whose cutoff rises with the speed of the signal. The gain is
    computed from each time step, so the frame rate may vary.

    Parameters
    ----------
    rest_hz
        Cutoff at rest, Hz.
    per_speed
        Increase of the cutoff, Hz per unit per second.
    speed_hz
        Cutoff of the filter on the speed, Hz.
    """

    def __init__(self, rest_hz: float, per_speed: float, speed_hz: float = 1.0) -> None:
        self._rest_hz = rest_hz
        self._per_speed = per_speed
        self._speed_hz = speed_hz
        self._time_s = -np.inf
        self._value: Array | None = None
        self._speed: Array | None = None

    def feed(self, time_s: float, values: Array) -> Array:
        """Filter ``values`` (any fixed shape); NaN stays NaN and does not affect the filter.

        A time that is not later than the last one returns the last output again.
        """
        values = np.asarray(values, dtype=np.float64)
        step_s = time_s - self._time_s
        previous, speed = self._value, self._speed
        if previous is None or speed is None or step_s > RESET_GAP_S:
            self._time_s, self._value = time_s, values.copy()
            self._speed = np.zeros_like(values)
            return values.copy()
        if step_s <= 0:
            return np.where(np.isfinite(values), previous, np.nan)
        finite = np.isfinite(values)
        start = np.where(np.isfinite(previous), previous, values)
        change = np.where(finite, (values - start) / step_s, speed)
        speed = speed + _gain(np.asarray(self._speed_hz), step_s) * (change - speed)
        cutoff_hz = self._rest_hz + self._per_speed * np.abs(speed)
        smooth = start + _gain(cutoff_hz, step_s) * (values - start)
        self._time_s, self._speed = time_s, np.where(finite, speed, 0.0)
        self._value = np.where(finite, smooth, previous)
        return np.asarray(smooth)


def _gain(cutoff_hz: Array, step_s: float) -> Array:
    omega = 2.0 * np.pi * cutoff_hz * step_s
    return np.asarray(omega / (omega + 1.0))
