"""The one number behind every 95 % interval."""

from __future__ import annotations

from typing import Final

# Half-width of the central 95 % of a normal distribution, in standard deviations. The two-decimal
# value of the textbooks: results stay the same to the last bit.
NORMAL_95: Final = 1.96


def interval_half_width(ci95: tuple[float, float]) -> float:
    """Half the width of an interval, in its unit.

    Parameters
    ----------
    ci95
        Lower and upper end.

    Returns
    -------
    float
        Not negative.
    """
    low, high = ci95
    return 0.5 * (high - low)


def interval_sd(ci95: tuple[float, float]) -> float:
    """Standard deviation of the normal distribution with this 95 % interval, in its unit.

    Parameters
    ----------
    ci95
        Lower and upper end.

    Returns
    -------
    float
        Not negative.
    """
    return interval_half_width(ci95) / NORMAL_95
