"""The cleaned runner and the contacts of the feet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from leanline.model.basics import Array, Direction, View, freeze
from leanline.model.estimate import Estimate
from leanline.model.notes import AnalysisWarning
from leanline.model.track import PoseTrack
from leanline.skeleton import Side, forward_sign


@dataclass(frozen=True, eq=False)
class Rhythm:
    """How the gait repeats.

    Parameters
    ----------
    stride_hz
        Strides per second.
    phase
        (T,) strides since an arbitrary moment, rising.
    strength
        Share of the legs' motion that repeats, 0 to 1.
    """

    stride_hz: float
    phase: Array = field(repr=False)
    strength: float

    def __post_init__(self) -> None:
        freeze(self, "phase")


@dataclass(frozen=True, eq=False)
class Runner:
    """The followed person after repair and smoothing, facing +x.

    Parameters
    ----------
    pose
        With sides resolved, short gaps filled and noise filtered, at joint centres.
    raw
        As from the pose source, facing as filmed.
    view
        Side from which the person is seen.
    direction
        Which way the person faces in the picture; None from the front or the back.
    near
        The side towards the camera; None if unknown.
    leg_length
        Hip to ankle, in the pose's unit.
    scene_shift
        (T, 2) displacement of the scene, x along the running direction; zero for a fixed camera.
    rhythm
        Of the gait; None if nothing repeats.
    swapped_frames
        Number of frames in which left and right were swapped.
    notes
        Warnings about what was repaired.
    seen
        The clean pose in picture coordinates, still facing +x, if ``pose`` was rectified; else
        None, as ``pose`` is in picture coordinates itself.
    yaw_deg
        Angle by which the path turns towards the camera; None if unknown.
    slant
        (T,) tangent of the viewing angle off perpendicular, if it changes.
    sole_deg
        (T, 2) pitch of the left and right sole, degrees, toes up positive, not smoothed.
    scatter
        Robust standard deviation of each part about its smooth path, leg lengths.
    strangeness
        Distance of the runner from the people that the joint model was fitted to, median over the
        frames; about 1 for one of them.
    even_s
        (T,) times at which the strides of a runner who changes pace would be even; None if they
        are even already.
    """

    pose: PoseTrack
    raw: PoseTrack
    view: View
    direction: Direction | None
    near: Side | None
    leg_length: float
    scene_shift: Array = field(repr=False)
    rhythm: Rhythm | None = None
    swapped_frames: int = 0
    notes: tuple[AnalysisWarning, ...] = ()
    seen: PoseTrack | None = None
    yaw_deg: Estimate | None = None
    slant: Array | None = field(default=None, repr=False)
    sole_deg: Array | None = field(default=None, repr=False)
    scatter: Mapping[str, float] = field(default_factory=dict)
    strangeness: float = 1.0
    even_s: Array | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        freeze(self, "scene_shift", "slant", "sole_deg", "even_s")

    @property
    def forward_sign(self) -> Literal[-1, 1]:
        """The factor of x from the picture to facing +x, and back: -1 or 1."""
        return forward_sign(self.direction)

    @property
    def picture_pose(self) -> PoseTrack:
        """The clean pose in picture coordinates, facing as filmed, y up."""
        pose = self.seen or self.pose
        return pose.with_xy(pose.xy * np.array([self.forward_sign, 1.0]))


@dataclass(frozen=True)
class Contact:
    """One foot on the ground: half-open [initial contact, toe-off).

    Parameters
    ----------
    side
        The runner's own left or right.
    contact_s, toe_off_s
        Initial contact and toe-off, seconds.
    """

    side: Side
    contact_s: float
    toe_off_s: float

    @property
    def duration_s(self) -> float:
        """Contact time."""
        return self.toe_off_s - self.contact_s
