"""Angles of a standing and leaning person, and breaks of the body line."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.metrics.geometry import lean_deg
from leanline.model import Array, BreakName, PoseTrack, frozen_array
from leanline.registry.metrics import threshold
from leanline.skeleton import SIDES

# Boolean mask of frames, (T,).
Frames = NDArray[np.bool_]

# Deviation from the baseline beyond which a part of the line is broken, degrees.
HIP_LIMIT_DEG: Final = threshold("stand_straightness_deg", "broken")
KNEE_LIMIT_DEG: Final = threshold("stand_break", "knees")
HEAD_LIMIT_DEG: Final = threshold("stand_break", "head")
# Hips further behind their standing position than this (lean of the leg line) are sitting back.
SITTING_DEG: Final = 1.0


@dataclass(frozen=True)
class Posture:
    """One posture, degrees; NaN where the points were not seen.

    Parameters
    ----------
    lean_deg
        Mid-ankle to mid-shoulder against the vertical, forward positive.
    leg_deg
        Mid-ankle to mid-hip against the vertical, forward positive.
    hip_deg
        How much more the trunk leans than the legs, positive when bent forward.
    knee_deg
        How much more the shank leans than the thigh, positive when bent.
    head_deg
        How much more the line from shoulder to ear leans than the trunk, positive when the
        head is forward.
    """

    lean_deg: float
    leg_deg: float
    hip_deg: float
    knee_deg: float = float("nan")
    head_deg: float = float("nan")

    def minus(self, zero: Posture) -> Posture:
        """Subtract the baseline from every angle."""
        return Posture(*(a - b for a, b in zip(astuple(self), astuple(zero), strict=True)))


@dataclass(frozen=True, eq=False)
class Postures:
    """Postures over time: the angles of ``Posture`` at every moment.

    Parameters
    ----------
    time_s
        (T,) seconds, strictly rising.
    lean_deg, leg_deg, hip_deg, knee_deg, head_deg
        (T,) as in ``Posture``; NaN where the points were not seen.
    """

    time_s: Array
    lean_deg: Array
    leg_deg: Array
    hip_deg: Array
    knee_deg: Array
    head_deg: Array

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen_array(getattr(self, field.name)))

    def __len__(self) -> int:
        return len(self.time_s)

    def at(self, index: int) -> Posture:
        """Return the posture of one frame."""
        angles = (self.lean_deg, self.leg_deg, self.hip_deg, self.knee_deg, self.head_deg)
        return Posture(*(float(angle[index]) for angle in angles))

    def where(self, frames: Frames) -> Postures:
        """Select frames."""
        return Postures(*(getattr(self, field.name)[frames] for field in fields(self)))

    def mean(self) -> Posture:
        """Return the mean of each angle over the frames that have it."""
        angles = (self.lean_deg, self.leg_deg, self.hip_deg, self.knee_deg, self.head_deg)
        return Posture(*(_mean(angle) for angle in angles))


@dataclass(frozen=True)
class Break:
    """The part of the line that is furthest from straight.

    Parameters
    ----------
    angle_deg
        Its angle from the baseline, without a sign.
    name
        What it does; None while it is within its limit, so that the line is straight.
    share
        The angle over its limit.
    """

    angle_deg: float
    name: BreakName | None
    share: float = float("nan")


def postures_from_points(
    time_s: Array, ankle: Array, knee: Array, hip: Array, shoulder: Array, ear: Array
) -> Postures:
    """Compute postures from midpoints of left and right, each (T, 2), x forward, y truly up.

    Any unit. Unseen points are NaN and affect only the angles that need them.

    Parameters
    ----------
    time_s
        (T,) seconds.
    ankle, knee, hip, shoulder, ear
        (T, 2) middles of left and right, x ahead and y up; NaN where not seen.

    Returns
    -------
    Postures
        Of the same frames.
    """
    trunk, leg = lean_deg(hip, shoulder), lean_deg(ankle, hip)
    return Postures(
        time_s,
        lean_deg(ankle, shoulder),
        leg,
        trunk - leg,
        lean_deg(ankle, knee) - lean_deg(knee, hip),
        lean_deg(shoulder, ear) - trunk,
    )


def track_postures(pose: PoseTrack) -> Postures:
    """Compute postures of an upright track that faces +x, with points at the joint centres.

    Parameters
    ----------
    pose
        Facing +x, y truly up, at joint centres.

    Returns
    -------
    Postures
        Of the same frames.
    """
    points = (pose.mid(part) for part in ("ankle", "knee", "hip", "shoulder", "ear"))
    return replace(postures_from_points(pose.time_s, *points), knee_deg=_knees(pose))


def _knees(pose: PoseTrack) -> Array:
    """Mean flexion of the visible knees: the far one is often hidden."""
    bends = [
        lean_deg(pose.point(f"{side}_ankle"), knee) - lean_deg(knee, pose.point(f"{side}_hip"))
        for side in SIDES
        for knee in (pose.point(f"{side}_knee"),)
    ]
    known = np.isfinite(bends)
    total = np.where(known, bends, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def find_break(posture: Posture, zero: Posture) -> Break:
    """Find where the body line is furthest from straight, each part relative to its limit.

    Parameters
    ----------
    posture
        The observed posture.
    zero
        The standing baseline; parts that are NaN in either are ignored.

    Returns
    -------
    Break
        NaN and None if nothing can be judged.
    """
    off = posture.minus(zero)
    parts: tuple[tuple[float, float, BreakName, BreakName], ...] = (
        (off.hip_deg, HIP_LIMIT_DEG, _bend_name(off.leg_deg), "hips_ahead"),
        # Hyperextended knees do not break the line.
        (max(off.knee_deg, 0.0), KNEE_LIMIT_DEG, "knees_bent", "knees_bent"),
        (off.head_deg, HEAD_LIMIT_DEG, "head_dropped", "head_back"),
    )
    seen = [part for part in parts if np.isfinite(part[0])]
    if not seen:
        return Break(float("nan"), None)
    angle, limit, forward, backward = max(seen, key=lambda part: abs(part[0]) / part[1])
    name = forward if angle > 0 else backward
    share = abs(angle) / limit
    return Break(abs(angle), name if share >= 1.0 else None, share)


def _bend_name(leg_off_deg: float) -> BreakName:
    """Flexed forward: either the hips moved back (sitting), or only the trunk moved ahead."""
    return "hip_back" if leg_off_deg < -SITTING_DEG else "waist_bent"


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
