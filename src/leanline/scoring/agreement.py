"""Bias, error and limits of agreement between measured and true values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.model import Array
from leanline.scoring.bootstrap import cluster_interval
from leanline.signals.robust_fit import MAD_TO_SD

Interval = tuple[float, float]

#: Half width of the 95 % limits of agreement in standard deviations (Bland & Altman 1986).
LIMITS_SD: Final = NORMAL_95


@dataclass(frozen=True)
class Agreement:
    """Agreement of ``n`` measured values of ``persons`` persons with the true ones.

    All numbers are in the unit of the value; differences are measured minus true. ``bias`` and
    ``median`` are their mean and median, ``mae`` and ``worst`` the mean and maximum of their
    absolute values; ``sd`` is their standard deviation, ``robust_sd`` its estimate from the median
    absolute deviation. ``limits`` are the 95 % limits of agreement. Confidence intervals come from
    a bootstrap over persons. None where there are too few values or persons.
    """

    n: int
    persons: int
    bias: float
    bias_ci95: Interval | None
    median: float
    mae: float
    mae_ci95: Interval | None
    worst: float
    sd: float | None
    robust_sd: float
    limits: Interval | None


def agreement(differences: Array, who: Sequence[str]) -> Agreement:
    """Compute the agreement of differences (N,), N at least 1; ``who`` names each one's person."""
    median = float(np.median(differences))
    return Agreement(
        n=len(differences),
        persons=len(set(who)),
        bias=float(differences.mean()),
        bias_ci95=_mean_interval(differences, who),
        median=median,
        mae=float(np.abs(differences).mean()),
        mae_ci95=_mean_interval(np.abs(differences), who),
        worst=float(np.abs(differences).max()),
        sd=float(differences.std(ddof=1)) if len(differences) > 1 else None,
        robust_sd=MAD_TO_SD * float(np.median(np.abs(differences - median))),
        limits=limits_of_agreement(differences, who),
    )


def limits_of_agreement(differences: Array, who: Sequence[str]) -> Interval | None:
    """Return limits that contain 95 % of the differences of a clip of a new person, if normal.

    Bias and ``LIMITS_SD`` standard deviations (Bland & Altman, Lancet 1986;327:307). Where persons
    have several clips the variance is that between persons and that within them, from a one-way
    analysis of variance of the differences (Bland & Altman, J Biopharm Stat 2007;17:571,
    section 3: the true value varies); negative estimates count as zero. None for fewer than two
    differences; for a single person the limits are those within the person.
    """
    if len(differences) < 2:
        return None
    half = LIMITS_SD * total_variance(differences, who) ** 0.5
    bias = float(differences.mean())
    return bias - half, bias + half


def total_variance(differences: Array, who: Sequence[str]) -> float:
    """Return the variance between plus within persons of differences (N,), N at least 2."""
    names = np.asarray(who, dtype=str)
    groups = [differences[names == name] for name in sorted(set(who))]
    n, persons = len(differences), len(groups)
    if persons in (1, n):
        return float(differences.var(ddof=1))
    sizes = np.array([len(group) for group in groups])
    means = np.array([group.mean() for group in groups])
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (n - persons)
    between = (sizes * (means - differences.mean()) ** 2).sum() / (persons - 1)
    # Mean number of clips per person, corrected for unequal numbers.
    per_person = (n - (sizes**2).sum() / n) / (persons - 1)
    return float(within + max((between - within) / per_person, 0.0))


def _mean_interval(values: Array, who: Sequence[str]) -> Interval | None:
    columns = np.column_stack([np.ones(len(values)), values])
    return cluster_interval(who, columns, lambda sums: sums[:, 1] / sums[:, 0])
