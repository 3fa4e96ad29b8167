"""Time-varying frequency of a signal, as the ridge of its wavelet transform.

The ridge is the path of highest amplitude through a Morlet scalogram with a penalty on jumps
(Mallat 2009, chapter 4; found by dynamic programming, Viterbi 1967).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.model import Array

# Width of the wavelet: the standard deviation of its window, in radians of the wave.
WAVELET_RAD: Final = 5.0
# Penalty for moving by one row, as a share of the amplitude of a clear row, and the number of rows
# beyond which a jump costs no more.
JUMP_COST, MAX_ROWS = 0.15, 14


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
        """Time step, seconds."""
        return float(self.time_s[1] - self.time_s[0])


def extract_ridge(signal: Array, time_s: Array, frequencies_hz: Array) -> Ridge:
    """Track the frequency of a wave through time.

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
    scalogram = _scalogram(signal - signal.mean(), time_s, frequencies_hz)
    path = _best_path(scalogram)
    return Ridge(time_s, frequencies_hz[path], scalogram[path, np.arange(len(time_s))])


def _scalogram(signal: Array, grid: Array, frequencies_hz: Array) -> Array:
    """Compute the amplitude (F, G) by frequency and time.

    It is normalised so that a pure wave of amplitude one has the same value at every frequency,
    also near the ends.
    """
    scalogram = np.empty((len(frequencies_hz), len(grid)))
    spacing = float(grid[1] - grid[0])
    for row, frequency in enumerate(frequencies_hz):
        width_s = WAVELET_RAD / (2 * np.pi * frequency)
        reach = min(int(np.ceil(3 * width_s / spacing)), (len(grid) - 1) // 2)
        lag = spacing * np.arange(-reach, reach + 1)
        window = np.exp(-0.5 * (lag / width_s) ** 2)
        wave = window * np.exp(2j * np.pi * frequency * lag)
        inside = np.convolve(np.ones(len(signal)), window, mode="same")
        mean = np.convolve(signal, window, mode="same") / inside
        scalogram[row] = np.abs(np.convolve(signal - mean, wave, mode="same")) / inside
    return scalogram


def _best_path(scalogram: Array) -> Array:
    """Return the row of the best path at each time, (G,)."""
    rows = np.arange(len(scalogram))
    cost = JUMP_COST * float(np.percentile(scalogram.max(axis=0), 75))
    turn = cost * np.minimum(np.abs(rows[:, None] - rows[None, :]), MAX_ROWS)
    total = scalogram[:, 0].copy()
    previous = np.zeros(scalogram.shape, dtype=int)
    for t in range(1, scalogram.shape[1]):
        candidates = total[None, :] - turn
        previous[:, t] = candidates.argmax(axis=1)
        total = candidates[rows, previous[:, t]] + scalogram[:, t]
    path = np.empty(scalogram.shape[1], dtype=int)
    path[-1] = int(total.argmax())
    for t in range(len(path) - 1, 0, -1):
        path[t - 1] = previous[path[t], t]
    return path
