"""Slow-motion factor of a clip, estimated from gravity.

A body in flight falls with g, whatever the container says. Between toe-off and landing the trunk's
height must curve with g, and since the ground carries one body weight on average, the size of the
bounce follows from the step time: a clip in which runners bounce as high but slowly is in slow
motion by the square root of the factor by which its gravity is too weak. Walking bounces the other
way round (highest, not lowest, where the feet pass each other), so a walker is never taken for a
slow runner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from leanline.confidence import NORMAL_95
from leanline.model import (
    AnalysisWarning,
    Array,
    PoseTrack,
    Rhythm,
    Runner,
    VideoInfo,
    warning,
)
from leanline.playback.pace import CHANGE_OF_RUNNER, MAX_SPM
from leanline.skeleton import ANKLE_AND_FOOT

BouncePattern = Literal["running", "walking", "unclear", "unknown"]
ClaimSource = Literal["clip_file", "own_part"]

GRAVITY = 9.81
# Amplitude of the vertical acceleration at step frequency, in g. A half-sine ground force over the
# share c of a step gives 2 cos(pi c) / (1 - 4 c^2): 1.2 at a duty factor of 0.35, and 1.0 to 1.4
# from 0.40 to 0.30. BlazePose's trunks show 1.2 times e^(0 +- 0.2).
BOUNCE_G = 1.2
# Standard deviations of the log time scale: with shoulders and hips, with hips only, for an unknown
# stature, and for a single stride.
TRUNK_SD, HIPS_SD, STATURE_SD, ONE_STRIDE_SD = 0.11, 0.16, 0.03, 0.3
# Position of the trunk's centre of mass between hips (0) and shoulders (1).
TRUNK_MASS_HEIGHT = 0.6
MEAN_STATURE_M = 1.70
# Running cadence of people (155 to 203: Burns 2019), as a median and a log standard deviation.
TYPICAL_SPM, SPM_SD = 170.0, 0.12
# Angle of the bounce after the feet pass each other, degrees: 28 to 62 in runners, 170 to
# 185 in walkers; nearer than this to either is that gait.
RUNNING_DEG, WALKING_DEG, NEAR_DEG = 45.0, 175.0, 55.0
# Steps per minute below which a clip must be slowed, by gait; infinite where the rhythm itself is
# doubtful.
MIN_SPM: Mapping[BouncePattern, float] = {"walking": 70.0, "unclear": 125.0, "unknown": np.inf}
TYPICAL_WALKING_SPM = 110.0
# A rhythm that explains less than this share of the legs' variance is not their stride; it explains
# 0.9 and more in people who run or walk.
MIN_SHARE = 0.75
# Frame rates at which cameras record slow motion, and how common each is (chosen).
RECORDED_HZ: Mapping[float, float] = {
    30.0: 0.1,
    50.0: 0.1,
    60.0: 0.6,
    100.0: 0.1,
    120.0: 1.0,
    200.0: 0.05,
    240.0: 1.0,
    300.0: 0.05,
    480.0: 0.3,
    960.0: 0.3,
}
# Factors that video editors offer.
EDITED: Mapping[float, float] = {
    1.5: 0.01,
    2.0: 0.2,
    2.5: 0.03,
    3.0: 0.03,
    4.0: 0.2,
    5.0: 0.1,
    6.0: 0.03,
    8.0: 0.2,
    10.0: 0.1,
    12.0: 0.02,
    16.0: 0.1,
    20.0: 0.05,
}
# Smaller factors cannot be distinguished from a calm runner.
MIN_FACTOR, MAX_FACTOR = 1.4, 40.0
REAL_TIME_WEIGHT = 20.0
CLAIMED_WEIGHT = 40.0
# A factor is applied if its probability and its fit (log standard deviations) reach these limits.
DECISIVE, FITTING = 0.95, 3.7
# A clip whose fall is further from gravity, in log standard deviations, is surely not in real time,
# even where no factor that cameras or editors use can be told: two-sided 1 %.
CLEARLY_OFF = 2.6


@dataclass(frozen=True)
class TimeScale:
    """The time scale of a clip.

    Parameters
    ----------
    factor
        Seconds of the clip per real second, above 1 for slow motion.
    sure
        False if times must not be reported; ``factor`` is then the best guess.
    notes
        Warnings about the time scale.
    """

    factor: float
    sure: bool = True
    notes: tuple[AnalysisWarning, ...] = ()

    @property
    def reported_factor(self) -> float:
        """The factor, or 1 if it is uncertain."""
        return self.factor if self.sure else 1.0


@dataclass(frozen=True)
class Bounce:
    """Vertical motion of the trunk as played.

    Parameters
    ----------
    gait
        What the phase of the bounce relative to the legs' swing shows; ``unknown`` if the rhythm is
        not clearly that of the strides.
    steps_per_min
        Cadence as played.
    acceleration
        Amplitude at step frequency, in the track's unit per squared second of playback.
    scale_sd
        Standard deviation of the natural logarithm of the time scale derived from it.
    """

    gait: BouncePattern
    steps_per_min: float
    acceleration: float
    scale_sd: float


def estimate_time_scale(
    runner: Runner,
    video: VideoInfo,
    stature: float,
    height_m: float | None,
    source: ClaimSource = "clip_file",
) -> TimeScale:
    """Estimate the slow-motion factor of a clip from the acceleration of the falling body.

    Parameters
    ----------
    runner
        In playback time.
    video
        ``time_scale`` is the factor that is claimed, 1 if none is.
    stature
        Body height in the track's unit.
    height_m
        Body height, metres; None if unknown.
    source
        Where the claim is from: the file, or another part of the clip that plays in real time.

    Returns
    -------
    TimeScale
        The claim if there is no bounce to measure.
    """
    measured = measure_bounce(runner)
    claimed = video.time_scale
    if measured is None:
        return TimeScale(claimed, notes=_claim_warnings(claimed, source))
    if measured.gait != "running":
        return _from_pace(measured, claimed, source)
    known = runner.pose.unit == "m" or height_m is not None
    sd = measured.scale_sd if known else float(np.hypot(measured.scale_sd, STATURE_SD))
    metres = 1.0 if runner.pose.unit == "m" else (height_m or MEAN_STATURE_M) / stature
    falling = float(np.sqrt(BOUNCE_G * GRAVITY / (measured.acceleration * metres)))
    factors, weights = _candidates(video.fps, claimed)
    misfit = _misfit(factors, falling, sd, measured.steps_per_min)
    odds = weights * np.exp(-0.5 * misfit**2)
    best = int(np.argmax(odds))
    factor = float(factors[best])
    if odds[best] >= DECISIVE * odds.sum() > 0.0 and misfit[best] <= FITTING:
        notes = _fall_warnings(factor, claimed, source, _range(falling, sd))
        return TimeScale(factor, notes=notes)
    if float(np.log(falling)) < -CLEARLY_OFF * sd:
        return TimeScale(falling, sure=False, notes=(_range_warning("sped_up", 1 / falling, sd),))
    if float(np.log(falling)) > CLEARLY_OFF * sd:
        note = _range_warning("slow_motion_range", falling, sd)
        return TimeScale(factor, sure=False, notes=(note,))
    return TimeScale(factor, sure=False, notes=_uncertain_warnings())


def _from_pace(measured: Bounce, claimed: float, source: ClaimSource) -> TimeScale:
    """Without a flight phase, only an impossible pace is evidence, and it gives no factor."""
    spm = measured.steps_per_min * claimed
    if claimed > 1.0 and spm > MAX_SPM and measured.steps_per_min >= MIN_SPM[measured.gait]:
        return TimeScale(1.0, notes=(warning("slow_motion_impossible", claimed=claimed, spm=spm),))
    if spm >= MIN_SPM[measured.gait]:
        return TimeScale(claimed, notes=_claim_warnings(claimed, source))
    usual = TYPICAL_WALKING_SPM if measured.gait == "walking" else TYPICAL_SPM
    return TimeScale(
        max(1.0, usual / measured.steps_per_min), sure=False, notes=_uncertain_warnings()
    )


def measure_bounce(runner: Runner) -> Bounce | None:
    """Measure the trunk's bounce relative to the legs' swing.

    Parameters
    ----------
    runner
        In playback time.

    Returns
    -------
    Bounce or None
        None without a rhythm, for less than one stride, or if trunk and legs are seen together in
        fewer than 12 frames.
    """
    pose, rhythm = runner.pose, runner.rhythm
    if rhythm is None:
        return None
    has_trunk = bool(np.isfinite(pose.mid("shoulder")).any())
    legs = _separation(pose)
    height = _trunk_height(pose, has_trunk) - runner.scene_shift[:, 1]
    known = np.isfinite(legs) & np.isfinite(height)
    strides = float(np.ptp(rhythm.phase))
    if known.sum() < 12 or strides < 1.0:
        return None
    swing = _wave(legs[known], rhythm.phase[known], 1)
    rise = _wave(height[known], rhythm.phase[known], 2)
    step_hz = 2.0 * rhythm.stride_hz
    angle = float(np.degrees(np.angle(rise * np.conj(swing) ** 2)))
    share = 0.5 * abs(swing) ** 2 / float(np.var(legs[known]))
    gait = _classify(angle) if share >= MIN_SHARE else "unknown"
    sd = float(np.hypot(TRUNK_SD if has_trunk else HIPS_SD, ONE_STRIDE_SD / strides))
    return Bounce(gait, 60.0 * step_hz, abs(rise) * (2 * np.pi * step_hz) ** 2, sd)


def to_real_time(runner: Runner, factor: float) -> Runner:
    """Convert a runner from playback time to real time.

    Parameters
    ----------
    runner
        In playback time.
    factor
        Seconds of the clip per real second.

    Returns
    -------
    Runner
        Times of ``pose``, ``raw`` and ``even_s`` divided by the factor, and the rhythm multiplied
        by it; ``seen`` stays in playback time.
    """
    if factor == 1.0:
        return runner
    rhythm = runner.rhythm
    if rhythm is not None:
        rhythm = Rhythm(rhythm.stride_hz * factor, rhythm.phase, rhythm.strength)
    pose, raw = (
        replace(track, time_s=track.time_s / factor) for track in (runner.pose, runner.raw)
    )
    even_s = None if runner.even_s is None else runner.even_s / factor
    return replace(runner, pose=pose, raw=raw, rhythm=rhythm, even_s=even_s)


def _candidates(fps: float, claimed: float) -> tuple[Array, Array]:
    """Return candidate factors and their weights: real time, cameras, editors, the container."""
    found: dict[float, float] = {1.0: REAL_TIME_WEIGHT}
    recorded = {_round(rate / fps): weight for rate, weight in RECORDED_HZ.items()}
    claims = {claimed: CLAIMED_WEIGHT} if claimed != 1.0 else {}
    for source in (recorded, EDITED, claims):
        for factor, weight in source.items():
            if not MIN_FACTOR <= factor <= MAX_FACTOR:
                continue
            same = next((k for k in found if abs(np.log(k / factor)) < 0.03), factor)
            found[same] = found.get(same, 0.0) + weight
    return np.array(list(found)), np.array(list(found.values()))


def _round(factor: float) -> float:
    """Round factors near integers, as rates such as 29.97 or few timestamps make them inexact."""
    whole = round(factor)
    return float(whole) if whole and abs(factor / whole - 1.0) < 0.02 else factor


def _misfit(factors: Array, falling: float, sd: float, played_spm: float) -> Array:
    """Distance of each factor from gravity and from a runner's cadence, standard deviations."""
    fall = np.log(factors / falling) / sd
    pace = np.log(factors * played_spm / TYPICAL_SPM) / SPM_SD
    return np.asarray(np.hypot(fall, pace))


def _separation(pose: PoseTrack) -> Array:
    """Distance by which the left foot is ahead of the right one, (T,)."""
    parts = [p for p in ANKLE_AND_FOOT if pose.has(f"left_{p}", f"right_{p}")]
    if not parts:
        return np.full(len(pose.time_s), np.nan)
    apart = [(pose.point(f"left_{p}") - pose.point(f"right_{p}"))[:, 0] for p in parts]
    return np.asarray(np.mean(apart, axis=0))


def _trunk_height(pose: PoseTrack, has_trunk: bool) -> Array:
    hips = pose.mid("hip")[:, 1]
    if not has_trunk:
        return hips
    return np.asarray(hips + TRUNK_MASS_HEIGHT * (pose.mid("shoulder")[:, 1] - hips))


def _wave(values: Array, phase: Array, harmonic: int) -> complex:
    """Complex amplitude of a harmonic, which peaks where ``phase`` times ``harmonic`` is whole."""
    along = np.linspace(-1.0, 1.0, len(phase))
    angle = 2 * np.pi * phase[:, None] * np.arange(1, 5)
    still = np.stack([np.ones_like(along), along, along**2], axis=1)
    design = np.concatenate([still, np.cos(angle), np.sin(angle)], axis=1)
    solved = np.linalg.lstsq(design, values, rcond=None)[0]
    return complex(solved[2 + harmonic], -solved[6 + harmonic])


def _classify(angle_deg: float) -> BouncePattern:
    def near(centre: float) -> bool:
        return abs((angle_deg - centre + 180.0) % 360.0 - 180.0) < NEAR_DEG

    if near(RUNNING_DEG):
        return "running"
    return "walking" if near(WALKING_DEG) else "unclear"


def _claim_warnings(claimed: float, source: ClaimSource) -> tuple[AnalysisWarning, ...]:
    """Say a factor that nothing in the runner's motion could confirm or contradict."""
    if claimed == 1.0:
        return ()
    if source == "own_part":
        return (_own_part_warning(claimed),)
    return (warning("slow_motion", factor=claimed, source=source),)


def _fall_warnings(
    factor: float, claimed: float, source: ClaimSource, by_fall: tuple[float, float]
) -> tuple[AnalysisWarning, ...]:
    """Say a factor and what the fall alone gives, and whether the file says otherwise."""
    low, high = by_fall
    if factor != claimed != 1.0 and source == "clip_file":
        code = "slow_motion_not_as_file"
        return (warning(code, claimed=claimed, factor=factor, low=low, high=high),)
    if factor == 1.0:
        return ()
    if factor != claimed:
        return (warning("slow_motion_by_fall", factor=factor, low=low, high=high),)
    if source == "own_part":
        return (_own_part_warning(factor),)
    return (warning("slow_motion_checked", factor=factor, low=low, high=high),)


def _own_part_warning(factor: float) -> AnalysisWarning:
    """The ratio of two cadences is as wide as a steady runner's may differ."""
    spread = 1.0 + CHANGE_OF_RUNNER
    code = "slow_motion_own_part"
    return warning(code, factor=factor, low=factor / spread, high=factor * spread)


def _range(times: float, sd: float) -> tuple[float, float]:
    """The 95 % interval of a factor whose logarithm has this standard deviation."""
    spread = float(np.exp(NORMAL_95 * sd))
    return times / spread, times * spread


def _range_warning(code: str, times: float, sd: float) -> AnalysisWarning:
    """Say how many times slower or faster than life the clip plays, with its 95 % interval."""
    low, high = _range(times, sd)
    return warning(code, factor=times, low=low, high=high)


def _uncertain_warnings() -> tuple[AnalysisWarning, ...]:
    return (warning("slow_motion_unsure"),)
