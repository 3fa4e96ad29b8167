"""Paths of the body parts that determine gait events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leanline.model import Array, PoseTrack
from leanline.skeleton import SIDES, Side


@dataclass(frozen=True, eq=False)
class BodyPaths:
    """Paths of one runner, x forward in the running direction, y up, in any one unit.

    ``time_s`` (T,) increases strictly; ``hip`` and ``shoulder`` (T, 2) are midpoints of left and
    right; ``knee``, ``ankle``, ``heel`` and ``toe`` are (T, 2) for each side. NaN where missing.
    """

    time_s: Array
    hip: Array
    shoulder: Array
    knee: Mapping[Side, Array]
    ankle: Mapping[Side, Array]
    heel: Mapping[Side, Array]
    toe: Mapping[Side, Array]

    def middle_of_foot(self, side: Side) -> Array:
        """Midpoint of heel and toe, (T, 2)."""
        return 0.5 * (self.heel[side] + self.toe[side])


def body_paths(pose: PoseTrack) -> BodyPaths:
    """Collect the paths of a track that faces +x.

    The ankle replaces a missing heel or toe, the heel a missing ankle.
    """
    return BodyPaths(
        time_s=pose.time_s,
        hip=pose.mid("hip"),
        shoulder=pose.mid("shoulder"),
        knee={side: pose.point(f"{side}_knee") for side in SIDES},
        ankle={side: _first_of(pose, side, "ankle", "heel") for side in SIDES},
        heel={side: _first_of(pose, side, "heel", "ankle") for side in SIDES},
        toe={side: _first_of(pose, side, "foot_index", "ankle", "heel") for side in SIDES},
    )


def _first_of(pose: PoseTrack, side: Side, *parts: str) -> Array:
    """Return the first of the parts that the track has; NaN if it has none."""
    available = [part for part in parts if pose.has(f"{side}_{part}")]
    return pose.point(f"{side}_{available[0] if available else parts[0]}")
