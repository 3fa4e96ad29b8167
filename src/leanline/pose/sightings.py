"""What is known of a person who is tracked through a clip, and who is the same person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.model import Array, PersonPath
from leanline.pose.detector import Person

# A runner who passes behind something is found again within this time, seconds; chosen: long enough
# for a parked car at a jog.
MAX_HIDDEN_S: Final = 3.0
# How far from the expected place they are then, in circle radii, and in radii for each second; and
# the ratio of sizes of the same person before and after. Chosen: the reach is wider than 99 % of
# the people need who are hidden artificially (validation/LOST_AND_FOUND.md), as nobody is half
# covered there; the ratio is that of 99 % of them within a second.
NEAR, NEAR_PER_S = 0.6, 0.4
MAX_SIZE_RATIO: Final = 1.43
# Time over which a person's speed is measured, seconds.
SPEED_S: Final = 1.0


@dataclass(frozen=True)
class Sighting:
    """One person in one key frame.

    Parameters
    ----------
    time_s
        Seconds of the clip.
    person
        Where they are.
    """

    time_s: float
    person: Person


@dataclass(frozen=True)
class TrackedPerson:
    """One person's path through the clip.

    Parameters
    ----------
    sightings
        At least one, in order of time.
    """

    sightings: tuple[Sighting, ...]

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sighting."""
        return self.sightings[-1].time_s - self.sightings[0].time_s

    @property
    def radius_px(self) -> float:
        """Median radius of the circle around the body."""
        return float(np.median([s.person.radius_px for s in self.sightings]))

    @property
    def score(self) -> float:
        """Median detector score."""
        return float(np.median([s.person.score for s in self.sightings]))

    def path(self) -> PersonPath:
        """Times, circles and scores of the sightings."""
        return PersonPath(
            np.array([s.time_s for s in self.sightings]),
            np.array([(*s.person.hip, s.person.radius_px) for s in self.sightings]),
            np.array([s.person.score for s in self.sightings]),
        )


def rejoin(
    people: Sequence[TrackedPerson], cuts_s: Sequence[float] = ()
) -> tuple[TrackedPerson, ...]:
    """Join the parts of people who were lost and found again, such as behind a post.

    Parameters
    ----------
    people
        As tracked.
    cuts_s
        Times of cuts of the film, across which nobody is joined.

    Returns
    -------
    tuple of TrackedPerson
        Those with most sightings first.
    """
    joined: list[TrackedPerson] = []
    for person in sorted(people, key=lambda p: p.sightings[0].time_s):
        earlier = [one for one in joined if _continues(one, person, cuts_s)]
        if earlier:
            nearest = min(earlier, key=lambda one: way_between(one, person))
            joined.remove(nearest)
            person = TrackedPerson((*nearest.sightings, *person.sightings))
        joined.append(person)
    return tuple(sorted(joined, key=lambda p: -len(p.sightings)))


def _continues(before: TrackedPerson, after: TrackedPerson, cuts_s: Sequence[float]) -> bool:
    """Whether ``after`` is where ``before`` would have come to, and as large."""
    start_s, end_s = before.sightings[-1].time_s, after.sightings[0].time_s
    hidden_s = end_s - start_s
    if not 0.0 < hidden_s <= MAX_HIDDEN_S or any(start_s < cut <= end_s for cut in cuts_s):
        return False
    size = after.sightings[0].person.radius_px / before.sightings[-1].person.radius_px
    if not 1.0 / MAX_SIZE_RATIO < size < MAX_SIZE_RATIO:
        return False
    reach_px = reach_in_radii(hidden_s) * before.sightings[-1].person.radius_px
    return way_between(before, after) < reach_px


def reach_in_radii(hidden_s: float) -> float:
    """Return the largest distance from the expected place, in radii of the circle.

    Parameters
    ----------
    hidden_s
        How long the person was hidden, seconds.

    Returns
    -------
    float
        Above 0.
    """
    return NEAR + NEAR_PER_S * hidden_s


def way_between(before: TrackedPerson, after: TrackedPerson) -> float:
    """Distance between where both parts were halfway through the gap.

    Parameters
    ----------
    before, after
        What was seen until the person was lost, and since they were found again.

    Returns
    -------
    float
        Pixels, not negative.
    """
    last, first = before.sightings[-1], after.sightings[0]
    half_s = 0.5 * (first.time_s - last.time_s)
    ahead = np.array(last.person.hip) + half_s * _speed(before.sightings[::-1])
    back = np.array(first.person.hip) - half_s * _speed(after.sightings)
    return float(np.hypot(*(ahead - back)))


def _speed(sightings: Sequence[Sighting]) -> Array:
    """Velocity of the hips over the first second of these sightings, (2,) pixels a second."""
    start = sightings[0]
    near = [s for s in sightings if abs(s.time_s - start.time_s) <= SPEED_S]
    span_s = near[-1].time_s - start.time_s
    if span_s == 0.0:
        return np.zeros(2)
    return np.asarray((np.array(near[-1].person.hip) - np.array(start.person.hip)) / span_s)
