"""The joints of a drawn figure, from the angles of its limbs.

Lengths are shares of body height, x forward and y up; angles are degrees from the vertical, forward
positive, of each limb by itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Literal

Point = tuple[float, float]
Joints = Mapping[str, Point]

# Shares of body height (Winter 2009): hip to knee, knee to ankle, hip to shoulder, shoulder to
# elbow, elbow to knuckles; the ankle above the sole, heel and toes from the ankle; head and neck.
THIGH, SHANK, TRUNK = 0.245, 0.246, 0.288
UPPER_ARM, FOREARM = 0.172, 0.18
SOLE, HEEL, TOE = 0.039, -0.045, 0.115
NECK, HEAD_RADIUS = 0.115, 0.064


@dataclass(frozen=True)
class Pose:
    """Angles of the limbs; of the feet, toes up positive.

    Parameters
    ----------
    trunk, head
        Of the upper body.
    near_thigh, near_shank, near_foot, far_thigh, far_shank, far_foot
        Of the legs.
    near_arm, near_forearm, far_arm, far_forearm
        Of the arms.
    x
        Where the anchor stands.
    lift
        How far the lower foot is above the ground.
    """

    trunk: float = 0.0
    head: float = 0.0
    near_thigh: float = 0.0
    near_shank: float = 0.0
    near_foot: float = 0.0
    far_thigh: float = 0.0
    far_shank: float = 0.0
    far_foot: float = 0.0
    near_arm: float = 0.0
    near_forearm: float = 8.0
    far_arm: float = 0.0
    far_forearm: float = 8.0
    x: float = 0.0
    lift: float = 0.0

    def mirrored(self) -> Pose:
        """The same moment of the other leg's step: near and far limbs change places."""
        values = {
            field.name: getattr(self, _other_side(field.name))
            for field in fields(self)
            if field.name.startswith(("near_", "far_"))
        }
        return replace(self, **values)


def _other_side(name: str) -> str:
    near = name.startswith("near_")
    return name.replace("near_", "far_", 1) if near else name.replace("far_", "near_", 1)


def between(a: Pose, b: Pose, share: float) -> Pose:
    """The pose between two others; the motion starts and ends gently.

    Parameters
    ----------
    a, b
        At shares 0 and 1.
    share
        How far along.

    Returns
    -------
    Pose
        With every angle in between.
    """
    eased = share * share * (3.0 - 2.0 * share)
    values = {
        field.name: getattr(a, field.name)
        + eased * (getattr(b, field.name) - getattr(a, field.name))
        for field in fields(a)
    }
    return Pose(**values)


def joints(
    pose: Pose, anchor: Literal["ankle", "hip"] = "ankle", slope_deg: float = 0.0
) -> dict[str, Point]:
    """Place the joints of a pose on the ground.

    Parameters
    ----------
    pose
        Its angles.
    anchor
        What stands at ``pose.x``: the near ankle of somebody who stands, the hip of somebody who
        runs.
    slope_deg
        How steeply the ground falls forward.

    Returns
    -------
    dict of Point
        By name, such as ``near_knee``; the lower foot is ``pose.lift`` above the ground.
    """
    placed: dict[str, Point] = {"hip": (0.0, 0.0)}
    placed["shoulder"] = _from(placed["hip"], TRUNK, 180.0 - pose.trunk)
    placed["head"] = _from(placed["shoulder"], NECK, 180.0 - pose.head)
    for side in ("near", "far"):
        limb = {name: getattr(pose, f"{side}_{name}") for name in ("thigh", "shank", "foot")}
        knee = _from(placed["hip"], THIGH, limb["thigh"])
        ankle = _from(knee, SHANK, limb["shank"])
        placed |= {f"{side}_knee": knee, f"{side}_ankle": ankle}
        placed[f"{side}_heel"] = _sole(ankle, HEEL, limb["foot"])
        placed[f"{side}_toe"] = _sole(ankle, TOE, limb["foot"])
        elbow = _from(placed["shoulder"], UPPER_ARM, getattr(pose, f"{side}_arm"))
        placed[f"{side}_elbow"] = elbow
        placed[f"{side}_hand"] = _from(elbow, FOREARM, getattr(pose, f"{side}_forearm"))
    across = pose.x - placed["near_ankle" if anchor == "ankle" else "hip"][0]
    fall = math.tan(math.radians(slope_deg))
    soles = [placed[f"{side}_{end}"] for side in ("near", "far") for end in ("heel", "toe")]
    up = pose.lift - min(y + fall * (x + across) for x, y in soles)
    return {name: (x + across, y + up) for name, (x, y) in placed.items()}


def frames(poses: Sequence[Pose], per_pose: int) -> tuple[Pose, ...]:
    """The poses of a loop with ``per_pose`` moments from each to the next, and back to the first.

    Parameters
    ----------
    poses
        In order.
    per_pose
        At least 1.

    Returns
    -------
    tuple of Pose
        The last is the first again.
    """
    found = [
        between(a, b, step / per_pose)
        for a, b in zip(poses, [*poses[1:], poses[0]], strict=True)
        for step in range(per_pose)
    ]
    return (*found, poses[0])


#: Names of the angles that a pose may give.
ANGLES: Final = frozenset(field.name for field in fields(Pose))


def _from(start: Point, length: float, angle_deg: float) -> Point:
    """The end of a limb that hangs down at angle 0 and points forward at 90 degrees."""
    angle = math.radians(angle_deg)
    return start[0] + length * math.sin(angle), start[1] - length * math.cos(angle)


def _sole(ankle: Point, along: float, foot_deg: float) -> Point:
    """A point of the sole, ``along`` ahead of the ankle, with the toes up by ``foot_deg``."""
    angle = math.radians(foot_deg)
    x = along * math.cos(angle) + SOLE * math.sin(angle)
    y = along * math.sin(angle) - SOLE * math.cos(angle)
    return ankle[0] + x, ankle[1] + y
