"""Gait seen from behind or in front: the feet rise in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.gait.activity import BENT_PCT, MIN_RUNNING_RISE, STANDING_SWAY_LEGS, rise_between
from leanline.model import Activity, Array, PoseTrack
from leanline.runner.harmonic_model import MIN_STRENGTH, STRIDE_HZ, running_phase
from leanline.signals.filters import lowpass
from leanline.signals.spectrum import dominant_frequency
from leanline.skeleton import SIDES, Side

# Ankles that rise in turn by less than this (standard deviation, leg lengths) do not step.
MIN_LIFT: Final = 0.05
# A runner's swinging ankle is this much higher than the standing one at the middle of a stance;
# a walker's hardly rises.
RUNNING_LIFT: Final = 0.25
# Hips stand 1.7 trunk lengths over the ankles (0.491 and 0.288 of height, Drillis & Contini
# 1966), half of that on a chair.
UPRIGHT_TRUNKS: Final = 1.25


@dataclass(frozen=True)
class MidStance:
    """The middle of one foot's time on the ground, where the other foot is highest."""

    side: Side
    time_s: float
    stride_s: float


@dataclass(frozen=True)
class Strides:
    """Stride frequency and the middles of all stances, in order; ``runs`` or walks.

    ``bounces`` tells whether the hips sink over the standing foot as a runner's do.
    """

    stride_hz: float
    middles: tuple[MidStance, ...]
    runs: bool
    bounces: bool = True


def strides_of(pose: PoseTrack, leg_length: float) -> Strides | None:
    """The strides of somebody seen from behind or in front; None when the feet do not step.

    ``pose`` is smooth, y up, its sides the runner's own.
    """
    lift = (pose.point("left_ankle")[:, 1] - pose.point("right_ankle")[:, 1]) / leg_length
    if np.isfinite(lift).sum() < 8 or np.nanstd(lift) < MIN_LIFT:
        return None
    low, high = STRIDE_HZ
    stride_hz, strength = dominant_frequency(lift, pose.time_s, low_hz=low, high_hz=high)
    if not np.isfinite(stride_hz) or strength < MIN_STRENGTH:
        return None
    phase = running_phase(lift, pose.time_s, stride_hz)
    middles = tuple(_middles(phase, pose.time_s, stride_hz))
    known = np.isfinite(lift)
    heights = np.interp([m.time_s for m in middles], pose.time_s[known], lift[known])
    raised = float(np.median(np.abs(heights))) if len(middles) else 0.0
    rise = _bounce(pose, middles) / leg_length
    return Strides(stride_hz, middles, raised > RUNNING_LIFT, not rise < MIN_RUNNING_RISE)


def activity_of(pose: PoseTrack, leg_length: float, strides: Strides | None) -> Activity:
    """What somebody seen from behind or in front does."""
    if strides is not None:
        if strides.runs:
            return "running" if strides.bounces else "none"
        return "walking"
    places = [pose.point(f"{side}_ankle") for side in SIDES]
    hips = pose.mid("hip")
    if any(not np.isfinite(p).all(axis=1).any() for p in (*places, hips)):
        return "none"
    wander = max(float(np.ptp(np.nanpercentile(p, (5, 95), axis=0), axis=0).max()) for p in places)
    quick = np.nanstd(hips - lowpass(hips, pose.time_s, cutoff_hz=0.5), axis=0).max()
    limit = STANDING_SWAY_LEGS * leg_length
    stands = wander < limit and quick < 0.5 * limit and _legs_straight(pose)
    return "standing" if stands else "none"


def _legs_straight(pose: PoseTrack) -> bool:
    """Whether the hips stand high over the ankles, as they do not on a chair or in a squat."""
    leg = (pose.mid("hip") - pose.mid("ankle"))[:, 1]
    trunk = (pose.mid("shoulder") - pose.mid("hip"))[:, 1]
    known = np.isfinite(leg) & np.isfinite(trunk)
    if not known.any():
        return True
    ratio = np.percentile(leg[known], BENT_PCT) / np.median(trunk[known])
    return bool(ratio > UPRIGHT_TRUNKS)


def _bounce(pose: PoseTrack, middles: tuple[MidStance, ...]) -> float:
    """How much higher the hips are between two stances than in them; NaN when not seen."""
    height = pose.mid("hip")[:, 1]
    seen = np.isfinite(height)
    if not middles or not seen.any():
        return float("nan")
    middle = np.array([stance.time_s for stance in middles])
    quarter = np.array([0.25 * stance.stride_s for stance in middles])
    return rise_between(pose.time_s[seen], height[seen], middle, quarter)


def _middles(phase: Array, time_s: Array, stride_hz: float) -> list[MidStance]:
    """The left ankle is highest at whole phases, while the right foot stands."""
    first, last = np.ceil(2.0 * phase[0]), np.floor(2.0 * phase[-1])
    halves = np.arange(first, last + 1.0)
    moments = np.interp(0.5 * halves, phase, time_s)
    return [
        MidStance("right" if half % 2 == 0 else "left", float(moment), 1.0 / stride_hz)
        for half, moment in zip(halves, moments, strict=True)
    ]
