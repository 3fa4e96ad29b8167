"""Found against true events of the feet: which belong together, and how far apart they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: A found event farther from every true one is not that event, seconds.
WINDOW_S: Final = 0.10


@dataclass(frozen=True)
class FootEvents:
    """Events of one kind of one foot of one clip.

    ``counted`` are the found ones between the first and the last true one, widened by the
    window at both ends; ``differences_s`` of those matched is found minus true. ``right_side``
    is how many of the matched count as being on the right foot.
    """

    true: int
    counted: int
    differences_s: tuple[float, ...]
    right_side: int


def compare_foot(
    true: Sequence[float], found: Sequence[float], found_other: Sequence[float]
) -> FootEvents:
    """Events of one kind of one foot, ``true`` and ``found``, and those found of the other foot.

    Where more true events match the other foot's, the feet are taken for exchanged in this clip,
    and none is on the right side.
    """
    if not true:
        return FootEvents(0, 0, (), 0)
    counted = [t for t in found if true[0] - WINDOW_S <= t <= true[-1] + WINDOW_S]
    pairs = matched(true, counted)
    exchanged = len(matched(true, found_other)) > len(pairs)
    differences = tuple(own - at for at, own in pairs)
    return FootEvents(len(true), len(counted), differences, 0 if exchanged else len(pairs))


def matched(true: Sequence[float], found: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Pairs of true and found times that are each other's nearest, within ``WINDOW_S``.

    Of two equally near the earlier in its sequence counts.
    """
    pairs = []
    for at in true:
        nearest = min(found, key=lambda t: abs(t - at), default=None)
        if nearest is None or abs(nearest - at) > WINDOW_S:
            continue
        if _nearest(true, nearest) == at:
            pairs.append((at, nearest))
    return tuple(pairs)


def _nearest(times: Sequence[float], to: float) -> float:
    return min(times, key=lambda t: abs(t - to))
