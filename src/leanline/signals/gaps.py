"""Interpolation over short gaps in sampled signals."""

from __future__ import annotations

import math

import numpy as np

from leanline.model import Array


def fill_gaps(values: Array, time_s: Array, *, max_s: float) -> Array:
    """Fill gaps of up to ``max_s`` by shape-preserving cubic interpolation (PCHIP).

    Parameters
    ----------
    values
        (T, ...), any unit, NaN where missing; each column is filled separately.
    time_s
        (T,) strictly rising.
    max_s
        Longest gap to fill, measured between the known samples on either side.

    Returns
    -------
    Array
        (T, ...); longer gaps and missing ends stay NaN.
    """
    values = np.array(values, dtype=np.float64)
    time_s = np.asarray(time_s, dtype=np.float64)
    columns = values.reshape(len(values), math.prod(values.shape[1:]))
    for index in np.flatnonzero(np.isnan(columns).any(axis=0)):
        columns[:, index] = _fill(columns[:, index], time_s, max_s)
    return columns.reshape(values.shape)


def _fill(column: Array, time_s: Array, max_s: float) -> Array:
    from scipy.interpolate import PchipInterpolator

    known = np.flatnonzero(np.isfinite(column))
    if len(known) < 2:
        return column
    missing = np.flatnonzero(np.isnan(column))
    missing = missing[(missing > known[0]) & (missing < known[-1])]
    after = np.searchsorted(known, missing)
    short = time_s[known[after]] - time_s[known[after - 1]] <= max_s + 1e-9
    filled = column.copy()
    fillable = missing[short]
    filled[fillable] = PchipInterpolator(time_s[known], column[known])(time_s[fillable])
    return filled
