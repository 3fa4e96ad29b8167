"""From a raw capture to one clean runner who faces +x."""

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
from leanline.playback.pace import even_time
from leanline.runner.clean import smooth_track
from leanline.runner.joint_centres import to_joint_centres
from leanline.runner.keypoint_noise import keypoint_noise_of
from leanline.runner.perspective import Sight, ViewGeometry, as_seen, passing_of, straightened
from leanline.runner.sides import Sides, feet_with_sides, solve_sides, with_sides
from leanline.signals.filters import lowpass
from leanline.skeleton import Side, forward_sign, near_side
from leanline.video.lens import Lens

# Seen from the side the shoulders stand one behind the other; at this share of the trunk's
# length apart the view is 45 degrees off (shoulders are 0.75 of the trunk apart: biacromial
# breadth 0.23, trunk 0.29 to 0.3 of height, Winter 2009).
SIDE_VIEW_BREADTH = 0.5
MANY_SWAPS = 0.05
# What of the scene's motion is quicker than this is a shaking hand, slower is a pan.
SHAKE_HZ = 0.6


def prepare(capture: Capture) -> Runner:
    """Orient, tell left from right, remove misplaced points, fill gaps, smooth."""
    raw = capture.pose
    view = view_of(raw)
    direction = facing(raw) if view == "side" else None
    facing_x = flipped(raw) if direction == "left" else raw
    leg_length = leg_length_of(facing_x)
    even_s = even_time(facing_x)
    sides = solve_sides(facing_x.with_time(even_s), leg_length)
    sided = with_sides(facing_x, sides)
    near = _near(direction, capture)
    sided, strangeness = _at_joint_centres(sided, capture, direction, leg_length)
    leg_length = leg_length_of(sided)
    shift = _scene_shift(capture, direction)
    moving = capture.camera is not None and capture.camera.moving
    if moving:
        shake = shift - lowpass(shift, raw.time_s, cutoff_hz=SHAKE_HZ)
        sided, shift = _moved(sided, -shake), shift - shake
    else:
        shake = np.zeros_like(shift)
    # Only over whole strides are both sides of the body, on the mean, one behind the other.
    even = near if sides.rhythm is not None else None
    sight = Sight(even, _lens(capture), direction == "left", moving)
    passing = passing_of(sided, shift, leg_length, sight)
    if passing is not None:
        straight, shift = straightened(sided, shift, passing)
        leg_length = leg_length_of(straight)
    else:
        straight = sided
    smooth = smooth_track(straight.with_time(even_s), sides.rhythm, leg_length)
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
        seen=_seen(pose, sided, passing, shake),
        yaw_deg=None if passing is None else passing.yaw_deg,
        slant=None if passing is None else passing.slant,
        sole_deg=feet_with_sides(capture.sole_deg, sides),
        scatter=keypoint_noise_of(straight, pose, leg_length),
        strangeness=strangeness,
        even_s=None if even_s is facing_x.time_s else even_s,
    )


def _lens(capture: Capture) -> Lens | None:
    if capture.video.width == 0:
        return None
    return Lens(capture.video.width, capture.video.height)


def _moved(track: PoseTrack, by: Array) -> PoseTrack:
    """All points of each frame moved by (T, 2)."""
    return replace(track, xy=track.xy + by[:, None])


def _seen(
    pose: PoseTrack, still: PoseTrack, passing: ViewGeometry | None, shake: Array
) -> PoseTrack | None:
    """The clean pose where the picture shows it; None when it is there already."""
    if passing is not None:
        return _moved(as_seen(pose, still, passing), shake)
    return _moved(pose, shake) if shake.any() else None


def flipped(track: PoseTrack) -> PoseTrack:
    """The track with x negated; left stays left, as it is the same runner."""
    return PoseTrack(
        track.time_s,
        track.xy * np.array([-1.0, 1.0]),
        track.confidence,
        track.keypoints,
        track.unit,
    )


def facing(track: PoseTrack) -> Direction:
    """The way the runner faces in the picture: the toes are ahead of the heels."""
    ahead = [
        _median((track.point(f"{side}_foot_index") - track.point(f"{side}_heel"))[:, 0])
        for side in ("left", "right")
        if track.has(f"{side}_foot_index", f"{side}_heel")
    ]
    if not np.isfinite(ahead).any():
        ahead = [_median((track.point("nose") - track.mid("ear"))[:, 0])]
    return "left" if np.nansum(ahead) < 0 else "right"


def _median(values: Array) -> float:
    """Median of what is known; NaN when nothing is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def view_of(track: PoseTrack) -> View:
    """Side view unless the shoulders (or hips) are seen abreast."""
    breadth = track.point("left_shoulder") - track.point("right_shoulder")
    trunk = _median(np.linalg.norm(track.mid("shoulder") - track.mid("hip"), axis=1))
    across = _median(breadth[:, 0])
    if not np.isfinite(across) or abs(across) < SIDE_VIEW_BREADTH * trunk:
        return "side"
    # Seen from the front the left shoulder is on the right of the picture.
    return "front" if across > 0 else "back"


def leg_length_of(track: PoseTrack) -> float:
    """Hip to ankle along the leg; hip to heel when there are no ankles, in the track's unit."""
    for lower in ("ankle", "heel", "foot_index"):
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
    # A leg seen from the side is longest when straight; a bent chain without knees is shorter.
    return float(np.nanpercentile(total, 90 if len(parts) == 2 else 50))


def _at_joint_centres(
    sided: PoseTrack, capture: Capture, direction: Direction | None, leg_length: float
) -> tuple[PoseTrack, float]:
    """The track at joint centres, and how unlike the people of the joint model it looks."""
    near, model = _near(direction, capture), capture.profile.joints
    if near is None or model is None:
        return sided, 1.0
    outline = outline_facing_x(capture.outline_px, direction)
    moved, distance = to_joint_centres(sided, near, outline, leg_length, model)
    known = distance[np.isfinite(distance)]
    return moved, float(np.median(known)) if len(known) else 1.0


def outline_facing_x(outline_px: Array | None, direction: Direction | None) -> Array | None:
    """Back and front edges (T, L, 2) of somebody turned to face +x, from those in the picture."""
    if outline_px is None:
        return None
    return -outline_px[..., ::-1] if direction == "left" else outline_px


def _scene_shift(capture: Capture, direction: Direction | None) -> Array:
    if capture.camera is None:
        return np.zeros((len(capture.pose.time_s), 2))
    return np.asarray(capture.camera.shift_px * np.array([forward_sign(direction), 1.0]))


def _near(direction: Direction | None, capture: Capture) -> Side | None:
    """The side towards the camera; None in a view or a track that has none."""
    if capture.video.width == 0 or direction is None:
        return None
    return near_side(direction)


def _notes(sides: Sides, frames: int) -> tuple[AnalysisWarning, ...]:
    share = sides.swaps / max(frames, 1)
    if share < MANY_SWAPS:
        return ()
    return (warning("side_swaps", swapped_frames=int(sides.swaps), frames=frames),)
