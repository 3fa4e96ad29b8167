"""A runner who passes the camera, as if always seen square on and from the same distance.

While a camera pans after a runner, the line of sight stands square to the path only at one
moment; before and after it the runner is farther away and foreshortened along the path by
the same factor. Distance over a straight path grows as sqrt(1 + (v t / d)^2), so the
apparent size of the body tells both: 1 / size^2 is a parabola over time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from leanline.model import Array, PoseTrack
from leanline.signals.gaps import fill_gaps
from leanline.skeleton import SIDES

# Who travels less than this many body sizes (leg and trunk) stays where they are.
PASSING = 1.5
# Farther off than this (cosine) the picture tells too little of the lean: 53 degrees.
LEAST_SQUARE = 0.6
ROUNDS = 6


@dataclass(frozen=True)
class Passing:
    """How the runner is seen over time.

    ``square`` (T,) is the cosine of the angle between line of sight and the normal of the
    path (1 is square on); ``size`` (T,) the apparent size of the body over its size at the
    reference distance.
    """

    square: Array
    size: Array


def passing_of(track: PoseTrack, scene_shift: Array, *, moving: bool) -> Passing | None:
    """How the runner passes the camera, or None when they stay where they are.

    Parameters
    ----------
    track
        Facing +x, sides right, not yet smoothed.
    scene_shift
        (T, 2) how far the scene has moved through the picture.
    moving
        Whether the camera moves.
    """
    size = _apparent_size(track)
    known = np.isfinite(size)
    if known.sum() < 8:
        return None
    hip = track.mid("hip")[:, 0] - scene_shift[:, 0]
    travelled = float(np.nanmax(hip) - np.nanmin(hip))
    if travelled < PASSING * float(np.nanmedian(size)):
        return None
    if moving:
        return _panned(size, track.time_s)
    return _crossed(size, track.time_s)


def straightened(track: PoseTrack, scene_shift: Array, passing: Passing) -> tuple[PoseTrack, Array]:
    """Track and scene as seen square on from the reference distance."""
    hip, along = _path_and_stretch(track, passing)
    relative = (track.xy - hip[:, None]) * along[:, None]
    xy = relative + _restretched(hip, along)[:, None]
    return replace(track, xy=xy), _restretched(scene_shift, along)


def as_seen(straight: PoseTrack, original: PoseTrack, passing: Passing) -> PoseTrack:
    """A straightened (and since smoothed) track back at its places in the picture.

    ``original`` is the track that was straightened.
    """
    hip, along = _path_and_stretch(original, passing)
    relative = (straight.xy - _restretched(hip, along)[:, None]) / along[:, None]
    return replace(straight, xy=relative + hip[:, None])


def _path_and_stretch(track: PoseTrack, passing: Passing) -> tuple[Array, Array]:
    """The hips' path (T, 2), and how much across and up are stretched at each time (T, 2)."""
    hip = fill_gaps(track.mid("hip"), track.time_s, longest_s=np.inf)
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


def _panned(size: Array, time_s: Array) -> Passing | None:
    """Size at the nearest point and the angle off it, from the parabola of 1 / size^2."""
    known = np.isfinite(size)
    middle = float(time_s[known].mean())
    bend, slope, level = _robust_polynomial(time_s[known] - middle, size[known] ** -2.0, 2)
    nearest = level - slope**2 / (4.0 * bend) if bend > 0 else level
    if not bend > 0 or not nearest > 0.3 * level:
        return None
    fitted = np.polyval([bend, slope, level], time_s - middle)
    square = np.clip(np.sqrt(nearest / np.maximum(fitted, 1e-12)), LEAST_SQUARE, 1.0)
    return Passing(square, square)


def _crossed(size: Array, time_s: Array) -> Passing:
    """A fixed camera: the picture's plane stays, so only the distance changes."""
    known = np.isfinite(size)
    middle = float(time_s[known].mean())
    line = np.polyval(
        _robust_polynomial(time_s[known] - middle, 1.0 / size[known], 1), time_s - middle
    )
    reference = float(np.median(1.0 / size[known]))
    return Passing(np.ones_like(line), np.clip(reference / np.maximum(line, 1e-12), 0.5, 2.0))


def _robust_polynomial(x: Array, y: Array, degree: Literal[1, 2]) -> Array:
    coefficients = np.polyfit(x, y, degree)
    for _ in range(ROUNDS):
        rest = np.abs(y - np.polyval(coefficients, x))
        scale = 1.4826 * float(np.median(rest)) + 1e-15
        weights = 1.0 / np.maximum(1.0, rest / (1.5 * scale))
        coefficients = np.polyfit(x, y, degree, w=weights)
    return np.asarray(coefficients)
