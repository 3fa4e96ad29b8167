"""Keypoints of one person over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from leanline.model.basics import Array, Unit, freeze


@dataclass(frozen=True, eq=False)
class PoseTrack:
    """Keypoints of one person over time; arrays are copied and read-only.

    Parameters
    ----------
    time_s
        (T,) seconds, strictly rising.
    xy
        (T, K, 2) positions in ``unit``, x right and y up, NaN where missing.
    confidence
        (T, K) from 0 to 1.
    keypoints
        The K names, each once, such as ``left_ankle``.
    unit
        ``m`` or ``px``.

    Raises
    ------
    ValueError
        Shapes do not match, times do not increase or are not finite, a position is infinite, a
        confidence is not from 0 to 1, the unit is unknown, or a name occurs twice.
    """

    time_s: Array
    xy: Array
    confidence: Array
    keypoints: tuple[str, ...]
    unit: Unit

    def __post_init__(self) -> None:
        freeze(self, "time_s", "xy", "confidence")
        if self.time_s.ndim != 1:
            raise ValueError(f"time_s must have one dimension, not {self.time_s.ndim}")
        frames, points = len(self.time_s), len(self.keypoints)
        if self.xy.shape != (frames, points, 2):
            raise ValueError(f"xy must have shape {(frames, points, 2)}, not {self.xy.shape}")
        if self.confidence.shape != (frames, points):
            raise ValueError(
                f"confidence must have shape {(frames, points)}, not {self.confidence.shape}"
            )
        if len(set(self.keypoints)) != points:
            raise ValueError("keypoint names must be unique")
        if self.unit not in get_args(Unit):
            raise ValueError(f"unit must be one of {get_args(Unit)}, not {self.unit!r}")
        self._check_values()

    def _check_values(self) -> None:
        if not np.isfinite(self.time_s).all() or not np.all(np.diff(self.time_s) > 0):
            raise ValueError("time_s must be finite and rise strictly")
        if np.isinf(self.xy).any():
            raise ValueError("xy must not be infinite; what is missing is NaN")
        if not np.all((self.confidence >= 0.0) & (self.confidence <= 1.0)):
            raise ValueError("confidence must be from 0 to 1")

    def __repr__(self) -> str:
        span = f", {self.time_s[0]:g} to {self.time_s[-1]:g} s" if len(self.time_s) else ""
        return (
            f"PoseTrack({len(self.time_s)} frames of {len(self.keypoints)} keypoints "
            f"in {self.unit}{span})"
        )

    def with_xy(self, xy: Array) -> PoseTrack:
        """The track with other positions, (T, K, 2) in the same unit."""
        return replace(self, xy=xy)

    def with_time(self, time_s: Array) -> PoseTrack:
        """The track at other times, (T,) seconds."""
        return replace(self, time_s=time_s)

    def select(self, kept: NDArray[np.bool_]) -> PoseTrack:
        """The track's frames where ``kept`` (T,) is true."""
        return replace(
            self, time_s=self.time_s[kept], xy=self.xy[kept], confidence=self.confidence[kept]
        )

    def has(self, *names: str) -> bool:
        """Whether the track has all of these keypoints (even if missing at times)."""
        return all(name in self.keypoints for name in names)

    def point(self, name: str) -> Array:
        """Positions of one keypoint, (T, 2); all NaN if the track does not have it."""
        if name not in self.keypoints:
            return np.full((len(self.time_s), 2), np.nan)
        return self.xy[:, self.keypoints.index(name)]

    def trust(self, name: str) -> Array:
        """Confidence of one keypoint, (T,); zero if the track does not have it."""
        if name not in self.keypoints:
            return np.zeros(len(self.time_s))
        return self.confidence[:, self.keypoints.index(name)]

    def mid(self, part: str) -> Array:
        """Midpoint of the left and right ``part``, (T, 2); the track's own ``mid_part`` if the pair
        is missing, or else the one side that exists.
        """
        left, right = f"left_{part}", f"right_{part}"
        if self.has(left, right):
            return 0.5 * (self.point(left) + self.point(right))
        for name in (f"mid_{part}", left, right):
            if self.has(name):
                return self.point(name)
        return np.full((len(self.time_s), 2), np.nan)
