"""The dominant frequency of a signal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array

_MAX_TRIALS = 2000
_MIN_PERIODS = 1.5


def dominant_frequency(
    signal: Array, time_s: Array, *, low_hz: float, high_hz: float
) -> tuple[float, float]:
    """Find the strongest frequency of a signal within a band, and its strength.

    For each trial frequency a sine and a cosine are fitted together with a constant and a slope
    (a floating-mean Lomb-Scargle periodogram, Zechmeister & Kurster 2009), so that uneven sampling,
    gaps and incomplete periods do not shift the peak.

    Parameters
    ----------
    signal
        (T,), any unit, NaN where missing.
    time_s
        (T,) strictly increasing.
    low_hz, high_hz
        The band.

    Returns
    -------
    frequency_hz
        NaN for fewer than 1.5 periods or too few samples.
    strength
        Share of the variance about the trend that the frequency explains, 0 to 1.
    """
    known = np.isfinite(signal)
    values, times = np.asarray(signal)[known], np.asarray(time_s)[known]
    if len(values) < 8 or np.ptp(times) * high_hz < _MIN_PERIODS:
        return float("nan"), 0.0
    span_s = float(np.ptp(times))
    low_hz = max(low_hz, _MIN_PERIODS / span_s)
    if low_hz >= high_hz:
        return float("nan"), 0.0
    count = min(_MAX_TRIALS, max(16, int(np.ceil((high_hz - low_hz) * span_s * 4))))
    trial_hz = np.linspace(low_hz, high_hz, count)
    power = _explained_share(values, times, trial_hz)
    best = float(trial_hz[int(np.argmax(power))])
    step = trial_hz[1] - trial_hz[0]
    fine_hz = np.linspace(max(low_hz, best - step), min(high_hz, best + step), 21)
    return _peak(fine_hz, _explained_share(values, times, fine_hz))


def _explained_share(values: Array, times: Array, trial_hz: Array) -> Array:
    """Return the share of the detrended variance explained by each frequency."""
    centred = (times - times.mean()) / max(float(np.ptp(times)), 1e-12)
    trend = np.column_stack([np.ones_like(centred), centred])
    basis, _ = np.linalg.qr(trend)
    rest = values - basis @ (basis.T @ values)
    total = float(rest @ rest)
    if total <= 1e-24 * max(1.0, float(values @ values)):
        return np.zeros(len(trial_hz))
    # Each wave is the previous one rotated by a constant step, and only sums over it are needed,
    # which is much faster than evaluating hundreds of frequencies over minutes one by one.
    wave = np.exp(2j * np.pi * trial_hz[0] * times)
    turn = np.exp(2j * np.pi * (trial_hz[-1] - trial_hz[0]) / max(len(trial_hz) - 1, 1) * times)
    power = np.empty(len(trial_hz))
    for index in range(len(trial_hz)):
        power[index] = _share(wave, basis, rest) / total
        wave = wave * turn
    return power


def _share(wave: NDArray[np.complex128], basis: Array, rest: Array) -> float:
    """Sum of squares of ``rest`` explained by the wave's cosine and sine beyond ``basis``."""
    doubled, level = wave @ wave, wave @ basis
    cos_sin = np.stack([level.real, level.imag])
    both = 0.5 * np.array(
        [
            [len(wave) + doubled.real, doubled.imag],
            [doubled.imag, len(wave) - doubled.real],
        ]
    )
    normal = both - cos_sin @ cos_sin.T
    part = wave @ rest
    found = np.array([part.real, part.imag])
    smallest = 1e-9 * float(np.trace(normal))
    if np.linalg.det(normal) <= smallest**2:
        return float(found @ np.linalg.pinv(normal, rcond=1e-9) @ found)
    return float(found @ np.linalg.solve(normal, found))


def _peak(trial_hz: Array, power: Array) -> tuple[float, float]:
    """Locate the maximum by a parabola through the highest sample and its neighbours."""
    top = int(np.argmax(power))
    if top in (0, len(power) - 1) or power[top] <= 0.0:
        frequency = float(trial_hz[top]) if power[top] > 0.0 else float("nan")
        return frequency, float(power[top])
    before, here, after = power[top - 1 : top + 2]
    bend = before - 2.0 * here + after
    offset = 0.0 if bend == 0.0 else 0.5 * (before - after) / bend
    return float(trial_hz[top] + offset * (trial_hz[1] - trial_hz[0])), float(min(here, 1.0))
