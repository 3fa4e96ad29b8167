"""Positions of the runner's points, contacts and lines in the picture over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.errors import UsageError
from leanline.model import Analysis, Array, Contact, PoseTrack, Step
from leanline.skeleton import Side, forward_sign
from leanline.video.draw import Point

Points = dict[str, Array]

# Size of the corner used by the overlay's panel, as shares of the picture.
_CORNER: Final = (0.55, 0.14)
_FEW: Final = 0.02


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything needed to draw the marks of any frame.

    Parameters
    ----------
    pose
        In the picture's direction, pixels from the bottom left, y up, at playback times.
    height_px
        Of the picture.
    near
        The side nearer to the camera; None if unknown.
    contacts, steps
        At playback times.
    up, forward
        (2,) unit vectors of the true vertical and of the running direction in the picture.
    cadence_spm
        Steps per minute, if measured.
    feet_in_corner
        Whether the body enters the bottom left corner, where the panel would hide it.
    standing
        Whether it is the standing drill.
    """

    pose: PoseTrack
    height_px: int
    near: Side | None
    contacts: tuple[Contact, ...]
    steps: tuple[Step, ...]
    up: Array
    forward: Array
    cadence_spm: float | None = None
    feet_in_corner: bool = False
    standing: bool = False

    def tilted(self, angle_deg: float) -> Array:
        """Return the unit vector leaning forward from true vertical by ``angle_deg``."""
        angle = np.radians(angle_deg)
        return np.asarray(np.cos(angle) * self.up + np.sin(angle) * self.forward)

    @property
    def roll_rad(self) -> float:
        """The camera's roll, clockwise positive."""
        return float(np.arctan2(-self.up[0], self.up[1]))

    def lean_deg(self, low: Array, high: Array) -> float:
        """Return the lean of a line against true vertical, forward positive, degrees."""
        line = high - low
        return float(np.degrees(np.arctan2(line @ self.forward, line @ self.up)))


def build_scene(analysis: Analysis) -> Scene:
    """Build the scene of an analysis; ``UsageError`` if it has no pose in pixels."""
    runner, capture = analysis.runner, analysis.capture
    pose = runner.picture_pose if runner else capture.pose if capture else None
    if pose is None or pose.unit != "px" or not analysis.video.height:
        raise UsageError("report.no_pose_in_pixels")
    roll = np.radians(analysis.camera.roll_deg.value)
    roll = roll if np.isfinite(roll) else 0.0
    cadence = analysis.metrics.get("cadence_spm")
    return Scene(
        pose=pose,
        height_px=analysis.video.height,
        near=runner.near if runner else None,
        contacts=analysis.contacts,
        steps=analysis.steps,
        # A camera rotated clockwise rotates the picture's content the other way.
        up=np.array([-np.sin(roll), np.cos(roll)]),
        forward=forward_sign(analysis.direction) * np.array([np.cos(roll), np.sin(roll)]),
        cadence_spm=cadence.value if cadence and isinstance(cadence.value, float) else None,
        standing=analysis.activity == "standing",
        feet_in_corner=_in_corner(pose, analysis.video.width, analysis.video.height),
    )


def _in_corner(pose: PoseTrack, width: int, height: int) -> bool:
    """Whether a body part is in the bottom left corner in more than a few frames."""
    x, y = pose.xy[:, :, 0], pose.xy[:, :, 1]
    inside = (x < _CORNER[0] * width) & (y < _CORNER[1] * height)
    return bool(inside.any(axis=1).mean() > _FEW) if len(inside) else False


def points_at(pose: PoseTrack, time_s: float) -> Points:
    """Interpolate the keypoints linearly at a time.

    Parameters
    ----------
    pose
        In the picture.
    time_s
        Playback time.

    Returns
    -------
    dict of array
        (2,) by name; empty outside the track.
    """
    times = pose.time_s
    if not len(times) or not times[0] - 1e-4 <= time_s <= times[-1] + 1e-4:
        return {}
    after = int(np.clip(np.searchsorted(times, time_s), 1, max(len(times) - 1, 1)))
    before = after - 1
    if len(times) == 1:
        return dict(zip(pose.keypoints, pose.xy[0], strict=True))
    share = np.clip((time_s - times[before]) / (times[after] - times[before]), 0.0, 1.0)
    # An exact sample must not be lost to a missing neighbour.
    if share < 0.01 or share > 0.99:
        xy = pose.xy[after if share > 0.5 else before]
    else:
        xy = (1.0 - share) * pose.xy[before] + share * pose.xy[after]
    return dict(zip(pose.keypoints, xy, strict=True))


def point(points: Points, name: str) -> Array:
    """One point, if there is one.

    Parameters
    ----------
    points
        At some moment.
    name
        Of the keypoint.

    Returns
    -------
    array
        (2,); NaN if missing.
    """
    return points.get(name, np.full(2, np.nan))


def middle(points: Points, part: str) -> Array:
    """The midpoint of left and right, or else the track's own.

    Parameters
    ----------
    points
        At some moment.
    part
        Such as ``hip``.

    Returns
    -------
    array
        (2,); NaN if missing.
    """
    if f"mid_{part}" in points and f"left_{part}" not in points:
        return points[f"mid_{part}"]
    return 0.5 * (point(points, f"left_{part}") + point(points, f"right_{part}"))


@dataclass(frozen=True)
class Placer:
    """Maps points of the track to positions in a picture, y down.

    Parameters
    ----------
    height_px
        Of the clip's picture.
    scale
        From its pixels to those of the picture drawn on.
    origin
        (left, top) of the part that is drawn on, pixels of the clip.
    turn_rad
        By how much the picture drawn on is turned clockwise, about ``pivot``.
    pivot
        (x, y) that stays in its place, pixels of the clip, y down.
    """

    height_px: int
    scale: float = 1.0
    origin: tuple[float, float] = (0.0, 0.0)
    turn_rad: float = 0.0
    pivot: tuple[float, float] = (0.0, 0.0)

    def matrix(self) -> Array:
        """Return the affine map from the clip's pixels, y down, (2, 3)."""
        cos, sin = np.cos(self.turn_rad), np.sin(self.turn_rad)
        turn = np.array([[cos, -sin], [sin, cos]])
        pivot = np.array(self.pivot)
        shift = pivot - turn @ pivot - np.array(self.origin)
        return np.asarray(self.scale * np.column_stack([turn, shift]))

    def __call__(self, xy: Array) -> Point:
        """Return the position of a point; NaN stays NaN."""
        x, y = self.matrix() @ np.array([float(xy[0]), self.height_px - float(xy[1]), 1.0])
        return float(x), float(y)
