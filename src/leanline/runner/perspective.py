"""A runner who passes the camera, as if always seen square on and from the same distance.

While a camera pans after a runner, the line of sight stands square to the path only at one
moment; before and after it the runner is farther away and foreshortened along the path by
the same factor. Distance over a straight path grows as sqrt(1 + (v t / d)^2), so the
apparent size of the body tells both: 1 / size^2 is a parabola over time.

A fixed camera that does not look square at the path sees the runner grow or shrink while
they cross the picture: the size is a straight line over the place in the picture, and its
slope tells the yaw. Who stays in place, on a treadmill, shows the yaw by their breadth:
through a stride the shoulders and hips stand, on the mean, one behind the other only when
seen square on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.model import Array, Estimate, PoseTrack
from leanline.reason import Reason
from leanline.signals.gaps import fill_gaps
from leanline.signals.robust_fit import MAD_TO_SD
from leanline.skeleton import SIDES, Side, other
from leanline.video.lens import LONG_SIDE_VIEW_SD, Lens

# Who travels less than this many body sizes (leg and trunk) stays where they are.
PASSING = 1.5
# Farther off than this (cosine) the picture tells too little of the lean: 53 degrees.
MIN_SQUARE = 0.6
ROUNDS = 6
# Shoulders and hips seen apart, both together, in leg lengths: what BlazePose shows square on
# and how much more for each unit of the yaw's sine. Means over 22 rendered running clips seen
# square on (spread between them 0.026 to 0.035) and four seen 3.5 to 10 degrees off.
BREADTH_SQUARE, BREADTH_PER_SINE, BREADTH_SD = 0.014, 0.72, 0.035
# Bodies are broader and narrower by this share.
BREADTH_SPREAD = 0.12
# What the slope of size over the picture is worth beside the lens, degrees.
SLOPE_SD_DEG = 1.5


@dataclass(frozen=True)
class ViewGeometry:
    """How the runner is seen over time.

    ``square`` (T,) is the cosine of the angle between line of sight and the normal of the
    path (1 is square on); ``size`` (T,) the apparent size of the body over its size at the
    reference distance. ``yaw_deg`` is how far the path turns towards the camera, where one
    angle tells it. ``slant`` (T,) is the tangent of the angle between line of sight and the
    normal of the path, where it changes.
    """

    square: Array
    size: Array
    yaw_deg: Estimate | None = None
    slant: Array | None = None


def passing_of(
    track: PoseTrack, scene_shift: Array, leg_length: float, view: Sight
) -> ViewGeometry | None:
    """How the runner passes the camera, or None when nothing tells.

    Parameters
    ----------
    track
        Facing +x, sides right, not yet smoothed.
    scene_shift
        (T, 2) how far the scene has moved through the picture.
    leg_length
        In the track's unit.
    view
        How the camera stands to the runner.
    """
    size = _apparent_size(track)
    if np.isfinite(size).sum() < 8:
        return None
    hip = track.mid("hip")[:, 0] - scene_shift[:, 0]
    travelled = float(np.nanmax(hip) - np.nanmin(hip))
    if travelled < PASSING * float(np.nanmedian(size)):
        return _in_place(track, leg_length, view)
    if view.moving:
        return _panned(size, track.time_s)
    return _crossed(size, track, view)


@dataclass(frozen=True)
class Sight:
    """What is known of the camera: which side of the runner it sees, and through which lens.

    ``lens`` is None for a track without pictures, ``near`` None where sides are not known;
    ``mirrored`` when the runner faced left and was turned.
    """

    near: Side | None
    lens: Lens | None
    mirrored: bool
    moving: bool


def straightened(
    track: PoseTrack, scene_shift: Array, passing: ViewGeometry
) -> tuple[PoseTrack, Array]:
    """Track and scene as seen square on from the reference distance."""
    hip, along = _path_and_stretch(track, passing)
    relative = (track.xy - hip[:, None]) * along[:, None]
    xy = relative + _restretched(hip, along)[:, None]
    return replace(track, xy=xy), _restretched(scene_shift, along)


def as_seen(straight: PoseTrack, original: PoseTrack, passing: ViewGeometry) -> PoseTrack:
    """A straightened (and since smoothed) track back at its places in the picture.

    ``original`` is the track that was straightened.
    """
    hip, along = _path_and_stretch(original, passing)
    relative = (straight.xy - _restretched(hip, along)[:, None]) / along[:, None]
    return replace(straight, xy=relative + hip[:, None])


def _path_and_stretch(track: PoseTrack, passing: ViewGeometry) -> tuple[Array, Array]:
    """The hips' path (T, 2), and how much across and up are stretched at each time (T, 2)."""
    hip = fill_gaps(track.mid("hip"), track.time_s, max_s=np.inf)
    return hip, np.stack([1.0 / (passing.size * passing.square), 1.0 / passing.size], axis=1)


def _restretched(path: Array, factor: Array) -> Array:
    """A path (T, 2) whose every small displacement is multiplied by the factor there."""
    middle = 0.5 * (factor[1:] + factor[:-1])
    steps = np.nan_to_num(np.diff(path, axis=0)) * middle
    start = path[np.flatnonzero(np.isfinite(path).all(axis=1))[:1]]
    begin = start[0] if len(start) else np.zeros(2)
    moved = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)]) + begin
    return np.asarray(np.where(np.isfinite(path), moved, np.nan))


def _apparent_size(track: PoseTrack) -> Array:
    """Heights of trunk and legs, which a slanting line of sight does not foreshorten, (T,)."""
    legs = [
        _rise(track.point(f"{side}_hip"), track.point(f"{side}_knee"))
        + _rise(track.point(f"{side}_knee"), track.point(f"{side}_ankle"))
        for side in SIDES
    ]
    return _rise(track.mid("hip"), track.mid("shoulder")) + 0.5 * (legs[0] + legs[1])


def _rise(first: Array, second: Array) -> Array:
    return np.asarray(np.abs(second[:, 1] - first[:, 1]))


def _panned(size: Array, time_s: Array) -> ViewGeometry | None:
    """Size at the nearest point and the angle off it, from the parabola of 1 / size^2."""
    known = np.isfinite(size)
    middle = float(time_s[known].mean())
    bend, slope, level = _robust_polynomial(time_s[known] - middle, size[known] ** -2.0, 2)
    nearest = level - slope**2 / (4.0 * bend) if bend > 0 else level
    if not bend > 0 or not nearest > 0.3 * level:
        return None
    fitted = np.polyval([bend, slope, level], time_s - middle)
    square = np.clip(np.sqrt(nearest / np.maximum(fitted, 1e-12)), MIN_SQUARE, 1.0)
    return ViewGeometry(square, square, slant=np.sqrt(1.0 / square**2 - 1.0))


def _crossed(size: Array, track: PoseTrack, view: Sight) -> ViewGeometry:
    """A fixed camera: the picture's plane stays; distance and foreshortening change evenly.

    With the path turned by the yaw towards the camera, the size at the tangent u off the
    optical axis is proportional to 1 + u tan(yaw), a length along the path to that and to
    cos(yaw) + u sin(yaw).
    """
    if view.lens is None:
        return _resized(size, track.time_s)
    across = fill_gaps(track.mid("hip"), track.time_s, max_s=np.inf)[:, 0]
    middle = view.lens.width_px / 2.0
    u = (across - (-middle if view.mirrored else middle)) / view.lens.focal_px
    known = np.isfinite(size) & np.isfinite(u)
    slope, level = _robust_polynomial(u[known], size[known], 1)
    if not level > 0.0:
        return _resized(size, track.time_s)
    yaw = float(np.arctan(slope / level))
    u = np.where(np.isfinite(u), u, 0.0)
    relative = np.clip(1.0 + u * np.tan(yaw), 0.5, 2.0)
    reference = float(np.median(relative[known]))
    square = np.clip(np.cos(yaw) + u * np.sin(yaw), MIN_SQUARE, 1.5)
    # The lens scales the tangent of the yaw.
    lens_sd = np.degrees(LONG_SIDE_VIEW_SD * np.sin(2.0 * yaw) / 2.0)
    told = _estimate(np.degrees(yaw), float(np.hypot(SLOPE_SD_DEG, lens_sd)), "size_along_path")
    return ViewGeometry(square, relative / reference, told, np.tan(np.arctan(u) + yaw))


def _resized(size: Array, time_s: Array) -> ViewGeometry:
    """Only the distance changes, evenly over time."""
    known = np.isfinite(size)
    middle = float(time_s[known].mean())
    line = np.polyval(
        _robust_polynomial(time_s[known] - middle, 1.0 / size[known], 1), time_s - middle
    )
    reference = float(np.median(1.0 / size[known]))
    return ViewGeometry(np.ones_like(line), np.clip(reference / np.maximum(line, 1e-12), 0.5, 2.0))


def _in_place(track: PoseTrack, leg_length: float, view: Sight) -> ViewGeometry | None:
    """Who stays where they are: the yaw from how far shoulders and hips are seen apart."""
    if view.near is None or view.lens is None:
        return None
    far = other(view.near)
    apart = sum(
        float(_mean((track.point(f"{far}_{part}") - track.point(f"{view.near}_{part}"))[:, 0]))
        for part in ("shoulder", "hip")
    )
    if not np.isfinite(apart):
        return None
    sine = float(np.clip((apart / leg_length - BREADTH_SQUARE) / BREADTH_PER_SINE, -0.9, 0.9))
    sd = float(np.hypot(BREADTH_SD / BREADTH_PER_SINE, BREADTH_SPREAD * sine))
    told = _estimate(np.degrees(np.arcsin(sine)), np.degrees(sd), "body_breadth")
    # What the error adds to the square of the sine on the mean is no foreshortening.
    square = max(MIN_SQUARE, float(np.sqrt(1.0 - max(0.0, sine**2 - sd**2))))
    ones = np.ones(len(track.time_s))
    return ViewGeometry(square * ones, ones, told)


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _estimate(value: float, sd: float, source: str) -> Estimate:
    half = NORMAL_95 * sd
    sources = (Reason(f"estimate.{source}"),)
    return Estimate(float(value), (float(value - half), float(value + half)), sources)


def _robust_polynomial(x: Array, y: Array, degree: Literal[1, 2]) -> Array:
    coefficients = np.polyfit(x, y, degree)
    for _ in range(ROUNDS):
        rest = np.abs(y - np.polyval(coefficients, x))
        scale = MAD_TO_SD * float(np.median(rest)) + 1e-15
        weights = 1.0 / np.maximum(1.0, rest / (1.5 * scale))
        coefficients = np.polyfit(x, y, degree, w=weights)
    return np.asarray(coefficients)
