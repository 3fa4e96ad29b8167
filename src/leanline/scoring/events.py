"""Matching of detected with true foot events, and their time differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Maximum distance of a detected event from the true one, seconds.
WINDOW_S: Final = 0.10


@dataclass(frozen=True)
class FootEvents:
    """Events of one kind and foot in one clip.

    Parameters
    ----------
    true
        Number of true events.
    counted
        Number of detected events between the first and the last true one, widened by ``WINDOW_S``
        at both ends.
    differences_s
        Detected minus true, of the matched events, seconds.
    right_side
        Number of matched events that count as on the correct foot.
    """

    true: int
    counted: int
    differences_s: tuple[float, ...]
    right_side: int


def compare_foot(
    true: Sequence[float], found: Sequence[float], found_other: Sequence[float]
) -> FootEvents:
    """Compare a foot's detected events with its true ones and with the other foot's.

    If more true events match the other foot, the feet are considered swapped in this clip, and no
    event is on the correct side.

    Parameters
    ----------
    true
        True times of the foot, seconds, increasing.
    found
        Detected times of the foot, seconds.
    found_other
        Detected times of the other foot, seconds.

    Returns
    -------
    FootEvents
        All zero without a true event.
    """
    if not true:
        return FootEvents(0, 0, (), 0)
    counted = [t for t in found if true[0] - WINDOW_S <= t <= true[-1] + WINDOW_S]
    pairs = match_events(true, counted)
    exchanged = len(match_events(true, found_other)) > len(pairs)
    differences = tuple(detected - true_s for true_s, detected in pairs)
    return FootEvents(len(true), len(counted), differences, 0 if exchanged else len(pairs))


def match_events(true: Sequence[float], found: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Pair true and detected times that are each other's nearest, within ``WINDOW_S``.

    Of two equally near times the earlier in its sequence is taken.

    Parameters
    ----------
    true, found
        Seconds.

    Returns
    -------
    tuple of tuple of float
        Pairs of true and detected time, in the order of ``true``.
    """
    pairs = []
    for true_s in true:
        nearest = min(found, key=lambda t: abs(t - true_s), default=None)
        if nearest is None or abs(nearest - true_s) > WINDOW_S:
            continue
        if _nearest(true, nearest) == true_s:
            pairs.append((true_s, nearest))
    return tuple(pairs)


def _nearest(times: Sequence[float], to: float) -> float:
    return min(times, key=lambda t: abs(t - to))
