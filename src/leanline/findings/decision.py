"""How likely a true value lies beyond a threshold, and the word for that likelihood."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final, Literal

#: From this probability on, something is "clearly" so: the whole 95 % interval is beyond.
CLEARLY: Final = 0.975
#: From this probability on, something is "probably" so.
PROBABLY: Final = 0.80

Certainty = Literal["clearly", "probably", "open"]

_NORMAL: Final = NormalDist()
# Half the width of a 95 % interval in standard deviations.
_HALF_WIDTH_SD: Final = _NORMAL.inv_cdf(0.975)


def probability_above(value: float, ci95: tuple[float, float], threshold: float) -> float:
    """Return the probability that the true value lies above a threshold.

    The doubt is a normal distribution in two halves around the value, each as wide as its side of
    the interval, so that an asymmetric interval counts as it is.

    Parameters
    ----------
    value
        The measured value, finite.
    ci95
        Lower and upper end of its 95 % interval, in the same unit; an end may be infinite.
    threshold
        In the same unit, finite.

    Returns
    -------
    float
        0 to 1; 0.5 for a threshold at the value. One minus it is the probability of lying below.
    """
    if threshold == value:
        return 0.5
    low, high = ci95
    half_width = high - value if threshold > value else value - low
    sd = max(half_width, 0.0) / _HALF_WIDTH_SD
    if sd == 0.0:
        return 1.0 if value > threshold else 0.0
    return _NORMAL.cdf((value - threshold) / sd)


def probability_between(value: float, ci95: tuple[float, float], low: float, high: float) -> float:
    """Return the probability that the true value lies between two thresholds.

    Parameters
    ----------
    value
        The measured value, finite.
    ci95
        Lower and upper end of its 95 % interval, in the same unit; an end may be infinite.
    low, high
        The thresholds, in the same unit, finite.

    Returns
    -------
    float
        0 to 1.
    """
    between = probability_above(value, ci95, low) - probability_above(value, ci95, high)
    return max(between, 0.0)


def certainty(probability: float) -> Certainty:
    """Return the word for the probability of a statement.

    Parameters
    ----------
    probability
        From 0 to 1.

    Returns
    -------
    Certainty
        ``clearly``, ``probably``, or ``open`` if it is too close to tell.

    Raises
    ------
    ValueError
        The probability is not between 0 and 1.
    """
    if math.isnan(probability) or not 0.0 <= probability <= 1.0:
        raise ValueError(f"not a probability: {probability}")
    if probability >= CLEARLY:
        return "clearly"
    return "probably" if probability >= PROBABLY else "open"
