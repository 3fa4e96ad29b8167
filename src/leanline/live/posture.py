"""Posture at the present moment, with the definitions of the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from leanline.camera.derotate import rotate
from leanline.drill import Postures, postures_from_points
from leanline.model import Array, Capture, Direction, PoseTrack
from leanline.profile import PoseProfile
from leanline.runner.joint_centres import to_joint_centres
from leanline.runner.prepare import find_direction, measure_leg_length, mirror, outline_facing_x
from leanline.skeleton import SIDES, forward_sign, near_side

PicturePoint = tuple[float, float]
LINE = ("ankle", "knee", "hip", "shoulder", "ear")


@dataclass(frozen=True)
class BodyState:
    """State of the body and the camera, estimated from the last seconds.

    Parameters
    ----------
    direction
        In which the runner faces.
    leg_length
        Pixels.
    roll_deg
        Of the camera, positive clockwise as the photographer sees it.
    profile
        Of the pose source.
    """

    direction: Direction
    leg_length: float
    roll_deg: float
    profile: PoseProfile

    @property
    def roll_facing_x(self) -> float:
        """The roll in the runner's frame, which faces +x."""
        return forward_sign(self.direction) * self.roll_deg


@dataclass(frozen=True)
class Line:
    """The body line in the picture.

    Parameters
    ----------
    ankle, knee, hip, shoulder, ear
        As shares of width and height, from the top left.
    up
        The true vertical in the picture (x, y down), of length 1.
    ahead
        The direction in which the runner faces, 1 to the right.
    """

    ankle: PicturePoint
    knee: PicturePoint
    hip: PicturePoint
    shoulder: PicturePoint
    ear: PicturePoint
    up: PicturePoint
    ahead: Literal[-1, 1]


def estimate_body_state(capture: Capture, roll_deg: float) -> BodyState | None:
    """Estimate the state of body and camera.

    Parameters
    ----------
    capture
        Of some seconds.
    roll_deg
        Of the camera, positive clockwise as the photographer sees it.

    Returns
    -------
    BodyState or None
        None if the legs were not seen.
    """
    leg_length = measure_leg_length(capture.pose)
    if not np.isfinite(leg_length):
        return None
    direction = find_direction(capture.pose)
    return BodyState(direction, leg_length, roll_deg, capture.profile)


def upright(pose: PoseTrack, outline_px: Array | None, state: BodyState) -> PoseTrack:
    """Convert a track as filmed to joint centres, facing +x, with the true vertical along y.

    Parameters
    ----------
    pose
        As filmed, y up.
    outline_px
        (T, L, 2) edges of the trunk, if known.
    state
        Of body and camera.

    Returns
    -------
    PoseTrack
        In pixels.
    """
    track = mirror(pose) if state.direction == "left" else pose
    if state.profile.joints is not None:
        outline = outline_facing_x(outline_px, state.direction)
        near, model = near_side(state.direction), state.profile.joints
        track, _ = to_joint_centres(track, near, outline, state.leg_length, model)
    return track.with_xy(rotate(track.xy, -state.roll_facing_x))


def compute_postures(level: PoseTrack) -> Postures:
    """Compute the standing drill's angles of an upright track, (T,) each."""
    return postures_from_points(level.time_s, *(level.mid(part) for part in LINE))


def to_picture_axes(points: Array, state: BodyState) -> Array:
    """Turn upright points back into the axes of the picture.

    Parameters
    ----------
    points
        (..., 2), as from ``upright``.
    state
        Of body and camera.

    Returns
    -------
    array
        Same shape, y up.
    """
    rotated = rotate(points, state.roll_facing_x)
    return rotated * (forward_sign(state.direction), 1.0)


def body_line(
    level: PoseTrack, state: BodyState, size_px: tuple[int, int], *, running: bool
) -> Line | None:
    """The body line in the first frame of a track.

    Parameters
    ----------
    level
        From ``upright``.
    state
        Of body and camera.
    size_px
        Width and height of the picture.
    running
        Whether the line starts at the lower ankle rather than midway between both.

    Returns
    -------
    Line or None
        None if the body was not seen.
    """
    points = {part: level.mid(part)[0] for part in LINE}
    if running:
        points |= _stance_leg(level)
    if not all(np.isfinite(points[part]).all() for part in ("ankle", "hip", "shoulder")):
        return None
    up = to_picture_axes(np.array([0.0, 1.0]), state)
    points = {part: _to_share(to_picture_axes(at, state), size_px) for part, at in points.items()}
    ahead = forward_sign(state.direction)
    return Line(**points, up=(float(up[0]), float(-up[1])), ahead=ahead)


def _stance_leg(level: PoseTrack) -> dict[str, Array]:
    """Return ankle and knee of the lower foot, which is the stance leg if there is one."""
    heights = [level.point(f"{side}_ankle")[0, 1] for side in SIDES]
    side = SIDES[int(np.argmin([h if np.isfinite(h) else np.inf for h in heights]))]
    return {part: level.point(f"{side}_{part}")[0] for part in ("ankle", "knee")}


def _to_share(point: Array, size_px: tuple[int, int]) -> PicturePoint:
    return float(point[0] / size_px[0]), float(1.0 - point[1] / size_px[1])
