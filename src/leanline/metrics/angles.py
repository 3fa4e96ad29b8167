"""Joint angles in the sagittal plane, with OpenSim's names and signs.

Signs are those of the full-body model of Rajagopal et al. 2016: hip flexion, knee flexion,
dorsiflexion, arm flexion and elbow flexion positive, pelvic tilt positive backward.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from leanline.metrics.geometry import lean_deg, rise_deg
from leanline.model import Array, PoseTrack
from leanline.skeleton import SIDES

#: Definitions of the angles, one per line, for file headers.
SIGNS: Final = (
    "pelvis_tilt: trunk line hip-shoulder against vertical, positive backwards (OpenSim); "
    "pelvis and trunk are one segment, the pelvis alone is not seen",
    "hip_flexion: thigh against the trunk line, positive with the knee ahead",
    "knee_angle: shank against thigh, 0 straight, positive flexed (Rajagopal 2016; "
    "gait2392 has the opposite sign)",
    "ankle_angle: line heel-toe against the shank, 0 at a right angle, positive toes up",
    "arm_flex: upper arm against the trunk line, positive ahead; elbow_flex: positive flexed",
)


def joint_angles(track: PoseTrack) -> dict[str, Array]:
    """Compute joint angles over time, by OpenSim's coordinate names.

    Parameters
    ----------
    track
        Facing +x, true vertical along y; in metres if the pelvis position is needed.

    Returns
    -------
    dict of str to Array
        (T,) degrees from -180 to 180, NaN where a point is missing; for a track in metres also
        ``pelvis_tx`` and ``pelvis_ty``, metres, the midpoint of the hips. Joints whose points
        the track lacks are left out. Signs as in ``SIGNS``.
    """
    hip, shoulder = track.mid("hip"), track.mid("shoulder")
    trunk = lean_deg(hip, shoulder)
    angles = {"pelvis_tilt": -trunk}
    if track.unit == "m":
        angles |= {"pelvis_tx": hip[:, 0].copy(), "pelvis_ty": hip[:, 1].copy()}
    for side in SIDES:
        angles |= {
            f"{name}_{side[0]}": _wrap(values)
            for name, values in _side_angles(track, side, trunk).items()
        }
    return {name: values for name, values in angles.items() if np.isfinite(values).any()}


def _side_angles(track: PoseTrack, side: str, trunk: Array) -> dict[str, Array]:
    at = {part: track.point(f"{side}_{part}") for part in _PARTS}
    thigh = _swing(at["hip"], at["knee"])
    shank = _swing(at["knee"], at["ankle"])
    upper_arm = _swing(at["shoulder"], at["elbow"])
    forearm = _swing(at["elbow"], at["wrist"])
    return {
        "hip_flexion": thigh + trunk,
        "knee_angle": thigh - shank,
        "ankle_angle": rise_deg(at["heel"], at["foot_index"]) - shank,
        "arm_flex": upper_arm + trunk,
        "elbow_flex": forearm - upper_arm,
    }


_PARTS: Final = (
    "shoulder",
    "elbow",
    "wrist",
    "hip",
    "knee",
    "ankle",
    "heel",
    "foot_index",
)


def _swing(upper: Array, lower: Array) -> Array:
    """Angle of a hanging segment from straight down, positive when its end is ahead."""
    line = lower - upper
    return np.asarray(np.degrees(np.arctan2(line[:, 0], -line[:, 1])))


def _wrap(degrees: Array) -> Array:
    return np.asarray((degrees + 180.0) % 360.0 - 180.0)
