"""Refusals that carry who was found, so that a picture can show it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from leanline.errors import NobodyError
from leanline.model import FoundPeople, PersonPath
from leanline.reason import Reason


@contextmanager
def telling_found(found: FoundPeople) -> Iterator[None]:
    """Have refusals raised in the block carry who was found.

    Parameters
    ----------
    found
        Who was found in the clip.

    Yields
    ------
    None
        For the duration of the block.

    Raises
    ------
    NobodyError
        As raised in the block, with ``found``; what it carries already stays.
    """
    try:
        yield
    except NobodyError as error:
        error.found = error.found or found
        raise


def best_candidate(people: tuple[PersonPath, ...]) -> Reason:
    """The sentence on what comes closest to a person where nobody is surely one.

    Parameters
    ----------
    people
        At least one.

    Returns
    -------
    Reason
        ``nobody.read_candidate``: when, how large, how often and how surely it was seen.
    """
    best = max(people, key=lambda one: (float(np.median(one.score)), len(one.score)))
    return Reason(
        "nobody.read_candidate",
        {
            "start_s": float(best.time_s[0]),
            "end_s": float(best.time_s[-1]),
            "size_px": float(2.0 * np.median(best.circle_px[:, 2])),
            "times": len(best.score),
            "sure_pct": 100.0 * float(np.median(best.score)),
        },
    )
