"""Causal filters: what can be known at a moment from that moment and those before.

They are late by a little, unlike the zero-lag filters of ``leanline.signals``, which see the
whole clip and are not used frame by frame.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array

# After a gap this long the past says nothing of now.
FORGET_S = 0.5


class CausalOneEuro:
    """The 1 euro filter (Casiez, Roussel & Vogel 2012): steady at rest, quick in motion.

    A low-pass of first order whose cutoff rises with the speed of what it filters. Each
    value is filtered on its own clock-free step, so an uneven frame rate does no harm.

    Parameters
    ----------
    rest_hz
        Cutoff of something at rest.
    per_speed
        How much the cutoff rises, Hz for one unit per second.
    speed_hz
        Cutoff of the speed itself.
    """

    def __init__(self, rest_hz: float, per_speed: float, speed_hz: float = 1.0) -> None:
        self._rest_hz = rest_hz
        self._per_speed = per_speed
        self._speed_hz = speed_hz
        self._time_s = -np.inf
        self._value: Array | None = None
        self._speed: Array | None = None

    def feed(self, time_s: float, values: Array) -> Array:
        """Filtered ``values`` (any shape, always the same); NaN stays NaN and is passed over.

        A time that is not later than the last gives the last answer again.
        """
        values = np.asarray(values, dtype=np.float64)
        step_s = time_s - self._time_s
        before, speed = self._value, self._speed
        if before is None or speed is None or step_s > FORGET_S:
            self._time_s, self._value = time_s, values.copy()
            self._speed = np.zeros_like(values)
            return values.copy()
        if step_s <= 0:
            return np.where(np.isfinite(values), before, np.nan)
        known = np.isfinite(values)
        start = np.where(np.isfinite(before), before, values)
        change = np.where(known, (values - start) / step_s, speed)
        speed = speed + _gain(np.asarray(self._speed_hz), step_s) * (change - speed)
        cutoff_hz = self._rest_hz + self._per_speed * np.abs(speed)
        smooth = start + _gain(cutoff_hz, step_s) * (values - start)
        self._time_s, self._speed = time_s, np.where(known, speed, 0.0)
        self._value = np.where(known, smooth, before)
        return np.asarray(smooth)


def _gain(cutoff_hz: Array, step_s: float) -> Array:
    turn = 2.0 * np.pi * cutoff_hz * step_s
    return np.asarray(turn / (turn + 1.0))
