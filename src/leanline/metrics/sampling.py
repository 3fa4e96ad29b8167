"""Interpolation of keypoints between frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from leanline.camera.derotate import rotate
from leanline.metrics.body import centre_of_mass, stature
from leanline.metrics.geometry import rise_deg
from leanline.model import Array, PoseTrack
from leanline.profile import MARKERS, PoseProfile, profile_of
from leanline.skeleton import SIDES, Side

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

# Maximum distance from a known sample, in frames.
REACH_FRAMES = 1.6


@dataclass(frozen=True, eq=False)
class _Curve:
    """Known times (N,) and a spline through them; None for too few points."""

    times: Array
    spline: CubicSpline | None


@dataclass(frozen=True, eq=False)
class Sampler:
    """Positions of keypoints at any time, in upright axes.

    Values are NaN further than 1.6 frames from a frame in which the keypoint is known.

    Parameters
    ----------
    pose
        Of T frames, facing +x, in the axes of the picture.
    roll_deg
        Roll of the camera for a runner facing +x, degrees, which is corrected for.
    leg_length
        Hip to ankle, in the pose's unit.
    profile
        Of the pose source.
    sole_deg
        (T, 2) pitch of the left and right sole's edge, degrees, toes up positive; None if not seen.
    """

    pose: PoseTrack
    roll_deg: float
    leg_length: float
    profile: PoseProfile = field(default_factory=partial(profile_of, MARKERS))
    sole_deg: Array | None = None
    # Every step needs the same few paths, so each spline is fitted once.
    _curves: dict[str, _Curve] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def upright(self) -> PoseTrack:
        """The pose with the true vertical along y."""
        return self.pose.with_xy(rotate(self.pose.xy, -self.roll_deg))

    @cached_property
    def stature(self) -> float:
        """Body height in the track's unit."""
        return stature(self.pose, self.leg_length, self.profile.stature_share)

    @cached_property
    def mass_centre(self) -> Array:
        """Centre of mass, (T, 2)."""
        return centre_of_mass(self.upright)

    def point(self, name: str, at_s: Array) -> Array:
        """One keypoint at the given times, (N, 2)."""
        return self._at(name, lambda: self.upright.point(name), at_s)

    def mid(self, part: str, at_s: Array) -> Array:
        """Midpoint of left and right at the given times, (N, 2)."""
        return self._at(f"mid {part}", lambda: self.upright.mid(part), at_s)

    def centre(self, at_s: Array) -> Array:
        """Centre of mass at the given times, (N, 2)."""
        return self._at("centre", lambda: self.mass_centre, at_s)

    def foot_deg(self, side: Side, at_s: Array) -> Array:
        """Pitch of the heel-toe line at the given times, (N,), toes up positive."""
        return rise_deg(self.point(f"{side}_heel", at_s), self.point(f"{side}_foot_index", at_s))

    def edge_deg(self, side: Side, at_s: Array) -> Array:
        """Pitch of the sole's edge at the given times, (N,); NaN where not seen."""
        if self.sole_deg is None:
            return np.full(len(at_s), np.nan)
        pitch = self.sole_deg[:, SIDES.index(side)] - self.roll_deg
        known = np.isfinite(pitch)
        if not known.any():
            return np.full(len(at_s), np.nan)
        times = self.pose.time_s[known]
        return np.where(self._near(times, at_s), np.interp(at_s, times, pitch[known]), np.nan)

    def _at(self, name: str, path: Callable[[], Array], at_s: Array) -> Array:
        curve = self._curves.get(name)
        if curve is None:
            curve = self._curves[name] = _curve(self.pose.time_s, path())
        if curve.spline is None:
            return np.full((len(at_s), 2), np.nan)
        near = self._near(curve.times, at_s)
        return np.where(near[:, None], curve.spline(at_s), np.nan)

    @cached_property
    def _frame_s(self) -> float:
        return float(np.median(np.diff(self.pose.time_s)))

    def _near(self, times: Array, at_s: Array) -> NDArray[np.bool_]:
        """Whether a known sample is close enough to each time, (N,)."""
        after = np.clip(np.searchsorted(times, at_s), 1, max(len(times) - 1, 1)) % len(times)
        away = np.minimum(np.abs(times[after] - at_s), np.abs(times[after - 1] - at_s))
        return np.asarray(away <= REACH_FRAMES * self._frame_s)


def _curve(time_s: Array, path: Array) -> _Curve:
    from scipy.interpolate import CubicSpline

    known = np.isfinite(path).all(axis=1)
    times = time_s[known]
    return _Curve(times, CubicSpline(times, path[known]) if len(times) >= 4 else None)
