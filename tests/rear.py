"""A made-up body in three dimensions, seen from behind or in front by a pinhole camera.

x to the runner's right, y up, z ahead, metres. For tests of behaviour, never for claims of
accuracy.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leanline.model import Array, PoseTrack, View
from leanline.skeleton import BLAZEPOSE, SIDES, Side

HEIGHT = 1.75
LEG, TRUNK, HEAD = 0.49 * HEIGHT, 0.288 * HEIGHT, 0.12 * HEIGHT
HIP_BREADTH, SHOULDER_BREADTH = 0.20, 0.38
FOCAL_PX, DISTANCE_M, CAMERA_HEIGHT_M = 1100.0, 5.0, 0.9
PICTURE = np.array([1280.0, 720.0])
SIGN: Mapping[Side, float] = {"left": -1.0, "right": 1.0}


def standing_body(
    *,
    stance_m: float = 0.20,
    shift_m: float = 0.0,
    hip_tilt_deg: float = 0.0,
    shoulder_tilt_deg: float = 0.0,
    seconds: float = 4.0,
    fps: float = 30.0,
) -> tuple[Array, dict[str, Array]]:
    """Times, and keypoints (T, 3): feet ``stance_m`` apart, the body ``shift_m`` to the right."""
    times = np.arange(round(seconds * fps)) / fps
    still = np.zeros_like(times)
    hip = np.stack([still + shift_m, still + LEG + 0.08, still], axis=1)
    feet = {side: foot(still + SIGN[side] * 0.5 * stance_m, still, still) for side in SIDES}
    return times, _whole(hip, feet, still + hip_tilt_deg, still + shoulder_tilt_deg)


def running_body(
    *,
    cadence_spm: float = 170.0,
    width_m: float = 0.08,
    hip_drop_deg: float = 5.0,
    shoulder_tilt_deg: float = -3.0,
    lift_m: float = 0.40,
    seconds: float = 8.0,
    fps: float = 60.0,
) -> tuple[Array, dict[str, Array]]:
    """Somebody who runs on the spot over a belt, each foot half of ``width_m`` off the middle.

    At the middle of a stance the side of the swinging leg is lower by the drop and the tilt.
    """
    times = np.arange(round(seconds * fps)) / fps
    phase = np.pi * cadence_spm / 60.0 * times
    wave = np.cos(phase)  # 1 in the middle of the right stance
    bounce = -0.04 * np.cos(2.0 * phase)
    hip = np.stack([0.01 * wave, LEG + 0.08 + bounce, np.zeros_like(times)], axis=1)
    feet = {}
    for side in SIDES:
        up = np.maximum(-SIGN[side] * wave, 0.0) ** 1.5
        swing = -SIGN[side] * np.sin(phase)
        feet[side] = foot(
            SIGN[side] * 0.5 * width_m + np.zeros_like(times), lift_m * up, 0.35 * swing
        )
    return times, _whole(hip, feet, hip_drop_deg * wave, shoulder_tilt_deg * wave)


def seen_by_camera(
    times: Array,
    body: Mapping[str, Array],
    view: View,
    *,
    roll_deg: float = 0.0,
    noise: float = 0.0,
    yaw_deg: float = 0.0,
) -> PoseTrack:
    """The body in a picture, x right and y up; ``roll_deg`` clockwise as one films."""
    points = np.stack([body[name] for name in BLAZEPOSE], axis=1)
    yaw = np.radians(yaw_deg)
    x = np.cos(yaw) * points[..., 0] + np.sin(yaw) * points[..., 2]
    z = np.cos(yaw) * points[..., 2] - np.sin(yaw) * points[..., 0]
    if view == "front":
        x, z = -x, -z
    depth = DISTANCE_M + z
    flat = FOCAL_PX * np.stack([x, points[..., 1] - CAMERA_HEIGHT_M], axis=-1) / depth[..., None]
    angle = np.radians(roll_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    xy = flat @ turn + 0.5 * PICTURE
    xy += np.random.default_rng(0).normal(0.0, 1.0, xy.shape) * noise
    return PoseTrack(times, xy, np.ones(xy.shape[:2]), BLAZEPOSE, "px")


def foot(x: Array, up: Array, ahead: Array) -> dict[str, Array]:
    """Ankle, heel and toe (T, 3) of one foot."""
    return {
        "ankle": np.stack([x, up + 0.08, ahead], axis=1),
        "heel": np.stack([x, up + 0.02, ahead - 0.05], axis=1),
        "foot_index": np.stack([x, up + 0.02, ahead + 0.15], axis=1),
    }


def _whole(
    hip: Array, feet: Mapping[Side, Mapping[str, Array]], hip_tilt: Array, shoulder_tilt: Array
) -> dict[str, Array]:
    """All keypoints; tilts (T,) in degrees, positive when the right side is higher."""
    up = np.array([0.0, 1.0, 0.0])
    shoulder, ear = hip + TRUNK * up, hip + (TRUNK + HEAD) * up
    points = dict.fromkeys(BLAZEPOSE[:11], ear)
    for side in SIDES:
        hips = hip + 0.5 * HIP_BREADTH * SIGN[side] * _along(hip_tilt)
        shoulders = shoulder + 0.5 * SHOULDER_BREADTH * SIGN[side] * _along(shoulder_tilt)
        foot = {f"{side}_{part}": place for part, place in feet[side].items()}
        ankle = foot[f"{side}_ankle"]
        points |= foot
        points |= {f"{side}_hip": hips, f"{side}_shoulder": shoulders}
        points[f"{side}_knee"] = 0.5 * (hips + ankle)
        points[f"{side}_elbow"] = shoulders - 0.17 * HEIGHT * up
        wrist = shoulders - 0.32 * HEIGHT * up
        points |= {f"{side}_{part}": wrist for part in ("wrist", "pinky", "index", "thumb")}
    return points


def _along(tilt_deg: Array) -> Array:
    angle = np.radians(tilt_deg)
    return np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], axis=1)


def whole_body(hip: Array, feet: Mapping[Side, Mapping[str, Array]]) -> dict[str, Array]:
    """All keypoints (T, 3) over level hips (T, 3) and feet, for other motions."""
    level = np.zeros(len(hip))
    return _whole(hip, feet, level, level)
