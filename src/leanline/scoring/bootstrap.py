"""Bootstrap over persons, because clips of the same person are not independent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array

SEED: Final = 1
RESAMPLES: Final = 2000


def sums_by_person(who: Sequence[str], columns: Array) -> Array:
    """Sum columns over the rows of each person.

    Parameters
    ----------
    who
        The person of each of the N rows.
    columns
        (N, C).

    Returns
    -------
    Array
        (P, C), persons sorted by name.
    """
    persons, index = np.unique(np.asarray(who, dtype=str), return_inverse=True)
    sums = np.zeros((len(persons), columns.shape[1]))
    np.add.at(sums, index, columns)
    return sums


def cluster_interval(
    who: Sequence[str], columns: Array, statistic: Callable[[Array], Array]
) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of a statistic, resampling persons with all their rows.

    The cluster bootstrap (Davison & Hinkley 1997, section 3.8) with ``RESAMPLES`` samples and the
    fixed ``SEED``, so that it is reproducible.

    Parameters
    ----------
    who
        The person of each of the N rows.
    columns
        (N, C) terms that the statistic needs summed over rows.
    statistic
        Maps the sums of R samples (R, C) to values (R,); NaN for undefined values, which are
        ignored.

    Returns
    -------
    tuple[float, float] or None
        None for fewer than two persons.
    """
    sums = sums_by_person(who, columns)
    if len(sums) < 2:
        return None
    values = statistic(_counts(len(sums)) @ sums)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    low, high = np.percentile(values, (2.5, 97.5))
    return float(low), float(high)


def _counts(persons: int) -> NDArray[np.float64]:
    """Draw how often each person is in each sample, (R, P)."""
    generator = np.random.default_rng(SEED)
    chances = np.full(persons, 1.0 / persons)
    return generator.multinomial(persons, chances, RESAMPLES).astype(np.float64)
