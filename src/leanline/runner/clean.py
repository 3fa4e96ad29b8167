"""From keypoints with misses and jumps to smooth paths, without moving anything in time.

Where the gait repeats, a path is the gait cycle seen over all strides plus what changes
slowly from stride to stride; a point far from both is misplaced and counts as missing.
Where nothing repeats (standing), it is a zero-lag low-pass.
"""

from __future__ import annotations

import numpy as np

from leanline.model import Array, PoseTrack, Rhythm
from leanline.runner.cycle import basis, fit_cycle, harmonics_for
from leanline.signals.filters import lowpass
from leanline.signals.gaps import fill_gaps

# A gap longer than this share of a stride (or this long, standing) stays missing.
LONGEST_GAP_STRIDES = 0.25
LONGEST_GAP_S = 0.25
# A point further than this from its expected place is misplaced: robust standard deviations
# of its own residual, but never closer than this share of the leg.
MISPLACED_SDS = 5.0
MISPLACED_LEGS = 0.05
# What departs from the cycle is kept up to this many times the stride frequency: changes
# from step to step, not the noise of single frames.
DEPARTURE_STRIDES = 3.0
# The slow path (travel, perspective, drifting on the belt) stays below this many times the
# stride frequency.
SLOW_STRIDES = 0.4
BACKFITS = 3
# Slow sway of a standing person; their joints do not move faster (Winter 2009 gives less).
STANDING_HZ = 3.0
LEAST_CONFIDENCE = 0.1


def smooth_track(track: PoseTrack, rhythm: Rhythm | None, leg_length: float) -> PoseTrack:
    """The track with misplaced points removed, short gaps filled and noise filtered.

    Keypoints are smoothed relative to the hips, and the hips relative to their own slow
    path, as these are what repeats.
    """
    paths = track.xy / leg_length
    hips = (track.mid("hip") / leg_length)[:, None]
    trusted = track.confidence[..., None] >= LEAST_CONFIDENCE
    relative = np.where(trusted, paths - hips, np.nan)
    everywhere = np.ones((len(hips), 1))
    smooth = _smooth(relative, track.confidence, track.time_s, rhythm)
    smooth = smooth + _smooth(hips, everywhere, track.time_s, rhythm)
    return PoseTrack(
        track.time_s, smooth * leg_length, track.confidence, track.keypoints, track.unit
    )


def _smooth(paths: Array, trust: Array, time_s: Array, rhythm: Rhythm | None) -> Array:
    """Smooth (T, K, 2) paths, in leg lengths."""
    flat = paths.reshape(len(paths), -1)
    there = np.isfinite(flat).sum(axis=0) >= 4
    result = np.full_like(flat, np.nan)
    if rhythm is None:
        result[:, there] = _standing(flat[:, there], time_s)
    else:
        weights = np.repeat(trust, 2, axis=1)[:, there]
        result[:, there] = _moving(flat[:, there], weights, time_s, rhythm)
    return result.reshape(paths.shape)


def _moving(paths: Array, trust: Array, time_s: Array, rhythm: Rhythm) -> Array:
    """Cycle plus slow path, each fitted to what the other leaves, plus departures."""
    rate_hz = 1.0 / float(np.median(np.diff(time_s)))
    harmonics = harmonics_for(rhythm, rate_hz)
    design = basis(rhythm.phase, harmonics)
    slow = np.zeros_like(paths)
    for _ in range(BACKFITS):
        coefficients, scale = fit_cycle(paths - slow, trust, rhythm.phase, harmonics)
        expected = design @ coefficients
        rest = _without_misplaced(paths - slow - expected, scale)
        bridged = _held_ends(fill_gaps(rest + slow, time_s, longest_s=np.inf))
        slow = lowpass(bridged, time_s, cutoff_hz=SLOW_STRIDES * rhythm.stride_hz)
    expected = expected + slow
    rest = _without_misplaced(paths - expected, scale)
    rest = fill_gaps(rest, time_s, longest_s=LONGEST_GAP_STRIDES / rhythm.stride_hz)
    return expected + lowpass(rest, time_s, cutoff_hz=DEPARTURE_STRIDES * rhythm.stride_hz)


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
    middle = np.nanmedian(paths, axis=0)
    scale = 1.4826 * np.nanmedian(np.abs(paths - middle), axis=0)
    slow = lowpass(fill_gaps(paths, time_s, longest_s=np.inf), time_s, cutoff_hz=1.0)
    rest = _without_misplaced(paths - slow, scale)
    filled = fill_gaps(slow + rest, time_s, longest_s=LONGEST_GAP_S)
    return lowpass(filled, time_s, cutoff_hz=STANDING_HZ)


def _without_misplaced(rest: Array, scale: Array) -> Array:
    """Residuals (T, C) with both coordinates of a misplaced point missing."""
    limit = np.maximum(MISPLACED_SDS * scale, MISPLACED_LEGS)
    off = (np.abs(np.nan_to_num(rest)) > limit).reshape(len(rest), -1, 2).any(axis=2)
    return np.where(np.repeat(off, 2, axis=1), np.nan, rest)
