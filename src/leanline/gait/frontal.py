"""Gait seen from the back or front: the feet rise alternately, the body sinks over each of them.

The heights of the ankles tell which foot is in stance, the height of the body tells when. Ankles
are too early for that: seen from the front, a foot that swings back moves away from the camera and
so up in the picture long before it is highest, while the body keeps its distance.
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

# Below this standard deviation of the height between the ankles, in leg lengths, nobody steps.
MIN_LIFT: Final = 0.05
# At mid-stance a runner's swing ankle is this much higher than the stance ankle, in leg lengths;
# a walker's hardly rises.
RUNNING_LIFT: Final = 0.25
# Where the lift is unclear, hips that rise by more than this between stances, in leg lengths, are
# a runner's. Runners in these views rise by 0.064 to 0.13; a walker's hips stay within 0.05 (4 to
# 5 cm, Perry & Burnfield 2010) over the whole stride.
CLEAR_RUNNING_RISE: Final = 0.055
# Highest step rate of walking: adults change to running at about 140 steps per minute (Chase et al.
# 2023, Hum Mov Sci 90:103117), children at 136 to 161 (Ducharme et al. 2021, J Sports Sci 39:1039).
FASTEST_WALK_SPM: Final = 161.0
# Height of the hips above the ankles in trunk lengths: 1.7 in standing (0.491 and 0.288 of body
# height, Drillis & Contini 1966), half of that in sitting.
UPRIGHT_TRUNKS: Final = 1.25
# Time from the lowest point of a runner's body to mid-stance, in strides: 0.033 (SD 0.005) for the
# hips and shoulders of two motion-captured runners on eight bodies, in both views.
LOWEST_BEFORE_MIDDLE_STRIDES: Final = 0.034
# The bounce of the body is above this frequency, its travel towards the camera below.
TRAVEL_HZ: Final = 0.5
# Time from the highest point of the swing ankle in the picture to mid-stance of the other foot, in
# strides (the same runners, SD 0.02).
HIGHEST_BEFORE_MIDDLE_STRIDES: Final[Mapping[View, float]] = {"front": 0.12, "back": 0.015}
# Keypoints whose mean height is that of the body.
BODY: Final = ("hip", "shoulder", "ear")


@dataclass(frozen=True)
class MidStance:
    """The middle of one contact of a foot.

    Parameters
    ----------
    side
        The stance foot.
    time_s
        Its time.
    stride_s
        Duration of a stride.
    """

    side: Side
    time_s: float
    stride_s: float


@dataclass(frozen=True)
class Strides:
    """The strides of a person seen from the back or front.

    Parameters
    ----------
    stride_hz
        Strides per second, half the step rate.
    middles
        Mid-stances of both feet in order of time.
    runs
        Whether the person runs rather than walks.
    bounces
        Whether the hips sink over the stance foot as a runner's do.
    """

    stride_hz: float
    middles: tuple[MidStance, ...]
    runs: bool
    bounces: bool = True


def strides_of(pose: PoseTrack, leg_length: float, view: View) -> Strides | None:
    """Find the strides of a person seen from the back or front.

    Parameters
    ----------
    pose
        Smoothed, y up, left and right being the person's own.
    leg_length
        In the track's unit.
    view
        ``front`` or ``back``.

    Returns
    -------
    Strides or None
        None if the person does not step.
    """
    lift = (pose.point("left_ankle")[:, 1] - pose.point("right_ankle")[:, 1]) / leg_length
    if np.isfinite(lift).sum() < 8 or np.nanstd(lift) < MIN_LIFT:
        return None
    low_hz, high_hz = STRIDE_HZ
    stride_hz, strength = dominant_frequency(lift, pose.time_s, low_hz=low_hz, high_hz=high_hz)
    if not np.isfinite(stride_hz) or strength < MIN_STRENGTH:
        return None
    phase = running_phase(lift, pose.time_s, stride_hz)
    peaks = _ankle_peaks(phase, pose.time_s, stride_hz)
    known = np.isfinite(lift)
    lift_at_peaks = np.interp([m.time_s for m in peaks], pose.time_s[known], lift[known])
    peak_lift = float(np.median(np.abs(lift_at_peaks))) if len(peaks) else 0.0
    delay_s = HIGHEST_BEFORE_MIDDLE_STRIDES[view] / stride_hz
    middles = tuple(replace(peak, time_s=peak.time_s + delay_s) for peak in peaks)
    rise = _bounce(pose, middles) / leg_length
    too_fast_to_walk = 120.0 * stride_hz > FASTEST_WALK_SPM
    runs = too_fast_to_walk or peak_lift > RUNNING_LIFT or rise > CLEAR_RUNNING_RISE
    if runs:
        middles = _retime_by_body(pose, middles, stride_hz)
    return Strides(stride_hz, middles, runs, not rise < MIN_RUNNING_RISE)


def activity_of(pose: PoseTrack, leg_length: float, strides: Strides | None) -> Activity:
    """Classify what a person seen from the back or front does.

    Parameters
    ----------
    pose
        Smoothed, y up, left and right being the person's own.
    leg_length
        In the track's unit.
    strides
        From ``strides_of``.

    Returns
    -------
    Activity
        ``none`` if the person neither runs, walks nor stands upright.
    """
    if strides is not None:
        if strides.runs:
            return "running" if strides.bounces else "none"
        return "walking"
    ankles = [pose.point(f"{side}_ankle") for side in SIDES]
    hips = pose.mid("hip")
    if any(not np.isfinite(p).all(axis=1).any() for p in (*ankles, hips)):
        return "none"
    travel = max(float(np.ptp(np.nanpercentile(p, (5, 95), axis=0), axis=0).max()) for p in ankles)
    fast_sway = np.nanstd(hips - lowpass(hips, pose.time_s, cutoff_hz=0.5), axis=0).max()
    limit = STANDING_SWAY_LEGS * leg_length
    stands = travel < limit and fast_sway < 0.5 * limit and _legs_straight(pose)
    return "standing" if stands else "none"


def _legs_straight(pose: PoseTrack) -> bool:
    """Whether the hips are as high above the ankles as in standing, not in sitting or a squat."""
    leg = (pose.mid("hip") - pose.mid("ankle"))[:, 1]
    trunk = (pose.mid("shoulder") - pose.mid("hip"))[:, 1]
    known = np.isfinite(leg) & np.isfinite(trunk)
    if not known.any():
        return True
    ratio = np.percentile(leg[known], BENT_PCT) / np.median(trunk[known])
    return bool(ratio > UPRIGHT_TRUNKS)


def _bounce(pose: PoseTrack, middles: tuple[MidStance, ...]) -> float:
    """How much higher the hips are between stances than at mid-stance; NaN if they are unseen."""
    height = pose.mid("hip")[:, 1]
    seen = np.isfinite(height)
    if not middles or not seen.any():
        return float("nan")
    mid_s = np.array([middle.time_s for middle in middles])
    quarter_s = np.array([0.25 * middle.stride_s for middle in middles])
    return rise_between(pose.time_s[seen], height[seen], mid_s, quarter_s)


def _retime_by_body(
    pose: PoseTrack, middles: tuple[MidStance, ...], stride_hz: float
) -> tuple[MidStance, ...]:
    """Move a runner's mid-stances to where the body's low points put them.

    Mid-stances without a low point within a quarter of a stride are dropped; all stay as they are
    if the body is unseen.
    """
    height = np.mean([pose.mid(part)[:, 1] for part in BODY], axis=0)
    if np.isfinite(height).sum() < 8 or not middles:
        return middles
    drop = lowpass(height, pose.time_s, cutoff_hz=TRAVEL_HZ) - height
    phase = running_phase(drop, pose.time_s, 2.0 * stride_hz)
    whole = np.arange(np.ceil(phase[0]), np.floor(phase[-1]) + 1.0)
    lowest_s = np.interp(whole, phase, pose.time_s)
    candidates_s = lowest_s + LOWEST_BEFORE_MIDDLE_STRIDES / stride_hz
    nearest_s = [_nearest(candidates_s, middle.time_s) for middle in middles]
    return tuple(
        replace(middle, time_s=time_s)
        for middle, time_s in zip(middles, nearest_s, strict=True)
        if abs(time_s - middle.time_s) < 0.25 / stride_hz
    )


def _nearest(times: Array, time_s: float) -> float:
    return float(times[np.argmin(np.abs(times - time_s))]) if len(times) else float("inf")


def _ankle_peaks(phase: Array, time_s: Array, stride_hz: float) -> tuple[MidStance, ...]:
    """Moments at which the swing ankle is highest: the left one at whole phases.

    They stand for the stance of the other foot, which comes a little later.
    """
    first, last = np.ceil(2.0 * phase[0]), np.floor(2.0 * phase[-1])
    half_strides = np.arange(first, last + 1.0)
    peaks_s = np.interp(0.5 * half_strides, phase, time_s)
    return tuple(
        MidStance("right" if half % 2 == 0 else "left", float(peak_s), 1.0 / stride_hz)
        for half, peak_s in zip(half_strides, peaks_s, strict=True)
    )
