"""Coverage and sharpness of stated 95 % intervals."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from leanline.model import Array
from leanline.scoring.agreement import Interval

STATED: Final = 0.95
LEVELS: Final = (0.5, 0.68, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Reliability:
    """Coverage at one nominal level, assuming that the stated intervals are normal.

    Parameters
    ----------
    level
        Nominal coverage, 0 to 1.
    covered
        Share of the truths inside the rescaled intervals, 0 to 1.
    covered_ci95
        Its exact 95 % interval.
    brier
        Mean of (level - inside)^2, whose expectation for a correct level is level x (1 - level)
        (Brier 1950).
    """

    level: float
    covered: float
    covered_ci95: Interval
    brier: float


@dataclass(frozen=True)
class Calibration:
    """Calibration of stated 95 % intervals.

    Parameters
    ----------
    n
        Number of intervals.
    covered
        Share of the truths inside their intervals, 0 to 1.
    covered_ci95
        Its exact 95 % interval.
    width
        Median width, in the unit of the value.
    interval_score
        Mean interval score (Gneiting & Raftery 2007), in the unit of the value; lower is better.
    reliability
        Coverage at each of ``LEVELS``.
    """

    n: int
    covered: float
    covered_ci95: Interval
    width: float
    interval_score: float
    reliability: tuple[Reliability, ...]

    @property
    def brier(self) -> float:
        """Mean Brier score over all levels."""
        return sum(row.brier for row in self.reliability) / len(self.reliability)


def calibration(true: Array, low: Array, high: Array) -> Calibration:
    """Compute coverage, median width, interval score and reliability of stated 95 % intervals.

    Parameters
    ----------
    true
        (N,) true values, N at least 1.
    low, high
        (N,) ends of the intervals.

    Returns
    -------
    Calibration
        Of all N intervals.
    """
    inside = (low <= true) & (true <= high)
    return Calibration(
        n=len(true),
        covered=float(inside.mean()),
        covered_ci95=binomial_interval(int(inside.sum()), len(true)),
        width=float(np.median(high - low)),
        interval_score=float(interval_scores(true, low, high).mean()),
        reliability=tuple(reliability(true, low, high, level) for level in LEVELS),
    )


def interval_scores(true: Array, low: Array, high: Array, level: float = STATED) -> Array:
    """Return the interval scores: width plus 2 / (1 - level) times the distance of a truth outside.

    A proper score: its expectation is minimal for the true quantiles (Gneiting & Raftery, J Am Stat
    Assoc 2007;102:359, equation 43).

    Parameters
    ----------
    true
        (N,) true values.
    low, high
        (N,) ends of the intervals.
    level
        Nominal coverage of the intervals, 0 to 1, less than 1.

    Returns
    -------
    Array
        (N,) in the unit of the values; lower is better.
    """
    outside = np.maximum(low - true, 0) + np.maximum(true - high, 0)
    return np.asarray(high - low + 2 / (1 - level) * outside)


def reliability(true: Array, low: Array, high: Array, level: float) -> Reliability:
    """Compute the coverage of stated 95 % intervals rescaled about their centres to another level.

    Parameters
    ----------
    true
        (N,) true values, N at least 1.
    low, high
        (N,) ends of the intervals.
    level
        Nominal coverage to rescale to, 0 to 1, less than 1.

    Returns
    -------
    Reliability
        At that level.
    """
    normal = NormalDist()
    share = normal.inv_cdf(0.5 + level / 2) / normal.inv_cdf(0.5 + STATED / 2)
    inside = np.abs(true - 0.5 * (low + high)) <= share * 0.5 * (high - low)
    return Reliability(
        level,
        float(inside.mean()),
        binomial_interval(int(inside.sum()), len(true)),
        float(((level - inside) ** 2).mean()),
    )


def binomial_interval(hits: int, n: int) -> Interval:
    """Return the exact 95 % interval of a share (Clopper & Pearson, Biometrika 1934;26:404).

    Parameters
    ----------
    hits
        From 0 to ``n``.
    n
        Number of trials, at least 1.

    Returns
    -------
    tuple of float
        Lower and upper end, 0 to 1.
    """
    from scipy.special import betaincinv

    low = betaincinv(hits, n - hits + 1, 0.025) if hits else 0.0
    high = betaincinv(hits + 1, n - hits, 0.975) if hits < n else 1.0
    return float(low), float(high)
