"""The frequency of a wave that changes over time, as the ridge of its wavelet picture.

The ridge is the brightest path through a Morlet wavelet picture that does not jump without
need (Mallat 2009, chapter 4; found by dynamic programming, Viterbi 1967).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.model import Array

# The wavelet spans about this many periods (standard deviation of its window, in radians).
WAVELET_RAD: Final = 5.0
# A step of the ridge by one row costs this much of the brightness of a clear row; a jump costs
# no more than this many rows.
TURN_COST, MAX_ROWS = 0.15, 14


@dataclass(frozen=True, eq=False)
class Ridge:
    """The frequency (G,) of a wave at each moment (G,), Hz, and its amplitude there (G,).

    Parameters
    ----------
    time_s
        (G,) seconds, evenly spaced.
    frequency_hz
        (G,) frequency of the wave at each moment.
    amplitude
        (G,) its amplitude there, in the signal's unit.
    """

    time_s: Array
    frequency_hz: Array
    amplitude: Array

    @property
    def spacing_s(self) -> float:
        """Time from moment to moment."""
        return float(self.time_s[1] - self.time_s[0])


def ridge_of(signal: Array, time_s: Array, frequencies_hz: Array) -> Ridge:
    """Follow a wave through time.

    Parameters
    ----------
    signal
        (G,) without gaps.
    time_s
        (G,) evenly spaced.
    frequencies_hz
        (F,) rising; those that are looked for.

    Returns
    -------
    Ridge
        At the same moments.
    """
    picture = _wavelet_picture(signal - signal.mean(), time_s, frequencies_hz)
    path = _brightest_path(picture)
    return Ridge(time_s, frequencies_hz[path], picture[path, np.arange(len(time_s))])


def _wavelet_picture(signal: Array, grid: Array, frequencies_hz: Array) -> Array:
    """Amplitude (F, G) at each frequency and moment.

    A pure wave of amplitude one is as bright at every frequency, and at the ends as inside.
    """
    picture = np.empty((len(frequencies_hz), len(grid)))
    spacing = float(grid[1] - grid[0])
    for row, frequency in enumerate(frequencies_hz):
        width_s = WAVELET_RAD / (2 * np.pi * frequency)
        reach = min(int(np.ceil(3 * width_s / spacing)), (len(grid) - 1) // 2)
        lag = spacing * np.arange(-reach, reach + 1)
        window = np.exp(-0.5 * (lag / width_s) ** 2)
        wave = window * np.exp(2j * np.pi * frequency * lag)
        inside = np.convolve(np.ones(len(signal)), window, mode="same")
        mean = np.convolve(signal, window, mode="same") / inside
        picture[row] = np.abs(np.convolve(signal - mean, wave, mode="same")) / inside
    return picture


def _brightest_path(picture: Array) -> Array:
    """Row of the brightest path, (G,)."""
    rows = np.arange(len(picture))
    cost = TURN_COST * float(np.percentile(picture.max(axis=0), 75))
    turn = cost * np.minimum(np.abs(rows[:, None] - rows[None, :]), MAX_ROWS)
    total = picture[:, 0].copy()
    came = np.zeros(picture.shape, dtype=int)
    for t in range(1, picture.shape[1]):
        ways = total[None, :] - turn
        came[:, t] = ways.argmax(axis=1)
        total = ways[rows, came[:, t]] + picture[:, t]
    path = np.empty(picture.shape[1], dtype=int)
    path[-1] = int(total.argmax())
    for t in range(len(path) - 1, 0, -1):
        path[t - 1] = came[path[t], t]
    return path
