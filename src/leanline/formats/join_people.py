"""Identities that follow each other are one person: trackers lose somebody and count anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.formats.recording import LOST_AFTER, Person
from leanline.model import Array

#: Where the next identity begins, in body sizes from the end of the last; and how much further for
#: each frame in between: 4 m/s at 30 frames a second.
MAX_DISTANCE: Final = 0.5
PER_FRAME: Final = 0.08
#: Largest ratio of the sizes.
MAX_GROWTH: Final = 1.5
#: Frames at either end of an identity that tell its size.
END_FRAMES: Final = 5


@dataclass(frozen=True, eq=False)
class _Part:
    """One identity: the frames in which it is seen, first to last, and where it begins and ends."""

    person: Person
    first: int
    last: int


def join_people(people: tuple[Person, ...]) -> tuple[Person, ...]:
    """Join identities of which one begins soon after, and close to where, another ends.

    Parameters
    ----------
    people
        Over the same frames.

    Returns
    -------
    tuple of Person
        As many or fewer; somebody joined has the label of the first identity.
    """
    parts = sorted(filter(None, map(_part, people)), key=lambda part: part.first)
    unseen = tuple(person for person in people if not (person.confidence > 0).any())
    chains: list[_Part] = []
    for part in parts:
        options = [(_distance(chain, part), k) for k, chain in enumerate(chains)]
        distance, nearest = min(options, default=(np.inf, -1))
        if np.isfinite(distance):
            chains[nearest] = _joined(chains[nearest], part)
        else:
            chains.append(part)
    return (*(chain.person for chain in chains), *unseen)


def _part(person: Person) -> _Part | None:
    seen = np.flatnonzero((person.confidence > 0).any(axis=1))
    return _Part(person, int(seen[0]), int(seen[-1])) if len(seen) else None


def _distance(one: _Part, two: _Part) -> float:
    """How far apart the end of one and the beginning of the other are, as a share of what may be;
    infinite if they cannot be the same person.
    """
    gap = two.first - one.last
    if not 0 < gap <= LOST_AFTER:
        return np.inf
    end = one.person.xyz[one.last, :, :2]
    begin = two.person.xyz[two.first, :, :2]
    sizes = _size(one, at_end=True), _size(two, at_end=False)
    if not min(sizes) > 0 or max(sizes) > MAX_GROWTH * min(sizes):
        return np.inf
    ways = np.linalg.norm(begin - end, axis=1) / max(sizes)
    known = ways[np.isfinite(ways)]
    allowed = MAX_DISTANCE + PER_FRAME * (gap - 1)
    share = float(np.median(known)) / allowed if len(known) else np.inf
    return share if share < 1.0 else np.inf


def _size(part: _Part, *, at_end: bool) -> float:
    """The body's largest extent near one end; 0 if too little is seen."""
    frames = part.person.xyz[part.first : part.last + 1, :, :2]
    near = frames[-END_FRAMES:] if at_end else frames[:END_FRAMES]
    return max((_extent(frame) for frame in near), default=0.0)


def _extent(frame: Array) -> float:
    known = frame[np.isfinite(frame).all(axis=1)]
    return float(np.ptp(known, axis=0).max()) if len(known) > 1 else 0.0


def _joined(one: _Part, two: _Part) -> _Part:
    mine = np.arange(len(one.person.xyz)) <= one.last
    person = Person(
        np.where(mine[:, None, None], one.person.xyz, two.person.xyz),
        np.where(mine[:, None], one.person.confidence, two.person.confidence),
        one.person.label,
    )
    return _Part(person, one.first, two.last)
