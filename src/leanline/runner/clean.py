"""From keypoints with misses and jumps to smooth paths, without moving anything in time.

Where the gait repeats, a path is the gait cycle seen over all strides plus what changes
slowly from stride to stride; a point far from both is misplaced and counts as missing.
Where nothing repeats (standing), it is a zero-lag low-pass.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array, PoseTrack, Rhythm
from leanline.runner.harmonic_model import DIFFERENCE, fit_cycle, fit_pair, harmonics_for
from leanline.signals.filters import lowpass
from leanline.signals.gaps import fill_gaps
from leanline.signals.robust_fit import MAD_TO_SD
from leanline.skeleton import swapped_name

# A gap longer than this share of a stride (or this long, standing) stays missing.
MAX_GAP_STRIDES = 0.25
MAX_GAP_S = 0.25
# A point further than this from its expected place is misplaced: robust standard deviations
# of its own residual, within these shares of the leg.
MISPLACED_SDS = 5.0
MISPLACED_LEGS = (0.05, 0.15)
# What departs from the cycle is kept up to this many times the stride frequency: changes
# from step to step, not the noise of single frames.
DEPARTURE_STRIDES = 3.0
# The slow path (travel, perspective, drifting on the belt) stays below this many times the
# stride frequency.
SLOW_STRIDES = 0.4
BACKFITS = 3
# Slow sway of a standing person; their joints do not move faster (Winter 2009 gives less).
STANDING_HZ = 3.0
MIN_CONFIDENCE = 0.1


def smooth_track(track: PoseTrack, rhythm: Rhythm | None, leg_length: float) -> PoseTrack:
    """The track with misplaced points removed, short gaps filled and noise filtered.

    Keypoints are smoothed relative to the hips, and the hips relative to their own slow
    path, as these are what repeats.
    """
    paths = track.xy / leg_length
    hips = (track.mid("hip") / leg_length)[:, None]
    trusted = track.confidence[..., None] >= MIN_CONFIDENCE
    relative = np.where(trusted, paths - hips, np.nan)
    trust = np.where(trusted[..., 0], track.confidence, 0.0)
    if rhythm is None:
        smooth = _standing(relative, track.time_s) + _standing(hips, track.time_s)
    else:
        common = _common(track, relative, rhythm)
        smooth = common + _moving(relative - common, trust, track.time_s, rhythm, DIFFERENCE)
        everywhere = np.ones((len(hips), 1))
        smooth = smooth + _moving(hips, everywhere, track.time_s, rhythm, 1.0)
    return PoseTrack(
        track.time_s, smooth * leg_length, track.confidence, track.keypoints, track.unit
    )


def _common(track: PoseTrack, relative: Array, rhythm: Rhythm) -> Array:
    """What the two sides have in common, half a stride apart: (T, K, 2).

    What has no pair (the nose) moves little relative to the hips and has nothing in common.
    """
    common = np.zeros_like(relative)
    lefts = [k for k, name in enumerate(track.keypoints) if _pair(track, name) is not None]
    if not lefts:
        return common
    rights = [track.keypoints.index(swapped_name(track.keypoints[k])) for k in lefts]
    pairs = np.stack([relative[:, lefts], relative[:, rights]], axis=1)
    model = fit_pair(pairs, rhythm.phase, _harmonics(rhythm, track.time_s))
    common[:, lefts], common[:, rights] = model[:, 0], model[:, 1]
    return common


def _pair(track: PoseTrack, name: str) -> str | None:
    """The right keypoint to a left one, if the track has it."""
    right = swapped_name(name)
    return right if "left" in name and track.has(right) else None


def _harmonics(rhythm: Rhythm, time_s: Array) -> int:
    return harmonics_for(rhythm, 1.0 / float(np.median(np.diff(time_s))))


def _moving(paths: Array, trust: Array, time_s: Array, rhythm: Rhythm, size: float) -> Array:
    """Cycle plus slow path, each fitted to what the other leaves, plus departures: (T, K, 2)."""
    flat = paths.reshape(len(paths), -1)
    weights = np.repeat(trust, 2, axis=1)
    harmonics = _harmonics(rhythm, time_s)
    slow = np.zeros_like(flat)
    for _ in range(BACKFITS):
        cycle, scale = fit_cycle(flat - slow, weights, rhythm.phase, harmonics, size=size)
        rest = _without_misplaced(flat - slow - cycle, scale)
        bridged = _held_ends(fill_gaps(rest + slow, time_s, max_s=np.inf))
        slow = lowpass(bridged, time_s, cutoff_hz=SLOW_STRIDES * rhythm.stride_hz)
    expected = cycle + slow
    rest = _without_misplaced(flat - expected, scale)
    rest = fill_gaps(rest, time_s, max_s=MAX_GAP_STRIDES / rhythm.stride_hz)
    smooth = expected + lowpass(rest, time_s, cutoff_hz=DEPARTURE_STRIDES * rhythm.stride_hz)
    return smooth.reshape(paths.shape)


def _held_ends(values: Array) -> Array:
    """Missing ends of each column (T, C) held at the first and last known value."""
    out = values.copy()
    for column in out.T:
        known = np.flatnonzero(np.isfinite(column))
        if len(known):
            column[: known[0]] = column[known[0]]
            column[known[-1] + 1 :] = column[known[-1]]
        else:
            column[:] = 0.0
    return out


def _standing(paths: Array, time_s: Array) -> Array:
    """Slow sway of (T, K, 2) paths."""
    flat = paths.reshape(len(paths), -1)
    result = np.full_like(flat, np.nan)
    there = np.isfinite(flat).sum(axis=0) >= 4
    known = flat[:, there]
    middle = np.nanmedian(known, axis=0)
    scale = MAD_TO_SD * np.nanmedian(np.abs(known - middle), axis=0)
    slow = lowpass(fill_gaps(known, time_s, max_s=np.inf), time_s, cutoff_hz=1.0)
    rest = _without_misplaced(known - slow, scale)
    filled = fill_gaps(slow + rest, time_s, max_s=MAX_GAP_S)
    result[:, there] = lowpass(filled, time_s, cutoff_hz=STANDING_HZ)
    return result.reshape(paths.shape)


def _without_misplaced(rest: Array, scale: Array) -> Array:
    """Residuals (T, C) with both coordinates of a misplaced point missing."""
    limit = np.clip(np.nan_to_num(MISPLACED_SDS * scale), *MISPLACED_LEGS)
    off = (np.abs(np.nan_to_num(rest)) > limit).reshape(len(rest), -1, 2).any(axis=2)
    return np.where(np.repeat(off, 2, axis=1), np.nan, rest)
