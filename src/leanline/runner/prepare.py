"""Preparation of a raw capture: one clean runner facing +x."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from leanline.model import (
    AnalysisWarning,
    Array,
    Capture,
    Direction,
    PoseTrack,
    Runner,
    View,
    warning,
)
from leanline.playback.pace import evenly_paced_time
from leanline.runner.clean import smooth_track
from leanline.runner.joint_centres import to_joint_centres
from leanline.runner.keypoint_noise import measure_keypoint_noise
from leanline.runner.perspective import CameraView, ViewGeometry, estimate_view, rectify, to_picture
from leanline.runner.sides import Sides, apply_sides, apply_sides_to_feet, solve_sides
from leanline.signals.filters import lowpass
from leanline.skeleton import ANKLE_AND_FOOT, Side, forward_sign, near_side
from leanline.video.lens import Lens

# Shoulders this far apart, in trunk lengths, mean a view 45 degrees off: they are 0.75 apart in a
# frontal view (biacromial breadth 0.23, trunk 0.29 to 0.3 of height, Winter 2009).
SIDE_VIEW_BREADTH = 0.5
MANY_SWAPS = 0.05
# Scene motion above this frequency is camera shake, below it panning.
SHAKE_HZ = 0.6


def prepare(capture: Capture) -> Runner:
    """Mirror to face +x, resolve sides, remove outliers, fill gaps and smooth.

    Parameters
    ----------
    capture
        The raw keypoints of one person.

    Returns
    -------
    Runner
        In the unit of the capture, at joint centres where the source has a model of them, and
        rectified where the picture shows the perspective; warnings on the way are in its ``notes``.
    """
    raw = capture.pose
    view = classify_view(raw)
    direction = find_direction(raw) if view == "side" else None
    facing_x = mirror(raw) if direction == "left" else raw
    leg_length = measure_leg_length(facing_x)
    even_s = evenly_paced_time(facing_x)
    sides = solve_sides(facing_x.with_time(even_s), leg_length)
    if capture.profile.finished:
        never = np.zeros(len(even_s), dtype=bool)
        sides = Sides(never, never, sides.rhythm)
    sided = apply_sides(facing_x, sides)
    near = _near(direction, capture)
    sided, strangeness = _shift_to_joint_centres(sided, capture, direction, leg_length)
    leg_length = measure_leg_length(sided)
    shift = _scene_shift(capture, direction)
    moving = capture.camera is not None and capture.camera.moving
    if moving:
        shake = shift - lowpass(shift, raw.time_s, cutoff_hz=SHAKE_HZ)
        sided, shift = _shift_points(sided, -shake), shift - shake
    else:
        shake = np.zeros_like(shift)
    # Both sides of the body are behind each other only on average over whole strides.
    even = near if sides.rhythm is not None else None
    camera_view = CameraView(even, _lens(capture), direction == "left", moving)
    geometry = estimate_view(sided, shift, leg_length, camera_view)
    if geometry is not None:
        rectified, shift = rectify(sided, shift, geometry)
        leg_length = measure_leg_length(rectified)
    else:
        rectified = sided
    if capture.profile.finished:
        pose = rectified
    else:
        smooth = smooth_track(rectified.with_time(even_s), sides.rhythm, leg_length)
        pose = smooth.with_time(raw.time_s)
    return Runner(
        pose=pose,
        raw=raw,
        view=view,
        direction=direction,
        near=near,
        leg_length=leg_length,
        scene_shift=shift,
        rhythm=sides.rhythm,
        swapped_frames=sides.swaps,
        notes=_notes(sides, len(raw.time_s)),
        seen=_seen(pose, sided, geometry, shake),
        yaw_deg=None if geometry is None else geometry.yaw_deg,
        slant=None if geometry is None else geometry.slant,
        sole_deg=apply_sides_to_feet(capture.sole_deg, sides),
        scatter=measure_keypoint_noise(rectified, pose, leg_length),
        strangeness=strangeness,
        even_s=None if even_s is facing_x.time_s else even_s,
    )


def _lens(capture: Capture) -> Lens | None:
    if capture.video.width == 0:
        return None
    return Lens(capture.video.width, capture.video.height)


def _shift_points(track: PoseTrack, by: Array) -> PoseTrack:
    """Shift all points of each frame by (T, 2)."""
    return replace(track, xy=track.xy + by[:, None])


def _seen(
    pose: PoseTrack, still: PoseTrack, geometry: ViewGeometry | None, shake: Array
) -> PoseTrack | None:
    """Return the clean pose in picture coordinates; None if it is there already."""
    if geometry is not None:
        return _shift_points(to_picture(pose, still, geometry), shake)
    return _shift_points(pose, shake) if shake.any() else None


def mirror(track: PoseTrack) -> PoseTrack:
    """Negate x; left stays left, as it is the same runner.

    Parameters
    ----------
    track
        Facing either way.

    Returns
    -------
    PoseTrack
        Facing the other way.
    """
    return PoseTrack(
        track.time_s,
        track.xy * np.array([-1.0, 1.0]),
        track.confidence,
        track.keypoints,
        track.unit,
    )


def find_direction(track: PoseTrack) -> Direction:
    """Find the direction the runner faces: toes are ahead of heels.

    Parameters
    ----------
    track
        As filmed, seen from the side.

    Returns
    -------
    Direction
        By the nose and the ears if no foot is seen; ``right`` if nothing tells.
    """
    ahead = [
        _median((track.point(f"{side}_foot_index") - track.point(f"{side}_heel"))[:, 0])
        for side in ("left", "right")
        if track.has(f"{side}_foot_index", f"{side}_heel")
    ]
    if not np.isfinite(ahead).any():
        ahead = [_median((track.point("nose") - track.mid("ear"))[:, 0])]
    return "left" if np.nansum(ahead) < 0 else "right"


def _median(values: Array) -> float:
    """Median of the finite values; NaN if there are none."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def classify_view(track: PoseTrack) -> View:
    """Classify the view: from the side unless the shoulders are seen side by side.

    Parameters
    ----------
    track
        As filmed.

    Returns
    -------
    View
        ``front`` or ``back`` if the shoulders' horizontal distance is at least half the trunk's
        length in the median; ``side`` otherwise, also if the shoulders are not seen.
    """
    breadth = track.point("left_shoulder") - track.point("right_shoulder")
    trunk = _median(np.linalg.norm(track.mid("shoulder") - track.mid("hip"), axis=1))
    across = _median(breadth[:, 0])
    if not np.isfinite(across) or abs(across) < SIDE_VIEW_BREADTH * trunk:
        return "side"
    # Seen from the front the left shoulder is on the right of the picture.
    return "front" if across > 0 else "back"


def measure_leg_length(track: PoseTrack) -> float:
    """Measure the leg from hip to ankle along thigh and shank.

    Parameters
    ----------
    track
        Facing either way. Without ankles the heel, or else the toe, takes their place.

    Returns
    -------
    float
        Typical length over the frames, mean of both sides, in the track's unit; NaN if no leg is
        seen.
    """
    for lower in ANKLE_AND_FOOT:
        parts = ("hip", "knee", lower) if track.has("left_knee") else ("hip", lower)
        lengths = [_chain(track, side, parts) for side in ("left", "right")]
        known = [length for length in lengths if np.isfinite(length)]
        if known:
            return float(np.mean(known))
    return float("nan")


def _chain(track: PoseTrack, side: str, parts: tuple[str, ...]) -> float:
    points = [track.point(f"{side}_{part}") for part in parts]
    pieces = [np.linalg.norm(b - a, axis=1) for a, b in pairwise(points)]
    total = np.sum(pieces, axis=0)
    if not np.isfinite(total).any():
        return float("nan")
    # A straight leg looks longest from the side; a bent chain without knees looks shorter.
    return float(np.nanpercentile(total, 90 if len(parts) == 2 else 50))


def _shift_to_joint_centres(
    sided: PoseTrack, capture: Capture, direction: Direction | None, leg_length: float
) -> tuple[PoseTrack, float]:
    """Shift the track to joint centres; also return its distance from the model's training data."""
    near, model = _near(direction, capture), capture.profile.joints
    if near is None or model is None:
        return sided, 1.0
    outline = outline_facing_x(capture.outline_px, direction)
    moved, distance = to_joint_centres(sided, near, outline, leg_length, model)
    known = distance[np.isfinite(distance)]
    return moved, float(np.median(known)) if len(known) else 1.0


def outline_facing_x(outline_px: Array | None, direction: Direction | None) -> Array | None:
    """Mirror outline edges from the picture for a runner mirrored to face +x.

    Parameters
    ----------
    outline_px
        (T, L, 2) left and right edge in the picture, pixels, right positive; None if not seen.
    direction
        Direction the runner faces in the picture.

    Returns
    -------
    Array or None
        (T, L, 2) back and front edge, pixels, ahead positive.
    """
    if outline_px is None:
        return None
    return -outline_px[..., ::-1] if direction == "left" else outline_px


def _scene_shift(capture: Capture, direction: Direction | None) -> Array:
    if capture.camera is None:
        return np.zeros((len(capture.pose.time_s), 2))
    return np.asarray(capture.camera.shift_px * np.array([forward_sign(direction), 1.0]))


def _near(direction: Direction | None, capture: Capture) -> Side | None:
    """Return the side towards the camera; None if the view or track has none."""
    if capture.video.width == 0 or direction is None:
        return None
    return near_side(direction)


def _notes(sides: Sides, frames: int) -> tuple[AnalysisWarning, ...]:
    share = sides.swaps / max(frames, 1)
    if share < MANY_SWAPS:
        return ()
    return (warning("side_swaps", swapped_frames=int(sides.swaps), frames=frames),)
