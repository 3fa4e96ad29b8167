"""Spoiling a track as networks do: exchanged legs, misplaced and missing points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leanline.model import Array, PoseTrack
from leanline.skeleton import LEG

# Which frames, (T,) of bool.
Frames = NDArray[Any]


def with_xy(track: PoseTrack, xy: Array) -> PoseTrack:
    """The track with other positions."""
    return PoseTrack(track.time_s, xy, track.confidence, track.keypoints, track.unit)


def with_noise(track: PoseTrack, sd: float, seed: int = 0) -> PoseTrack:
    """The track with noise on every coordinate."""
    return with_xy(track, track.xy + np.random.default_rng(seed).normal(0, sd, track.xy.shape))


def legs_exchanged(track: PoseTrack, frames: Frames, parts: tuple[str, ...] = LEG) -> PoseTrack:
    """Left and right exchanged in some frames."""
    xy = track.xy.copy()
    for part in parts:
        left, right = (track.keypoints.index(f"{side}_{part}") for side in ("left", "right"))
        xy[frames, left], xy[frames, right] = track.xy[frames, right], track.xy[frames, left]
    return with_xy(track, xy)


def without(track: PoseTrack, *parts: str) -> PoseTrack:
    """The track without the keypoints of these parts, on both sides."""
    gone = {f"{side}_{part}" for side in ("left", "right") for part in parts} | set(parts)
    kept = [k for k, name in enumerate(track.keypoints) if name not in gone]
    names = tuple(track.keypoints[k] for k in kept)
    return PoseTrack(track.time_s, track.xy[:, kept], track.confidence[:, kept], names, track.unit)


def bursts(frames: int, share: float, seed: int = 0, longest: int = 12) -> Frames:
    """Random runs of frames that make up about this share."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros(frames, bool)
    while chosen.mean() < share:
        start = rng.integers(frames)
        chosen[start : start + rng.integers(1, longest + 1)] = True
    return chosen


def crossings(track: PoseTrack, within: float) -> Frames:
    """Frames in which the ankles are nearer to each other along x than ``within``."""
    apart = track.point("left_ankle")[:, 0] - track.point("right_ankle")[:, 0]
    return np.asarray(np.abs(apart) < within)
