"""The angles of somebody who stands and leans, and where their line breaks."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.metrics.geometry import lean_deg
from leanline.model import Array, BreakName, PoseTrack, frozen_array
from leanline.registry.metrics import threshold
from leanline.skeleton import SIDES

# Which frames, (T,).
Frames = NDArray[np.bool_]

# A part of the line is called broken beyond this, degrees from the runner's own zero.
HIP_LIMIT_DEG: Final = threshold("stand_straightness_deg", "broken")
KNEE_LIMIT_DEG: Final = threshold("stand_break", "knees")
HEAD_LIMIT_DEG: Final = threshold("stand_break", "head")
# Hips this much behind where they stand tall (lean of the leg line) sit back.
SITTING_DEG: Final = 1.0


@dataclass(frozen=True)
class Posture:
    """One posture, degrees; NaN where the points were not seen.

    ``lean_deg`` mid-ankle to mid-shoulder and ``leg_deg`` mid-ankle to mid-hip against the
    vertical, forward positive; ``hip_deg`` how much more the trunk leans than the legs,
    positive when bent forward; ``knee_deg`` how much more the shank leans than the thigh,
    positive when bent; ``head_deg`` how much more shoulder to ear leans than the trunk,
    positive when the head is forward.
    """

    lean_deg: float
    leg_deg: float
    hip_deg: float
    knee_deg: float = float("nan")
    head_deg: float = float("nan")

    def less(self, zero: Posture) -> Posture:
        """Every angle less that of the runner's own zero."""
        return Posture(*(a - b for a, b in zip(astuple(self), astuple(zero), strict=True)))


@dataclass(frozen=True)
class Postures:
    """Postures over time: each field (T,), ``time_s`` in seconds, the others as ``Posture``."""

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
        """The posture of one frame."""
        angles = (self.lean_deg, self.leg_deg, self.hip_deg, self.knee_deg, self.head_deg)
        return Posture(*(float(angle[index]) for angle in angles))

    def where(self, chosen: Frames) -> Postures:
        """The chosen frames."""
        return Postures(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def mean(self) -> Posture:
        """Mean of each angle over the frames that have it."""
        angles = (self.lean_deg, self.leg_deg, self.hip_deg, self.knee_deg, self.head_deg)
        return Posture(*(_mean(angle) for angle in angles))


@dataclass(frozen=True)
class Break:
    """The part of the line that is furthest from straight.

    ``angle_deg`` is its angle from zero without a sign; ``name`` says what it does, None
    while it is within its limit and so the line is straight; ``share`` is the angle over its
    limit.
    """

    angle_deg: float
    name: BreakName | None
    share: float = float("nan")


def postures(
    time_s: Array, ankle: Array, knee: Array, hip: Array, shoulder: Array, ear: Array
) -> Postures:
    """Postures from the middles of left and right, each (T, 2), x ahead and y truly up.

    Any unit will do. Points that are not seen are NaN, and only the angles that need them
    are NaN then.
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


def postures_of(pose: PoseTrack) -> Postures:
    """Postures of a track that faces +x, is upright and has its points at the joint centres."""
    points = (pose.mid(part) for part in ("ankle", "knee", "hip", "shoulder", "ear"))
    return replace(postures(pose.time_s, *points), knee_deg=_knees(pose))


def _knees(pose: PoseTrack) -> Array:
    """Bend of the knees, mean of those that are seen: the far one is often hidden."""
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
    """Where a line is furthest from straight, each part measured by its own limit.

    Parameters
    ----------
    posture
        What is seen.
    zero
        The runner standing tall; parts that are NaN in either are not judged.

    Returns
    -------
    Break
        NaN and None when nothing can be judged.
    """
    off = posture.less(zero)
    parts: tuple[tuple[float, float, BreakName, BreakName], ...] = (
        (off.hip_deg, HIP_LIMIT_DEG, _bend_name(off.leg_deg), "hips_ahead"),
        # A knee that is pressed back does not break the line.
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
    """Bent forward: the hips went back (sitting), or the trunk alone went ahead."""
    return "hip_back" if leg_off_deg < -SITTING_DEG else "waist_bent"


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
