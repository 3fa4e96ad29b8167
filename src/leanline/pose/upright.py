"""Whether the people in a picture are upright, by the detector's line from hips to shoulders.

The detector finds people in every orientation and knows where their shoulders are, so that a
picture whose pixels are turned is recognised by the people in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from leanline.pose.sightings import TrackedPerson

# Share of the sightings that must agree on a turn, and how far off it, in degrees, they may be in
# the median: runners lean by up to 30, people who get up or bend down pass through all angles.
_AGREEING: Final = 0.6
_MAX_OFF_DEG: Final = 35.0


def upright_turn_deg(people: Iterable[TrackedPerson]) -> int:
    """Return the quarter turns clockwise that put these people upright.

    Parameters
    ----------
    people
        As tracked in the picture as it is.

    Returns
    -------
    int
        0, 90, 180 or 270 degrees; 0 if they are upright, disagree or lie askew.
    """
    tilt = np.array([_tilt_deg(trunk) for someone in people for trunk in _trunks(someone)])
    if len(tilt) == 0:
        return 0
    quarter = np.rint(tilt / 90.0) * 90.0
    turn = np.mod(-quarter, 360.0)
    values, counts = np.unique(turn, return_counts=True)
    best = float(values[np.argmax(counts)])
    off = np.abs(tilt - quarter)[turn == best]
    if counts.max() < _AGREEING * len(tilt) or float(np.median(off)) > _MAX_OFF_DEG:
        return 0
    return int(best)


def _trunks(someone: TrackedPerson) -> Iterable[tuple[float, float]]:
    """Steps from the hips to the shoulders, x right and y down."""
    for sighting in someone.sightings:
        hip, shoulder = sighting.person.hip, sighting.person.shoulder
        yield shoulder[0] - hip[0], shoulder[1] - hip[1]


def _tilt_deg(step: tuple[float, float]) -> float:
    """Angle from straight up, clockwise positive, degrees."""
    return float(np.degrees(np.arctan2(step[0], -step[1])))
