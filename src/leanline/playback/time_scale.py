"""How many times slower than life a clip plays, told from the way the runner falls.

A body in flight falls with gravity, whatever the container says. From toe-off to landing
the trunk's height must curve with g, and as the ground bears one body weight over a whole
step, the size of the bounce follows from the step's length in time: a clip in which runners
bounce as high but slowly is slow motion, by the square root of how much too weak their
gravity is. Walking bounces the other way round (highest, not lowest, where the feet pass
each other), so a walker is never taken for a slow runner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from leanline.model import (
    AnalysisWarning,
    Array,
    PoseTrack,
    Rhythm,
    Runner,
    VideoInfo,
    warning,
)

Gait = Literal["running", "walking", "unclear", "unknown"]

GRAVITY = 9.81
# Amplitude of the step-frequency wave of the vertical acceleration, in g. For a half sine of
# ground force over the share c of a step, 2 cos(pi c) / (1 - 4 c^2): 1.2 at the duty factor of
# 0.35, 1.0 to 1.4 from 0.40 to 0.30. BlazePose's trunks show 1.2 times e^(0 +- 0.2).
BOUNCE_G = 1.2
# Standard deviations of the logarithm of the time scale: the bounce by shoulders and hips, by
# hips alone, what an unknown stature adds, and what one stride alone would add.
TRUNK_SD, HIPS_SD, STATURE_SD, ONE_STRIDE_SD = 0.11, 0.16, 0.03, 0.3
# Where the trunk's mass rides between hips (0) and shoulders (1).
TRUNK_SHARE = 0.6
MEAN_STATURE_M = 1.70
# Running cadence of people (155 to 203: Burns 2019), as a median and a log standard deviation.
USUAL_SPM, SPM_SD = 170.0, 0.12
# Angle of the bounce after the feet pass each other, degrees: 28 to 62 in runners, 170 to
# 185 in walkers; nearer than this to either is that gait.
RUNNING_DEG, WALKING_DEG, NEAR_DEG = 45.0, 175.0, 55.0
# Steps a minute below which nobody walks, or bounces in a way that is neither; where the
# rhythm itself is in doubt no pace is believed.
MIN_SPM: Mapping[Gait, float] = {"walking": 70.0, "unclear": 125.0, "unknown": np.inf}
USUAL_WALKING_SPM = 110.0
# A rhythm that the legs' swing follows with less than this share of its variance is not their
# stride: 0.9 and more in people who run or walk.
MIN_SHARE = 0.75
# Rates at which cameras record, frames a second, and how usual each is for slow motion.
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
# What editors offer, whatever the camera.
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
# A clip slowed by less cannot be told from a calm runner.
MIN_FACTOR, MAX_FACTOR = 1.4, 40.0
REAL_TIME_WEIGHT = 20.0
CLAIMED_WEIGHT = 40.0
# A factor is applied when it is this likely and fits this well (log standard deviations).
DECISIVE, FITTING = 0.95, 3.7


@dataclass(frozen=True)
class TimeScale:
    """Seconds of the clip per real second.

    ``sure`` is False when times must not be told; ``factor`` is then the best guess, or 1.
    """

    factor: float
    sure: bool = True
    notes: tuple[AnalysisWarning, ...] = ()

    @property
    def reported_factor(self) -> float:
        """The factor, or 1 where nobody knows."""
        return self.factor if self.sure else 1.0


@dataclass(frozen=True)
class Bounce:
    """How the trunk goes up and down as the clip plays.

    ``acceleration`` is the amplitude of the step-frequency wave, in the track's unit per
    played second squared; ``scale_sd`` how far the logarithm of a time scale from it may be off.
    """

    gait: Gait
    steps_per_min: float
    acceleration: float
    scale_sd: float


def time_scale(
    runner: Runner, video: VideoInfo, stature: float, height_m: float | None
) -> TimeScale:
    """Tell how many times slower than life the clip plays.

    Parameters
    ----------
    runner
        In the clip's own time.
    video
        ``time_scale`` is what the container claims, 1 if nothing.
    stature
        Body height in the track's unit.
    height_m
        Body height, if it is known.
    """
    seen = bounce(runner)
    claimed = video.time_scale
    if seen is None:
        return TimeScale(claimed, notes=_told(claimed, claimed))
    if seen.gait != "running":
        return _by_pace(seen, claimed)
    known = runner.pose.unit == "m" or height_m is not None
    sd = seen.scale_sd if known else float(np.hypot(seen.scale_sd, STATURE_SD))
    metres = 1.0 if runner.pose.unit == "m" else (height_m or MEAN_STATURE_M) / stature
    falling = float(np.sqrt(BOUNCE_G * GRAVITY / (seen.acceleration * metres)))
    factors, weights = _candidates(video.fps, claimed)
    misfit = _misfit(factors, falling, sd, seen.steps_per_min)
    odds = weights * np.exp(-0.5 * misfit**2)
    best = int(np.argmax(odds))
    factor = float(factors[best])
    if odds[best] >= DECISIVE * odds.sum() > 0.0 and misfit[best] <= FITTING:
        return TimeScale(factor, notes=_told(factor, claimed))
    return TimeScale(factor, sure=False, notes=_asked())


def _by_pace(seen: Bounce, claimed: float) -> TimeScale:
    """Without a flight only a pace that nobody walks at tells; by how much, it does not."""
    if seen.steps_per_min * claimed >= MIN_SPM[seen.gait]:
        return TimeScale(claimed, notes=_told(claimed, claimed))
    usual = USUAL_WALKING_SPM if seen.gait == "walking" else USUAL_SPM
    return TimeScale(max(1.0, usual / seen.steps_per_min), sure=False, notes=_asked())


def bounce(runner: Runner) -> Bounce | None:
    """The trunk's bounce against the swing of the legs; None without rhythm or trunk."""
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
    gait = _gait(angle) if share >= MIN_SHARE else "unknown"
    sd = float(np.hypot(TRUNK_SD if has_trunk else HIPS_SD, ONE_STRIDE_SD / strides))
    return Bounce(gait, 60.0 * step_hz, abs(rise) * (2 * np.pi * step_hz) ** 2, sd)


def in_real_time(runner: Runner, factor: float) -> Runner:
    """The runner with the clip's time divided by ``factor``."""
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
    """Possible factors and how usual each is: real time, cameras, editors, the container."""
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
    """Whole where the container's rate is 29.97 for 30 or was read from a few stamps."""
    whole = round(factor)
    return float(whole) if whole and abs(factor / whole - 1.0) < 0.02 else factor


def _misfit(factors: Array, falling: float, sd: float, played_spm: float) -> Array:
    """How far each factor is from gravity and from a runner's cadence, standard deviations."""
    fall = np.log(factors / falling) / sd
    pace = np.log(factors * played_spm / USUAL_SPM) / SPM_SD
    return np.asarray(np.hypot(fall, pace))


def _separation(pose: PoseTrack) -> Array:
    """How far the left foot is ahead of the right one, (T,)."""
    parts = [p for p in ("ankle", "heel", "foot_index") if pose.has(f"left_{p}", f"right_{p}")]
    if not parts:
        return np.full(len(pose.time_s), np.nan)
    apart = [(pose.point(f"left_{p}") - pose.point(f"right_{p}"))[:, 0] for p in parts]
    return np.asarray(np.mean(apart, axis=0))


def _trunk_height(pose: PoseTrack, has_trunk: bool) -> Array:
    hips = pose.mid("hip")[:, 1]
    if not has_trunk:
        return hips
    return np.asarray(hips + TRUNK_SHARE * (pose.mid("shoulder")[:, 1] - hips))


def _wave(values: Array, phase: Array, harmonic: int) -> complex:
    """Complex amplitude of one harmonic, its top where ``phase`` times ``harmonic`` is whole."""
    along = np.linspace(-1.0, 1.0, len(phase))
    angle = 2 * np.pi * phase[:, None] * np.arange(1, 5)
    still = np.stack([np.ones_like(along), along, along**2], axis=1)
    design = np.concatenate([still, np.cos(angle), np.sin(angle)], axis=1)
    solved = np.linalg.lstsq(design, values, rcond=None)[0]
    return complex(solved[2 + harmonic], -solved[6 + harmonic])


def _gait(angle_deg: float) -> Gait:
    def near(centre: float) -> bool:
        return abs((angle_deg - centre + 180.0) % 360.0 - 180.0) < NEAR_DEG

    if near(RUNNING_DEG):
        return "running"
    return "walking" if near(WALKING_DEG) else "unclear"


def _told(factor: float, claimed: float) -> tuple[AnalysisWarning, ...]:
    if factor == 1.0:
        return ()
    source = "clip_file" if factor == claimed else "fall"
    return (warning("slow_motion", factor=factor, source=source),)


def _asked() -> tuple[AnalysisWarning, ...]:
    return (warning("slow_motion_unsure"),)
