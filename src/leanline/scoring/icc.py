"""The intraclass correlation for absolute agreement, ICC(A,1), also called ICC(2,1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from leanline.model import Array
from leanline.scoring.agreement import Interval
from leanline.scoring.bootstrap import cluster_interval, sums_by_person

_TAIL = 0.025


@dataclass(frozen=True)
class Icc:
    """ICC(A,1) with its interval.

    Parameters
    ----------
    value
        At most 1; may be negative.
    ci95
        Its 95 % interval; None for too few persons.
    method
        Source of the interval.
    """

    value: float
    ci95: Interval | None
    method: Literal["McGraw & Wong 1996", "persons resampled"]


@dataclass(frozen=True, eq=False)
class MeanSquares:
    """Mean squares of a two-way table of clips and methods; arrays are of one shape.

    Parameters
    ----------
    rows
        Between clips.
    columns
        Between methods.
    error
        Residual.
    n
        Number of clips.
    k
        Number of methods.
    """

    rows: Array
    columns: Array
    error: Array
    n: Array
    k: int = 2

    @property
    def agreement(self) -> Array:
        """ICC(A,1); NaN if nothing varies (McGraw & Wong, Psychol Methods 1996;1:30)."""
        spread = (
            self.rows + (self.k - 1) * self.error + self.k / self.n * (self.columns - self.error)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(spread > 0, (self.rows - self.error) / spread, np.nan))


def icc(true: Array, measured: Array, who: Sequence[str]) -> Icc | None:
    """Compute ICC(A,1) of pairs of true and measured values.

    The interval is that of McGraw & Wong 1996, which assumes independent pairs, if every pair is of
    another person; otherwise it is bootstrapped over persons.

    Parameters
    ----------
    true, measured
        (N,) in one unit.
    who
        The person of each pair.

    Returns
    -------
    Icc or None
        None for fewer than three pairs, or if nothing varies.
    """
    if len(true) < 3:
        return None
    sums = _moments(true, measured)
    found = _mean_squares(sums.sum(axis=0))
    value = float(found.agreement)
    if not np.isfinite(value):
        return None
    if len(set(who)) == len(who):
        return Icc(value, exact_interval(found), "McGraw & Wong 1996")
    resampled = cluster_interval(who, sums, lambda each: _mean_squares(each).agreement)
    return Icc(value, resampled, "persons resampled")


def icc_of_persons(true: Array, measured: Array, who: Sequence[str]) -> Icc | None:
    """Compute ICC(A,1) of each person's means, which makes all rows independent.

    Parameters
    ----------
    true, measured
        (N,) in one unit.
    who
        The person of each pair.

    Returns
    -------
    Icc or None
        None for fewer than three persons, or if nothing varies.
    """
    sums = sums_by_person(who, np.column_stack([np.ones(len(true)), true, measured]))
    means = sums[:, 1:] / sums[:, :1]
    return icc(means[:, 0], means[:, 1], [str(person) for person in range(len(means))])


def _mean_squares(sums: Array) -> MeanSquares:
    """Compute mean squares from sums over pairs x, y.

    Parameters
    ----------
    sums
        (..., 6) number of pairs, and sums of x, y, xx, yy and xy.

    Returns
    -------
    MeanSquares
        Arrays of shape (...).
    """
    n, x, y, xx, yy, xy = np.moveaxis(sums, -1, 0)
    rows = (xx + 2 * xy + yy) / 2 - (x + y) ** 2 / (2 * n)
    columns = (x - y) ** 2 / (2 * n)
    error = (xx - 2 * xy + yy) / 2 - columns
    with np.errstate(divide="ignore", invalid="ignore"):
        # Rounding can make these slightly negative.
        return MeanSquares(
            np.maximum(rows, 0) / (n - 1), columns, np.maximum(error, 0) / (n - 1), n
        )


def exact_interval(found: MeanSquares) -> Interval:
    """Return the 95 % interval of ICC(A,1) by F and Satterthwaite (McGraw & Wong 1996, table 7).

    Parameters
    ----------
    found
        Of one table.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    from scipy.special import fdtri

    n, k, value = float(found.n), found.k, float(found.agreement)
    rows, columns, error = float(found.rows), float(found.columns), float(found.error)
    if value == 1.0:
        return 1.0, 1.0
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    freedom = (a * columns + b * error) ** 2 / (
        (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    others = k * columns + (k * n - k - n) * error
    below = float(fdtri(n - 1, freedom, 1 - _TAIL))
    above = float(fdtri(freedom, n - 1, 1 - _TAIL))
    low = n * (rows - below * error) / (below * others + n * rows)
    high = n * (above * rows - error) / (others + n * above * rows)
    return low, high


def _moments(true: Array, measured: Array) -> Array:
    """Return (N, 6): 1, x, y, xx, yy, xy of each pair, centred to avoid cancellation."""
    middle = 0.5 * (true.mean() + measured.mean())
    x, y = true - middle, measured - middle
    return np.column_stack([np.ones(len(x)), x, y, x * x, y * y, x * y])
