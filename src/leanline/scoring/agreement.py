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
    """Agreement of measured with true values, in their unit; differences are measured minus true.

    Confidence intervals come from a bootstrap over persons.

    Parameters
    ----------
    n
        Number of values.
    persons
        Number of persons.
    bias
        Mean difference.
    bias_ci95
        Its 95 % interval; None for fewer than two persons.
    median
        Median difference.
    mae
        Mean absolute difference.
    mae_ci95
        Its 95 % interval; None for fewer than two persons.
    worst
        Largest absolute difference.
    sd
        Standard deviation of the differences; None for a single value.
    robust_sd
        Same, estimated from the median absolute deviation.
    limits
        95 % limits of agreement (Bland & Altman 1986, 2007); None for a single value.
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
    """Compute the agreement of measured with true values.

    Parameters
    ----------
    differences
        (N,) measured minus true, N at least 1.
    who
        The person of each.

    Returns
    -------
    Agreement
        In the unit of the differences.
    """
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
    section 3: the true value varies); negative estimates count as zero.

    Parameters
    ----------
    differences
        (N,) measured minus true.
    who
        The person of each.

    Returns
    -------
    tuple of float or None
        Lower and upper limit; None for fewer than two differences. For a single person they are the
        limits within the person.
    """
    if len(differences) < 2:
        return None
    half = LIMITS_SD * total_variance(differences, who) ** 0.5
    bias = float(differences.mean())
    return bias - half, bias + half


def total_variance(differences: Array, who: Sequence[str]) -> float:
    """Return the variance between plus within persons (Bland & Altman 2007).

    Parameters
    ----------
    differences
        (N,) N at least 2.
    who
        The person of each.

    Returns
    -------
    float
        In the squared unit of the differences; the sample variance for a single person or one
        difference per person.
    """
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
