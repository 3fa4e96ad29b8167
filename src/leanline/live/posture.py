"""The posture of this very moment, by the definitions of the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from leanline.camera.derotate import turned
from leanline.drill import Postures, postures
from leanline.model import Array, Capture, Direction, PoseTrack
from leanline.profile import PoseProfile
from leanline.runner.joint_centres import to_joint_centres
from leanline.runner.prepare import facing, flipped, leg_length_of, outline_facing_x
from leanline.skeleton import SIDES, forward_sign, near_side

Place = tuple[float, float]
LINE = ("ankle", "knee", "hip", "shoulder", "ear")


@dataclass(frozen=True)
class BodyState:
    """What the last seconds say of the body and of the camera.

    ``leg_length`` is in pixels; ``roll_deg`` is the camera's, positive clockwise as the
    photographer sees it; ``profile`` the pose source's.
    """

    direction: Direction
    leg_length: float
    roll_deg: float
    profile: PoseProfile

    @property
    def roll_facing_x(self) -> float:
        """The roll as seen by a runner who was turned to face +x."""
        return forward_sign(self.direction) * self.roll_deg


@dataclass(frozen=True)
class Line:
    """The body's line where the picture shows it, shares of width and height from the top left.

    ``up`` is the true vertical in the picture (x, y down, length 1), ``ahead`` the way the
    runner faces.
    """

    ankle: Place
    knee: Place
    hip: Place
    shoulder: Place
    ear: Place
    up: Place
    ahead: Literal[-1, 1]


def facts_of(capture: Capture, roll_deg: float) -> BodyState | None:
    """Facts from a capture of some seconds; None when the legs were not seen."""
    leg_length = leg_length_of(capture.pose)
    if not np.isfinite(leg_length):
        return None
    direction = facing(capture.pose)
    return BodyState(direction, leg_length, roll_deg, capture.profile)


def upright(pose: PoseTrack, outline_px: Array | None, facts: BodyState) -> PoseTrack:
    """Joint centres of a track as filmed (y up), facing +x with the true vertical along y."""
    track = flipped(pose) if facts.direction == "left" else pose
    if facts.profile.joints is not None:
        outline = outline_facing_x(outline_px, facts.direction)
        near, model = near_side(facts.direction), facts.profile.joints
        track, _ = to_joint_centres(track, near, outline, facts.leg_length, model)
    return track.with_xy(turned(track.xy, -facts.roll_facing_x))


def postures_of(level: PoseTrack) -> Postures:
    """The standing drill's angles of an upright track, (T,) each."""
    return postures(level.time_s, *(level.mid(part) for part in LINE))


def as_filmed(points: Array, facts: BodyState) -> Array:
    """Upright points (..., 2) back where the picture shows them (y up)."""
    turned_back = turned(points, facts.roll_facing_x)
    return turned_back * (forward_sign(facts.direction), 1.0)


def line_of(
    level: PoseTrack, facts: BodyState, size_px: tuple[int, int], *, running: bool
) -> Line | None:
    """The line of the first frame of an upright track, to be drawn; None when it is not seen.

    It rises from the middle of the ankles, or from the lower one of somebody ``running``.
    """
    points = {part: level.mid(part)[0] for part in LINE}
    if running:
        points |= _stance_leg(level)
    if not all(np.isfinite(points[part]).all() for part in ("ankle", "hip", "shoulder")):
        return None
    up = as_filmed(np.array([0.0, 1.0]), facts)
    places = {part: _share(as_filmed(at, facts), size_px) for part, at in points.items()}
    ahead = forward_sign(facts.direction)
    return Line(**places, up=(float(up[0]), float(-up[1])), ahead=ahead)


def _stance_leg(level: PoseTrack) -> dict[str, Array]:
    """Ankle and knee of the lower foot: where a runner stands, if they stand."""
    heights = [level.point(f"{side}_ankle")[0, 1] for side in SIDES]
    side = SIDES[int(np.argmin([h if np.isfinite(h) else np.inf for h in heights]))]
    return {part: level.point(f"{side}_{part}")[0] for part in ("ankle", "knee")}


def _share(point: Array, size_px: tuple[int, int]) -> Place:
    return float(point[0] / size_px[0]), float(1.0 - point[1] / size_px[1])
