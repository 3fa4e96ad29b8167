"""Correction for perspective: the runner as if always seen perpendicular and at one distance.

When a camera pans after a runner, the line of sight is perpendicular to the path at only one
moment; before and after it the runner is farther away and foreshortened along the path by the same
factor. The distance to a straight path grows as sqrt(1 + (v t / d)^2), so the apparent size of the
body determines both: 1 / size^2 is a parabola over time.

With a fixed camera that is not perpendicular to the path, the runner grows or shrinks while
crossing the picture: size is linear in the position in the picture, and the slope gives the yaw.
For a runner who stays in place, on a treadmill, the yaw follows from the visible breadth: averaged
over a stride, shoulders and hips are exactly behind each other only in a perpendicular view.
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

# A runner who travels less than this, in body sizes (leg and trunk), stays in place.
MIN_TRAVEL_SIZES = 1.5
# Beyond this cosine of the viewing angle (53 degrees) the lean is hardly visible.
MIN_SQUARE = 0.6
ROUNDS = 6
# Separation of shoulders plus hips in leg lengths: what BlazePose shows in a perpendicular view,
# and its increase per unit of the sine of yaw. Means over 22 rendered running clips in
# perpendicular view (spread 0.026 to 0.035) and four seen 3.5 to 10 degrees off.
BREADTH_SQUARE, BREADTH_PER_SINE, BREADTH_SD = 0.014, 0.72, 0.035
# Relative spread of body breadth.
BREADTH_SPREAD = 0.12
# Standard deviation of the yaw from the slope of size, without that of the lens, degrees.
SLOPE_SD_DEG = 1.5


@dataclass(frozen=True, eq=False)
class ViewGeometry:
    """The view of the runner over time.

    Parameters
    ----------
    square
        (T,) foreshortening of lengths along the path relative to heights, 1 in a perpendicular
        view. With a panning camera it is the cosine of the angle between the line of sight and the
        path's normal. Limited to 0.6 from below.
    size
        (T,) apparent size relative to that at the reference distance, positive.
    yaw_deg
        Angle by which the path turns towards the camera, degrees; None if no single angle describes
        it.
    slant
        (T,) tangent of the angle between the line of sight and the path's normal; None if it does
        not change.
    """

    square: Array
    size: Array
    yaw_deg: Estimate | None = None
    slant: Array | None = None


def estimate_view(
    track: PoseTrack, scene_shift: Array, leg_length: float, view: CameraView
) -> ViewGeometry | None:
    """Estimate the view of the runner; None if there is no evidence.

    Parameters
    ----------
    track
        Facing +x, sides resolved, not yet smoothed.
    scene_shift
        (T, 2) displacement of the scene in the picture.
    leg_length
        In the track's unit.
    view
        How the camera sees the runner.

    Returns
    -------
    ViewGeometry or None
        Over the T frames; None if the body's size is known in fewer than eight frames, or if
        neither size nor breadth describes a view.
    """
    size = _apparent_size(track)
    if np.isfinite(size).sum() < 8:
        return None
    hip = track.mid("hip")[:, 0] - scene_shift[:, 0]
    travelled = float(np.nanmax(hip) - np.nanmin(hip))
    if travelled < MIN_TRAVEL_SIZES * float(np.nanmedian(size)):
        return _from_breadth(track, leg_length, view)
    if view.moving:
        return _from_panning(size, track.time_s)
    return _from_crossing(size, track, view)


@dataclass(frozen=True)
class CameraView:
    """What is known of the camera: the side of the runner it sees, its lens and whether it moves.

    Parameters
    ----------
    near
        Side of the body towards the camera; None if unknown.
    lens
        None for a track without pictures.
    mirrored
        Whether the runner faced left and was mirrored.
    moving
        Whether the camera moves.
    """

    near: Side | None
    lens: Lens | None
    mirrored: bool
    moving: bool


def rectify(
    track: PoseTrack, scene_shift: Array, geometry: ViewGeometry
) -> tuple[PoseTrack, Array]:
    """Transform track and scene to a perpendicular view at the reference distance.

    Parameters
    ----------
    track
        Of T frames, facing +x.
    scene_shift
        (T, 2) displacement of the scene in the picture.
    geometry
        The view of the same frames.

    Returns
    -------
    tuple of PoseTrack and Array
        Rectified track and scene shift, same shapes and unit.
    """
    hip, along = _path_and_stretch(track, geometry)
    relative = (track.xy - hip[:, None]) * along[:, None]
    xy = relative + _stretch_path(hip, along)[:, None]
    return replace(track, xy=xy), _stretch_path(scene_shift, along)


def to_picture(rectified: PoseTrack, original: PoseTrack, geometry: ViewGeometry) -> PoseTrack:
    """Transform a rectified (and since smoothed) track back into the picture.

    Parameters
    ----------
    rectified
        From ``rectify``.
    original
        The track before rectification.
    geometry
        The view it was rectified with.

    Returns
    -------
    PoseTrack
        The rectified track in the coordinates of ``original``.
    """
    hip, along = _path_and_stretch(original, geometry)
    relative = (rectified.xy - _stretch_path(hip, along)[:, None]) / along[:, None]
    return replace(rectified, xy=relative + hip[:, None])


def _path_and_stretch(track: PoseTrack, geometry: ViewGeometry) -> tuple[Array, Array]:
    """Return the hips' path (T, 2) and the horizontal and vertical stretch over time (T, 2)."""
    hip = fill_gaps(track.mid("hip"), track.time_s, max_s=np.inf)
    return hip, np.stack([1.0 / (geometry.size * geometry.square), 1.0 / geometry.size], axis=1)


def _stretch_path(path: Array, factor: Array) -> Array:
    """Multiply every small displacement of a path (T, 2) by the factor at that time."""
    middle = 0.5 * (factor[1:] + factor[:-1])
    steps = np.nan_to_num(np.diff(path, axis=0)) * middle
    start = path[np.flatnonzero(np.isfinite(path).all(axis=1))[:1]]
    begin = start[0] if len(start) else np.zeros(2)
    moved = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)]) + begin
    return np.asarray(np.where(np.isfinite(path), moved, np.nan))


def _apparent_size(track: PoseTrack) -> Array:
    """Return the height of trunk and legs, which oblique views do not foreshorten, (T,)."""
    legs = [
        _rise(track.point(f"{side}_hip"), track.point(f"{side}_knee"))
        + _rise(track.point(f"{side}_knee"), track.point(f"{side}_ankle"))
        for side in SIDES
    ]
    return _rise(track.mid("hip"), track.mid("shoulder")) + 0.5 * (legs[0] + legs[1])


def _rise(first: Array, second: Array) -> Array:
    return np.asarray(np.abs(second[:, 1] - first[:, 1]))


def _from_panning(size: Array, time_s: Array) -> ViewGeometry | None:
    """Fit the parabola of 1 / size^2 to get the size at the nearest point and the angle off it."""
    known = np.isfinite(size)
    middle = float(time_s[known].mean())
    bend, slope, level = _robust_polynomial(time_s[known] - middle, size[known] ** -2.0, 2)
    nearest = level - slope**2 / (4.0 * bend) if bend > 0 else level
    if not bend > 0 or not nearest > 0.3 * level:
        return None
    fitted = np.polyval([bend, slope, level], time_s - middle)
    square = np.clip(np.sqrt(nearest / np.maximum(fitted, 1e-12)), MIN_SQUARE, 1.0)
    return ViewGeometry(square, square, slant=np.sqrt(1.0 / square**2 - 1.0))


def _from_crossing(size: Array, track: PoseTrack, view: CameraView) -> ViewGeometry:
    """Fit a fixed camera: the picture plane stays; distance and foreshortening change steadily.

    With the path turned by the yaw towards the camera, the size at tangent u off the optical axis
    is proportional to 1 + u tan(yaw), and a length along the path to that times
    cos(yaw) + u sin(yaw).
    """
    if view.lens is None:
        return _from_distance(size, track.time_s)
    across = fill_gaps(track.mid("hip"), track.time_s, max_s=np.inf)[:, 0]
    middle = view.lens.width_px / 2.0
    u = (across - (-middle if view.mirrored else middle)) / view.lens.focal_px
    known = np.isfinite(size) & np.isfinite(u)
    slope, level = _robust_polynomial(u[known], size[known], 1)
    if not level > 0.0:
        return _from_distance(size, track.time_s)
    yaw = float(np.arctan(slope / level))
    u = np.where(np.isfinite(u), u, 0.0)
    relative = np.clip(1.0 + u * np.tan(yaw), 0.5, 2.0)
    reference = float(np.median(relative[known]))
    square = np.clip(np.cos(yaw) + u * np.sin(yaw), MIN_SQUARE, 1.5)
    # The error of the lens scales the tangent of the yaw.
    lens_sd = np.degrees(LONG_SIDE_VIEW_SD * np.sin(2.0 * yaw) / 2.0)
    yaw_estimate = _estimate(
        np.degrees(yaw), float(np.hypot(SLOPE_SD_DEG, lens_sd)), "size_along_path"
    )
    return ViewGeometry(square, relative / reference, yaw_estimate, np.tan(np.arctan(u) + yaw))


def _from_distance(size: Array, time_s: Array) -> ViewGeometry:
    """Fit a distance that changes steadily over time."""
    known = np.isfinite(size)
    middle = float(time_s[known].mean())
    line = np.polyval(
        _robust_polynomial(time_s[known] - middle, 1.0 / size[known], 1), time_s - middle
    )
    reference = float(np.median(1.0 / size[known]))
    return ViewGeometry(np.ones_like(line), np.clip(reference / np.maximum(line, 1e-12), 0.5, 2.0))


def _from_breadth(track: PoseTrack, leg_length: float, view: CameraView) -> ViewGeometry | None:
    """For a runner in place, estimate the yaw from the separation of shoulders and hips."""
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
    yaw_estimate = _estimate(np.degrees(np.arcsin(sine)), np.degrees(sd), "body_breadth")
    # The part of the squared sine that is due to its error is not foreshortening.
    square = max(MIN_SQUARE, float(np.sqrt(1.0 - max(0.0, sine**2 - sd**2))))
    ones = np.ones(len(track.time_s))
    return ViewGeometry(square * ones, ones, yaw_estimate)


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
