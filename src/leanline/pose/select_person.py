"""Selection of the person to measure among those in view."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from leanline.errors import NobodyError, UsageError
from leanline.model import AnalysisWarning, warning
from leanline.pose.sightings import TrackedPerson

# False detections score lower (0.5 to 0.8 on empty scenes and equipment, 0.9 and more on people).
MIN_SCORE = 0.8
MIN_SIGHTINGS = 3
# Somebody half hidden, or dark on dark, scores less most of the time; furniture never so much.
CLEAR_SCORE = 0.85


@dataclass(frozen=True)
class PersonSelection:
    """The person to measure.

    Parameters
    ----------
    person
        Who is measured.
    others
        How many other people are in the clip.
    notes
        Warnings about them.
    """

    person: TrackedPerson
    others: int
    notes: tuple[AnalysisWarning, ...]


def people_in(tracked: tuple[TrackedPerson, ...]) -> tuple[TrackedPerson, ...]:
    """Return who is surely a person, in order of appearance, from left to right."""
    real = [p for p in tracked if _is_person(p)]
    return tuple(sorted(real, key=lambda p: (p.sightings[0].time_s, p.sightings[0].person.hip[0])))


def select_person(
    people: tuple[TrackedPerson, ...],
    wanted: int | None,
    path: Path,
    among: tuple[TrackedPerson, ...] | None = None,
) -> PersonSelection:
    """Select the runner: large, long in view, confidently detected, and travelling.

    Parameters
    ----------
    people
        Everybody tracked.
    wanted
        Number of the person to take, from 1 in order of appearance and then from the left; None to
        choose.
    path
        Named in errors.
    among
        Those who may be selected, such as the people of one shot; everybody if None.

    Returns
    -------
    PersonSelection
        The person, with a warning if there are others.

    Raises
    ------
    NobodyError
        There is nobody.
    UsageError
        There is no person with number ``wanted``.
    """
    people = people_in(people)
    candidates = people if among is None else people_in(among)
    if not candidates:
        raise NobodyError("nobody.too_small", path=path)
    if wanted is None:
        person = max(candidates, key=prominence)
    elif wanted <= len(people) and people[wanted - 1] in candidates:
        person = people[wanted - 1]
    else:
        raise UsageError("usage.no_such_person", path=path, person=wanted, people=len(people))
    others = len(people) - 1
    return PersonSelection(person, others, (_others_note(people, person),) if others else ())


def _is_person(person: TrackedPerson) -> bool:
    """Whether it is surely a person most of the time, or clearly one a few times."""
    clear = [s for s in person.sightings if s.person.score >= CLEAR_SCORE]
    sure = person.score >= MIN_SCORE and len(person.sightings) >= MIN_SIGHTINGS
    return sure or len(clear) >= MIN_SIGHTINGS


def prominence(person: TrackedPerson) -> float:
    """Size times time in view times score; people who travel count more."""
    hips = np.array([s.person.hip for s in person.sightings])
    third = max(1, len(hips) // 3)
    start, end = np.median(hips[:third, 0]), np.median(hips[-third:, 0])
    travel = abs(float(end - start)) / person.radius_px
    return person.radius_px * person.duration_s * person.score**2 * (1 + min(travel, 3.0))


def _others_note(people: tuple[TrackedPerson, ...], person: TrackedPerson) -> AnalysisWarning:
    number = people.index(person) + 1
    if not any(_meet(a, b) for a, b in combinations(people, 2)):
        start_s, end_s = person.sightings[0].time_s, person.sightings[-1].time_s
        return warning(
            "several_passes", passes=len(people), person=number, start_s=start_s, end_s=end_s
        )
    return warning("other_people", people=len(people), person=number)


def _meet(a: TrackedPerson, b: TrackedPerson) -> bool:
    """Whether two people are in view at the same time."""
    start_s = max(a.sightings[0].time_s, b.sightings[0].time_s)
    return start_s <= min(a.sightings[-1].time_s, b.sightings[-1].time_s)
