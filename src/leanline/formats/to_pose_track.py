"""Conversion of a file's points to a pose track: names, plane of the run, y up, unit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from leanline.errors import InputError
from leanline.formats.names import Named, recognize_names
from leanline.formats.recording import Person, Recording
from leanline.inputs import check_times
from leanline.model import Array, PoseTrack, Unit
from leanline.skeleton import SIDES

METRES: Final[Mapping[str, float]] = {"m": 1.0, "cm": 0.01, "mm": 0.001}
PIXELS: Final = ("px", "pixel", "pixels")
# A taller body is not in metres.
MAX_STATURE_M: Final = 5.0
UPPER: Final = ("shoulder", "hip", "neck", "head_top", "nose")
LOWER: Final = ("ankle", "heel", "foot_index")
# A running direction this close to an axis of the laboratory is taken to be that axis.
NEAR_AXIS_DEG: Final = 20.0
# A smaller distance between left and right, as a share of body height, means a planar track.
FLAT: Final = 0.02


def to_pose_track(
    recording: Recording, person: Person, time_s: Array, path: Path, names: str | None = None
) -> tuple[PoseTrack, Named]:
    """Convert a person's known points to a track; also return how they were identified.

    Returns
    -------
    PoseTrack
        In metres or pixels, y up, in the plane of the run. Missing points are NaN with
        confidence 0.
    Named
        The keypoints with their columns in the file, and the title of the set of names.

    Raises
    ------
    InputError
        No point name is known, or the times do not increase.
    """
    count = person.xyz.shape[1]
    named = recognize_names(recording.names, count, path, names)
    if named is None:
        raise InputError("track.no_known_marker", path=path)
    check_rising(time_s, path)
    keypoints = tuple(named.places)
    xyz, confidence = _columns(person, named)
    flat = in_plane(keypoints, xyz, upright=recording.upright)
    missing = np.isnan(flat).any(axis=2) | ~(confidence > 0)
    flat[missing], confidence[missing] = np.nan, 0.0
    unit, scale = detect_unit(recording.unit, flat)
    if unit == "px" and upside_down(keypoints, flat):
        flat = flat * np.array([1.0, -1.0])
    return PoseTrack(time_s, flat * scale, np.clip(confidence, 0, 1), keypoints, unit), named


def _columns(person: Person, named: Named) -> tuple[Array, Array]:
    """Return the keypoints (T, K, D) and their confidence: one column or a mean of several."""
    xyz = [person.xyz[:, list(columns)].mean(axis=1) for columns in named.places.values()]
    trust = [person.confidence[:, list(columns)].min(axis=1) for columns in named.places.values()]
    return np.stack(xyz, axis=1), np.stack(trust, axis=1)


def check_rising(time_s: Array, path: Path) -> None:
    """Refuse times that do not increase, or are implausible for a video."""
    if not np.isfinite(time_s).all() or not np.all(np.diff(time_s) > 0):
        raise InputError("track.times_not_rising", path=path)
    if len(time_s) > 1:
        check_times(path, time_s)


def detect_unit(unit: str, xy: Array) -> tuple[Unit, float]:
    """Return pixels or metres, and the conversion factor; tall bodies in ``m`` are in pixels."""
    if unit in PIXELS:
        return "px", 1.0
    scale = METRES.get(unit, 1.0)
    return ("px", 1.0) if _tall(xy[:, :, 1]) * scale > MAX_STATURE_M else ("m", scale)


def _tall(height: Array) -> float:
    """Median height of the body (T, K) over the frames; 0 if nothing is known."""
    seen = np.isfinite(height)
    high = np.where(seen, height, -np.inf).max(axis=1)
    low = np.where(seen, height, np.inf).min(axis=1)
    tall = high[seen.any(axis=1)] - low[seen.any(axis=1)]
    return float(np.median(tall)) if len(tall) else 0.0


def upside_down(names: tuple[str, ...], xy: Array) -> bool:
    """Whether the upper body lies below the lower body, because rows are counted downward."""
    heights = _heights(names, xy[:, :, 1])
    return heights is not None and heights < 0


def in_plane(names: tuple[str, ...], xyz: Array, *, upright: bool = True) -> Array:
    """Project points (T, K, 2 or 3) onto the plane of the run, (T, K, 2): x along it, y up.

    Two axes are taken as they are. Of three, the vertical is the second if ``upright``, else the
    one along which head and feet are separated; the running direction is perpendicular to the line
    from right to left, and snapped to an axis if close to it.
    """
    if xyz.shape[2] == 2:
        return xyz.copy()
    up = 1 if upright else _vertical(names, xyz)
    height = xyz[:, :, up]
    if not upright and (_heights(names, height) or 0.0) < 0:
        height = -height
    level = [axis for axis in range(3) if axis != up]
    along = xyz[:, :, level] @ _direction(names, xyz[:, :, level], height)
    return np.stack([along, height], axis=2)


def _vertical(names: tuple[str, ...], xyz: Array) -> int:
    apart = [abs(_heights(names, xyz[:, :, axis]) or 0.0) for axis in range(3)]
    return int(np.argmax(apart)) if any(apart) else 2


def _heights(names: tuple[str, ...], values: Array) -> float | None:
    """Height of the upper points above the lower ones; None if either is missing."""
    middle = []
    for parts in (UPPER, LOWER):
        columns = [k for k, name in enumerate(names) if name.endswith(parts)]
        known = values[:, columns][np.isfinite(values[:, columns])]
        if not len(known):
            return None
        middle.append(float(np.median(known)))
    return middle[0] - middle[1]


def _direction(names: tuple[str, ...], level: Array, height: Array) -> Array:
    """Return the unit vector of the running direction in the two horizontal axes, (2,)."""
    min_distance = FLAT * _tall(height)
    spread = [_spread(level[:, :, axis]) for axis in range(2)]
    across = _across(names, level)
    if min(spread) <= min_distance or across is None or not np.hypot(*across) > min_distance:
        return _axis(int(np.argmax(spread)))
    ahead = np.array([across[1], -across[0]]) / np.hypot(*across)
    nearest = int(np.argmax(np.abs(ahead)))
    if np.degrees(np.arccos(min(1.0, abs(ahead[nearest])))) < NEAR_AXIS_DEG:
        return _axis(nearest)
    return np.asarray(ahead)


def _axis(number: int) -> Array:
    return np.asarray(np.eye(2)[number])


def _spread(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.ptp(known)) if len(known) else 0.0


def _across(names: tuple[str, ...], level: Array) -> Array | None:
    """Return the mean vector from right to left of paired points, (2,)."""
    left, right = SIDES
    pairs = [
        (k, names.index(name.replace(left, right)))
        for k, name in enumerate(names)
        if name.startswith(left) and name.replace(left, right) in names
    ]
    ways = [level[:, k] - level[:, other] for k, other in pairs]
    every = np.concatenate(ways) if ways else np.empty((0, 2))
    known = every[np.isfinite(every).all(axis=1)]
    return np.asarray(np.median(known, axis=0)) if len(known) else None
