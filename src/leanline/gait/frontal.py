"""Gait seen from behind or in front: the feet rise in turn, the body sinks over each.

Which foot stands follows from the ankles' heights, when it does from the body's: seen from in
front a foot that swings back moves away from the camera and so up in the picture, long before
it is at its highest, while the body keeps its distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from leanline.gait.activity import BENT_PCT, MIN_RUNNING_RISE, STANDING_SWAY_LEGS, rise_between
from leanline.model import Activity, Array, PoseTrack, View
from leanline.runner.harmonic_model import MIN_STRENGTH, STRIDE_HZ, running_phase
from leanline.signals.filters import lowpass
from leanline.signals.spectrum import dominant_frequency
from leanline.skeleton import SIDES, Side

# Ankles that rise in turn by less than this (standard deviation, leg lengths) do not step.
MIN_LIFT: Final = 0.05
# A runner's swinging ankle is this much higher than the standing one at the middle of a stance;
# a walker's hardly rises.
RUNNING_LIFT: Final = 0.25
# Where the lift is not clear: hips that rise by more than this between stances, in leg lengths,
# run. Runners seen from these sides rise by 0.064 to 0.13; a walker's hips stay within 0.05
# (4 to 5 cm, Perry & Burnfield 2010) whatever the moment is compared with.
CLEAR_RUNNING_RISE: Final = 0.055
# Nobody walks with so many steps a minute: adults begin to run at about 140 (Chase et al. 2023, Hum
# Mov Sci 90:103117), children at 136 to 161 (Ducharme et al. 2021, J Sports Sci 39:1039).
FASTEST_WALK_SPM: Final = 161.0
# Hips stand 1.7 trunk lengths over the ankles (0.491 and 0.288 of height, Drillis & Contini
# 1966), half of that on a chair.
UPRIGHT_TRUNKS: Final = 1.25
# A runner's body is lowest so many strides before the middle of the contact: 0.033 (spread
# 0.005) for hips and shoulders of two captured runners on eight bodies, from both sides.
LOWEST_BEFORE_MIDDLE_STRIDES: Final = 0.034
# The body's rise and fall is told from slow travel towards the camera above this frequency.
TRAVEL_HZ: Final = 0.5
# The swinging ankle is highest in the picture so many strides before the middle of the other
# foot's contact (the same runners, spread 0.02).
HIGHEST_BEFORE_MIDDLE_STRIDES: Final[Mapping[View, float]] = {"front": 0.12, "back": 0.015}
BODY: Final = ("hip", "shoulder", "ear")


@dataclass(frozen=True)
class MidStance:
    """The middle of one foot's time on the ground.

    Parameters
    ----------
    side
        The standing foot.
    time_s
        When it is.
    stride_s
        Duration of a stride.
    """

    side: Side
    time_s: float
    stride_s: float


@dataclass(frozen=True)
class Strides:
    """The steps of somebody seen from behind or in front.

    Parameters
    ----------
    stride_hz
        Strides per second, half the step rate.
    middles
        Of all stances, in order of time.
    runs
        Whether it is running rather than walking.
    bounces
        Whether the hips sink over the standing foot as a runner's do.
    """

    stride_hz: float
    middles: tuple[MidStance, ...]
    runs: bool
    bounces: bool = True


def strides_of(pose: PoseTrack, leg_length: float, view: View) -> Strides | None:
    """Find the strides of somebody seen from behind or in front.

    Parameters
    ----------
    pose
        Smooth, y up, with the runner's own sides.
    leg_length
        In the track's unit.
    view
        The side that it is seen from.

    Returns
    -------
    Strides or None
        None when the feet do not step.
    """
    lift = (pose.point("left_ankle")[:, 1] - pose.point("right_ankle")[:, 1]) / leg_length
    if np.isfinite(lift).sum() < 8 or np.nanstd(lift) < MIN_LIFT:
        return None
    low, high = STRIDE_HZ
    stride_hz, strength = dominant_frequency(lift, pose.time_s, low_hz=low, high_hz=high)
    if not np.isfinite(stride_hz) or strength < MIN_STRENGTH:
        return None
    phase = running_phase(lift, pose.time_s, stride_hz)
    highest = tuple(_highest_ankles(phase, pose.time_s, stride_hz))
    known = np.isfinite(lift)
    heights = np.interp([m.time_s for m in highest], pose.time_s[known], lift[known])
    raised = float(np.median(np.abs(heights))) if len(highest) else 0.0
    late_s = HIGHEST_BEFORE_MIDDLE_STRIDES[view] / stride_hz
    rough = tuple(replace(stance, time_s=stance.time_s + late_s) for stance in highest)
    rise = _bounce(pose, rough) / leg_length
    quick = 120.0 * stride_hz > FASTEST_WALK_SPM
    runs = quick or raised > RUNNING_LIFT or rise > CLEAR_RUNNING_RISE
    middles = _timed_by_body(pose, rough, stride_hz) if runs else rough
    return Strides(stride_hz, middles, runs, not rise < MIN_RUNNING_RISE)


def activity_of(pose: PoseTrack, leg_length: float, strides: Strides | None) -> Activity:
    """Find out what somebody seen from behind or in front does.

    Parameters
    ----------
    pose
        Smooth, y up, with the runner's own sides.
    leg_length
        In the track's unit.
    strides
        From ``strides_of``.

    Returns
    -------
    Activity
        ``none`` if they neither run, walk nor stand upright.
    """
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


def _timed_by_body(
    pose: PoseTrack, stances: tuple[MidStance, ...], stride_hz: float
) -> tuple[MidStance, ...]:
    """A runner's stances with their middles where the body tells them; as they are if unseen."""
    height = np.mean([pose.mid(part)[:, 1] for part in BODY], axis=0)
    if np.isfinite(height).sum() < 8 or not stances:
        return stances
    fall = lowpass(height, pose.time_s, cutoff_hz=TRAVEL_HZ) - height
    phase = running_phase(fall, pose.time_s, 2.0 * stride_hz)
    whole = np.arange(np.ceil(phase[0]), np.floor(phase[-1]) + 1.0)
    lowest = np.interp(whole, phase, pose.time_s)
    middles = lowest + LOWEST_BEFORE_MIDDLE_STRIDES / stride_hz
    nearest = [_nearest(middles, stance.time_s) for stance in stances]
    return tuple(
        replace(stance, time_s=time_s)
        for stance, time_s in zip(stances, nearest, strict=True)
        if abs(time_s - stance.time_s) < 0.25 / stride_hz
    )


def _nearest(times: Array, time_s: float) -> float:
    return float(times[np.argmin(np.abs(times - time_s))]) if len(times) else float("inf")


def _highest_ankles(phase: Array, time_s: Array, stride_hz: float) -> list[MidStance]:
    """The left ankle is highest at whole phases, while the right foot stands."""
    first, last = np.ceil(2.0 * phase[0]), np.floor(2.0 * phase[-1])
    halves = np.arange(first, last + 1.0)
    moments = np.interp(0.5 * halves, phase, time_s)
    return [
        MidStance("right" if half % 2 == 0 else "left", float(moment), 1.0 / stride_hz)
        for half, moment in zip(halves, moments, strict=True)
    ]
