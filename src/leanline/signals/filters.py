"""Zero-lag smoothing and differentiation of sampled signals."""

from __future__ import annotations

import math

import numpy as np

from leanline.model import Array

_TWO_PASSES = (2.0**0.5 - 1.0) ** 0.25
_UNEVEN = 0.05
_PAD_PERIODS = 1.5


def lowpass(values: Array, time_s: Array, *, cutoff_hz: float) -> Array:
    """Zero-lag Butterworth low-pass filter along the first axis.

    A second-order filter applied forward and backward, with the cutoff corrected for the two
    passes (Winter 2009). The ends are padded by odd reflection, so a constant speed stays
    constant up to the first and last sample.

    Parameters
    ----------
    values
        (T, ...), any unit; NaN where missing. Gaps are bridged for filtering and stay NaN.
    time_s
        (T,) strictly increasing. Unevenly sampled signals are filtered on an even grid and
        interpolated back.
    cutoff_hz
        Frequency at which the amplitude is reduced to 0.71. At or above half the sampling
        rate the values are returned unfiltered.

    Returns
    -------
    Array
        (T, ...), the unit of ``values``.
    """
    values = np.asarray(values, dtype=np.float64)
    time_s = np.asarray(time_s, dtype=np.float64)
    if len(values) < 4 or cutoff_hz >= 0.5 * _rate(time_s):
        return values.copy()
    columns = values.reshape(len(values), math.prod(values.shape[1:]))
    smooth = np.empty_like(columns)
    whole = np.isfinite(columns).all(axis=0)
    smooth[:, whole] = _smooth(columns[:, whole], time_s, cutoff_hz)
    for index in np.flatnonzero(~whole):
        smooth[:, index] = _smooth_gappy(columns[:, index], time_s, cutoff_hz)
    return smooth.reshape(values.shape)


def derivative(values: Array, time_s: Array) -> Array:
    """Differentiate along the first axis by central differences at the true times.

    Parameters
    ----------
    values
        (T, ...), any unit; a sample next to a NaN becomes NaN.
    time_s
        (T,) strictly increasing; the spacing may vary.

    Returns
    -------
    Array
        (T, ...), unit per second; all NaN for fewer than two samples.
    """
    values = np.asarray(values, dtype=np.float64)
    if len(values) < 2:
        return np.full(values.shape, np.nan)
    return np.asarray(np.gradient(values, np.asarray(time_s, dtype=np.float64), axis=0))


def _even_grid(time_s: Array) -> Array:
    """Return as many evenly spaced times over the same span, or the input if already even."""
    steps = np.diff(time_s)
    if len(steps) == 0 or np.ptp(steps) <= _UNEVEN * np.median(steps):
        return time_s
    count = max(2, 1 + round((time_s[-1] - time_s[0]) / float(np.median(steps))))
    return np.linspace(time_s[0], time_s[-1], count)


def _rate(time_s: Array) -> float:
    return 1.0 / float(np.median(np.diff(time_s)))


def _smooth_gappy(column: Array, time_s: Array, cutoff_hz: float) -> Array:
    known = np.isfinite(column)
    smooth = np.full_like(column, np.nan)
    if np.count_nonzero(known) < 4:
        smooth[known] = column[known]
        return smooth
    first, last = np.flatnonzero(known)[[0, -1]]
    span = slice(first, last + 1)
    bridged = np.interp(time_s[span], time_s[known], column[known])
    smooth[span] = _smooth(bridged[:, None], time_s[span], cutoff_hz)[:, 0]
    smooth[~known] = np.nan
    return smooth


def _smooth(columns: Array, time_s: Array, cutoff_hz: float) -> Array:
    if columns.shape[1] == 0 or len(columns) < 4:
        return columns
    from scipy.interpolate import CubicSpline
    from scipy.signal import butter, sosfiltfilt

    grid = _even_grid(time_s)
    even = columns if grid is time_s else CubicSpline(time_s, columns)(grid)
    rate_hz = _rate(grid)
    warped = np.tan(np.pi * min(cutoff_hz / rate_hz, 0.499)) / _TWO_PASSES
    sections = butter(2, np.arctan(warped) / np.pi * 2.0, output="sos")
    padding = int(np.ceil(_PAD_PERIODS * rate_hz / cutoff_hz))
    ends = ((padding, padding), (0, 0))
    padded = np.pad(even, ends, mode="reflect", reflect_type="odd")
    smooth = sosfiltfilt(sections, padded, axis=0, padlen=0)[padding:-padding]
    return np.asarray(smooth if grid is time_s else CubicSpline(grid, smooth)(time_s))
